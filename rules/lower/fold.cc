#include "rules/lower/fold.h"

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/convert.h"
#include "engine/base/limits.h"
#include "engine/base/time_text.h"
#include "engine/base/utf8.h"

namespace sluice::rules {

namespace {

using parcel::ValueType;
using ruleset::Op;

constexpr const char* kOverflow = "the result is out of range";
constexpr const char* kDivideByZero = "division by zero";

Folded Fails(const char* why) { return {Folded::State::kFails, {}, why}; }
Folded Is(Value value) { return {Folded::State::kValue, std::move(value), nullptr}; }

Folded IsBool(bool value) {
  Value folded;
  folded.type = ValueType::kBool;
  folded.number = value ? 1 : 0;
  return Is(std::move(folded));
}

Folded IsNumber(ValueType type, std::optional<std::int64_t> number, const char* why = kOverflow) {
  if (!number) return Fails(why);
  Value folded;
  folded.type = type;
  folded.number = *number;
  return Is(std::move(folded));
}
Folded IsInt(std::optional<std::int64_t> number, const char* why = kOverflow) {
  return IsNumber(ValueType::kInt, number, why);
}

Folded IsUint(std::optional<std::uint64_t> number, const char* why = kOverflow) {
  if (!number) return Fails(why);
  Value folded;
  folded.type = ValueType::kUint;
  folded.unsigned_number = *number;
  return Is(std::move(folded));
}

Folded IsDouble(double number) {
  Value folded;
  folded.type = ValueType::kDouble;
  folded.real = number;
  return Is(std::move(folded));
}

Folded IsText(std::string text) {
  if (text.size() > limits::kTextBytesMax) return {};
  Value folded;
  folded.type = ValueType::kString;
  folded.text = std::move(text);
  return Is(std::move(folded));
}

Folded IsTime(std::optional<base::Timestamp> time, const char* why = kOverflow) {
  if (!time || time->seconds < base::kTimestampSecondsMin ||
      time->seconds > base::kTimestampSecondsMax) {
    return Fails(why);
  }
  Value folded;
  folded.type = ValueType::kTimestamp;
  folded.time = *time;
  return Is(std::move(folded));
}

Folded IsMoney(std::optional<std::int64_t> minor_units, base::CurrencyCode currency) {
  if (!minor_units) return Fails(kOverflow);
  Value folded;
  folded.type = ValueType::kMoney;
  folded.money = {*minor_units, currency};
  return Is(std::move(folded));
}

/// Whole numbers, exactly or not at all. `b` is not zero for kDiv and kMod.
template <typename T>
std::optional<T> Exact(Op op, T a, T b) {
  T result = 0;
  bool overflow = false;
  switch (op) {
    case Op::kAdd: overflow = __builtin_add_overflow(a, b, &result); break;
    case Op::kSub: overflow = __builtin_sub_overflow(a, b, &result); break;
    case Op::kMul: overflow = __builtin_mul_overflow(a, b, &result); break;
    default:
      if constexpr (std::is_signed_v<T>) {
        if (b == -1 && a == std::numeric_limits<T>::min()) return std::nullopt;
      }
      result = op == Op::kDiv ? a / b : a % b;
  }
  if (overflow) return std::nullopt;
  return result;
}

Folded DoubleArithmetic(Op op, double a, double b) {
  switch (op) {
    case Op::kAdd: return IsDouble(a + b);
    case Op::kSub: return IsDouble(a - b);
    case Op::kMul: return IsDouble(a * b);
    default: return IsDouble(a / b);
  }
}

using Wide = __int128;  // holds every time of CEL's range in nanoseconds

Wide Nanoseconds(const base::Timestamp& time) {
  return Wide{time.seconds} * base::kNsPerSecond + time.nanos;
}

Folded IsTimeAt(Wide nanoseconds) {
  Wide seconds = nanoseconds / base::kNsPerSecond;
  Wide nanos = nanoseconds % base::kNsPerSecond;
  if (nanos < 0) {
    nanos += base::kNsPerSecond;
    --seconds;
  }
  return IsTime(
      base::Timestamp{static_cast<std::int64_t>(seconds), static_cast<std::int32_t>(nanos)});
}

Folded TimeArithmetic(Op op, const Value& a, const Value& b) {
  if (a.type != b.type) {
    const base::Timestamp& time = a.type == ValueType::kTimestamp ? a.time : b.time;
    const Wide duration = a.type == ValueType::kTimestamp ? b.number : a.number;
    return IsTimeAt(Nanoseconds(time) + (op == Op::kSub ? -duration : duration));
  }
  const Wide difference = Nanoseconds(a.time) - Nanoseconds(b.time);
  if (difference > std::numeric_limits<std::int64_t>::max() ||
      difference < std::numeric_limits<std::int64_t>::min()) {
    return Fails(kOverflow);
  }
  return IsNumber(ValueType::kDuration, static_cast<std::int64_t>(difference));
}

Folded MoneyArithmetic(Op op, const Value& a, const Value& b) {
  if (a.type == b.type) {
    if (a.money.currency != b.money.currency) return {};
    return IsMoney(Exact(op, a.money.minor_units, b.money.minor_units), a.money.currency);
  }
  const base::Money& money = a.type == ValueType::kMoney ? a.money : b.money;
  const std::int64_t number = a.type == ValueType::kMoney ? b.number : a.number;
  if (op == Op::kDiv && number == 0) return Fails(kDivideByZero);
  return IsMoney(Exact(op, money.minor_units, number), money.currency);
}

Folded Arithmetic(Op op, const Value& a, const Value& b) {
  if (a.type == ValueType::kTimestamp || b.type == ValueType::kTimestamp) {
    return TimeArithmetic(op, a, b);
  }
  if (a.type == ValueType::kMoney || b.type == ValueType::kMoney) return MoneyArithmetic(op, a, b);
  const bool divides = op == Op::kDiv || op == Op::kMod;
  switch (a.type) {
    case ValueType::kInt:
    case ValueType::kDuration:
      if (divides && b.number == 0) return Fails(kDivideByZero);
      return IsNumber(a.type, Exact(op, a.number, b.number));
    case ValueType::kUint:
      if (divides && b.unsigned_number == 0) return Fails(kDivideByZero);
      return IsUint(Exact(op, a.unsigned_number, b.unsigned_number));
    case ValueType::kDouble: return DoubleArithmetic(op, a.real, b.real);
    case ValueType::kString:
      if (a.text.size() + b.text.size() > limits::kTextBytesMax) return {};
      return IsText(a.text + b.text);
    default: return {};
  }
}

template <typename T>
int Order(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

std::optional<int> CompareMixed(const Value& a, const Value& b) {
  const auto negated = [](std::optional<int> order) {
    return order ? std::optional<int>(-*order) : std::nullopt;
  };
  if (a.type == ValueType::kInt && b.type == ValueType::kDouble) {
    return base::CompareNumbers(a.number, b.real);
  }
  if (a.type == ValueType::kInt) return base::CompareNumbers(a.number, b.unsigned_number);
  if (a.type == ValueType::kUint && b.type == ValueType::kDouble) {
    return base::CompareNumbers(a.unsigned_number, b.real);
  }
  return negated(CompareMixed(b, a));
}

/// -1, 0, 1; nothing for NaN.
std::optional<int> Compare(const Value& a, const Value& b) {
  if (a.type != b.type) return CompareMixed(a, b);
  switch (a.type) {
    case ValueType::kUint: return Order(a.unsigned_number, b.unsigned_number);
    case ValueType::kDouble:
      if (std::isnan(a.real) || std::isnan(b.real)) return std::nullopt;
      return Order(a.real, b.real);
    case ValueType::kString: return a.text.compare(b.text);
    case ValueType::kTimestamp: return Order(a.time, b.time);
    case ValueType::kMoney: return Order(a.money.minor_units, b.money.minor_units);
    default: return Order(a.number, b.number);
  }
}

Folded Comparison(Op op, const Value& a, const Value& b) {
  if (a.type == ValueType::kMoney && a.money.currency != b.money.currency) return {};
  const std::optional<int> order = Compare(a, b);
  if (!order) return IsBool(op == Op::kNe);
  switch (op) {
    case Op::kEq: return IsBool(*order == 0);
    case Op::kNe: return IsBool(*order != 0);
    case Op::kLt: return IsBool(*order < 0);
    case Op::kLe: return IsBool(*order <= 0);
    case Op::kGt: return IsBool(*order > 0);
    default: return IsBool(*order >= 0);
  }
}

Folded Negate(const Value& operand) {
  switch (operand.type) {
    case ValueType::kInt: return IsInt(Exact<std::int64_t>(Op::kSub, 0, operand.number));
    case ValueType::kDouble: return IsDouble(-operand.real);
    case ValueType::kMoney:
      return IsMoney(Exact<std::int64_t>(Op::kSub, 0, operand.money.minor_units),
                     operand.money.currency);
    default: return {};
  }
}

Folded ConvertToText(const Value& operand) {
  switch (operand.type) {
    case ValueType::kBool: return IsText(operand.number != 0 ? "true" : "false");
    case ValueType::kInt: return IsText(std::to_string(operand.number));
    case ValueType::kUint: return IsText(std::to_string(operand.unsigned_number));
    case ValueType::kDouble: return IsText(base::DoubleText(operand.real));
    case ValueType::kTimestamp: return IsText(base::TimestampText(operand.time));
    case ValueType::kDuration: return IsText(base::DurationText(operand.number));
    default: return {};
  }
}

Folded ConvertToInt(const Value& operand) {
  constexpr const char* kWhy = "the value is out of the range of int";
  switch (operand.type) {
    case ValueType::kUint:
      if (operand.unsigned_number > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
        return Fails(kWhy);
      }
      return IsInt(static_cast<std::int64_t>(operand.unsigned_number));
    case ValueType::kDouble: return IsInt(base::IntFromDouble(operand.real), kWhy);
    case ValueType::kString: return IsInt(base::ParseInt(operand.text), "the text is no int");
    case ValueType::kTimestamp: return IsInt(operand.time.seconds);
    default: return {};
  }
}

Folded ConvertToUint(const Value& operand) {
  constexpr const char* kWhy = "the value is out of the range of uint";
  switch (operand.type) {
    case ValueType::kInt:
      if (operand.number < 0) return Fails(kWhy);
      return IsUint(static_cast<std::uint64_t>(operand.number));
    case ValueType::kDouble: return IsUint(base::UintFromDouble(operand.real), kWhy);
    case ValueType::kString: return IsUint(base::ParseUint(operand.text), "the text is no uint");
    default: return {};
  }
}

Folded ConvertToDouble(const Value& operand) {
  switch (operand.type) {
    case ValueType::kInt: return IsDouble(static_cast<double>(operand.number));
    case ValueType::kUint: return IsDouble(static_cast<double>(operand.unsigned_number));
    case ValueType::kString: {
      const auto number = base::ParseDouble(operand.text);
      return number ? IsDouble(*number) : Fails("the text is no double");
    }
    default: return {};
  }
}

Folded Convert(ValueType result, const Value& operand) {
  switch (result) {
    case ValueType::kString: return ConvertToText(operand);
    case ValueType::kInt: return ConvertToInt(operand);
    case ValueType::kUint: return ConvertToUint(operand);
    case ValueType::kDouble: return ConvertToDouble(operand);
    case ValueType::kBool: {
      const auto value = base::ParseBool(operand.text);
      return value ? IsBool(*value) : Fails("the text is no bool");
    }
    case ValueType::kTimestamp:
      if (operand.type == ValueType::kInt) return IsTime(base::Timestamp{operand.number, 0});
      return IsTime(base::ParseTimestamp(operand.text),
                    "the text is no timestamp such as 2026-03-01T08:00:00Z");
    case ValueType::kDuration:
      return IsNumber(ValueType::kDuration, base::ParseDuration(operand.text),
                      "the text is no duration such as 36h or 1m30s");
    default: return {};
  }
}

std::string MapAscii(std::string text, char from, char to) {
  for (char& c : text) {
    if (c >= from && c <= from + ('z' - 'a')) c = static_cast<char>(c - from + to);
  }
  return text;
}

}  // namespace

Folded FoldUnary(Op op, ValueType result, const Value& operand) {
  switch (op) {
    case Op::kNot: return IsBool(operand.number == 0);
    case Op::kNeg: return Negate(operand);
    case Op::kSize: return IsInt(static_cast<std::int64_t>(base::CountCodePoints(operand.text)));
    case Op::kLowerAscii: return IsText(MapAscii(operand.text, 'A', 'a'));
    case Op::kUpperAscii: return IsText(MapAscii(operand.text, 'a', 'A'));
    case Op::kConvert: return Convert(result, operand);
    case Op::kMoneyMinor: return IsInt(operand.money.minor_units);
    default: return {};
  }
}

Folded FoldBinary(Op op, const Value& left, const Value& right) {
  switch (op) {
    case Op::kEq:
    case Op::kNe:
    case Op::kLt:
    case Op::kLe:
    case Op::kGt:
    case Op::kGe: return Comparison(op, left, right);
    case Op::kAdd:
    case Op::kSub:
    case Op::kMul:
    case Op::kDiv:
    case Op::kMod: return Arithmetic(op, left, right);
    case Op::kContains: return IsBool(left.text.find(right.text) != std::string::npos);
    case Op::kStartsWith: return IsBool(left.text.starts_with(right.text));
    case Op::kEndsWith: return IsBool(left.text.ends_with(right.text));
    default: return {};
  }
}

}  // namespace sluice::rules
