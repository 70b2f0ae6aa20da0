// Which values become memo columns, and by which loop.
//
// A value that a loop computes is worth a column even when one rule alone asks for it: a row then costs a nanosecond or
// two instead of an interpreter run. Other values get one when several conditions share them.
#include <algorithm>

#include "engine/match/planner.h"
#include "engine/match/value_loops.h"

namespace sluice::match {

using ruleset::Node;
using ruleset::NodeIndex;
using ruleset::Op;
using ruleset::ValueType;

namespace {

// Costly enough to be computed once a row: not what is a column or a variable already.
bool MayBeKept(Op op, ValueType type) {
  const bool at_hand = op == Op::kConst || op == Op::kColumn || op == Op::kField || op == Op::kLocal || op == Op::kNow;
  return !at_hand && type != ValueType::kBool && (IsScalar(type) || type == ValueType::kTableRow);
}

}  // namespace

/// The memo column that holds the node's values, made if it is worth one and there is room; else kNoIndex.
std::uint32_t Planner::MemoColumnOf(NodeIndex index) {
  const auto at = memo_column_of_.find(index);
  if (at != memo_column_of_.end()) return at->second;
  const std::uint32_t column = AddMemoColumn(index);
  return memo_column_of_[index] = column;
}

std::uint32_t Planner::AddMemoColumn(NodeIndex index) {
  const Node& node = program_.nodes[index];
  MemoColumnSpec spec;
  spec.node = index;
  spec.op = node.op;
  spec.type = program_.types[node.type].kind;
  if (!HasHome(index) || !MayBeKept(node.op, spec.type)) return kNoIndex;
  spec.home = HomeOf(index);
  if (plan_.homes[spec.home].scalar) return kNoIndex;
  spec.loop = LoopOf(node);
  if (spec.loop.kind == ValueLoop::Kind::kRows && scopes_.uses(index) < 2) return kNoIndex;
  const std::size_t bytes = RowsMax(plan_.homes[spec.home].domain) * sizeof(Value);
  if (memo_column_bytes_ + bytes > kMemoColumnBytesMax) return kNoIndex;
  memo_column_bytes_ += bytes;
  spec.depth = DepthBelow(spec.loop) + 1;
  plan_.memo_columns.push_back(spec);
  return static_cast<std::uint32_t>(plan_.memo_columns.size() - 1);
}

ValueLoop Planner::LoopOf(const Node& node) {
  switch (node.op) {
    case Op::kAdd: case Op::kSub: case Op::kMul: case Op::kDiv: return CalculateLoop(node);
    case Op::kCond: return ChooseLoop(node);
    case Op::kMoneyTo: return UnaryLoop(ValueLoop::Kind::kMoneyTo, node);
    case Op::kTrim: case Op::kLowerAscii: return UnaryLoop(ValueLoop::Kind::kText, node);
    case Op::kSize:
      if (program_.types[program_.nodes[node.a].type].kind != ValueType::kString) return {};
      return UnaryLoop(ValueLoop::Kind::kText, node);
    case Op::kConvert:
      if (program_.types[node.type].kind != ValueType::kDouble) return {};
      if (program_.types[program_.nodes[node.a].type].kind != ValueType::kInt) return {};
      return UnaryLoop(ValueLoop::Kind::kToDouble, node);
    case Op::kTableRow: return TableRowLoop(node);
    case Op::kTableCell: return TableCellLoop(node);
    default: return {};
  }
}

ValueLoop Planner::CalculateLoop(const Node& node) {
  const ValueType type_a = program_.types[program_.nodes[node.a].type].kind;
  const ValueType type_b = program_.types[program_.nodes[node.b].type].kind;
  if (!CalculatesRows(node.op, type_a, type_b)) return {};
  const std::uint32_t a = SourceOf(node.a);
  const std::uint32_t b = SourceOf(node.b);
  if (a == kNoIndex || b == kNoIndex) return {};
  return {ValueLoop::Kind::kCalculate, a, b, 0};
}

ValueLoop Planner::ChooseLoop(const Node& node) {
  const std::uint32_t b = SourceOf(node.b);
  const std::uint32_t c = SourceOf(node.c);
  if (b == kNoIndex || c == kNoIndex) return {};
  return {ValueLoop::Kind::kChoose, MaskOf(node.a), b, c};
}

ValueLoop Planner::UnaryLoop(ValueLoop::Kind kind, const Node& node) {
  const std::uint32_t a = SourceOf(node.a);
  if (a == kNoIndex) return {};
  return {kind, a, node.b, 0};
}

/// Whether column loops can read all keys of a look-up; from `*first` on they stand in Plan::keys then.
bool Planner::AddKeys(const Node& node, std::uint32_t* first) {
  std::vector<std::uint32_t> keys;
  for (std::uint32_t i = 0; i < node.c; ++i) keys.push_back(SourceOf(program_.operands[node.b + i]));
  if (std::count(keys.begin(), keys.end(), kNoIndex) != 0) return false;
  *first = static_cast<std::uint32_t>(plan_.keys.size());
  plan_.keys.insert(plan_.keys.end(), keys.begin(), keys.end());
  return true;
}

ValueLoop Planner::TableRowLoop(const Node& node) {
  std::uint32_t first = 0;
  if (!AddKeys(node, &first)) return {};
  return {ValueLoop::Kind::kTableRow, node.a, first, node.c};
}

ValueLoop Planner::TableCellLoop(const Node& node) {
  const std::uint32_t rows = MemoColumnOf(node.a);
  if (rows == kNoIndex) return {};
  return {ValueLoop::Kind::kTableCell, rows, node.b, program_.types[program_.nodes[node.a].type].reference};
}

// Rows found in tables are kept too, for the row interpreter.
void Planner::KeepTableRows() {
  for (NodeIndex i = 0; i < program_.nodes.size(); ++i) {
    if (program_.nodes[i].op == Op::kTableRow && scopes_.reached(i)) MemoColumnOf(i);
  }
}

}  // namespace sluice::match
