#include "rules/lower/lower_pass.h"

#include "engine/base/check.h"

namespace sluice::rules {

namespace {
using parcel::ValueType;

constexpr TypeId kBoolType = ruleset::ScalarTypeId(ValueType::kBool);
constexpr TypeId kStringType = ruleset::ScalarTypeId(ValueType::kString);
}  // namespace

LowerPass::LowerPass(const CheckedExpression* checked, const Environment* environment,
                     NodeBuilder* nodes, parcel::ColumnPlan* columns, bool constants_may_fail)
    : checked_(*checked),
      ast_(checked->ast),
      environment_(*environment),
      nodes_(*nodes),
      columns_(*columns),
      constants_may_fail_(constants_may_fail),
      reads_cell_(ast_.node_count()),
      reads_first_(ast_.node_count()),
      reads_second_(ast_.node_count()),
      memo_(ast_.node_count(), ruleset::kNoNode) {
  SLUICE_CHECK(checked->ok);
  MarkCellReaders();
  MarkVariablesRead();
}

void LowerPass::MarkCellReaders() {
  // Children have smaller ids; but a bound name, too, reads what its value reads, and may have a
  // smaller id than the bind. Values come before bodies, so one pass in order of ids sees them
  // first.
  for (NodeId id = 0; id < ast_.node_count(); ++id) {
    const Resolution& found = resolution(id);
    bool reads = found.meaning == Meaning::kCell;
    for (const NodeId child : ast_.children(id)) reads = reads || reads_cell_[child];
    const bool is_bound =
        found.meaning == Meaning::kLocal && ast_.node(found.base).kind == ExprKind::kBind;
    if (is_bound) reads = reads || reads_cell_[ast_.child(found.base, 0)];
    const bool has_base = found.meaning == Meaning::kField || found.meaning == Meaning::kRange;
    if (has_base && found.base != kNoNode) reads = reads || reads_cell_[found.base];
    reads_cell_[id] = reads;
  }
}

NodeIndex LowerPass::Run(const ProfileRow* row, std::vector<CelError>* findings) {
  row_ = row;
  findings_ = findings;
  bound_.clear();
  const NodeId root = ast_.root();
  return type(root).Is(TypeKind::kBool) ? LowerBool(root, true) : Lower(root, true);
}

NodeIndex LowerPass::Lower(NodeId id, bool positive) {
  // Within a bind's value, variables may stand at other slots at each use.
  const bool keeps = bind_depth_ == 0 && !reads_cell_[id];
  if (keeps && memo_[id] != ruleset::kNoNode) return memo_[id];
  const std::size_t findings = findings_->size();
  const NodeIndex lowered = LowerNew(id, positive);
  if (keeps && findings_->size() == findings) memo_[id] = lowered;
  return lowered;
}

NodeIndex LowerPass::LowerBool(NodeId id, bool positive) {
  // Where a bool is asked for, it is asked of what a conditional or a bind gives.
  if (reads_cell_[id] && ast_.node(id).kind == ExprKind::kConditional) {
    return LowerConditional(id, positive, true);
  }
  if (reads_cell_[id] && ast_.node(id).kind == ExprKind::kBind) {
    return LowerBool(ast_.child(id, 1), positive);
  }
  const NodeIndex lowered = Lower(id, positive);
  return lowered == kBlankNode ? nodes_.AddBool(positive) : lowered;
}

NodeIndex LowerPass::LowerNew(NodeId id, bool positive) {
  return resolution(id).meaning == Meaning::kPlain ? LowerSyntax(id, positive)
                                                   : LowerResolved(id, positive);
}

NodeIndex LowerPass::Blank(NodeId id, bool positive) {
  return type(id).Is(TypeKind::kBool) ? nodes_.AddBool(positive) : kBlankNode;
}

bool LowerPass::LowerAll(std::span<const NodeId> ids, bool positive,
                         std::vector<NodeIndex>* operands) {
  bool complete = true;
  for (const NodeId id : ids) {
    operands->push_back(Lower(id, positive));
    complete = complete && operands->back() != kBlankNode;
  }
  return complete;
}

NodeIndex LowerPass::LowerResolved(NodeId id, bool positive) {
  const Resolution& found = resolution(id);
  switch (found.meaning) {
    case Meaning::kConstant: return nodes_.AddConstant(checked_.constants[found.index]);
    case Meaning::kVariable: return LowerVariable(id);
    case Meaning::kCell: {
      const std::optional<Value>& cell = row_->cells[found.index];
      return cell ? nodes_.AddConstant(*cell) : kBlankNode;
    }
    case Meaning::kNow: return nodes_.Add(Op::kNow, TypeOf(type(id)));
    case Meaning::kOffice:
      return nodes_.Add(
          Op::kColumn, kStringType,
          columns_.AddColumn(*environment_.catalog, parcel::kParcelDomain, *environment_.office));
    case Meaning::kLocal: return LowerLocal(id, positive);
    case Meaning::kField: return LowerField(id, positive);
    case Meaning::kRange: return LowerRange(id, positive);
    case Meaning::kOverload: return LowerCall(id, positive);
    case Meaning::kTableRow:
    case Meaning::kTableHas: return LowerTable(id, positive);
    case Meaning::kTableCell:
    case Meaning::kMapKey:
    case Meaning::kListPrefix:
    case Meaning::kContainsAny:
    case Meaning::kSimilarTo:
    case Meaning::kInList: return LowerMember(id, positive);
    case Meaning::kPlain:
    case Meaning::kName: break;
  }
  SLUICE_CHECK(false);  // the checker lets no bare name through
  return ruleset::kNoNode;
}

NodeIndex LowerPass::LowerSyntax(NodeId id, bool positive) {
  const ExprNode& n = ast_.node(id);
  switch (n.kind) {
    case ExprKind::kAnd:
    case ExprKind::kOr: return LowerLogic(id, positive);
    case ExprKind::kNot: return LowerNot(id, positive);
    case ExprKind::kConditional: return LowerConditional(id, positive, false);
    case ExprKind::kComprehension: return LowerComprehension(id, positive);
    case ExprKind::kBind: return Lower(ast_.child(id, 1), positive);
    default: break;
  }
  if (n.child_count == 0 && n.kind != ExprKind::kList && n.kind != ExprKind::kMap) {
    return LowerLiteral(id);
  }
  std::vector<NodeIndex> operands;
  if (!LowerAll(ast_.children(id), positive, &operands)) return Blank(id, positive);
  switch (n.kind) {
    case ExprKind::kNegate: return Unary(id, Op::kNeg, operands[0]);
    case ExprKind::kIndex:
      return nodes_.Add(Op::kIndex, TypeOf(type(id)), operands[0], operands[1]);
    case ExprKind::kList: return nodes_.AddWithList(Op::kListLiteral, TypeOf(type(id)), operands);
    case ExprKind::kMap: return nodes_.AddWithList(Op::kMapLiteral, TypeOf(type(id)), operands);
    case ExprKind::kBinary: break;
    default: SLUICE_CHECK(false);
  }
  switch (n.op) {
    case BinaryOp::kEq: return Binary(id, Op::kEq, operands[0], operands[1]);
    case BinaryOp::kNe: return Binary(id, Op::kNe, operands[0], operands[1]);
    case BinaryOp::kLt: return Binary(id, Op::kLt, operands[0], operands[1]);
    case BinaryOp::kLe: return Binary(id, Op::kLe, operands[0], operands[1]);
    case BinaryOp::kGt: return Binary(id, Op::kGt, operands[0], operands[1]);
    case BinaryOp::kGe: return Binary(id, Op::kGe, operands[0], operands[1]);
    case BinaryOp::kIn: return LowerIn(id, operands[0], operands[1]);
    case BinaryOp::kAdd: return Binary(id, Op::kAdd, operands[0], operands[1]);
    case BinaryOp::kSub: return Binary(id, Op::kSub, operands[0], operands[1]);
    case BinaryOp::kMul: return Binary(id, Op::kMul, operands[0], operands[1]);
    case BinaryOp::kDiv: return Binary(id, Op::kDiv, operands[0], operands[1]);
    case BinaryOp::kMod: return Binary(id, Op::kMod, operands[0], operands[1]);
    case BinaryOp::kNone: break;
  }
  SLUICE_CHECK(false);
  return ruleset::kNoNode;
}

NodeIndex LowerPass::LowerLiteral(NodeId id) {
  const ExprNode& n = ast_.node(id);
  Value value;
  switch (n.kind) {
    case ExprKind::kBool: return nodes_.AddBool(n.bool_value);
    case ExprKind::kString: return nodes_.AddText(ast_.Text(id));
    case ExprKind::kInt: value.number = n.int_value; break;
    case ExprKind::kUint:
      value.type = ValueType::kUint;
      value.unsigned_number = n.uint_value;
      break;
    case ExprKind::kDouble:
      value.type = ValueType::kDouble;
      value.real = n.double_value;
      break;
    default: SLUICE_CHECK(false);
  }
  return nodes_.AddConstant(value);
}

NodeIndex LowerPass::LowerVariable(NodeId id) {
  const rules::Variable& variable = environment_.variables[resolution(id).index];
  return variable.column ? nodes_.Add(Op::kColumn, TypeOf(type(id)), *variable.column)
                         : LowerValue(variable.value, type(id));
}

NodeIndex LowerPass::LowerValue(const Value& value, const Type& declared) {
  if (parcel::IsScalar(value.type)) return nodes_.AddConstant(value);
  const bool is_map = value.type == ValueType::kMap;
  std::vector<NodeIndex> items;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    const bool is_key = is_map && i % 2 == 0;
    items.push_back(LowerValue(value.items[i], is_key ? *declared.key : *declared.element));
  }
  return nodes_.AddWithList(is_map ? Op::kMapLiteral : Op::kListLiteral, TypeOf(declared), items);
}

