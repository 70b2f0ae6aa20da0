// Dispatch, leaves and logic of the row interpreter.
#include "engine/match/row_interpreter.h"

#include "engine/base/check.h"
#include "engine/match/convert.h"

namespace sluice::match {

using ruleset::Node;
using ruleset::NodeIndex;
using ruleset::Op;
using ruleset::ValueType;

RowInterpreter::RowInterpreter(const ruleset::RuleSet& rule_set, Arena* arena)
    : rule_set_(rule_set), program_(rule_set.program), arena_(arena) {
  const parcel::ColumnPlan& plan = rule_set.columns;
  element_column_.assign(plan.domains.size(), ruleset::kNone);
  for (parcel::ColumnIndex c = 0; c < plan.columns.size(); ++c) {
    if (plan.columns[c].path.empty()) element_column_[plan.columns[c].domain] = c;
  }
  ways_.reserve(program_.nodes.size());
  for (const Node& node : program_.nodes) ways_.push_back(WayOf(node));
}

RowInterpreter::Way RowInterpreter::WayOf(const Node& node) {
  Way way;
  if (node.op == Op::kConst) {
    way.kind = Way::kConstant;
    way.index = static_cast<std::uint32_t>(constants_.size());
    constants_.push_back(ConstantOf(node));
  } else if (node.op == Op::kColumn) {
    way.kind = Way::kColumn;
    way.index = node.a;
  } else if (node.op == Op::kField && program_.nodes[node.a].op == Op::kLocal) {
    way.kind = Way::kField;
    way.slot = static_cast<std::uint8_t>(program_.nodes[node.a].a);
    way.index = node.b;
  }
  return way;
}

void RowInterpreter::SetMemo(ValueMemo* memo) {
  memo_ = memo;
  for (NodeIndex node = 0; node < ways_.size(); ++node) {
    const std::uint32_t column = memo->ColumnOf(node);
    if (column != ValueMemo::kNoMemo) ways_[node] = {Way::kMemo, 0, column};
  }
}

ErrorKind RowInterpreter::EvalAfresh(NodeIndex node, Value* out) {
  const Node& n = program_.nodes[node];
  switch (n.op) {
#define X(name, operands, text) \
  case Op::k##name: return Eval##name(n, out);
#include "engine/ruleset/ops.def"
#undef X
  }
  SLUICE_CHECK(false);
}

ValueType RowInterpreter::KindOf(NodeIndex node) const { return program_.types[program_.nodes[node].type].kind; }

// --- leaves ------------------------------------------------------------------------------------------

Value RowInterpreter::ConstantOf(const Node& node) const {
  switch (program_.types[node.type].kind) {
    case ValueType::kBool:
    case ValueType::kInt:
    case ValueType::kDuration: return NumberValue(program_.ints[node.a]);
    case ValueType::kUint: return NaturalValue(program_.uints[node.a]);
    case ValueType::kDouble: return RealValue(program_.doubles[node.a]);
    case ValueType::kString: return TextValue(program_.texts[node.a]);
    case ValueType::kTimestamp: return TimeValue(program_.times[node.a]);
    case ValueType::kMoney: return MoneyValue(program_.moneys[node.a]);
    default: SLUICE_CHECK(false);
  }
}

ErrorKind RowInterpreter::EvalConst(const Node& node, Value* out) {
  *out = ConstantOf(node);
  return ErrorKind::kNone;
}

ErrorKind RowInterpreter::ReadElement(parcel::DomainIndex domain, std::size_t row, Value* out) const {
  return ReadColumn(element_column_[domain], row, out);
}

ErrorKind RowInterpreter::EvalColumn(const Node& node, Value* out) { return ReadColumn(node.a, parcel_row_, out); }

ErrorKind RowInterpreter::EvalHas(const Node& node, Value* out) {
  *out = NumberValue(batch_->columns[node.a].Has(parcel_row_) ? 1 : 0);
  return ErrorKind::kNone;
}

ErrorKind RowInterpreter::EvalNow(const Node&, Value* out) {
  *out = TimeValue(batch_->facts[parcel_row_].now);
  return ErrorKind::kNone;
}

ErrorKind RowInterpreter::EvalLocal(const Node& node, Value* out) {
  *out = locals_[node.a];
  return ErrorKind::kNone;
}

ErrorKind RowInterpreter::EvalField(const Node& node, Value* out) {
  Value record;
  const ErrorKind error = Eval(node.a, &record);
  return error != ErrorKind::kNone ? error : ReadColumn(node.b, record.row, out);
}

ErrorKind RowInterpreter::EvalHasField(const Node& node, Value* out) {
  Value record;
  const ErrorKind error = Eval(node.a, &record);
  if (error != ErrorKind::kNone) return error;
  *out = NumberValue(batch_->columns[node.b].Has(record.row) ? 1 : 0);
  return ErrorKind::kNone;
}

// --- logic -------------------------------------------------------------------------------------------

ErrorKind RowInterpreter::EvalNot(const Node& node, Value* out) {
  const ErrorKind error = Eval(node.a, out);
  if (error == ErrorKind::kNone) *out = NumberValue(out->number == 0 ? 1 : 0);
  return error;
}

// `dominant`: false for And, true for Or. Whichever operand has it decides, errors or not.
ErrorKind RowInterpreter::EvalKleene(const Node& node, bool dominant, Value* out) {
  ErrorKind told = ErrorKind::kNone;
  for (std::uint32_t i = 0; i < node.c; ++i) {
    Value value;
    const ErrorKind error = EvalAndFree(program_.operands[node.b + i], &value);
    if (error == ErrorKind::kNone && (value.number != 0) == dominant) {
      *out = value;
      return ErrorKind::kNone;
    }
    told = Outweigh(told, error);
  }
  *out = NumberValue(dominant ? 0 : 1);
  return told;
}

ErrorKind RowInterpreter::EvalAnd(const Node& node, Value* out) { return EvalKleene(node, false, out); }
ErrorKind RowInterpreter::EvalOr(const Node& node, Value* out) { return EvalKleene(node, true, out); }

ErrorKind RowInterpreter::EvalCond(const Node& node, Value* out) {
  Value condition;
  const ErrorKind error = EvalAndFree(node.a, &condition);
  if (error != ErrorKind::kNone) return error;
  return Eval(condition.number != 0 ? node.b : node.c, out);
}

// --- conversions and parts of time -------------------------------------------------------------------

ErrorKind RowInterpreter::EvalConvert(const Node& node, Value* out) {
  Value value;
  const ErrorKind error = Eval(node.a, &value);
  if (error != ErrorKind::kNone) return error;
  return Convert(KindOf(node.a), value, program_.types[node.type].kind, arena_, out);
}

ErrorKind RowInterpreter::EvalTimePart(const Node& node, Value* out) {
  Value value;
  const ErrorKind error = Eval(node.a, &value);
  if (error != ErrorKind::kNone) return error;
  const auto part = static_cast<ruleset::TimePart>(node.c);
  const ruleset::Zone* zone = node.b == ruleset::kNoNode ? nullptr : &program_.zones[node.b];
  *out = NumberValue(KindOf(node.a) == ValueType::kDuration ? PartOfDuration(value.number, part)
                                                            : PartOfTime(value.time, zone, part));
  return ErrorKind::kNone;
}

}  // namespace sluice::match
