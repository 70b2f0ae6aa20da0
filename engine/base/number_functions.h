// CEL's functions of numbers.
//
// Thread-safety: pure functions.   Errors: nothing where the result is no number of the type, or a shift is negative.
// Source: CEL math extension (cel-go ext/README.md, "Math").
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace sluice::base {

inline std::optional<std::int64_t> Abs(std::int64_t value) {
  if (value == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  return value < 0 ? -value : value;
}
inline std::optional<std::uint64_t> Abs(std::uint64_t value) { return value; }
inline std::optional<double> Abs(double value) { return std::fabs(value); }

/// -1, 0 or 1; NaN of NaN.
inline std::int64_t Sign(std::int64_t value) { return value < 0 ? -1 : value > 0 ? 1 : 0; }
inline std::uint64_t Sign(std::uint64_t value) { return value > 0 ? 1 : 0; }
inline double Sign(double value) { return std::isnan(value) ? value : value < 0 ? -1.0 : value > 0 ? 1.0 : 0.0; }

/// 64 places and more leave 0.
template <typename T>
std::optional<T> ShiftLeft(T value, std::int64_t places) {
  if (places < 0) return std::nullopt;
  return places >= 64 ? T{0} : static_cast<T>(static_cast<std::uint64_t>(value) << places);
}
/// Zeros come in from the left, whatever the sign was.
template <typename T>
std::optional<T> ShiftRight(T value, std::int64_t places) {
  if (places < 0) return std::nullopt;
  return places >= 64 ? T{0} : static_cast<T>(static_cast<std::uint64_t>(value) >> places);
}

}  // namespace sluice::base