NodeIndex LowerPass::LowerTable(NodeId id, bool positive) {
  std::vector<NodeIndex> keys;
  if (!LowerAll(ast_.children(id).subspan(1), positive, &keys)) return Blank(id, positive);
  const std::uint32_t table = resolution(id).index;
  const bool is_row = resolution(id).meaning == Meaning::kTableRow;
  return nodes_.AddWithList(is_row ? Op::kTableRow : Op::kTableHas, TypeOf(type(id)), keys, table);
}

NodeIndex LowerPass::LowerMember(NodeId id, bool positive) {
  const Resolution& found = resolution(id);
  const std::size_t operand_at = found.meaning == Meaning::kListPrefix ? 1 : 0;
  const NodeIndex operand = Lower(ast_.child(id, operand_at), positive);
  if (operand == kBlankNode) return Blank(id, positive);
  switch (found.meaning) {
    case Meaning::kTableCell:
      return nodes_.Add(Op::kTableCell, TypeOf(type(id)), operand, found.index);
    case Meaning::kListPrefix:
      return nodes_.Add(Op::kListHasPrefix, kBoolType, operand, found.index);
    case Meaning::kInList: return nodes_.Add(Op::kInList, kBoolType, operand, found.index);
    case Meaning::kContainsAny: return nodes_.Add(Op::kContainsAny, kBoolType, operand, found.index, found.argument);
    case Meaning::kSimilarTo: return nodes_.Add(Op::kSimilarTo, kBoolType, operand, found.index, found.argument);
    default: break;
  }
  const NodeIndex key = nodes_.AddText(ast_.Text(id));
  if (ast_.node(id).kind == ExprKind::kHas) {
    return nodes_.Add(Op::kInValues, kBoolType, key, operand);
  }
  return nodes_.Add(Op::kIndex, TypeOf(type(id)), operand, key);
}

}  // namespace sluice::rules
