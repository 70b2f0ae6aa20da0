#include "engine/ruleset/node_cost.h"

#include <algorithm>
#include <limits>

#include "engine/ruleset/function_groups.h"

namespace sluice::ruleset {
namespace {

constexpr std::uint32_t kInnerRows = 32;
constexpr std::uint64_t kUnbearable = std::numeric_limits<std::uint64_t>::max();

// Some operations take as long as many others.
constexpr std::uint64_t kTextWork = 20;  // goes over a text
constexpr std::uint64_t kMatchesWork = 100;
constexpr std::uint64_t kSimilarToWork = 500;
constexpr std::uint64_t kKeyWork = 10;   // of a map's entry: keys are sorted to see whether one stands twice

template <typename T>
T Add(T a, T b) {
  T sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<T>::max() : sum;
}

template <typename T>
T Times(T a, T b) {
  T product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<T>::max() : product;
}

bool IsLoop(const Node& node) { return VariablesBound(node.op) != 0; }

}  // namespace

/// What the operands of a node come to.
struct NodeCosts::Operands {
  std::uint64_t work = 0;          // of all, as often as they are evaluated
  std::array<Extent, 3> extents;   // of the first
  std::uint32_t longest = 0;       // list or map among them, or within one of them
};

/// visit(which, operand) in order.
template <typename Visit>
void NodeCosts::ForOperands(const Node& node, Visit visit) const {
  const std::uint32_t fields[] = {node.a, node.b, node.c};
  std::size_t at = 0;
  for (const char letter : OpOperands(node.op)) {
    if (letter == 'P') {
      for (std::uint32_t k = 0; k < node.c; ++k) visit(k, program_.operands[node.b + k]);
      return;
    }
    if (letter == 'N' && fields[at] != kNoNode) visit(at, fields[at]);
    ++at;
  }
}

void NodeCosts::Extend(NodeIndex index) {
  while (facts_.size() <= index) facts_.push_back(FactsOf(program_.nodes[facts_.size()]));
}

NodeCosts::Facts NodeCosts::FactsOf(const Node& node) {
  Facts facts;
  if (node.op == Op::kLocal && IsCollection(node.type)) {
    facts.open_slots = static_cast<std::uint16_t>(1u << node.a);
  }
  ForOperands(node, [&](std::size_t which, NodeIndex operand) {
    const Facts& below = facts_[operand];
    facts.steps = Add(facts.steps, below.steps);
    facts.open_depth = std::max(facts.open_depth, below.open_depth);
    const bool body = IsLoop(node) && which > 0;
    const std::uint32_t bound = body ? ((1u << VariablesBound(node.op)) - 1) << node.c : 0;
    facts.open_slots |= static_cast<std::uint16_t>(below.open_slots & ~bound);
  });
  const bool too_large = facts.steps > limits::kExpressionStepsMax || facts.open_depth > limits::kNodeDepthMax;
  if (facts.open_slots != 0) {
    facts.open_depth = Add<std::uint16_t>(facts.open_depth, 1);
    return facts;
  }
  facts.open_depth = 0;
  facts.measure = too_large ? Measure{kUnbearable, {}} : MeasureOf(node);
  return facts;
}

NodeCosts::Measure NodeCosts::MeasureOf(NodeIndex index) {
  return facts_[index].open_slots == 0 ? facts_[index].measure : MeasureOf(program_.nodes[index]);
}

NodeCosts::Measure NodeCosts::MeasureOf(const Node& node) {
  if (node.op == Op::kLocal) return {1, IsCollection(node.type) ? locals_[node.a] : Extent{}};
  const Operands below = MeasureOperands(node);
  Measure measure;
  measure.work = Add(below.work, OwnWork(node, below));
  if (IsCollection(node.type)) measure.extent = ExtentOf(node, below);
  return measure;
}

NodeCosts::Operands NodeCosts::MeasureOperands(const Node& node) {
  Operands below;
  ForOperands(node, [&](std::size_t which, NodeIndex operand) {
    // Of a loop the first operand is the range, evaluated once; the body is evaluated for each element.
    const bool body = IsLoop(node) && which > 0;
    if (body) BindVariables(node, below.extents[0]);
    const Measure measure = MeasureOf(operand);
    const std::uint64_t times = body ? std::max(below.extents[0].length, 1u) : 1;
    below.work = Add(below.work, Times(measure.work, times));
    if (which < below.extents.size()) below.extents[which] = measure.extent;
    below.longest = std::max({below.longest, measure.extent.length, measure.extent.inner});
  });
  return below;
}

void NodeCosts::BindVariables(const Node& loop, Extent range) {
  const std::uint32_t element = loop.c + VariablesBound(loop.op) - 1;  // what stands before it is a number or a key
  if (element < locals_.size()) locals_[element] = range.Elements();
}

std::uint64_t NodeCosts::OwnWork(const Node& node, const Operands& below) const {
  const Extent a = below.extents[0], b = below.extents[1];
  switch (node.op) {
    case Op::kContains:
    case Op::kLowerAscii:
    case Op::kUpperAscii:
    case Op::kTrim:
    case Op::kContainsAny: return kTextWork;
    case Op::kSize: return KindOf(node.a) == ValueType::kString ? kTextWork : 1;
    case Op::kMatches: return kMatchesWork;
    case Op::kSimilarTo: return kSimilarToWork;
    case Op::kCall: return CallWork(node, below);
    case Op::kRows: return Add<std::uint64_t>(1, RowsOf(node.b));
    case Op::kEq:
    case Op::kNe:
      return WorkOfEqual(program_.nodes[node.a].type, {std::min(a.length, b.length), std::min(a.inner, b.inner)});
    case Op::kAdd: return Add<std::uint64_t>(1, Add<std::uint64_t>(a.length, b.length));
    case Op::kInValues:
      return Add<std::uint64_t>(1, Times<std::uint64_t>(b.length, WorkOfEqual(program_.nodes[node.a].type, a)));
    case Op::kIndex: return KindOf(node.a) == ValueType::kMap ? Add<std::uint64_t>(1, a.length) : 1;
    case Op::kMapLiteral: return Add<std::uint64_t>(1, Times<std::uint64_t>(node.c / 2, kKeyWork));
    case Op::kJoinLists: return Add<std::uint64_t>(1, Times<std::uint64_t>(a.length, b.length));
    case Op::kJoinMaps: return Add<std::uint64_t>(1, Times(kKeyWork, Times<std::uint64_t>(a.length, b.length)));
    default: return 1;
  }
}

std::uint64_t NodeCosts::CallWork(const Node& node, const Operands& below) const {
  const Extent a = below.extents[0], b = below.extents[1];
  const auto function = static_cast<Function>(node.a);
  const NodeIndex first = program_.operands[node.b];
  if (IsSetFunction(function)) {
    // Each element of one list is compared with each of the other, for equivalence both ways.
    const TypeId element = program_.types[program_.nodes[first].type].element;
    const Extent elements{std::min(a.inner, b.inner), std::min(a.inner, b.inner)};
    return Times(Times<std::uint64_t>(2, WorkOfEqual(element, elements)), Times<std::uint64_t>(a.length, b.length));
  }
  if (KindOf(first) == ValueType::kString) return kTextWork;
  return Add<std::uint64_t>(function == Function::kJoin ? kTextWork : 1, a.length);
}

// As the interpreter compares: elements side by side, each key of a map with each of the other.
std::uint64_t NodeCosts::WorkOfEqual(TypeId type, Extent extent) const {
  if (!IsCollection(type)) return 1;
  const TypeInfo& info = program_.types[type];
  const std::uint64_t length = extent.length;
  const std::uint64_t keys = info.kind == ValueType::kMap ? Times(length, length) : 0;
  return Add(Add<std::uint64_t>(1, keys), Times(length, WorkOfEqual(info.element, extent.Elements())));
}

NodeCosts::Extent NodeCosts::ExtentOf(const Node& node, const Operands& below) const {
  const auto& [a, b, c] = below.extents;
  switch (node.op) {
    case Op::kListLiteral: return {node.c, below.longest};
    case Op::kMapLiteral: return {node.c / 2, below.longest};
    case Op::kRows: return {std::min(RowsOf(node.b), node.a == kNoNode ? ~0u : kInnerRows), 0};
    case Op::kFilter: return a;
    case Op::kMap: return {a.length, std::max(b.length, b.inner)};
    case Op::kCond: return {std::max(b.length, c.length), std::max(b.inner, c.inner)};
    case Op::kJoinLists:
    case Op::kJoinMaps: return {Times(a.length, b.length), b.inner};
    case Op::kAdd: return {Add(a.length, b.length), std::max(a.inner, b.inner)};
    case Op::kIndex: return a.Elements();
    default: return {static_cast<std::uint32_t>(limits::kVectorItemsMax), 0};  // of texts: split
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
