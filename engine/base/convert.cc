#include "engine/base/convert.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace sluice::base {

namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr double kTwoTo64 = 18446744073709551616.0;

template <typename T>
std::optional<T> ParseWhole(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <typename T>
int Sign(T a, T b) {
  return a < b ? -1 : (a > b ? 1 : 0);
}

/// `whole` is `real` truncated, as an integer of the other side's type.
template <typename T>
int CompareWithWhole(T a, T whole, double real) {
  if (a != whole) return a < whole ? -1 : 1;
  return Sign(0.0, real - std::trunc(real));
}

}  // namespace

std::optional<std::int64_t> IntFromDouble(double value) {
  if (!(value > -kTwoTo63 && value < kTwoTo63)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::optional<std::uint64_t> UintFromDouble(double value) {
  if (!(value > -1.0 && value < kTwoTo64)) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

std::optional<std::int64_t> ParseInt(std::string_view text) {
  return ParseWhole<std::int64_t>(text);
}

std::optional<std::uint64_t> ParseUint(std::string_view text) {
  return ParseWhole<std::uint64_t>(text);
}

std::optional<double> ParseDouble(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  if (text.starts_with("+-")) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  // from_chars knows further spellings of infinity and NaN; a number begins with a digit or a point.
  const std::size_t first = text.find_first_not_of('-');
  if (first == std::string_view::npos || first > 1) return std::nullopt;
  const char c = text[first];
  if (c != '.' && (c < '0' || c > '9')) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc()) return value;
  // Too large, or too small: the latter is the nearest number that there is. from_chars does not say which.
  const double nearest = std::strtod(std::string(text).c_str(), nullptr);
  if (error != std::errc::result_out_of_range || std::isinf(nearest)) return std::nullopt;
  return nearest;
}

std::optional<bool> ParseBool(std::string_view text) {
  for (const std::string_view name : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == name) return true;
  }
  for (const std::string_view name : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == name) return false;
  }
  return std::nullopt;
}

std::string DoubleText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  std::array<char, 32> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return std::string(buffer.data(), end);
}

std::optional<int> CompareNumbers(std::int64_t a, double b) {
  if (std::isnan(b)) return std::nullopt;
  if (b >= kTwoTo63) return -1;
  if (b < -kTwoTo63) return 1;
  return CompareWithWhole(a, static_cast<std::int64_t>(b), b);
}

std::optional<int> CompareNumbers(std::uint64_t a, double b) {
  if (std::isnan(b)) return std::nullopt;
  if (b >= kTwoTo64) return -1;
  if (b < 0) return 1;
  return CompareWithWhole(a, static_cast<std::uint64_t>(b), b);
}

int CompareNumbers(std::int64_t a, std::uint64_t b) {
  return a < 0 ? -1 : Sign(static_cast<std::uint64_t>(a), b);
}

}  // namespace sluice::base
