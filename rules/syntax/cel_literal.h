// Values of CEL literals from their spelling.
//
// Thread-safety: pure functions.   Errors: a LiteralError with its place, relative to the spelling.
// Source: cel-spec doc/langdef.md, "Numeric Values" and "String and Bytes Values".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/syntax/cel_ast.h"

namespace sluice::rules {

struct LiteralError {
  TextSpan span;  // within the spelling
  std::string code;
  std::string message;
  std::string hint;
};

/// Decimal or 0x digits, with the suffix u or without; nullopt above 2^64 - 1.
std::optional<std::uint64_t> ParseUnsigned(std::string_view spelling);

/// A decimal number with fraction or exponent. Rounds to nearest, to zero when too small; nullopt
/// when too large for a double.
std::optional<double> ParseDouble(std::string_view spelling);

/// Appends the value of a string literal, spelled with its prefix and quotes and lexically
/// complete, to `out`. Line ends within triple quotes stay as they are.
std::optional<LiteralError> DecodeString(std::string_view spelling, std::string* out);

}  // namespace sluice::rules
