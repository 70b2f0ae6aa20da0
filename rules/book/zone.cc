#include "rules/book/zone.h"

#include <date/tz.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iterator>
#include <limits>

#include "engine/base/time_text.h"
#include "rules/book/zone_rule.h"

namespace sluice::rules {
namespace {

constexpr int kFirstYear = 1900;

std::int64_t YearStart(int year) { return base::DaysFromCivil({year, 1, 1}) * 86'400; }

/// The last line of a TZif file: the rule for all later years, or nothing.
std::optional<ZoneRule> ReadRule(const std::string& name) {
  std::ifstream file("/usr/share/zoneinfo/" + name, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!bytes.ends_with('\n')) return std::nullopt;
  bytes.pop_back();
  return ParseZoneRule(bytes.substr(bytes.rfind('\n') + 1));
}

void AppendOffset(std::int64_t from, std::int64_t offset, ruleset::Zone* zone) {
  const auto seconds = static_cast<std::int32_t>(offset);
  if (!zone->offset_seconds.empty() && zone->offset_seconds.back() == seconds) return;
  zone->from_seconds.push_back(from);
  zone->offset_seconds.push_back(seconds);
}

/// The changes by `rule` that come after `last`.
void AppendRule(const std::optional<ZoneRule>& rule, std::int64_t last, std::int64_t end,
                ruleset::Zone* zone) {
  if (!rule) return;
  const auto first_year = static_cast<int>(base::CivilFromDays(last / 86'400).year);
  for (int year = first_year; YearStart(year) < end; ++year) {
    for (const ZoneChange& change : ChangesOf(*rule, year)) {
      const bool is_later = change.from_seconds > last && change.from_seconds < end;
      if (is_later) AppendOffset(change.from_seconds, change.offset_seconds, zone);
    }
  }
}

ruleset::Zone Cut(const std::string& name) {
  const date::time_zone* source = date::locate_zone(name);
  ruleset::Zone zone;
  zone.name = name;
  std::int64_t from = std::numeric_limits<std::int64_t>::min();
  std::int64_t at = YearStart(kFirstYear);
  const std::int64_t end = ruleset::kZoneCycleEndSeconds;
  while (at < end) {
    const date::sys_info info = source->get_info(date::sys_seconds(std::chrono::seconds(at)));
    AppendOffset(from, info.offset.count(), &zone);
    const std::int64_t next = info.end.time_since_epoch().count();
    if (next <= at || next >= end) break;
    from = at = next;
  }
  AppendRule(ReadRule(name), at, end, &zone);
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
