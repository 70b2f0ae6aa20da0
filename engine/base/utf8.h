// UTF-8 text: validity, code points (Unicode 15, table 3-7: no overlong forms, no surrogates,
// nothing above U+10FFFF).
//
// Thread-safety: free functions.   Errors: none; any bytes are allowed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace sluice::base {

/// A code point that text may hold: not a surrogate, not above U+10FFFF.
inline constexpr bool IsUnicodeScalar(char32_t value) {
  return value < 0xD800 || (value > 0xDFFF && value <= 0x10FFFF);
}

struct CodePoint {
  char32_t value = 0xFFFD;  // U+FFFD when not valid
  std::uint8_t size = 1;    // bytes it takes; 1 when not valid
  bool valid = false;
};

/// The code point at byte `at` of `text`; `at` < text.size().
CodePoint DecodeUtf8(std::string_view text, std::size_t at);
/// Appends `value`, a Unicode scalar.
void AppendUtf8(char32_t value, std::string* text);
/// Offset of the first byte that does not begin a well-formed sequence, or npos. ASCII passes eight
/// bytes at a time.
std::size_t FindInvalidUtf8(std::string_view text);
/// Code points; a byte that is not part of well-formed text counts as one.
std::size_t CountCodePoints(std::string_view text);

/// True when no byte of `text` is above 0x7F. Whole words, the last one overlapping: no loop over
/// single bytes.
inline bool IsAscii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080u;
  const char* at = text.data();
  std::uint64_t any = 0;
  std::uint64_t word = 0;
  if (text.size() >= 8) {
    for (std::size_t i = 0; i + 8 < text.size(); i += 8) {
      std::memcpy(&word, at + i, 8);
      any |= word;
    }
    std::memcpy(&word, at + text.size() - 8, 8);
  } else if (text.size() >= 4) {
    std::uint32_t half = 0;
    std::memcpy(&half, at, 4);
    any = half;
    std::memcpy(&half, at + text.size() - 4, 4);
    word = half;
  } else {
    for (const char c : text) word |= static_cast<unsigned char>(c);
  }
  return ((any | word) & kHighBits) == 0;
}

/// True when `text` is well-formed UTF-8. Inline for ASCII: the decoder calls it for each text it
/// reads.
inline bool IsValidUtf8(std::string_view text) {
  return IsAscii(text) || FindInvalidUtf8(text) == std::string_view::npos;
}

}  // namespace sluice::base
