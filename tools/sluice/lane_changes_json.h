// Changes of lane for programs.   Thread-safety: pure function.
#pragma once

#include <nlohmann/json.hpp>

#include "tools/sluice/lane_changes.h"

namespace sluice::tools {

nlohmann::ordered_json LaneChangesJson(const LaneChanges& changes);

}  // namespace sluice::tools
