#include "tests/support/oracle/evaluator.h"

#include <cmath>
#include <cstdlib>

#include "engine/base/check.h"
#include "tests/support/oracle/lookup.h"

namespace sluice::oracle {

using rules::BinaryOp;
using rules::ExprKind;
using rules::NodeId;
using ListPtr = std::shared_ptr<const List>;
using MapPtr = std::shared_ptr<const Map>;

namespace {

bool HasKey(const Map& map, const std::string& name) {
  for (const auto& entry : map) {
    if (entry.first.As<std::string>() == name) return true;
  }
  return false;
}

}  // namespace

Result Evaluator::Fail(ErrorKind kind) {
  ++errors_[static_cast<std::size_t>(kind)];
  return kind;
}

Result Evaluator::Count(Result result) { return result.ok() ? result : Fail(result.error()); }

std::optional<Result> Evaluator::Score() {
  if (IsBlank(ast_.root(), nullptr)) return std::nullopt;
  return Eval(ast_.root(), nullptr, true);
}

Result Evaluator::EvalBool(NodeId id, const Scope* scope, bool positive) {
  const ExprKind kind = ast_.node(id).kind;
  if (kind == ExprKind::kConditional) return Conditional(id, scope, positive);
  if (kind == ExprKind::kBind) {
    const Scope inner{scope, ast_.comprehension(id).var1, nullptr, ast_.comprehension(id).range};
    return EvalBool(ast_.comprehension(id).body, &inner, positive);
  }
  if (IsBlank(id, scope)) return Value{positive};
  return Eval(id, scope, positive);
}

Result Evaluator::Eval(NodeId id, const Scope* scope, bool positive) {
  if (situation_.row.table != nullptr && IsReplaced(id, scope)) return Value{positive};
  switch (ast_.node(id).kind) {
    case ExprKind::kIdent: return Ident(id, scope, positive);
    case ExprKind::kSelect: return Select(id, scope, positive);
    case ExprKind::kHas: return Has(id, scope, positive);
    case ExprKind::kIndex: return Index(id, scope, positive);
    case ExprKind::kCall: return Call(id, scope, positive);
    case ExprKind::kBinary: return Binary(id, scope, positive);
    case ExprKind::kAnd:
    case ExprKind::kOr: return Logic(id, scope, positive);
    case ExprKind::kConditional: return Conditional(id, scope, positive);
    case ExprKind::kList: return ListLiteral(id, scope, positive);
    case ExprKind::kMap: return MapLiteral(id, scope, positive);
    case ExprKind::kComprehension: return Macro(id, scope, positive);
    case ExprKind::kBind: {
      const Scope inner{scope, ast_.comprehension(id).var1, nullptr, ast_.comprehension(id).range};
      return Eval(ast_.comprehension(id).body, &inner, positive);
    }
    case ExprKind::kNot: {
      const Result operand = EvalBool(ast_.child(id, 0), scope, !positive);
      return operand.ok() ? Result(Value{!operand.value().As<bool>()}) : operand;
    }
    case ExprKind::kNegate: {
      const Result operand = Eval(ast_.child(id, 0), scope, positive);
      return operand.ok() ? Count(Negate(operand.value())) : operand;
    }
    default: return Literal(id);
  }
}

Result Evaluator::Literal(NodeId id) const {
  const rules::ExprNode& node = ast_.node(id);
  switch (node.kind) {
    case ExprKind::kBool: return Value{node.bool_value};
    case ExprKind::kInt: return Value{node.int_value};
    case ExprKind::kUint: return Value{node.uint_value};
    case ExprKind::kDouble: return Value{node.double_value};
    default: return Value{std::string(ast_.Text(id))};
  }
}

const Evaluator::Scope* Evaluator::Find(const Scope* scope, std::string_view name) {
  while (scope != nullptr && scope->name != name) scope = scope->outer;
  return scope;
}

bool Evaluator::IsName(NodeId id, std::string_view name, const Scope* scope) const {
  return ast_.node(id).kind == ExprKind::kIdent && ast_.Text(id) == name &&
         Find(scope, name) == nullptr;
}

const TableModel* Evaluator::TableNamed(NodeId id, const Scope* scope) const {
  const bool in_tables =
      ast_.node(id).kind == ExprKind::kSelect && IsName(ast_.child(id, 0), "tables", scope);
  for (const TableModel& table : book_.tables) {
    if (in_tables && table.name == ast_.Text(id)) return &table;
  }
  return nullptr;
}

const ListModel* Evaluator::ListNamed(NodeId id, const Scope* scope) const {
  const bool in_lists =
      ast_.node(id).kind == ExprKind::kSelect && IsName(ast_.child(id, 0), "lists", scope);
  for (const ListModel& list : book_.lists) {
    if (in_lists && list.name == ast_.Text(id)) return &list;
  }
  return nullptr;
}

const parcel::Enum* Evaluator::EnumNamed(NodeId id, const Scope* scope) const {
  for (const parcel::Enum& one : catalog_.enums) {
    if (IsName(id, one.name, scope)) return &one;
  }
  return nullptr;
}

Result Evaluator::Ident(NodeId id, const Scope* scope, bool positive) {
  const std::string_view name = ast_.Text(id);
  if (const Scope* found = Find(scope, name)) {
    return found->value != nullptr ? Result(*found->value)
                                   : Eval(found->bound, found->outer, positive);
  }
  if (name == "parcel") return Value{situation_.parcel};
  if (name == "now") return Value{situation_.now};
  SLUICE_CHECK(name == "office");
  const auto office = ReadPath(catalog_, *situation_.parcel, book_.office_field);
  return office ? Result(*office) : Fail(ErrorKind::kAbsent);
}

Result Evaluator::Select(NodeId id, const Scope* scope, bool positive) {
  const NodeId operand = ast_.child(id, 0);
  const std::string name(ast_.Text(id));
  if (IsName(operand, "row", scope)) {
    return *ReadCell(*situation_.row.table, situation_.row.row, name, book_.zone);
  }
  if (const parcel::Enum* one = EnumNamed(operand, scope)) {
    for (const parcel::EnumValue& value : one->values) {
      if (value.name == name) return Value{value.value};
    }
  }
  const Result found = Eval(operand, scope, positive);
  if (found.ok()) return Member(found.value(), name);
  // A vector behind an absent record is the empty list.
  const bool is_absent_vector =
      found.error() == ErrorKind::kAbsent && IsVectorBehindAbsentRecord(id, scope);
  return is_absent_vector ? Result(MakeList({})) : found;
}

Result Evaluator::Member(const Value& operand, const std::string& name) {
  if (operand.Is<const RecordTree*>()) {
    return Count(ReadField(catalog_, *operand.As<const RecordTree*>(), name));
  }
  if (operand.Is<RowRef>()) {
    const RowRef row = operand.As<RowRef>();
    const auto cell = ReadCell(*row.table, row.row, name, book_.zone);
    return cell ? Result(*cell) : Fail(ErrorKind::kAbsent);
  }
  for (const auto& [key, value] : *operand.As<MapPtr>()) {
    if (key.As<std::string>() == name) return value;
  }
  return Fail(ErrorKind::kNoKey);
}

bool Evaluator::IsVectorBehindAbsentRecord(NodeId id, const Scope* scope) const {
  // The names between the vector and what it hangs on; the checker has seen that they are fields.
  std::vector<std::string> names;
  const Place base = BaseOf(id, scope, &names);
  if (ast_.node(base.node).kind != ExprKind::kIdent) return false;
  std::uint32_t record = catalog_.root;
  const Scope* found = Find(base.scope, ast_.Text(base.node));
  if (found == nullptr && ast_.Text(base.node) != "parcel") return false;
  if (found != nullptr) {
    if (!found->value->Is<const RecordTree*>()) return false;
    record = found->value->As<const RecordTree*>()->record;
  }
  for (const std::string& name : names) {
    const std::uint32_t index = catalog_.records[record].Find(name);
    if (index == parcel::kNoIndex) return false;
    const parcel::Field& field = catalog_.records[record].fields[index];
    if (field.type == parcel::ValueType::kList) return true;
    record = field.record;
    if (record == parcel::kNoIndex) return false;
  }
  return false;
}

/// What a path of names hangs on; the name of a bind stands for its text. Adds the names before
/// `names`.
Evaluator::Place Evaluator::BaseOf(NodeId id, const Scope* scope,
                                   std::vector<std::string>* names) const {
  for (;;) {
    const rules::ExprNode& node = ast_.node(id);
    const Scope* found = node.kind == ExprKind::kIdent ? Find(scope, ast_.Text(id)) : nullptr;
    if (node.kind == ExprKind::kSelect) {
      names->insert(names->begin(), std::string(ast_.Text(id)));
      id = ast_.child(id, 0);
    } else if (found != nullptr && found->value == nullptr) {
      id = found->bound;
      scope = found->outer;
    } else {
      return {id, scope};
    }
  }
}

Result Evaluator::Has(NodeId id, const Scope* scope, bool positive) {
  // Absent parts of the path make it false; whatever the path hangs on may err.
  std::vector<std::string> names{std::string(ast_.Text(id))};
  const Place base = BaseOf(ast_.child(id, 0), scope, &names);
  Result at = Eval(base.node, base.scope, positive);
  for (std::size_t i = 0; at.ok() && i < names.size(); ++i) {
    const bool is_last = i + 1 == names.size();
    if (at.value().Is<MapPtr>() && is_last)
      return Value{HasKey(*at.value().As<MapPtr>(), names[i])};
    if (at.value().Is<MapPtr>()) {
      at = Member(at.value(), names[i]);
      continue;
    }
    at = ReadField(catalog_, *at.value().As<const RecordTree*>(), names[i]);
    if (!at.ok()) return Value{false};
  }
  if (!at.ok()) return at;
  return Value{!at.value().Is<ListPtr>() || !at.value().As<ListPtr>()->empty()};
}

Result Evaluator::Logic(NodeId id, const Scope* scope, bool positive) {
  const bool settles = ast_.node(id).kind == ExprKind::kOr;
  std::optional<ErrorKind> error;
  for (const NodeId child : ast_.children(id)) {
    const Result operand = EvalBool(child, scope, positive);
    if (!operand.ok()) {
      Outweigh(operand.error(), &error);
    } else if (operand.value().As<bool>() == settles) {
      return Value{settles};
    }
  }
  if (error) return *error;
  return Value{!settles};
}

Result Evaluator::Conditional(NodeId id, const Scope* scope, bool positive) {
  const Result condition = EvalBool(ast_.child(id, 0), scope, positive);
  if (!condition.ok()) return condition;
  const NodeId branch = ast_.child(id, condition.value().As<bool>() ? 1 : 2);
  return EvalBool(branch, scope, positive);
}

std::optional<ErrorKind> Evaluator::Operands(std::span<const NodeId> ids, const Scope* scope,
                                             bool positive, std::vector<Value>* values) {
  for (const NodeId id : ids) {
    const Result operand = Eval(id, scope, positive);
    if (!operand.ok()) return operand.error();
    values->push_back(operand.value());
  }
  return std::nullopt;
}

Result Evaluator::Index(NodeId id, const Scope* scope, bool positive) {
  std::vector<Value> operands;
  if (const auto error = Operands(ast_.children(id), scope, positive, &operands)) return *error;
  if (operands[0].Is<ListPtr>()) {
    const List& list = *operands[0].As<ListPtr>();
    const std::int64_t index = operands[1].As<std::int64_t>();
    if (index < 0 || static_cast<std::uint64_t>(index) >= list.size()) {
      return Fail(ErrorKind::kIndex);
    }
    return list[static_cast<std::size_t>(index)];
  }
  for (const auto& [key, value] : *operands[0].As<MapPtr>()) {
    if (Equal(key, operands[1])) return value;
  }
  return Fail(ErrorKind::kNoKey);
}

Result Evaluator::ListLiteral(NodeId id, const Scope* scope, bool positive) {
  List list;
  if (const auto error = Operands(ast_.children(id), scope, positive, &list)) return *error;
  return MakeList(std::move(list));
}

Result Evaluator::MapLiteral(NodeId id, const Scope* scope, bool positive) {
  std::vector<Value> values;
  if (const auto error = Operands(ast_.children(id), scope, positive, &values)) return *error;
  Map map;
  for (std::size_t i = 0; i < values.size(); i += 2) {
    for (const auto& entry : map) {
      if (Equal(entry.first, values[i])) return Fail(ErrorKind::kDuplicateKey);
    }
    map.emplace_back(values[i], values[i + 1]);
  }
  return MakeMap(std::move(map));
}

Result Evaluator::Binary(NodeId id, const Scope* scope, bool positive) {
  const BinaryOp op = ast_.node(id).op;
  if (op == BinaryOp::kIn) return In(id, scope, positive);
  std::vector<Value> operands;
  if (const auto error = Operands(ast_.children(id), scope, positive, &operands)) return *error;
  AdaptWeights(id, &operands);
  const Value& a = operands[0];
  const Value& b = operands[1];
  if (op == BinaryOp::kEq) return Value{Equal(a, b)};
  if (op == BinaryOp::kNe) return Value{!Equal(a, b)};
  if (op > BinaryOp::kGe) return Count(Arithmetic(op, a, b));
  const auto order = Compare(a, b);
  if (!order) return Value{false};
  switch (op) {
    case BinaryOp::kLt: return Value{*order < 0};
    case BinaryOp::kLe: return Value{*order <= 0};
    case BinaryOp::kGt: return Value{*order > 0};
    default: return Value{*order >= 0};
  }
}

/// A weight beside a field in kilograms is a double of kilograms; grams are what weight() gives.
void Evaluator::AdaptWeights(NodeId id, std::vector<Value>* operands) const {
  const auto is_weight = [&](NodeId child) {
    return ast_.node(child).kind == ExprKind::kCall && ast_.Text(child) == "weight";
  };
  const auto in_kilograms = [&](NodeId child) {
    if (ast_.node(child).kind != ExprKind::kSelect) return false;
    for (const parcel::Record& record : catalog_.records) {
      const std::uint32_t index = record.Find(ast_.Text(child));
      if (index != parcel::kNoIndex && record.fields[index].unit == "kg") return true;
    }
    return false;
  };
  for (std::size_t i = 0; i < 2; ++i) {
    if (!is_weight(ast_.child(id, i)) || !in_kilograms(ast_.child(id, 1 - i))) continue;
    (*operands)[i] = {static_cast<double>((*operands)[i].As<std::int64_t>()) / 1000.0};
  }
}

Result Evaluator::In(NodeId id, const Scope* scope, bool positive) {
  const Result value = Eval(ast_.child(id, 0), scope, positive);
  if (!value.ok()) return value;
  if (const ListModel* list = ListNamed(ast_.child(id, 1), scope)) {
    return Value{ListHas(*list, value.value())};
  }
  const Result values = Eval(ast_.child(id, 1), scope, positive);
  if (!values.ok()) return values;
  if (values.value().Is<ListPtr>()) {
    for (const Value& one : *values.value().As<ListPtr>()) {
      if (Equal(value.value(), one)) return Value{true};
    }
    return Value{false};
  }
  for (const auto& entry : *values.value().As<MapPtr>()) {
    if (Equal(value.value(), entry.first)) return Value{true};
  }
  return Value{false};
}

}  // namespace sluice::oracle
