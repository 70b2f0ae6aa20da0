// Timestamps and durations as text: RFC 3339, and CEL's durations ("1h30m", "-1.5s").
//
// Free functions; nothing in the result when the text is malformed or out of CEL's range (base/time.h).
// Source of the calendar arithmetic: the proleptic Gregorian calendar, days counted in 400-year eras.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/time.h"

namespace sluice::base {

struct CivilDate {
  std::int64_t year = 1970;
  int month = 1;  // 1 to 12
  int day = 1;    // 1 to 31
};

/// Days since 1970-01-01 of a date that exists, and back.
std::int64_t DaysFromCivil(const CivilDate& date);
CivilDate CivilFromDays(std::int64_t days);
/// 28 to 31.
int DaysInMonth(std::int64_t year, int month);

/// "2026-03-01T10:00:00.5+08:00"; up to nine decimals, "Z" or an offset. Leap seconds (":60") are refused.
std::optional<Timestamp> ParseTimestamp(std::string_view text);
/// UTC, "Z", decimals only as far as needed.
std::string TimestampText(const Timestamp& time);

/// CEL's duration syntax: an optional sign and numbers with units h, m, s, ms, us, ns; "0" alone is zero.
std::optional<DurationNs> ParseDuration(std::string_view text);
/// Seconds: "90s", "-1.5s".
std::string DurationText(DurationNs duration);

/// A local time by strftime letters (%Y %m %d %H %M %S %y %j are known, %% and other characters stand for
/// themselves), as seconds since 1970 as if the clock showed UTC.
std::optional<std::int64_t> ParseLocalSeconds(std::string_view text, std::string_view format);

}  // namespace sluice::base
