#include "rules/syntax/cel_literal.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>

#include "engine/base/utf8.h"

namespace sluice::rules {
namespace {

int DigitValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

// Whether a spelling that does not fit a double is too large rather than too small: the place of
// its first digit that is not zero, moved by the exponent.
bool IsHuge(std::string_view spelling) {
  const std::size_t exponent_at = spelling.find_first_of("eE");
  std::string_view exponent_text;
  if (exponent_at != spelling.npos) exponent_text = spelling.substr(exponent_at + 1);
  if (exponent_text.starts_with('-')) return false;
  const std::string_view mantissa = spelling.substr(0, exponent_at);
  const bool has_exponent = exponent_text.find_first_of("123456789") != exponent_text.npos;
  const std::size_t first = mantissa.find_first_of("123456789");
  const std::size_t point = mantissa.find('.');
  return has_exponent || first < point;
}

struct SimpleEscape {
  char name;
  char value;
};

constexpr SimpleEscape kSimpleEscapes[] = {
    {'a', '\a'}, {'b', '\b'}, {'f', '\f'}, {'n', '\n'},  {'r', '\r'}, {'t', '\t'},
    {'v', '\v'}, {'\\', '\\'}, {'?', '?'}, {'"', '"'}, {'\'', '\''}, {'`', '`'}};

class StringDecoder {
 public:
  StringDecoder(std::string_view spelling, std::string* out) : spelling_(spelling), out_(out) {}

  std::optional<LiteralError> Run() {
    std::size_t begin = 0;
    bool raw = false;
    for (; spelling_[begin] != '"' && spelling_[begin] != '\''; ++begin) {
      raw = raw || spelling_[begin] == 'r' || spelling_[begin] == 'R';
    }
    const char quote = spelling_[begin];
    const std::string triple(3, quote);
    const bool is_triple = spelling_.size() >= begin + 6 &&
                           spelling_.substr(begin).starts_with(triple);
    const std::size_t quotes = is_triple ? 3 : 1;
    end_ = spelling_.size() - quotes;
    for (at_ = begin + quotes; at_ < end_;) {
      if (spelling_[at_] == '\\' && !raw) {
        if (!Escape()) return Error();
      } else {
        out_->push_back(spelling_[at_++]);
      }
    }
    return std::nullopt;
  }

 private:
  bool Escape() {
    const char name = at_ + 1 < end_ ? spelling_[at_ + 1] : '\0';
    for (const SimpleEscape& escape : kSimpleEscapes) {
      if (escape.name != name) continue;
      out_->push_back(escape.value);
      at_ += 2;
      return true;
    }
    switch (name) {
      case 'x':
      case 'X': return Digits(2, 2, 16);
      case 'u': return Digits(2, 4, 16);
      case 'U': return Digits(2, 8, 16);
      case '0':
      case '1':
      case '2':
      case '3': return Digits(1, 3, 8);
      default: length_ = 2; return false;
    }
  }

  // `count` digits after `skip` bytes name a code point.
  bool Digits(std::size_t skip, std::size_t count, int radix) {
    std::uint32_t value = 0;
    length_ = skip + count;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t digit_at = at_ + skip + i;
      const int digit = digit_at < end_ ? DigitValue(spelling_[digit_at]) : 16;
      if (digit >= radix) return false;
      value = value * static_cast<std::uint32_t>(radix) + static_cast<std::uint32_t>(digit);
    }
    if (!base::IsUnicodeScalar(value)) return false;
    base::AppendUtf8(value, out_);
    at_ += length_;
    return true;
  }

  LiteralError Error() const {
    const std::size_t stop = std::min(at_ + length_, end_);
    return {{static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(stop)},
            "invalid-escape",
            "'" + std::string(spelling_.substr(at_, stop - at_)) + "' is no escape sequence",
            "write '\\\\' for a backslash, or a raw string such as r'\\d+'"};
  }

  std::string_view spelling_;
  std::string* out_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::size_t length_ = 2;  // bytes of the escape sequence last looked at
};

}  // namespace

std::optional<std::uint64_t> ParseUnsigned(std::string_view spelling) {
  int base = 10;
  if (spelling.starts_with("0x") || spelling.starts_with("0X")) {
    base = 16;
    spelling.remove_prefix(2);
  }
  if (spelling.ends_with('u') || spelling.ends_with('U')) spelling.remove_suffix(1);
  std::uint64_t value = 0;
  const char* end = spelling.data() + spelling.size();
  const std::from_chars_result result = std::from_chars(spelling.data(), end, value, base);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

std::optional<double> ParseDouble(std::string_view spelling) {
  double value = 0;
  const char* end = spelling.data() + spelling.size();
  const std::from_chars_result result = std::from_chars(spelling.data(), end, value);
  if (result.ec == std::errc::result_out_of_range) {
    if (IsHuge(spelling)) return std::nullopt;
    return 0.0;
  }
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  if (value > std::numeric_limits<double>::max()) return std::nullopt;
  return value;
}

std::optional<LiteralError> DecodeString(std::string_view spelling, std::string* out) {
  return StringDecoder(spelling, out).Run();
}

}  // namespace sluice::rules
