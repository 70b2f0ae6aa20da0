// Arithmetic and comparison of scalars: the one meaning that both tiers of the evaluator use.
//
// Functions that can fail return the error and leave `*out` alone then. Comparisons between int, uint and double
// are exact: by mathematical value, never by way of a rounded double. Pure functions.
// Source: CEL language definition, "Overflow", "Numeric values", "Ordering".
#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>
#include <string_view>

#include "engine/match/value.h"

namespace sluice::match {

// --- int and uint ------------------------------------------------------------------------------------

template <typename T>
ErrorKind AddChecked(T a, T b, T* out) {
  return __builtin_add_overflow(a, b, out) ? ErrorKind::kOverflow : ErrorKind::kNone;
}
template <typename T>
ErrorKind SubChecked(T a, T b, T* out) {
  return __builtin_sub_overflow(a, b, out) ? ErrorKind::kOverflow : ErrorKind::kNone;
}
template <typename T>
ErrorKind MulChecked(T a, T b, T* out) {
  return __builtin_mul_overflow(a, b, out) ? ErrorKind::kOverflow : ErrorKind::kNone;
}

/// Whether a / b and a % b leave the type: the smallest int by -1.
constexpr bool QuotientOverflows(std::int64_t a, std::int64_t b) {
  return b == -1 && a == std::numeric_limits<std::int64_t>::min();
}
constexpr bool QuotientOverflows(std::uint64_t, std::uint64_t) { return false; }

template <typename T>
ErrorKind DivChecked(T a, T b, T* out) {
  if (b == 0) return ErrorKind::kDivide;
  if (QuotientOverflows(a, b)) return ErrorKind::kOverflow;
  *out = a / b;
  return ErrorKind::kNone;
}
template <typename T>
ErrorKind ModChecked(T a, T b, T* out) {
  if (b == 0) return ErrorKind::kDivide;
  if (QuotientOverflows(a, b)) return ErrorKind::kOverflow;
  *out = a % b;
  return ErrorKind::kNone;
}
inline ErrorKind NegChecked(std::int64_t a, std::int64_t* out) { return SubChecked<std::int64_t>(0, a, out); }

// --- time and money ----------------------------------------------------------------------------------

inline ErrorKind MakeTimestamp(std::int64_t seconds, std::int32_t nanos, base::Timestamp* out) {
  if (seconds < base::kTimestampSecondsMin || seconds > base::kTimestampSecondsMax) return ErrorKind::kRange;
  *out = {seconds, nanos};
  return ErrorKind::kNone;
}

/// Both are in range, so the sum of the seconds cannot overflow.
inline ErrorKind AddDuration(const base::Timestamp& time, base::DurationNs duration, base::Timestamp* out) {
  const base::Timestamp step = base::TimestampFromUnits(duration, base::kNsPerSecond);
  std::int64_t seconds = time.seconds + step.seconds;
  std::int64_t nanos = std::int64_t{time.nanos} + step.nanos;
  if (nanos >= base::kNsPerSecond) {
    nanos -= base::kNsPerSecond;
    ++seconds;
  }
  return MakeTimestamp(seconds, static_cast<std::int32_t>(nanos), out);
}
inline ErrorKind SubDuration(const base::Timestamp& time, base::DurationNs duration, base::Timestamp* out) {
  if (duration != std::numeric_limits<std::int64_t>::min()) return AddDuration(time, -duration, out);
  base::Timestamp first;
  const ErrorKind error = AddDuration(time, std::numeric_limits<std::int64_t>::max(), &first);
  return error != ErrorKind::kNone ? error : AddDuration(first, 1, out);
}
inline ErrorKind SubTimes(const base::Timestamp& a, const base::Timestamp& b, base::DurationNs* out) {
  // Seconds and rest get one sign, so that only a sum out of range overflows on the way to it.
  std::int64_t ns;
  const std::int64_t seconds = a.seconds - b.seconds;
  const std::int64_t rest = std::int64_t{a.nanos} - b.nanos;
  const std::int64_t carry = seconds < 0 && rest > 0 ? 1 : seconds > 0 && rest < 0 ? -1 : 0;
  if (__builtin_mul_overflow(seconds + carry, base::kNsPerSecond, &ns)) return ErrorKind::kOverflow;
  return AddChecked(ns, rest - carry * base::kNsPerSecond, out);
}

inline bool SameCurrency(const base::Money& a, const base::Money& b) { return a.currency == b.currency; }

/// `apply` is AddChecked or SubChecked. The checker made the currencies one; two rows' raw fields may still differ.
template <typename Apply>
ErrorKind CombineMoney(const base::Money& a, const base::Money& b, Apply apply, base::Money* out) {
  if (!SameCurrency(a, b)) return ErrorKind::kConversion;
  std::int64_t minor_units;
  const ErrorKind error = apply(a.minor_units, b.minor_units, &minor_units);
  if (error == ErrorKind::kNone) *out = {minor_units, a.currency};
  return error;
}

// --- comparison --------------------------------------------------------------------------------------

constexpr std::partial_ordering Order(std::int64_t a, std::uint64_t b) {
  if (a < 0) return std::partial_ordering::less;
  return static_cast<std::uint64_t>(a) <=> b;
}

/// An integer with a double: by the double's integer part, then by what it cuts off.
template <typename Integer>
std::partial_ordering OrderWithDouble(Integer a, double b) {
  constexpr double kFirstAbove = std::numeric_limits<Integer>::digits == 64 ? 0x1p64 : 0x1p63;
  constexpr double kLeast = std::numeric_limits<Integer>::is_signed ? -0x1p63 : 0.0;
  if (std::isnan(b)) return std::partial_ordering::unordered;
  if (b >= kFirstAbove) return std::partial_ordering::less;
  if (b < kLeast) return std::partial_ordering::greater;
  const double whole = std::trunc(b);
  const auto b_integer = static_cast<Integer>(whole);
  if (a != b_integer) return a <=> b_integer;
  return 0.0 <=> b - whole;
}

inline std::partial_ordering Order(std::int64_t a, double b) { return OrderWithDouble(a, b); }
inline std::partial_ordering Order(std::uint64_t a, double b) { return OrderWithDouble(a, b); }

struct Less {
  template <typename T>
  bool operator()(const T& a, const T& b) const {
    return a < b;
  }
  bool operator()(const base::Money& a, const base::Money& b) const { return a.minor_units < b.minor_units; }
  bool operator()(std::int64_t a, std::uint64_t b) const { return Order(a, b) < 0; }
  bool operator()(std::uint64_t a, std::int64_t b) const { return Order(b, a) > 0; }
  bool operator()(std::int64_t a, double b) const { return Order(a, b) < 0; }
  bool operator()(double a, std::int64_t b) const { return Order(b, a) > 0; }
  bool operator()(std::uint64_t a, double b) const { return Order(a, b) < 0; }
  bool operator()(double a, std::uint64_t b) const { return Order(b, a) > 0; }
};
struct LessOrEqual {
  template <typename T>
  bool operator()(const T& a, const T& b) const {
    return a <= b;
  }
  bool operator()(const base::Money& a, const base::Money& b) const { return a.minor_units <= b.minor_units; }
  bool operator()(std::int64_t a, std::uint64_t b) const { return Order(a, b) <= 0; }
  bool operator()(std::uint64_t a, std::int64_t b) const { return Order(b, a) >= 0; }
  bool operator()(std::int64_t a, double b) const { return Order(a, b) <= 0; }
  bool operator()(double a, std::int64_t b) const { return Order(b, a) >= 0; }
  bool operator()(std::uint64_t a, double b) const { return Order(a, b) <= 0; }
  bool operator()(double a, std::uint64_t b) const { return Order(b, a) >= 0; }
};
struct Equal {
  template <typename T>
  bool operator()(const T& a, const T& b) const {
    return a == b;
  }
  bool operator()(const base::Money& a, const base::Money& b) const { return a.minor_units == b.minor_units; }
  bool operator()(std::int64_t a, std::uint64_t b) const { return Order(a, b) == 0; }
  bool operator()(std::uint64_t a, std::int64_t b) const { return Order(b, a) == 0; }
  bool operator()(std::int64_t a, double b) const { return Order(a, b) == 0; }
  bool operator()(double a, std::int64_t b) const { return Order(b, a) == 0; }
  bool operator()(std::uint64_t a, double b) const { return Order(a, b) == 0; }
  bool operator()(double a, std::uint64_t b) const { return Order(b, a) == 0; }
};

}  // namespace sluice::match
