// Logic, comparison and arithmetic, with constants folded and comparisons in one form (constant on
// the right).
#include <algorithm>
#include <string>
#include <utility>

#include "rules/lower/fold.h"
#include "rules/lower/lower_pass.h"

namespace sluice::rules {

namespace {

using parcel::ValueType;

constexpr TypeId kBoolType = ruleset::ScalarTypeId(ValueType::kBool);

/// a OP b is b Mirrored(OP) a.
std::optional<Op> Mirrored(Op op) {
  switch (op) {
    case Op::kEq:
    case Op::kNe: return op;
    case Op::kLt: return Op::kGt;
    case Op::kLe: return Op::kGe;
    case Op::kGt: return Op::kLt;
    case Op::kGe: return Op::kLe;
    default: return std::nullopt;
  }
}

}  // namespace

void LowerPass::ConstantFails(NodeId id, const char* why) {
  if (constants_may_fail_) return;
  CelError& finding = findings_->emplace_back();
  finding.span = ast_.node(id).span;
  finding.code = "constant-error";
  finding.message = std::string("this always fails: ") + why;
}

NodeIndex LowerPass::Unary(NodeId id, Op op, NodeIndex operand) {
  const TypeId result = TypeOf(type(id));
  if (const auto value = nodes_.ConstantOf(operand)) {
    Folded folded = FoldUnary(op, *ToValueType(type(id).kind), *value);
    if (folded.state == Folded::State::kValue) return nodes_.AddConstant(folded.value);
    if (folded.state == Folded::State::kFails) ConstantFails(id, folded.why);
  }
  return nodes_.Add(op, result, operand);
}

NodeIndex LowerPass::Binary(NodeId id, Op op, NodeIndex left, NodeIndex right) {
  const bool left_constant = nodes_.IsConstant(left);
  const bool right_constant = nodes_.IsConstant(right);
  if (left_constant && right_constant) {
    Folded folded = FoldBinary(op, *nodes_.ConstantOf(left), *nodes_.ConstantOf(right));
    if (folded.state == Folded::State::kValue) return nodes_.AddConstant(folded.value);
    if (folded.state == Folded::State::kFails) ConstantFails(id, folded.why);
  }
  if (left_constant && !right_constant) {
    if (const auto mirrored = Mirrored(op)) {
      op = *mirrored;
      std::swap(left, right);
    }
  }
  return nodes_.Add(op, TypeOf(type(id)), left, right);
}

NodeIndex LowerPass::LowerLogic(NodeId id, bool positive) {
  const Op op = ast_.node(id).kind == ExprKind::kAnd ? Op::kAnd : Op::kOr;
  const bool dominant = op == Op::kOr;  // true settles ||, false settles &&
  const std::size_t findings = findings_->size();
  std::vector<NodeIndex> operands;
  const auto add = [&](NodeIndex operand) {
    if (std::find(operands.begin(), operands.end(), operand) == operands.end()) {
      operands.push_back(operand);
    }
  };
  for (const NodeId child : ast_.children(id)) {
    const NodeIndex operand = LowerBool(child, positive);
    if (const auto constant = nodes_.BoolOf(operand)) {
      if (*constant != dominant) continue;
      findings_->resize(findings);  // absorbed
      return operand;
    }
    if (nodes_.node(operand).op == op) {
      for (const NodeIndex inner : nodes_.operands(operand)) add(inner);
    } else {
      add(operand);
    }
  }
  if (operands.empty()) return nodes_.AddBool(!dominant);
  if (operands.size() == 1) return operands.front();
  return nodes_.AddWithList(op, kBoolType, operands);
}

NodeIndex LowerPass::LowerNot(NodeId id, bool positive) {
  const NodeIndex operand = LowerBool(ast_.child(id, 0), !positive);
  const ruleset::Node node = nodes_.node(operand);
  switch (node.op) {
    case Op::kNot: return node.a;
    // Not so for the orderings: with NaN, !(a < b) is not a >= b.
    case Op::kEq: return nodes_.Add(Op::kNe, kBoolType, node.a, node.b);
    case Op::kNe: return nodes_.Add(Op::kEq, kBoolType, node.a, node.b);
    default: return Unary(id, Op::kNot, operand);
  }
}

NodeIndex LowerPass::LowerConditional(NodeId id, bool positive, bool as_bool) {
  const auto children = ast_.children(id);
  const NodeIndex condition = LowerBool(children[0], positive);
  const auto branch = [&](NodeId child) {
    return as_bool ? LowerBool(child, positive) : Lower(child, positive);
  };
  if (const auto constant = nodes_.BoolOf(condition)) {
    const NodeId other = children[*constant ? 2 : 1];
    const NodeIndex chosen = branch(children[*constant ? 1 : 2]);
    if (as_bool || !reads_cell_[other]) return chosen;
    // What reads a blank cell is told from the text, whichever branch is taken.
    const std::size_t findings = findings_->size();
    const NodeIndex unused = branch(other);
    findings_->resize(findings);
    return unused == kBlankNode ? kBlankNode : chosen;
  }
  const NodeIndex first = branch(children[1]);
  const NodeIndex second = branch(children[2]);
  if (first == kBlankNode || second == kBlankNode) return kBlankNode;
  return nodes_.Add(Op::kCond, TypeOf(type(id)), condition, first, second);
}

NodeIndex LowerPass::LowerIn(NodeId id, NodeIndex value, NodeIndex values) {
  const ValueType kind = nodes_.type(value).kind;
  const bool has_sets =
      (kind == ValueType::kInt || kind == ValueType::kUint || kind == ValueType::kString) &&
      kind == nodes_.TypeAt(nodes_.type(values).element).kind;
  if (!has_sets || nodes_.node(values).op != Op::kListLiteral || nodes_.node(values).c == 0) {
    return nodes_.Add(Op::kInValues, kBoolType, value, values);
  }
  const auto listed = nodes_.operands(values);
  const std::vector<NodeIndex> constants(listed.begin(), listed.end());
  const bool all_constant = std::all_of(constants.begin(), constants.end(),
                                        [&](NodeIndex one) { return nodes_.IsConstant(one); });
  if (!all_constant) return nodes_.Add(Op::kInValues, kBoolType, value, values);
  if (nodes_.IsConstant(value)) {
    // Equal constants are one node.
    return nodes_.AddBool(std::find(constants.begin(), constants.end(), value) != constants.end());
  }
  if (constants.size() == 1) return Binary(id, Op::kEq, value, constants.front());
  return nodes_.Add(Op::kInSet, kBoolType, value, nodes_.AddSet(constants));
}

}  // namespace sluice::rules
