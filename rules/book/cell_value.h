// The text of a CSV cell as a typed value.
//
// Thread-safety: pure functions.   Errors: nothing where the text is no such value.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::rules {

std::optional<std::int64_t> ParseIntCell(std::string_view text);
std::optional<std::uint64_t> ParseUintCell(std::string_view text);
/// A finite decimal number, also with exponent.
std::optional<double> ParseDoubleCell(std::string_view text);
std::optional<bool> ParseBoolCell(std::string_view text);
/// A decimal greater than zero as a count of billionths, exact: "7.1234" is 7,123,400,000. At most
/// nine decimals.
std::optional<std::int64_t> ParseRateCell(std::string_view text);
/// Parts per million: "500000", "50 %" or "0.25%"; at most 1,000,000.
std::optional<std::uint32_t> ParseShare(std::string_view text);

}  // namespace sluice::rules
