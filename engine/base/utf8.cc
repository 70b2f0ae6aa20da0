#include "engine/base/utf8.h"

#include <cstddef>

namespace sluice::base {
namespace {

struct Lead {
  std::size_t length;    // bytes of the sequence; 0: not a lead byte
  unsigned char lowest;  // bounds of the second byte: narrower than 80..BF where a longer form would be overlong,
  unsigned char highest;  // a surrogate or above U+10FFFF
};

Lead LeadOf(unsigned char byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (byte < 0xC2) return {0, 0, 0};
  if (byte < 0xE0) return {2, 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3, 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4, 0x80, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

bool IsValidUtf8Slow(std::string_view text) {
  const auto at = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  std::size_t i = 0;
  while (i < text.size()) {
    const Lead lead = LeadOf(at(i));
    if (lead.length == 0 || lead.length > text.size() - i) return false;
    if (lead.length > 1 && (at(i + 1) < lead.lowest || at(i + 1) > lead.highest)) return false;
    for (std::size_t k = 2; k < lead.length; ++k) {
      if ((at(i + k) & 0xC0) != 0x80) return false;
    }
    i += lead.length;
  }
  return true;
}

}  // namespace sluice::base
