#include "rules/check/zones.h"

#include <limits>
#include <string>

namespace sluice::rules {

namespace {

ruleset::Zone FixedZone(std::string_view name, std::int32_t offset_seconds) {
  return {std::string(name), {std::numeric_limits<std::int64_t>::min()}, {offset_seconds}};
}

std::optional<int> TwoDigits(std::string_view text, int below) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 2 || !is_digit(text[0]) || !is_digit(text[1])) return std::nullopt;
  const int value = (text[0] - '0') * 10 + (text[1] - '0');
  if (value >= below) return std::nullopt;
  return value;
}

/// Seconds east of UTC.
std::optional<std::int32_t> ParseOffset(std::string_view text) {
  const bool west = text.starts_with('-');
  if (west || text.starts_with('+')) text.remove_prefix(1);
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hours = TwoDigits(text.substr(0, 2), 24);
  const auto minutes = TwoDigits(text.substr(3), 60);
  if (!hours || !minutes) return std::nullopt;
  const std::int32_t seconds = (*hours * 60 + *minutes) * 60;
  return west ? -seconds : seconds;
}

}  // namespace

std::optional<ruleset::Zone> ResolveZone(std::string_view name, const ZoneProvider* zones) {
  if (name == "UTC") return FixedZone(name, 0);
  if (const auto offset = ParseOffset(name)) return FixedZone(name, *offset);
  if (zones == nullptr) return std::nullopt;
  const ruleset::Zone* zone = zones->Find(name);
  if (zone == nullptr) return std::nullopt;
  return *zone;
}

}  // namespace sluice::rules
