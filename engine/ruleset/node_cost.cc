#include "engine/ruleset/node_cost.h"

#include <algorithm>
#include <limits>

#include "engine/base/limits.h"

namespace sluice::ruleset {
namespace {

constexpr std::uint32_t kInnerRows = 32;

// Some operations take as long as many others.
std::uint64_t OwnWork(Op op) {
  if (op == Op::kContainsAny) return 20;
  return op == Op::kSimilarTo ? 500 : 1;
}

template <typename T>
T Add(T a, T b) {
  T sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<T>::max() : sum;
}

std::uint64_t Times(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::uint64_t>::max() : product;
}

}  // namespace

void NodeCosts::Extend(NodeIndex index) {
  while (costs_.size() <= index) costs_.push_back(CostOf(program_.nodes[costs_.size()]));
}

NodeCost NodeCosts::CostOf(const Node& node) const {
  NodeCost cost;
  cost.work = OwnWork(node.op);
  const auto include = [&](NodeIndex operand, std::uint64_t times) {
    const NodeCost& below = costs_[operand];
    cost.steps = Add(cost.steps, below.steps);
    cost.work = Add(cost.work, Times(below.work, times));
  };
  const std::uint32_t fields[] = {node.a, node.b, node.c};
  const std::string_view letters = OpOperands(node.op);
  const bool loops = node.op != Op::kLocal && letters.find('S') != letters.npos;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (letters[i] == 'N' && fields[i] != kNoNode) {
      // Of a loop the first operand is the range, evaluated once; the others are evaluated for each element.
      include(fields[i], loops && i > 0 ? std::max<std::uint64_t>(costs_[node.a].length, 1) : 1);
    }
    if (letters[i] != 'P') continue;
    for (std::uint32_t k = 0; k < node.c; ++k) include(program_.operands[node.b + k], 1);
  }
  if (node.op == Op::kCall && node.a >= static_cast<std::uint32_t>(Function::kSetsContains)) {
    // Each element of one list is compared with each of the other, for equivalence both ways.
    const NodeIndex* lists = &program_.operands[node.b];
    cost.work = Add(cost.work, Times(2, Times(costs_[lists[0]].length, costs_[lists[1]].length)));
  }
  const ValueType kind = program_.types[node.type].kind;
  if (kind == ValueType::kList || kind == ValueType::kMap) cost.length = LengthOf(node);
  return cost;
}

std::uint32_t NodeCosts::LengthOf(const Node& node) const {
  switch (node.op) {
    case Op::kListLiteral: return node.c;
    case Op::kMapLiteral: return node.c / 2;
    case Op::kRows: return std::min(RowsOf(node.b), node.a == kNoNode ? ~0u : kInnerRows);
    case Op::kFilter:
    case Op::kMap: return costs_[node.a].length;
    case Op::kCond: return std::max(costs_[node.b].length, costs_[node.c].length);
    case Op::kJoinLists:
    case Op::kJoinMaps: {
      const std::uint64_t length = Times(costs_[node.a].length, costs_[node.b].length);
      return static_cast<std::uint32_t>(std::min<std::uint64_t>(length, std::numeric_limits<std::uint32_t>::max()));
    }
    case Op::kAdd: return Add(costs_[node.a].length, costs_[node.b].length);
    default: return static_cast<std::uint32_t>(limits::kVectorItemsMax);
  }
}

std::uint32_t NodeCosts::RowsOf(parcel::DomainIndex domain) const {
  const parcel::Domain& own = plan_.domains[domain];
  const auto most = static_cast<std::uint32_t>(limits::kVectorItemsMax);
  if (catalog_ == nullptr || domain == parcel::kParcelDomain) return most;
  const std::uint32_t record = parcel::DomainRecord(*catalog_, plan_, own.parent);
  return std::min<std::uint32_t>(most, parcel::FieldAt(*catalog_, record, own.path).max_items);
}

}  // namespace sluice::ruleset
