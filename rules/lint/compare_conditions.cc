// Comparisons, sets, lists and texts as cases; and how cases meet and imply each other.
#include <algorithm>
#include <cmath>

#include "rules/lint/conditions.h"

namespace sluice::rules {

using parcel::ValueType;
using ruleset::Node;
using ruleset::NodeIndex;
using ruleset::Op;

namespace {

constexpr double kWideMax = 1e30;                          // well within 128 bits
constexpr std::int64_t kExactInDouble = std::int64_t{1} << 53;

enum Relation : int { kLess, kEqual, kGreater, kUnordered };

Op Negated(Op op) {
  switch (op) {
    case Op::kEq: return Op::kNe;
    case Op::kNe: return Op::kEq;
    case Op::kLt: return Op::kGe;
    case Op::kLe: return Op::kGt;
    case Op::kGt: return Op::kLe;
    default: return Op::kLt;
  }
}

bool IsUpper(Op op) { return op == Op::kLt || op == Op::kLe; }

/// `number` as the end of an interval of whole numbers: x < 1.5 is x <= 1.
Scalar WholeEnd(Op op, double number) {
  number = std::clamp(number, -kWideMax, kWideMax);
  const double floor = std::floor(number);
  const auto whole = static_cast<Wide>(floor);
  const bool exact = floor == number;
  switch (op) {
    case Op::kLt: return {.number = exact ? whole - 1 : whole};
    case Op::kLe: return {.number = whole};
    case Op::kGt: return {.number = whole + 1};
    default: return {.number = exact ? whole : whole + 1};
  }
}

void SetEnd(Op op, const Scalar& end, bool open, Domain* domain) {
  (IsUpper(op) ? domain->has_high : domain->has_low) = true;
  (IsUpper(op) ? domain->high : domain->low) = end;
  (IsUpper(op) ? domain->high_open : domain->low_open) = open;
}

std::vector<Relation> RelationsOf(Op op) {
  switch (op) {
    case Op::kEq: return {kEqual};
    case Op::kNe: return {kLess, kGreater, kUnordered};
    case Op::kLt: return {kLess};
    case Op::kLe: return {kLess, kEqual};
    case Op::kGt: return {kGreater};
    default: return {kEqual, kGreater};
  }
}

Relation Mirrored(Relation relation) {
  return relation == kLess ? kGreater : relation == kGreater ? kLess : relation;
}

/// Which relations two values of these domains can have.
bool IsPossible(Relation relation, const Domain& a, const Domain& b, bool same_node) {
  if (relation == kUnordered) return a.scale == Scale::kReal;
  if (same_node) return relation == kEqual;
  const auto end = [](const Domain& of, bool high, Scalar* to) {
    if (of.finite && !of.values.empty()) *to = high ? of.values.back() : of.values.front();
    if (!of.finite) *to = high ? of.high : of.low;
    return of.finite ? !of.values.empty() : high ? of.has_high : of.has_low;
  };
  Scalar a_low, a_high, b_low, b_high;
  const bool a_from_b = end(a, false, &a_low) && end(b, true, &b_high);
  const bool b_from_a = end(b, false, &b_low) && end(a, true, &a_high);
  const int a_low_b_high = a_from_b ? Compare(a.scale, a_low, b_high) : -1;
  const int b_low_a_high = b_from_a ? Compare(a.scale, b_low, a_high) : -1;
  switch (relation) {
    case kLess: return a_low_b_high < 0;
    case kGreater: return b_low_a_high < 0;
    default: return a_low_b_high <= 0 && b_low_a_high <= 0;
  }
}

}  // namespace

CasesPtr Conditions::WhenBoolIs(NodeIndex value, bool is, bool wanted) { return When(value, is == wanted); }

CasesPtr Conditions::WhenCompared(NodeIndex index, bool wanted) {
  const Node node = rules_.program.nodes[index];
  if (!ScaleOf(ranges_.TypeOf(node.a)) || !ScaleOf(ranges_.TypeOf(node.b))) return Opaque(index, wanted);
  const Node& right = rules_.program.nodes[node.b];
  if (right.op != Op::kConst) return WhenPair(index, wanted);
  const bool equality = node.op == Op::kEq || node.op == Op::kNe;
  if (equality && ranges_.TypeOf(node.a) == ValueType::kBool) {
    const bool is = (rules_.program.ints[right.a] != 0) == (node.op == Op::kEq);
    return WhenBoolIs(node.a, is, wanted);
  }
  auto domain = Compared(wanted ? node.op : Negated(node.op), node.a, node.b);
  if (!domain) return Opaque(index, wanted);
  // NaN compares false, but for !=.
  const bool nan_fits = wanted == (node.op == Op::kNe);
  domain->nan = domain->scale == Scale::kReal && nan_fits;
  Domain all = ranges_.Of(node.a);
  rules::Intersect(&all, *domain, rules_);
  return Is(node.a, std::move(all));
}

std::optional<Domain> Conditions::Compared(Op op, NodeIndex value, NodeIndex constant) {
  const Scale scale = *ScaleOf(ranges_.TypeOf(value));
  const Scale given = *ScaleOf(ranges_.TypeOf(constant));
  Scalar end = ranges_.ConstantOf(rules_.program.nodes[constant]);
  if (given == Scale::kReal && std::isnan(end.real)) return std::nullopt;
  Domain domain = AnyOf(scale);
  if (op == Op::kEq || op == Op::kNe) {
    if (scale != given) return std::nullopt;
    if (op == Op::kEq) return OneOf(scale, {end});
    domain.excluded = {end};
    return domain;
  }
  bool open = op == Op::kLt || op == Op::kGt;
  if (scale == Scale::kNumber) {
    if (given == Scale::kReal) {
      end = WholeEnd(op, end.real);
    } else if (open) {
      end.number += op == Op::kLt ? -1 : 1;
    }
    open = false;
  } else if (scale == Scale::kReal && given == Scale::kNumber) {
    if (end.number > kExactInDouble || end.number < -kExactInDouble) return std::nullopt;
    end.real = static_cast<double>(end.number);
  }
  SetEnd(op, end, open, &domain);
  return domain;
}

CasesPtr Conditions::WhenPair(NodeIndex index, bool wanted) {
  const Node node = rules_.program.nodes[index];
  const Domain left = ranges_.Of(node.a);
  const Domain& right = ranges_.Of(node.b);
  if (left.scale != right.scale) return Opaque(index, wanted);
  const std::vector<Relation> relations = RelationsOf(node.op);
  Domain found = OneOf(Scale::kNumber, {});
  const bool swapped = node.a > node.b;
  for (int i = 0; i < 4; ++i) {
    const auto relation = static_cast<Relation>(i);
    const bool holds = std::find(relations.begin(), relations.end(), relation) != relations.end();
    if (holds != wanted || !IsPossible(relation, left, right, node.a == node.b)) continue;
    found.values.push_back({.number = swapped ? Mirrored(relation) : relation});
  }
  if (found.values.empty()) return never_;
  found = OneOf(Scale::kNumber, std::move(found.values));
  Case one;
  const Subject subject = PairSubject(std::min(node.a, node.b), std::max(node.a, node.b));
  one.literals.push_back({subject, std::make_shared<const Domain>(std::move(found))});
  AddPresence(node.a, &one);
  AddPresence(node.b, &one);
  Sort(&one);
  return std::make_shared<const Cases>(Cases{std::move(one)});
}

CasesPtr Conditions::WhenInSet(NodeIndex index, bool wanted) {
  const Node node = rules_.program.nodes[index];
  const ruleset::ConstantSet& set = rules_.program.sets[node.b];
  std::vector<Scalar> values;
  for (const std::int64_t value : set.ints) values.push_back({.number = value});
  for (const std::uint64_t value : set.uints) values.push_back({.number = value});
  for (const std::uint32_t text : set.texts) values.push_back({.text = rules_.program.texts[text]});
  Domain all = ranges_.Of(node.a);
  Domain listed = OneOf(all.scale, std::move(values));
  if (!wanted) {
    Domain others = AnyOf(all.scale);
    others.excluded = std::move(listed.values);
    listed = std::move(others);
  }
  rules::Intersect(&all, listed, rules_);
  return Is(node.a, std::move(all));
}

CasesPtr Conditions::WhenListed(NodeIndex index, bool wanted) {
  const Node node = rules_.program.nodes[index];
  Domain all = ranges_.Of(node.a);
  Domain listed = AnyOf(all.scale);
  (wanted ? listed.in : listed.not_in).push_back({node.b, node.op == Op::kListHasPrefix});
  rules::Intersect(&all, listed, rules_);
  return Is(node.a, std::move(all));
}

CasesPtr Conditions::WhenText(NodeIndex index, bool wanted) {
  const Node node = rules_.program.nodes[index];
  const Node& argument = rules_.program.nodes[node.b];
  if (argument.op != Op::kConst) return Opaque(index, wanted);
  const std::string_view text = rules_.program.texts[argument.a];
  Domain all = ranges_.Of(node.a);
  Domain tested = AnyOf(Scale::kText);
  if (node.op == Op::kContains) {
    (wanted ? tested.parts : tested.not_parts).push_back(text);
  } else if (wanted) {
    tested.prefix = text;
  } else {
    tested.not_prefixes.push_back(text);
  }
  rules::Intersect(&all, tested, rules_);
  return Is(node.a, std::move(all));
}

bool Conditions::Intersect(Case* a, const Case& b) const {
  std::vector<Literal> merged;
  merged.reserve(a->literals.size() + b.literals.size());
  auto left = a->literals.begin();
  for (const Literal& right : b.literals) {
    while (left != a->literals.end() && left->subject < right.subject) merged.push_back(std::move(*left++));
    if (left == a->literals.end() || left->subject != right.subject) {
      merged.push_back(right);
      continue;
    }
    if (left->domain != right.domain) {
      Domain both = *left->domain;
      rules::Intersect(&both, *right.domain, rules_);
      if (both.IsEmpty()) return false;
      left->domain = std::make_shared<const Domain>(std::move(both));
    }
    merged.push_back(std::move(*left++));
  }
  merged.insert(merged.end(), std::make_move_iterator(left), std::make_move_iterator(a->literals.end()));
  a->literals = std::move(merged);
  a->quantified.insert(a->quantified.end(), b.quantified.begin(), b.quantified.end());
  a->mask |= b.mask;
  for (const Quantified& some : a->quantified) {
    for (const Quantified& all : a->quantified) {
      const bool oppose = some.exists && !all.exists && some.range == all.range;
      if (oppose && !CanBothBe(*some.cases, *all.cases)) return false;
    }
  }
  return true;
}

bool Conditions::CanBothBe(const Cases& a, const Cases& b) const {
  for (const Case& one : a) {
    for (const Case& other : b) {
      Case both = one;
      if (Intersect(&both, other)) return true;
    }
  }
  return false;
}

bool Conditions::Implies(const Case& a, const Case& b) const {
  if ((b.mask & ~a.mask) != 0) return false;
  auto own = a.literals.begin();
  for (const Literal& literal : b.literals) {
    while (own != a.literals.end() && own->subject < literal.subject) ++own;
    if (own == a.literals.end() || own->subject != literal.subject) return false;
    if (own->domain != literal.domain && !rules::Implies(*own->domain, *literal.domain, rules_)) return false;
  }
  return std::all_of(b.quantified.begin(), b.quantified.end(), [&](const Quantified& wanted) {
    return std::any_of(a.quantified.begin(), a.quantified.end(), [&](const Quantified& known) {
      return known.exists == wanted.exists && known.range == wanted.range && Implies(*known.cases, *wanted.cases);
    });
  });
}

bool Conditions::Implies(const Cases& a, const Cases& b) const {
  return std::all_of(a.begin(), a.end(), [&](const Case& one) {
    return std::any_of(b.begin(), b.end(), [&](const Case& other) { return Implies(one, other); });
  });
}

}  // namespace sluice::rules
