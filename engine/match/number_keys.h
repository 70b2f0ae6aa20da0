// Numbers of all types as signed keys of the same order, so that one loop compares any of them.
//
// Pure functions. A double's two zeros have one key; what a NaN's says means nothing.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "engine/base/money.h"

namespace sluice::match {

using NumberKey = std::int64_t;
inline constexpr NumberKey kKeyMin = std::numeric_limits<NumberKey>::min();
inline constexpr NumberKey kKeyMax = std::numeric_limits<NumberKey>::max();

inline NumberKey KeyOf(std::int64_t number) { return number; }
inline NumberKey KeyOf(std::uint64_t number) { return static_cast<NumberKey>(number ^ std::uint64_t{1} << 63); }
inline NumberKey KeyOf(double number) {
  const auto bits = std::bit_cast<NumberKey>(number + 0.0);  // -0.0 becomes 0.0
  return bits < 0 ? bits ^ kKeyMax : bits;
}
inline NumberKey KeyOf(const base::Money& money) { return money.minor_units; }

}  // namespace sluice::match
