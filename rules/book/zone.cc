#include "rules/book/zone.h"

#include <date/tz.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <exception>
#include <limits>

namespace sluice::rules {
namespace {

constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2100;

std::int64_t YearStart(int year) {
  return date::sys_seconds(date::sys_days(date::year(year) / 1 / 1)).time_since_epoch().count();
}

void AppendOffset(std::int64_t from, std::int64_t offset, ruleset::Zone* zone) {
  const auto seconds = static_cast<std::int32_t>(offset);
  if (!zone->offset_seconds.empty() && zone->offset_seconds.back() == seconds) return;
  zone->from_seconds.push_back(from);
  zone->offset_seconds.push_back(seconds);
}

ruleset::Zone Cut(const std::string& name) {
  const date::time_zone* source = date::locate_zone(name);
  ruleset::Zone zone;
  zone.name = name;
  std::int64_t from = std::numeric_limits<std::int64_t>::min();
  std::int64_t at = YearStart(kFirstYear);
  while (at < YearStart(kLastYear + 1)) {
    const date::sys_info info = source->get_info(date::sys_seconds(std::chrono::seconds(at)));
    AppendOffset(from, info.offset.count(), &zone);
    const std::int64_t end = info.end.time_since_epoch().count();
    if (end <= at) break;
    from = at = end;
  }
  return zone;
}

std::optional<unsigned> ParseDigits(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Result<ruleset::Zone> CutZone(const std::string& name) {
  try {
    return Cut(name);
  } catch (const std::exception&) {  // the library's only way to say that there is no such zone
    return Status(StatusCode::kNotFound, "there is no time zone '" + name + "'");
  }
}

std::optional<std::chrono::sys_days> ParseDay(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = ParseDigits(text.substr(0, 4));
  const auto month = ParseDigits(text.substr(5, 2));
  const auto day = ParseDigits(text.substr(8, 2));
  if (!year || !month || !day || *year == 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

base::Timestamp DayStart(const ruleset::Zone& zone, std::chrono::sys_days day) {
  const std::int64_t local = std::chrono::seconds(day.time_since_epoch()).count();
  for (std::size_t i = 0; i < zone.from_seconds.size(); ++i) {
    const std::int64_t start = std::max(zone.from_seconds[i], local - zone.offset_seconds[i]);
    const bool last = i + 1 == zone.from_seconds.size();
    if (last || start < zone.from_seconds[i + 1]) return {start, 0};
  }
  return {local, 0};
}

}  // namespace sluice::rules
