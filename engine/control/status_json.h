// What an engine says of itself as JSON, for `status`.
//
// Thread-safety: free function.   Counters begin with the engine; rules' hits begin with their generation.
#pragma once

#include <sluice/engine.h>

#include <cstddef>

#include "engine/control/protocol.h"

namespace sluice::control {

/// With the `rules_max` rules that matched most.
Json StatusJson(const EngineStatus& status, std::size_t rules_max);

}  // namespace sluice::control
