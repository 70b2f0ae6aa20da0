// Validity of UTF-8 text (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
//
// Thread-safety: free functions.   Errors: none; any bytes are allowed.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace sluice::base {

/// IsValidUtf8 without the fast path for ASCII.
bool IsValidUtf8Slow(std::string_view text);

/// True when `text` is well-formed UTF-8. ASCII passes eight bytes at a time.
inline bool IsValidUtf8(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080u;
  std::size_t i = 0;
  std::uint64_t word = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::memcpy(&word, text.data() + i, 8);
    if ((word & kHighBits) != 0) return IsValidUtf8Slow(text.substr(i));
  }
  for (; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i]) >= 0x80) return IsValidUtf8Slow(text.substr(i));
  }
  return true;
}

}  // namespace sluice::base
