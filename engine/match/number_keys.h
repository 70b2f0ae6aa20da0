// Numbers of all types as unsigned keys of the same order, so that one loop compares any of them.
//
// Pure functions. A double's zero has one key; NaN has none (see HasKey).
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "engine/base/money.h"

namespace sluice::match {

inline constexpr std::uint64_t kKeySign = std::uint64_t{1} << 63;

inline std::uint64_t KeyOf(std::int64_t number) { return static_cast<std::uint64_t>(number) ^ kKeySign; }
inline std::uint64_t KeyOf(std::uint64_t number) { return number; }
inline std::uint64_t KeyOf(double number) {
  const auto bits = std::bit_cast<std::uint64_t>(number + 0.0);  // -0.0 becomes 0.0
  return (bits & kKeySign) != 0 ? ~bits : bits | kKeySign;
}
inline std::uint64_t KeyOf(const base::Money& money) { return KeyOf(money.minor_units); }

}  // namespace sluice::match
