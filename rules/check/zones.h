// Zones that expressions name: IANA names, "UTC", and fixed offsets ("+08:00", "-02:30", "02:00").
//
// Thread-safety: pure functions.   Errors: nothing for a name that means no zone.
#pragma once

#include <optional>
#include <string_view>

#include "rules/check/environment.h"

namespace sluice::rules {

std::optional<ruleset::Zone> ResolveZone(std::string_view name, const ZoneProvider* zones);

}  // namespace sluice::rules
