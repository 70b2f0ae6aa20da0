// Conversions between numbers and text as CEL defines them: exact or nothing, never a silent wrap.
//
// Thread-safety: pure functions.   Errors: nothing for a value out of the target's range or malformed text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::base {

/// Truncates toward zero; nothing for NaN and outside (smallest int64, largest int64), both ends excluded.
std::optional<std::int64_t> IntFromDouble(double value);
/// Truncates toward zero; nothing for NaN, values of -1 or less, and 2^64 or more.
std::optional<std::uint64_t> UintFromDouble(double value);

/// Decimal digits after an optional sign ('-' only for ParseInt).
std::optional<std::int64_t> ParseInt(std::string_view text);
std::optional<std::uint64_t> ParseUint(std::string_view text);
/// Decimal or scientific; "NaN", "Infinity", "-Infinity". Nothing when the value overflows.
std::optional<double> ParseDouble(std::string_view text);
/// 1 t T true TRUE True, 0 f F false FALSE False.
std::optional<bool> ParseBool(std::string_view text);

/// The shortest text that reads back as the same value; "NaN", "Infinity", "-Infinity".
std::string DoubleText(double value);

/// -1, 0, 1 as a is mathematically below, equal to or above b; nothing when one is NaN.
std::optional<int> CompareNumbers(std::int64_t a, double b);
std::optional<int> CompareNumbers(std::uint64_t a, double b);
int CompareNumbers(std::int64_t a, std::uint64_t b);

}  // namespace sluice::base
