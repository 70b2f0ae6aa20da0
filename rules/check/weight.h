// Weights as rules write them ("2 kg", "0.5 t"), exact in milligrams.
//
// Thread-safety: pure functions.   Errors: nothing when malformed, too large or not exact.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rules/check/environment.h"
#include "rules/check/type.h"

namespace sluice::rules {

/// A decimal number, at most one space, and mg, g, kg or t; milligrams, a whole number of them.
std::optional<std::int64_t> ParseWeightMg(std::string_view text);

/// `weight_mg` in `unit` as an int, uint or double; nothing when an integer cannot hold it exactly.
std::optional<Value> WeightValue(std::int64_t weight_mg, Unit unit, TypeKind kind);

}  // namespace sluice::rules
