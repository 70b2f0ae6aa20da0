// Time zones by name, and whole days in them, for everything a rule book says in days.
//
// Thread-safety: pure functions (the zone data of the system is read once).   Errors: kNotFound.
// Source: the system's IANA files: their listed changes through Howard Hinnant's date library, later
// ones (most zones list them up to 2037) by the rule at the file's end, which the library does not
// read (zone_rule.h).
#pragma once

#include <sluice/status.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/time.h"
#include "engine/ruleset/program.h"

namespace sluice::rules {

/// The offsets of zone `name` ("Asia/Shanghai", "UTC") from 1900 to the end of ruleset::kZoneCycleEndSeconds.
Result<ruleset::Zone> CutZone(const std::string& name);

/// "2026-03-01", a day of the proleptic Gregorian calendar in the years 1 to 9999; nothing
/// otherwise.
std::optional<std::chrono::sys_days> ParseDay(std::string_view text);

/// The first instant of `day` in `zone`. Where midnight does not exist, the first instant after the
/// gap.
base::Timestamp DayStart(const ruleset::Zone& zone, std::chrono::sys_days day);

}  // namespace sluice::rules
