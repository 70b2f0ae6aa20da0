// The rule by which a zone's clocks change after the last change that its file lists.
//
// Thread-safety: pure functions.   Errors: nothing for a text that is no rule.
// Source: RFC 9636, section 3.3 (the footer of a TZif file), and POSIX, environment variable TZ.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sluice::rules {

/// A day of every year, and a time on it.
struct YearlyMoment {
  enum class Form : std::uint8_t {
    kMonthWeekDay,   // weekday `day` (0: Sunday) of week `week` (5: the last) of `month`
    kDayWithoutLeap, // day 1 to 365; February 29 is never counted
    kDay,            // day 0 to 365
  };
  Form form = Form::kMonthWeekDay;
  int month = 1;
  int week = 1;
  int day = 0;
  std::int32_t local_seconds = 7200;  // from midnight, by the clock before the change; -167 to 167 hours
};

struct ZoneRule {
  std::int32_t offset_seconds = 0;  // east of UTC
  bool has_summer = false;          // the rest counts
  std::int32_t summer_offset_seconds = 0;
  YearlyMoment summer_begin;
  YearlyMoment summer_end;
};

/// "CET-1CEST,M3.5.0,M10.5.0/3".
std::optional<ZoneRule> ParseZoneRule(std::string_view text);

struct ZoneChange {
  std::int64_t from_seconds = 0;    // UTC
  std::int32_t offset_seconds = 0;  // from then on
};
/// The two changes of `year`, in order; none without summer time.
std::vector<ZoneChange> ChangesOf(const ZoneRule& rule, int year);

}  // namespace sluice::rules
