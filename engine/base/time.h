// Time as rules and records see it: CEL's timestamp (years 0001 to 9999, UTC, nanoseconds) and duration.
//
// Plain values.
#pragma once

#include <compare>
#include <cstdint>

namespace sluice::base {

/// Seconds since 1970-01-01T00:00:00Z (may be negative) and 0 to 999,999,999 nanoseconds after them.
struct Timestamp {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;

  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

inline constexpr std::int64_t kTimestampSecondsMin = -62135596800;  // 0001-01-01T00:00:00Z
inline constexpr std::int64_t kTimestampSecondsMax = 253402300799;  // 9999-12-31T23:59:59Z

/// Nanoseconds; about +-292 years.
using DurationNs = std::int64_t;

inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;

/// A timestamp from a count of units (units_per_second of 1, 1e3, 1e6 or 1e9) since 1970; floors toward the past.
constexpr Timestamp TimestampFromUnits(std::int64_t count, std::int64_t units_per_second) {
  std::int64_t seconds = count / units_per_second;
  std::int64_t rest = count % units_per_second;
  if (rest < 0) {
    rest += units_per_second;
    --seconds;
  }
  return {seconds, static_cast<std::int32_t>(rest * (kNsPerSecond / units_per_second))};
}

}  // namespace sluice::base
