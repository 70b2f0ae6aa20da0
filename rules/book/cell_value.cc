#include "rules/book/cell_value.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "engine/base/limits.h"

namespace sluice::rules {
namespace {

template <typename T>
std::optional<T> ParseWhole(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "12.5" with `decimals` = 3 is 12,500. No sign, no exponent, no more than `decimals` digits after
/// the point.
std::optional<std::int64_t> ParseScaled(std::string_view text, std::size_t decimals) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if (point != std::string_view::npos && fraction.empty()) return std::nullopt;
  if (whole.empty() || fraction.size() > decimals) return std::nullopt;
  std::int64_t value = 0;
  const auto add_digit = [&value](char digit) {
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    if (digit < '0' || digit > '9' || value > (kMax - 9) / 10) return false;
    value = value * 10 + (digit - '0');
    return true;
  };
  for (const char digit : whole) {
    if (!add_digit(digit)) return std::nullopt;
  }
  for (std::size_t i = 0; i < decimals; ++i) {
    if (!add_digit(i < fraction.size() ? fraction[i] : '0')) return std::nullopt;
  }
  return value;
}

}  // namespace

std::optional<std::int64_t> ParseIntCell(std::string_view text) {
  return ParseWhole<std::int64_t>(text);
}
std::optional<std::uint64_t> ParseUintCell(std::string_view text) {
  return ParseWhole<std::uint64_t>(text);
}

std::optional<double> ParseDoubleCell(std::string_view text) {
  const auto value = ParseWhole<double>(text);
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return value;
}

std::optional<bool> ParseBoolCell(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<std::int64_t> ParseRateCell(std::string_view text) {
  const auto nano_units = ParseScaled(text, 9);
  if (!nano_units || *nano_units == 0) return std::nullopt;
  return nano_units;
}

std::optional<std::uint32_t> ParseShare(std::string_view text) {
  constexpr std::size_t kPercentDecimals = 4;  // one per cent is 10^4 parts per million
  const bool percent = !text.empty() && text.back() == '%';
  if (percent) {
    text.remove_suffix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  }
  const auto parts = ParseScaled(text, percent ? kPercentDecimals : 0);
  if (!parts || *parts > limits::kProbabilityMax) return std::nullopt;
  return static_cast<std::uint32_t>(*parts);
}

}  // namespace sluice::rules
