// Comparison, arithmetic and money of the row interpreter.
#include "engine/base/check.h"
#include "engine/match/row_interpreter.h"
#include "engine/match/scalar_ops.h"

namespace sluice::match {

using ruleset::Node;
using ruleset::Op;
using ruleset::TypeInfo;
using ruleset::ValueType;

namespace {

// Calls `use` with both operands in their C++ types; they are of one scalar type or two numeric ones.
template <typename Use>
bool WithNumber(ValueType type, const Value& value, Use use) {
  switch (type) {
    case ValueType::kUint: return use(value.natural);
    case ValueType::kDouble: return use(value.real);
    default: return use(value.number);
  }
}

template <typename Relation>
bool Related(ValueType type_a, const Value& a, ValueType type_b, const Value& b, Relation relation) {
  switch (type_a) {
    case ValueType::kString: return relation(a.Text(), b.Text());
    case ValueType::kTimestamp: return relation(a.time, b.time);
    case ValueType::kMoney: return relation(a.money, b.money);
    default:
      return WithNumber(type_a, a, [&](auto number_a) {
        return WithNumber(type_b, b, [&](auto number_b) { return relation(number_a, number_b); });
      });
  }
}

bool Compared(Op op, ValueType type_a, const Value& a, ValueType type_b, const Value& b) {
  switch (op) {
    case Op::kLt: return Related(type_a, a, type_b, b, Less());
    case Op::kLe: return Related(type_a, a, type_b, b, LessOrEqual());
    case Op::kGt: return Related(type_b, b, type_a, a, Less());
    case Op::kGe: return Related(type_b, b, type_a, a, LessOrEqual());
    default: return Related(type_a, a, type_b, b, Equal());
  }
}

template <typename T>
ErrorKind Calculate(Op op, T a, T b, T* out) {
  switch (op) {
    case Op::kAdd: return AddChecked(a, b, out);
    case Op::kSub: return SubChecked(a, b, out);
    case Op::kMul: return MulChecked(a, b, out);
    case Op::kDiv: return DivChecked(a, b, out);
    case Op::kMod: return ModChecked(a, b, out);
    default: SLUICE_CHECK(false);
  }
}

double Calculate(Op op, double a, double b) {
  switch (op) {
    case Op::kAdd: return a + b;
    case Op::kSub: return a - b;
    case Op::kMul: return a * b;
    case Op::kDiv: return a / b;
    default: SLUICE_CHECK(false);
  }
}

}  // namespace

ErrorKind RowInterpreter::EvalTwo(const Node& node, Value* a, Value* b) {
  const ErrorKind error = Eval(node.a, a);
  return error != ErrorKind::kNone ? error : Eval(node.b, b);
}

// --- comparison --------------------------------------------------------------------------------------

bool RowInterpreter::ItemsEqual(const TypeInfo& type_a, const Items& a, const TypeInfo& type_b, const Items& b) const {
  if (a.count != b.count) return false;
  for (std::size_t i = 0; i < a.count; ++i) {
    if (!Equals(type_a.element, a.first[i], type_b.element, b.first[i])) return false;
  }
  return true;
}

// The same keys, in whatever order, with equal values.
bool RowInterpreter::MapsEqual(const TypeInfo& type_a, const Items& a, const TypeInfo& type_b, const Items& b) const {
  if (a.count != b.count) return false;
  for (std::size_t i = 0; i < a.count; ++i) {
    bool found = false;
    for (std::size_t j = 0; j < b.count && !found; ++j) {
      found = Equals(type_a.key, a.first[2 * i], type_b.key, b.first[2 * j]) &&
              Equals(type_a.element, a.first[2 * i + 1], type_b.element, b.first[2 * j + 1]);
    }
    if (!found) return false;
  }
  return true;
}

bool RowInterpreter::Equals(ruleset::TypeId id_a, const Value& a, ruleset::TypeId id_b, const Value& b) const {
  const TypeInfo& type_a = program_.types[id_a];
  const TypeInfo& type_b = program_.types[id_b];
  switch (type_a.kind) {
    case ValueType::kList: return ItemsEqual(type_a, a.items, type_b, b.items);
    case ValueType::kMap: return MapsEqual(type_a, a.items, type_b, b.items);
    case ValueType::kRecord:
    case ValueType::kTableRow: return a.row == b.row;
    case ValueType::kMoney: return a.money == b.money;
    default: return Compared(Op::kEq, type_a.kind, a, type_b.kind, b);
  }
}

ErrorKind RowInterpreter::EvalCompare(const Node& node, Value* out) {
  Value a, b;
  const ErrorKind error = EvalTwo(node, &a, &b);
  if (error != ErrorKind::kNone) return error;
  const ValueType kind_a = KindOf(node.a);
  const ValueType kind_b = KindOf(node.b);
  if (kind_a == ValueType::kMoney && !SameCurrency(a.money, b.money)) return ErrorKind::kConversion;
  const bool holds = IsScalar(kind_a) ? Compared(node.op, kind_a, a, kind_b, b)
                                      : Equals(program_.nodes[node.a].type, a, program_.nodes[node.b].type, b);
  *out = NumberValue(holds != (node.op == Op::kNe) ? 1 : 0);
  return ErrorKind::kNone;
}

ErrorKind RowInterpreter::EvalEq(const Node& node, Value* out) { return EvalCompare(node, out); }
ErrorKind RowInterpreter::EvalNe(const Node& node, Value* out) { return EvalCompare(node, out); }
ErrorKind RowInterpreter::EvalLt(const Node& node, Value* out) { return EvalCompare(node, out); }
ErrorKind RowInterpreter::EvalLe(const Node& node, Value* out) { return EvalCompare(node, out); }
ErrorKind RowInterpreter::EvalGt(const Node& node, Value* out) { return EvalCompare(node, out); }
ErrorKind RowInterpreter::EvalGe(const Node& node, Value* out) { return EvalCompare(node, out); }

// --- arithmetic --------------------------------------------------------------------------------------

ErrorKind RowInterpreter::AddTimes(const Node& node, const Value& a, const Value& b, Value* out) {
  const bool time_first = KindOf(node.a) == ValueType::kTimestamp;
  base::Timestamp sum;
  const ErrorKind error = time_first ? AddDuration(a.time, b.number, &sum) : AddDuration(b.time, a.number, &sum);
  if (error == ErrorKind::kNone) *out = TimeValue(sum);
  return error;
}

ErrorKind RowInterpreter::SubTimesOf(const Node& node, const Value& a, const Value& b, Value* out) {
  if (KindOf(node.b) == ValueType::kTimestamp) {
    std::int64_t duration;
    const ErrorKind error = SubTimes(a.time, b.time, &duration);
    if (error == ErrorKind::kNone) *out = NumberValue(duration);
    return error;
  }
  base::Timestamp difference;
  const ErrorKind error = SubDuration(a.time, b.number, &difference);
  if (error == ErrorKind::kNone) *out = TimeValue(difference);
  return error;
}

ErrorKind RowInterpreter::EvalMoneyArithmetic(const Node& node, const Value& a, const Value& b, Value* out) {
  base::Money money;
  ErrorKind error = ErrorKind::kNone;
  switch (node.op) {
    case Op::kAdd: error = CombineMoney(a.money, b.money, AddChecked<std::int64_t>, &money); break;
    case Op::kSub: error = CombineMoney(a.money, b.money, SubChecked<std::int64_t>, &money); break;
    default: {
      const bool money_first = KindOf(node.a) == ValueType::kMoney;
      const base::Money& amount = money_first ? a.money : b.money;
      money.currency = amount.currency;
      error = Calculate(node.op, amount.minor_units, money_first ? b.number : a.number, &money.minor_units);
    }
  }
  if (error == ErrorKind::kNone) *out = MoneyValue(money);
  return error;
}

ErrorKind RowInterpreter::EvalArithmetic(const Node& node, Value* out) {
  Value a, b;
  ErrorKind error = EvalTwo(node, &a, &b);
  if (error != ErrorKind::kNone) return error;
  if (KindOf(node.a) == ValueType::kTimestamp || KindOf(node.b) == ValueType::kTimestamp) {
    return node.op == Op::kAdd ? AddTimes(node, a, b, out) : SubTimesOf(node, a, b, out);
  }
  Value result;
  switch (program_.types[node.type].kind) {
    case ValueType::kInt:
    case ValueType::kDuration: error = Calculate(node.op, a.number, b.number, &result.number); break;
    case ValueType::kUint: error = Calculate(node.op, a.natural, b.natural, &result.natural); break;
    case ValueType::kDouble: result = RealValue(Calculate(node.op, a.real, b.real)); break;
    case ValueType::kMoney: return EvalMoneyArithmetic(node, a, b, out);
    case ValueType::kString: return Concat(a.Text(), b.Text(), out);
    case ValueType::kList: return Join(a.items, b.items, out);
    default: SLUICE_CHECK(false);
  }
  if (error == ErrorKind::kNone) *out = result;
  return error;
}

ErrorKind RowInterpreter::EvalAdd(const Node& node, Value* out) { return EvalArithmetic(node, out); }
ErrorKind RowInterpreter::EvalSub(const Node& node, Value* out) { return EvalArithmetic(node, out); }
ErrorKind RowInterpreter::EvalMul(const Node& node, Value* out) { return EvalArithmetic(node, out); }
ErrorKind RowInterpreter::EvalDiv(const Node& node, Value* out) { return EvalArithmetic(node, out); }
ErrorKind RowInterpreter::EvalMod(const Node& node, Value* out) { return EvalArithmetic(node, out); }

ErrorKind RowInterpreter::EvalNeg(const Node& node, Value* out) {
  Value value;
  const ErrorKind error = Eval(node.a, &value);
  if (error != ErrorKind::kNone) return error;
  switch (program_.types[node.type].kind) {
    case ValueType::kDouble: *out = RealValue(-value.real); return ErrorKind::kNone;
    case ValueType::kMoney: {
      const ErrorKind overflow = NegChecked(value.money.minor_units, &value.money.minor_units);
      if (overflow == ErrorKind::kNone) *out = value;
      return overflow;
    }
    default: {
      const ErrorKind overflow = NegChecked(value.number, &value.number);
      if (overflow == ErrorKind::kNone) *out = value;
      return overflow;
    }
  }
}

// --- money -------------------------------------------------------------------------------------------

ErrorKind RowInterpreter::EvalMoneyTo(const Node& node, Value* out) {
  Value value;
  const ErrorKind error = Eval(node.a, &value);
  if (error != ErrorKind::kNone) return error;
  using Outcome = ruleset::RateTable::Outcome;
  base::Money converted = value.money;
  Outcome outcome = Outcome::kOk;
  if (value.money.currency != node.b) {
    outcome = rule_set_.rates.Convert(value.money, node.b, batch_->facts[parcel_row_].now, &converted);
  }
  if (outcome == Outcome::kNoRate) return ErrorKind::kAbsent;
  if (outcome == Outcome::kOverflow) return ErrorKind::kOverflow;
  *out = MoneyValue(converted);
  return ErrorKind::kNone;
}

ErrorKind RowInterpreter::EvalMoneyMinor(const Node& node, Value* out) {
  Value value;
  const ErrorKind error = Eval(node.a, &value);
  if (error == ErrorKind::kNone) *out = NumberValue(value.money.minor_units);
  return error;
}

}  // namespace sluice::match
