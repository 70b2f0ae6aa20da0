#include "engine/base/utf8.h"

namespace sluice::base {
namespace {

struct Lead {
  std::uint8_t size;  // bytes of the sequence; 0: not a lead byte
  // Bounds of the second byte: narrower than 80..BF where a longer form would be overlong, a
  // surrogate or too large.
  unsigned char lowest;
  unsigned char highest;
};

constexpr Lead LeadOf(unsigned char byte) {
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

constexpr char Trail(char32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); }

}  // namespace

CodePoint DecodeUtf8(std::string_view text, std::size_t at) {
  const auto byte = [text, at](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const Lead lead = LeadOf(byte(0));
  if (lead.size == 1) return {byte(0), 1, true};
  if (lead.size == 0 || lead.size > text.size() - at) return {};
  if (byte(1) < lead.lowest || byte(1) > lead.highest) return {};
  char32_t value = byte(0) & (0x7Fu >> lead.size);
  for (std::size_t i = 1; i < lead.size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  return {value, lead.size, true};
}

void AppendUtf8(char32_t value, std::string* text) {
  if (value < 0x80) {
    *text += static_cast<char>(value);
  } else if (value < 0x800) {
    *text += {static_cast<char>(0xC0 | value >> 6), Trail(value)};
  } else if (value < 0x10000) {
    *text += {static_cast<char>(0xE0 | value >> 12), Trail(value >> 6), Trail(value)};
  } else {
    *text += {static_cast<char>(0xF0 | value >> 18), Trail(value >> 12), Trail(value >> 6),
              Trail(value)};
  }
}

std::size_t FindInvalidUtf8(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080u;
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t word = kHighBits;
    if (at + 8 <= text.size()) std::memcpy(&word, text.data() + at, 8);
    if ((word & kHighBits) == 0) {
      at += 8;
      continue;
    }
    const CodePoint point = DecodeUtf8(text, at);
    if (!point.valid) return at;
    at += point.size;
  }
  return std::string_view::npos;
}

std::size_t CountCodePoints(std::string_view text) {
  if (IsAscii(text)) return text.size();
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += DecodeUtf8(text, at).size;
  return count;
}

}  // namespace sluice::base
