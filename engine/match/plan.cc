#include "engine/match/plan.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/match/planner.h"

namespace sluice::match {

using ruleset::kNoNode;
using ruleset::Node;
using ruleset::NodeIndex;
using ruleset::Op;
using ruleset::ValueType;

// --- logic -------------------------------------------------------------------------------------------

// Stable, so that operands of one cost keep the author's order.
MaskNode Planner::Combine(const Node& node) {
  std::vector<std::uint32_t> operands;
  for (std::uint32_t i = 0; i < node.c; ++i) operands.push_back(MaskOf(program_.operands[node.b + i]));
  std::stable_sort(operands.begin(), operands.end(), [&](std::uint32_t a, std::uint32_t b) {
    return plan_.masks[a].cost < plan_.masks[b].cost;
  });
  MaskNode mask;
  mask.kind = node.op == Op::kAnd ? MaskKind::kAnd : MaskKind::kOr;
  mask.whole = true;
  mask.b = static_cast<std::uint32_t>(plan_.operands.size());
  mask.c = node.c;
  for (const std::uint32_t operand : operands) {
    mask.cost = std::max(mask.cost, plan_.masks[operand].cost);
    mask.whole = mask.whole && plan_.masks[operand].whole;
    plan_.operands.push_back(operand);
  }
  return mask;
}

MaskNode Planner::Negate(const Node& node) {
  MaskNode mask;
  mask.kind = MaskKind::kNot;
  mask.a = MaskOf(node.a);
  mask.cost = plan_.masks[mask.a].cost;
  mask.whole = plan_.masks[mask.a].whole;
  return mask;
}

MaskNode Planner::Choose(const Node& node) {
  MaskNode mask;
  mask.kind = MaskKind::kCond;
  mask.a = MaskOf(node.a);
  mask.b = MaskOf(node.b);
  mask.c = MaskOf(node.c);
  const MaskNode parts[] = {plan_.masks[mask.a], plan_.masks[mask.b], plan_.masks[mask.c]};
  mask.whole = true;
  for (const MaskNode& part : parts) {
    mask.cost = std::max(mask.cost, part.cost);
    mask.whole = mask.whole && part.whole;
  }
  return mask;
}

// A quantifier over rows of a domain whose body depends on nothing but its own variable.
MaskNode Planner::Quantify(const Node& node) {
  const Node& range = program_.nodes[node.a];
  if (range.op != Op::kRows) return RowLeaf();
  const bool below_parcel = range.a == kNoNode;
  if (!below_parcel && !IsElement(range.a)) return RowLeaf();
  const parcel::DomainIndex above = below_parcel ? parcel::kParcelDomain : program_.nodes[range.a].c;
  if (rule_set_.columns.domains[range.b].parent != above) return RowLeaf();
  const Scope& scope = scopes_.scope(node.b);
  const bool own = scope.size() == 1 && scope[0].slot == node.c && scope[0].domain == range.b;
  if (!scope.empty() && !own) return RowLeaf();
  MaskNode mask;
  mask.kind = MaskKind::kQuantifier;
  mask.b = AddHome(own ? scope[0] : FreeLocal{node.c, range.b, false});
  mask.a = MaskOf(node.b);
  mask.cost = std::max(kCostTexts, plan_.masks[mask.a].cost);
  mask.whole = plan_.masks[mask.a].whole;
  return mask;
}

MaskNode Planner::Shape(NodeIndex index) {
  const Node& node = program_.nodes[index];
  MaskNode mask;
  switch (node.op) {
    case Op::kConst:
      mask.kind = MaskKind::kConst;
      mask.whole = true;
      mask.a = program_.ints[node.a] != 0 ? 1 : 0;
      return mask;
    case Op::kHas:
    case Op::kHasField:
      if (node.op == Op::kHasField && !IsElement(node.a)) return RowLeaf();
      mask.kind = MaskKind::kHas;
      mask.whole = true;
      mask.a = node.op == Op::kHas ? node.a : node.b;
      return mask;
    case Op::kAnd:
    case Op::kOr: return Combine(node);
    case Op::kNot: return Negate(node);
    case Op::kCond: return Choose(node);
    case Op::kEq: case Op::kNe: case Op::kLt: case Op::kLe: case Op::kGt: case Op::kGe: return Compare(node);
    case Op::kInSet: return InSet(node);
    case Op::kInList:
    case Op::kListHasPrefix: return TestWith(node.op, node.a, node.b);
    case Op::kTableHas: return HasTableRow(node);
    case Op::kContainsAny: return FindList(node);
    case Op::kSimilarTo: return FindNames(node);
    case Op::kContains: case Op::kStartsWith: case Op::kEndsWith: return TestText(node);
    case Op::kAll: case Op::kExists: case Op::kExistsOne: return Quantify(node);
    case Op::kColumn: case Op::kField: case Op::kLocal: return ReadBool(index);
    default: return RowLeaf();
  }
}

// Masks that several conditions share are kept for the batch, as far as memory goes.
void Planner::Keep(NodeIndex node, MaskNode* mask) {
  const bool at_hand = mask->kind <= MaskKind::kList;
  if (at_hand || scopes_.uses(node) < 2) return;
  const std::size_t bytes = 4 * parcel::WordsFor(RowsMax(plan_.homes[mask->home].domain)) * sizeof(Word);
  if (mask_memo_bytes_ + bytes > kMaskMemoBytesMax) return;
  mask_memo_bytes_ += bytes;
  mask->memo = static_cast<std::uint32_t>(plan_.mask_memos.size());
  plan_.mask_memos.push_back(mask->home);
}

std::uint32_t Planner::MaskOf(NodeIndex node) {
  if (mask_of_[node] != kNoIndex) return mask_of_[node];
  MaskNode mask = Shape(node);
  mask.node = node;
  mask.op = program_.nodes[node].op;
  mask.home = HomeOf(node);
  mask.depth = DepthBelow(mask) + 1;
  plan_.depth = std::max(plan_.depth, mask.depth);
  Keep(node, &mask);
  plan_.masks.push_back(mask);
  return mask_of_[node] = static_cast<std::uint32_t>(plan_.masks.size() - 1);
}

// --- depth -------------------------------------------------------------------------------------------

std::uint32_t Planner::DepthOfSource(std::uint32_t source) const {
  const Source& from = plan_.sources[source];
  return from.kind == Source::Kind::kMemo ? plan_.memo_columns[from.index].depth : 0;
}

std::uint32_t Planner::DepthOfKeys(std::uint32_t first, std::uint32_t count) const {
  std::uint32_t depth = 0;
  for (std::uint32_t i = 0; i < count; ++i) depth = std::max(depth, DepthOfSource(plan_.keys[first + i]));
  return depth;
}

std::uint32_t Planner::DepthBelow(const ValueLoop& loop) const {
  switch (loop.kind) {
    case ValueLoop::Kind::kRows: return 0;
    case ValueLoop::Kind::kCalculate: return std::max(DepthOfSource(loop.a), DepthOfSource(loop.b));
    case ValueLoop::Kind::kChoose:
      return std::max({plan_.masks[loop.a].depth, DepthOfSource(loop.b), DepthOfSource(loop.c)});
    case ValueLoop::Kind::kTableRow: return DepthOfKeys(loop.b, loop.c);
    case ValueLoop::Kind::kTableCell: return plan_.memo_columns[loop.a].depth;
    default: return DepthOfSource(loop.a);
  }
}

std::uint32_t Planner::DepthBelow(const MaskNode& mask) const {
  const auto depth = [&](std::uint32_t operand) { return plan_.masks[operand].depth; };
  std::uint32_t below = 0;
  switch (mask.kind) {
    case MaskKind::kAnd:
    case MaskKind::kOr:
      for (std::uint32_t i = 0; i < mask.c; ++i) below = std::max(below, depth(plan_.operands[mask.b + i]));
      return below;
    case MaskKind::kNot:
    case MaskKind::kQuantifier: return depth(mask.a);
    case MaskKind::kCond: return std::max({depth(mask.a), depth(mask.b), depth(mask.c)});
    case MaskKind::kCompare: return std::max(DepthOfSource(mask.a), DepthOfSource(mask.b));
    case MaskKind::kTest: return DepthOfSource(mask.a);
    case MaskKind::kTableHas: return DepthOfKeys(mask.b, mask.c);
    default: return 0;
  }
}

Plan Planner::Make() {
  for (const ruleset::Rule& rule : rule_set_.rules) plan_.rule_masks.push_back(MaskOf(rule.condition));
  KeepTableRows();
  for (LiteralSearch& search : plan_.searches) search.Prepare();
  SLUICE_CHECK(plan_.depth <= limits::kNodeDepthMax + 1);
  return std::move(plan_);
}

std::size_t RowsMax(parcel::DomainIndex domain) {
  return domain == parcel::kParcelDomain ? limits::kBatchRowsMax : limits::kDomainRowsMax;
}

Plan MakePlan(const ruleset::RuleSet& rule_set) { return Planner(rule_set).Make(); }

}  // namespace sluice::match
