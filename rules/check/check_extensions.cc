// Functions that are called by a namespace's name: math, sets, strings; and those of their arguments that have rules
// of their own.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "rules/check/check_pass.h"
#include "rules/diag/suggest.h"

namespace sluice::rules {

namespace {

/// Every int, uint and double is one of these, so comparing them is exact.
using Exact = long double;
static_assert(std::numeric_limits<Exact>::digits >= 64);

Exact ExactNumber(const Value& value) {
  switch (value.type) {
    case parcel::ValueType::kUint: return static_cast<Exact>(value.unsigned_number);
    case parcel::ValueType::kDouble: return value.real;
    default: return static_cast<Exact>(value.number);
  }
}

Type WithoutEnum(Type type) {
  type.reference = kNoReference;
  return type;
}

}  // namespace

Type CheckPass::VisitNamespaceCall(NodeId id) {
  const auto arguments = ast_.children(id).subspan(1);
  const std::string name_space = DottedName(ast_.child(id, 0)) + ".";
  const std::string name = name_space + std::string(ast_.Text(id));
  std::vector<std::string_view> known;  // of the namespace
  for (const Overload& overload : AllOverloads()) {
    if (overload.name == name && overload.form == CallForm::kGreatest) {
      return VisitGreatest(id, overload);
    }
    if (overload.name.starts_with(name_space)) known.push_back(overload.name);
  }
  std::vector<Type> types;
  for (const NodeId argument : arguments) types.push_back(VisitValue(argument));
  if (HasFunction(name, false)) return ResolveOverload(id, {name, false}, arguments, types);
  if (known.empty()) {
    return Fail(id, "unsupported-function", "'" + name + "' is not part of the language yet");
  }
  return Fail(id, "unknown-function", "there is no function '" + name + "'",
              DidYouMean(name, std::span<const std::string_view>(known)));
}

// --- math.greatest, math.least -----------------------------------------------------------------------

Type CheckPass::VisitGreatest(NodeId id, const Overload& overload) {
  Resolve(id, Meaning::kOverload);
  resolution(id).overload = &overload;
  const std::string name(overload.name);
  std::span<const NodeId> numbers = ast_.children(id).subspan(1);
  const bool is_literal = numbers.size() == 1 && node(numbers[0]).kind == ExprKind::kList;
  // The elements of a literal stand for arguments: unlike a list's they may be of several types.
  if (is_literal) numbers = ast_.children(numbers[0]);
  if (numbers.empty()) return Fail(id, "argument-count", name + " takes one number at least");
  bool sound = true;
  for (const NodeId number : numbers) {
    VisitValue(number);
    const Type found = Settle(number, ScalarType(TypeKind::kInt));
    if (numbers.size() == 1 && !is_literal && found.Is(TypeKind::kList)) {
      return GreatestOfList(id, overload, number, found);
    }
    sound = sound && !found.IsOpen();
    if (found.IsOpen() || found.IsNumber()) continue;
    sound = false;
    Find(node(number).span, "argument-type", name + " takes numbers, not " + Text(found));
  }
  if (!sound || !AgreeOnUnits(id, numbers)) return {};
  Type joined = type(numbers[0]);
  for (const NodeId number : numbers) {
    if (type(number).kind != joined.kind) return GreatestOfMixed(id, overload, numbers);
    joined = Join(joined, type(number));
  }
  return WithoutEnum(joined);
}

Type CheckPass::GreatestOfList(NodeId id, const Overload& overload, NodeId list, const Type& found) {
  if (unknowns_.is_settling()) unknowns_.Learn(*found.element, ScalarType(TypeKind::kInt));
  if (found.element->IsOpen()) return *found.element;
  if (found.element->IsNumber()) return WithoutEnum(*found.element);
  Find(node(list).span, "argument-type",
       std::string(overload.name) + " takes numbers or a list of them, not " + Text(found));
  resolution(id) = {};
  return {};
}

Type CheckPass::GreatestOfMixed(NodeId id, const Overload& overload, std::span<const NodeId> numbers) {
  const bool greatest = overload.function == ruleset::Function::kGreatest;
  std::optional<Value> best;
  for (const NodeId number : numbers) {
    std::optional<Value> value = ConstantNumber(number);
    if (!value) {
      return Fail(id, "mixed-numbers",
                  std::string(overload.name) + " of int, uint and double together has no type of its own",
                  "convert: double(" + Snippet(number) + ")");
    }
    if (std::isnan(ExactNumber(*value))) {
      return Fail(id, "constant-error", "this always fails: NaN is in no order");
    }
    const Exact by = best ? ExactNumber(*value) - ExactNumber(*best) : 0;
    if (!best || (greatest ? by > 0 : by < 0)) best = std::move(value);
  }
  const Type result = ScalarType(best->type);
  Resolve(id, Meaning::kConstant, AddConstant(*std::move(best)));
  return result;
}

std::optional<Value> CheckPass::ConstantNumber(NodeId id) const {
  const ExprNode& n = node(id);
  const Resolution& found = checked_.resolutions[id];
  Value value;
  switch (n.kind) {
    case ExprKind::kInt: value.number = n.int_value; return value;
    case ExprKind::kUint:
      value.type = parcel::ValueType::kUint;
      value.unsigned_number = n.uint_value;
      return value;
    case ExprKind::kDouble:
      value.type = parcel::ValueType::kDouble;
      value.real = n.double_value;
      return value;
    case ExprKind::kNegate: {
      std::optional<Value> negated = ConstantNumber(ast_.child(id, 0));
      if (!negated || negated->number == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
      negated->number = -negated->number;
      negated->real = -negated->real;
      return negated;
    }
    default: break;
  }
  if (found.meaning == Meaning::kConstant) return checked_.constants[found.index];
  return std::nullopt;
}

bool CheckPass::AgreeOnUnits(NodeId id, std::span<const NodeId> numbers) {
  const auto has_unit = [&](NodeId number) {
    return !weights_mg_.contains(number) && type(number).unit != Unit::kNone;
  };
  const auto first = std::find_if(numbers.begin(), numbers.end(), has_unit);
  if (first == numbers.end()) return true;
  const Type wanted = type(*first);
  for (const NodeId number : numbers) {
    Type adapted = type(number);
    if (weights_mg_.contains(number)) AdaptWeight(number, wanted, &adapted);
    if (adapted.Is(TypeKind::kError) || !CheckUnits(id, wanted, adapted)) return false;
  }
  return true;
}

// --- sets --------------------------------------------------------------------------------------------

bool CheckPass::CheckSets(NodeId id, std::span<const NodeId> lists) {
  Type left = type(lists[0]);
  Type right = type(lists[1]);
  const std::string name = DottedName(ast_.child(id, 0)) + "." + std::string(ast_.Text(id));
  if (!Agree(left, right)) {
    Fail(id, "argument-type", name + " takes lists of one type: " + Text(left) + " and " + Text(right) + " differ");
    return false;
  }
  left = unknowns_.Resolved(left);
  right = unknowns_.Resolved(right);
  if (left.IsOpen() || right.IsOpen() || left.element->IsOpen() || right.element->IsOpen()) return true;
  if (!IsComparable(left) || !IsComparable(right)) {
    Fail(id, "argument-type", Text(left) + " cannot be compared", "map its elements to a field of theirs");
    return false;
  }
  if (left.element->Is(TypeKind::kMoney) && !left.element->money->SameAs(*right.element->money)) {
    Fail(id, "money-currency", "the amounts of the two lists are not known to be in one currency",
         "convert: .map(x, x.to(\"CNY\"))");
    return false;
  }
  return true;
}

}  // namespace sluice::rules
