#include "engine/match/functions.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/base/check.h"
#include "engine/base/number_functions.h"
#include "engine/base/text_functions.h"
#include "engine/match/scalar_ops.h"
#include "engine/ruleset/function_groups.h"

namespace sluice::match {
namespace {

using ruleset::Function;
using ruleset::FunctionGroup;
using ruleset::ValueType;

// A function that was put into a group, and that the group does not compute.
ErrorKind NotOfTheGroup() {
  SLUICE_CHECK(false);
  return ErrorKind::kLimit;
}

// --- results -----------------------------------------------------------------------------------------

ErrorKind Told(std::optional<std::string_view> text, Value* out) {
  if (!text) return ErrorKind::kIndex;
  *out = TextValue(*text);
  return ErrorKind::kNone;
}
ErrorKind Told(std::optional<std::int64_t> number, ErrorKind error, Value* out) {
  if (!number) return error;
  *out = NumberValue(*number);
  return ErrorKind::kNone;
}
ErrorKind Told(std::optional<std::uint64_t> natural, ErrorKind error, Value* out) {
  if (!natural) return error;
  *out = NaturalValue(*natural);
  return ErrorKind::kNone;
}
ErrorKind Told(std::optional<double> real, ErrorKind, Value* out) {
  *out = RealValue(*real);
  return ErrorKind::kNone;
}
ErrorKind ToldReal(double real, Value* out) {
  *out = RealValue(real);
  return ErrorKind::kNone;
}
ErrorKind ToldBool(bool holds, Value* out) {
  *out = NumberValue(holds ? 1 : 0);
  return ErrorKind::kNone;
}

// --- texts -------------------------------------------------------------------------------------------

// `make(piece)` hands on the same pieces each time: they are measured, then copied.
template <typename Make>
ErrorKind MakeText(Arena* arena, Make make, Value* out) {
  std::size_t bytes = 0;
  make([&](std::string_view piece) { bytes += piece.size(); });
  if (bytes > limits::kTextBytesMax) return ErrorKind::kLimit;
  auto* place = static_cast<char*>(arena->Allocate(bytes));
  if (place == nullptr) return ErrorKind::kLimit;
  char* at = place;
  make([&](std::string_view piece) { at = std::copy(piece.begin(), piece.end(), at); });
  *out = TextValue({place, bytes});
  return ErrorKind::kNone;
}

ErrorKind Join(const Items& texts, std::string_view separator, Arena* arena, Value* out) {
  const auto make = [&](auto piece) {
    for (std::size_t i = 0; i < texts.count; ++i) {
      if (i > 0) piece(separator);
      piece(texts.first[i].Text());
    }
  };
  return MakeText(arena, make, out);
}

ErrorKind Split(std::string_view text, std::string_view separator, std::int64_t limit, Arena* arena, Value* out) {
  std::size_t count = 0;
  base::SplitText(text, separator, limit, [&](std::string_view) { ++count; });
  if (count > limits::kSplitPartsMax) return ErrorKind::kLimit;
  auto* parts = static_cast<Value*>(arena->Allocate(count * sizeof(Value)));
  if (parts == nullptr) return ErrorKind::kLimit;
  Value* at = parts;
  base::SplitText(text, separator, limit, [&](std::string_view part) { *at++ = TextValue(part); });
  *out = ItemsValue(parts, count);
  return ErrorKind::kNone;
}

ErrorKind CallText(Function function, const Value* o, Arena* arena, Value* out) {
  const std::string_view text = o[0].Text();
  switch (function) {
    case Function::kCharAt: return Told(base::CharAt(text, o[1].number), out);
    case Function::kIndexOf: return Told(base::IndexOf(text, o[1].Text(), o[2].number), ErrorKind::kIndex, out);
    case Function::kLastIndexOf: *out = NumberValue(base::LastIndexOf(text, o[1].Text())); return ErrorKind::kNone;
    case Function::kLastIndexUpTo:
      return Told(base::LastIndexOf(text, o[1].Text(), o[2].number), ErrorKind::kIndex, out);
    case Function::kJoin: return Join(o[0].items, o[1].Text(), arena, out);
    case Function::kQuote: return MakeText(arena, [&](auto piece) { base::QuoteText(text, piece); }, out);
    case Function::kReplace: {
      const auto make = [&](auto piece) { base::ReplaceText(text, o[1].Text(), o[2].Text(), o[3].number, piece); };
      return MakeText(arena, make, out);
    }
    case Function::kReverse: return MakeText(arena, [&](auto piece) { base::ReverseText(text, piece); }, out);
    case Function::kSplit: return Split(text, o[1].Text(), o[2].number, arena, out);
    case Function::kSubstringFrom: return Told(base::SubstringFrom(text, o[1].number), out);
    case Function::kSubstring: return Told(base::Substring(text, o[1].number, o[2].number), out);
    default: return NotOfTheGroup();
  }
}

// --- numbers -----------------------------------------------------------------------------------------

bool IsNan(ValueType number, const Value& value) { return number == ValueType::kDouble && std::isnan(value.real); }

bool IsBelow(ValueType number, const Value& a, const Value& b) {
  switch (number) {
    case ValueType::kUint: return a.natural < b.natural;
    case ValueType::kDouble: return a.real < b.real;
    default: return a.number < b.number;
  }
}

// Of equal numbers the first.
ErrorKind Extremum(ValueType number, bool greatest, const Items& numbers, Value* out) {
  if (numbers.count == 0) return ErrorKind::kIndex;
  Value best = numbers.first[0];
  for (std::size_t i = 0; i < numbers.count; ++i) {
    const Value& one = numbers.first[i];
    if (IsNan(number, one)) return ErrorKind::kRange;
    if (greatest ? IsBelow(number, best, one) : IsBelow(number, one, best)) best = one;
  }
  *out = best;
  return ErrorKind::kNone;
}

double AsReal(ValueType number, const Value& value) {
  switch (number) {
    case ValueType::kUint: return static_cast<double>(value.natural);
    case ValueType::kDouble: return value.real;
    default: return static_cast<double>(value.number);
  }
}

// Calls `use` with the value in its C++ type.
template <typename Use>
ErrorKind WithNumber(ValueType number, const Value& value, Use use) {
  switch (number) {
    case ValueType::kUint: return use(value.natural);
    case ValueType::kDouble: return use(value.real);
    default: return use(value.number);
  }
}

ErrorKind CallReal(Function function, double real, Value* out) {
  switch (function) {
    case Function::kCeil: return ToldReal(std::ceil(real), out);
    case Function::kFloor: return ToldReal(std::floor(real), out);
    case Function::kRound: return ToldReal(std::round(real), out);
    case Function::kTrunc: return ToldReal(std::trunc(real), out);
    case Function::kIsNan: return ToldBool(std::isnan(real), out);
    case Function::kIsInf: return ToldBool(std::isinf(real), out);
    case Function::kIsFinite: return ToldBool(std::isfinite(real), out);
    default: return NotOfTheGroup();
  }
}

ErrorKind CallNumber(Function function, ValueType number, const Value& operand, Value* out) {
  switch (function) {
    case Function::kGreatest: return Extremum(number, true, operand.items, out);
    case Function::kLeast: return Extremum(number, false, operand.items, out);
    case Function::kSqrt: return ToldReal(std::sqrt(AsReal(number, operand)), out);
    case Function::kAbs:
      return WithNumber(number, operand,
                        [&](auto value) { return Told(base::Abs(value), ErrorKind::kOverflow, out); });
    case Function::kSign:
      return WithNumber(number, operand, [&](auto value) {
        return Told(std::optional(base::Sign(value)), ErrorKind::kNone, out);
      });
    default: return NotOfTheGroup();
  }
}

ErrorKind Shift(bool left, ValueType number, const Value* o, Value* out) {
  const std::int64_t places = o[1].number;
  if (number == ValueType::kUint) {
    const std::uint64_t bits = o[0].natural;
    return Told(left ? base::ShiftLeft(bits, places) : base::ShiftRight(bits, places), ErrorKind::kRange, out);
  }
  const std::int64_t bits = o[0].number;
  return Told(left ? base::ShiftLeft(bits, places) : base::ShiftRight(bits, places), ErrorKind::kRange, out);
}

// Bits of int and uint are the same: the union's other name reads them.
ErrorKind CallBits(Function function, ValueType number, const Value* o, Value* out) {
  switch (function) {
    case Function::kBitAnd: *out = NaturalValue(o[0].natural & o[1].natural); return ErrorKind::kNone;
    case Function::kBitOr: *out = NaturalValue(o[0].natural | o[1].natural); return ErrorKind::kNone;
    case Function::kBitXor: *out = NaturalValue(o[0].natural ^ o[1].natural); return ErrorKind::kNone;
    case Function::kBitNot: *out = NaturalValue(~o[0].natural); return ErrorKind::kNone;
    case Function::kBitShiftLeft: return Shift(true, number, o, out);
    case Function::kBitShiftRight: return Shift(false, number, o, out);
    default: return NotOfTheGroup();
  }
}

}  // namespace

ErrorKind CallFunction(Function function, ValueType number, const Value* operands, Arena* arena, Value* out) {
  switch (ruleset::GroupOf(function)) {
    case FunctionGroup::kText: return CallText(function, operands, arena, out);
    case FunctionGroup::kNumber: return CallNumber(function, number, operands[0], out);
    case FunctionGroup::kReal: return CallReal(function, operands[0].real, out);
    case FunctionGroup::kBits: return CallBits(function, number, operands, out);
    case FunctionGroup::kSets: break;  // the row interpreter's: it knows how elements are compared
  }
  return NotOfTheGroup();
}

}  // namespace sluice::match
