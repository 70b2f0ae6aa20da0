// What functions of values alone yield for constants.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/limits.h"
#include "engine/base/number_functions.h"
#include "engine/base/text_functions.h"
#include "engine/ruleset/function_groups.h"
#include "rules/lower/fold.h"

namespace sluice::rules {

namespace {

using parcel::ValueType;
using ruleset::Function;

constexpr const char* kOutside = "the position is outside the text";
constexpr const char* kNegativeShift = "a shift is not negative";
constexpr const char* kNan = "NaN is in no order";

Folded Is(Value value) { return {Folded::State::kValue, std::move(value), nullptr}; }
Folded Fails(const char* why) { return {Folded::State::kFails, {}, why}; }

Folded IsReal(double real) {
  Value value;
  value.type = ValueType::kDouble;
  value.real = real;
  return Is(std::move(value));
}
Folded IsInt(std::int64_t number, ValueType type = ValueType::kInt) {
  Value value;
  value.type = type;
  value.number = number;
  return Is(std::move(value));
}
Folded IsBool(bool holds) { return IsInt(holds ? 1 : 0, ValueType::kBool); }
Folded IsUint(std::uint64_t number) {
  Value value;
  value.type = ValueType::kUint;
  value.unsigned_number = number;
  return Is(std::move(value));
}
Folded IsPosition(std::optional<std::int64_t> position) { return position ? IsInt(*position) : Fails(kOutside); }
Folded IsPart(std::optional<std::string_view> part) {
  if (!part) return Fails(kOutside);
  Value value;
  value.type = ValueType::kString;
  value.text = *part;
  return Is(std::move(value));
}

// What is too long is left to fail, as any text that a rule makes.
template <typename Make>
Folded IsMade(Make make) {
  std::size_t bytes = 0;
  make([&](std::string_view piece) { bytes += piece.size(); });
  if (bytes > limits::kTextBytesMax) return {};
  Value value;
  value.type = ValueType::kString;
  make([&](std::string_view piece) { value.text += piece; });
  return Is(std::move(value));
}

Folded FoldText(Function function, std::span<const Value> o) {
  const std::string& text = o[0].text;
  switch (function) {
    case Function::kCharAt: return IsPart(base::CharAt(text, o[1].number));
    case Function::kIndexOf: return IsPosition(base::IndexOf(text, o[1].text, o[2].number));
    case Function::kLastIndexOf: return IsPosition(base::LastIndexOf(text, o[1].text));
    case Function::kLastIndexUpTo: return IsPosition(base::LastIndexOf(text, o[1].text, o[2].number));
    case Function::kQuote: return IsMade([&](auto piece) { base::QuoteText(text, piece); });
    case Function::kReverse: return IsMade([&](auto piece) { base::ReverseText(text, piece); });
    case Function::kReplace:
      return IsMade([&](auto piece) { base::ReplaceText(text, o[1].text, o[2].text, o[3].number, piece); });
    case Function::kSubstringFrom: return IsPart(base::SubstringFrom(text, o[1].number));
    case Function::kSubstring: return IsPart(base::Substring(text, o[1].number, o[2].number));
    default: return {};  // of lists
  }
}

bool IsBelow(const Value& a, const Value& b) {
  if (a.type == ValueType::kDouble) return a.real < b.real;
  if (a.type == ValueType::kUint) return a.unsigned_number < b.unsigned_number;
  return a.number < b.number;
}

Folded FoldReal(Function function, double real) {
  switch (function) {
    case Function::kCeil: return IsReal(std::ceil(real));
    case Function::kFloor: return IsReal(std::floor(real));
    case Function::kRound: return IsReal(std::round(real));
    case Function::kTrunc: return IsReal(std::trunc(real));
    case Function::kSqrt: return IsReal(std::sqrt(real));
    case Function::kAbs: return IsReal(*base::Abs(real));
    case Function::kSign: return IsReal(base::Sign(real));
    case Function::kIsNan: return IsBool(std::isnan(real));
    case Function::kIsInf: return IsBool(std::isinf(real));
    case Function::kIsFinite: return IsBool(std::isfinite(real));
    default: return {};  // of other numbers
  }
}

// `T` is std::int64_t or std::uint64_t. Nothing: `why` it fails.
template <typename T>
std::optional<T> FoldWhole(Function function, T a, T b, std::int64_t places, const char** why) {
  switch (function) {
    case Function::kAbs: *why = "the result is out of range"; return base::Abs(a);
    case Function::kSign: return base::Sign(a);
    case Function::kBitAnd: return a & b;
    case Function::kBitOr: return a | b;
    case Function::kBitXor: return a ^ b;
    case Function::kBitNot: return ~a;
    case Function::kBitShiftLeft: *why = kNegativeShift; return base::ShiftLeft(a, places);
    default: *why = kNegativeShift; return base::ShiftRight(a, places);
  }
}

Folded FoldNumber(Function function, std::span<const Value> o) {
  const ValueType type = o[0].type;
  if (type == ValueType::kDouble) return FoldReal(function, o[0].real);
  const std::int64_t places = o.size() > 1 ? o[1].number : 0;
  const char* why = nullptr;
  if (type == ValueType::kUint) {
    if (function == Function::kSqrt) return IsReal(std::sqrt(static_cast<double>(o[0].unsigned_number)));
    const std::uint64_t second = o.size() > 1 ? o[1].unsigned_number : 0;
    const auto result = FoldWhole<std::uint64_t>(function, o[0].unsigned_number, second, places, &why);
    return result ? IsUint(*result) : Fails(why);
  }
  if (function == Function::kSqrt) return IsReal(std::sqrt(static_cast<double>(o[0].number)));
  const auto result = FoldWhole<std::int64_t>(function, o[0].number, places, places, &why);
  return result ? IsInt(*result) : Fails(why);
}

}  // namespace

Folded FoldGreatest(bool greatest, std::span<const Value> numbers) {
  const Value* best = &numbers[0];
  for (const Value& one : numbers) {
    if (std::isnan(one.real)) return Fails(kNan);
    if (greatest ? IsBelow(*best, one) : IsBelow(one, *best)) best = &one;
  }
  return Is(*best);
}

Folded FoldCall(Function function, std::span<const Value> operands) {
  if (function == Function::kGreatest || function == Function::kLeast) return {};  // of lists
  switch (ruleset::GroupOf(function)) {
    case ruleset::FunctionGroup::kText: return FoldText(function, operands);
    case ruleset::FunctionGroup::kSets: return {};  // of lists
    default: return FoldNumber(function, operands);
  }
}

}  // namespace sluice::rules
