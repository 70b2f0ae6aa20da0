#include "rules/lint/conditions.h"

#include <algorithm>

#include "engine/base/hash.h"
#include "engine/base/limits.h"

namespace sluice::rules {

using parcel::ValueType;
using ruleset::Op;

namespace {

constexpr Subject kPresenceTag = Subject{1} << 60;
constexpr Subject kPairTag = Subject{2} << 60;

std::uint64_t MaskBit(std::uint64_t subject) { return std::uint64_t{1} << (base::CombineHash(0, subject) % 64); }

CasesPtr Share(Cases cases) { return std::make_shared<const Cases>(std::move(cases)); }

Domain Flag(bool is) { return OneOf(Scale::kNumber, {{.number = is ? 1 : 0}}); }

}  // namespace

Subject PresenceSubject(ruleset::NodeIndex record, std::uint32_t column) {
  // kNoNode, the parcel, becomes 0.
  return kPresenceTag | static_cast<Subject>(record + 1u) << 16 | column;
}

Subject PairSubject(ruleset::NodeIndex a, ruleset::NodeIndex b) {
  return kPairTag | static_cast<Subject>(a) << 30 | b;
}

Conditions::Conditions(const ruleset::RuleSet& rule_set)
    : rules_(rule_set),
      ranges_(rule_set),
      never_(Share({})),
      always_(Share({Case{}})),
      present_(std::make_shared<const Domain>(Flag(true))),
      not_present_(std::make_shared<const Domain>(Flag(false))) {
  for (const Node& node : rule_set.program.nodes) {
    if (node.op == Op::kHas) asked_presence_.insert(PresenceSubject(ruleset::kNoNode, node.a));
    if (node.op == Op::kHasField) asked_presence_.insert(PresenceSubject(node.a, node.b));
  }
}

CasesPtr Conditions::When(NodeIndex node, bool wanted) {
  const auto known = known_[wanted].find(node);
  if (known != known_[wanted].end()) return known->second;
  CasesPtr made = Make(node, wanted);
  known_[wanted].emplace(node, made);
  return made;
}

CasesPtr Conditions::Make(NodeIndex index, bool wanted) {
  const Node& node = rules_.program.nodes[index];
  switch (node.op) {
    case Op::kConst: return (rules_.program.ints[node.a] != 0) == wanted ? always_ : never_;
    case Op::kNot: return When(node.a, !wanted);
    case Op::kAnd: return wanted ? WhenAll(index, true) : WhenAny(index, false);
    case Op::kOr: return wanted ? WhenAny(index, true) : WhenAll(index, false);
    case Op::kCond: return WhenConditional(index, wanted);
    case Op::kExists:
    case Op::kAll: return WhenQuantified(index, wanted);
    case Op::kEq:
    case Op::kNe:
    case Op::kLt:
    case Op::kLe:
    case Op::kGt:
    case Op::kGe: return WhenCompared(index, wanted);
    case Op::kInSet: return WhenInSet(index, wanted);
    case Op::kInList:
    case Op::kListHasPrefix: return WhenListed(index, wanted);
    case Op::kStartsWith:
    case Op::kContains: return WhenText(index, wanted);
    case Op::kHas:
    case Op::kHasField: return WhenHas(index, wanted);
    default: return Opaque(index, wanted);
  }
}

CasesPtr Conditions::Opaque(NodeIndex node, bool wanted) { return Is(node, Flag(wanted)); }

bool Conditions::Multiply(Cases* cases, const Cases& more) const {
  Cases product;
  for (const Case& one : *cases) {
    for (const Case& other : more) {
      Case both = one;
      if (!Intersect(&both, other)) continue;
      if (product.size() == limits::kLintCasesMax) return false;
      product.push_back(std::move(both));
    }
  }
  *cases = std::move(product);
  return true;
}

CasesPtr Conditions::WhenAll(NodeIndex node, bool wanted) {
  const Node of = rules_.program.nodes[node];
  if (of.c > limits::kLintCandidatesMax) return Opaque(node, wanted);
  Cases cases{Case{}};
  for (std::uint32_t i = of.b; i < of.b + of.c; ++i) {
    const NodeIndex operand = rules_.program.operands[i];
    // What would be too much is kept as one part that is not looked into.
    if (!Multiply(&cases, *When(operand, wanted)) && !Multiply(&cases, *Opaque(operand, wanted))) {
      return Opaque(node, wanted);
    }
    if (cases.empty()) return never_;
  }
  return Share(std::move(cases));
}

CasesPtr Conditions::WhenAny(NodeIndex node, bool wanted) {
  const Node of = rules_.program.nodes[node];
  Cases cases;
  for (std::uint32_t i = of.b; i < of.b + of.c; ++i) {
    const CasesPtr operand = When(rules_.program.operands[i], wanted);
    if (cases.size() + operand->size() > limits::kLintCasesMax) {
      return Opaque(node, wanted);
    }
    cases.insert(cases.end(), operand->begin(), operand->end());
  }
  return Share(std::move(cases));
}

CasesPtr Conditions::WhenConditional(NodeIndex node, bool wanted) {
  const Node of = rules_.program.nodes[node];
  Cases first = *When(of.a, true);
  Cases second = *When(of.a, false);
  if (!Multiply(&first, *When(of.b, wanted)) || !Multiply(&second, *When(of.c, wanted)) ||
      first.size() + second.size() > limits::kLintCasesMax) {
    return Opaque(node, wanted);
  }
  first.insert(first.end(), second.begin(), second.end());
  return Share(std::move(first));
}

CasesPtr Conditions::WhenQuantified(NodeIndex node, bool wanted) {
  const Node of = rules_.program.nodes[node];
  const CasesPtr body = When(of.b, wanted);
  const bool exists = (of.op == Op::kExists) == wanted;
  const std::uint64_t mask = MaskBit(of.a);
  Cases cases;
  if (!exists) {
    Case& all = cases.emplace_back();
    all.quantified.push_back({of.a, false, body});
    all.mask = mask;
    return Share(std::move(cases));
  }
  for (const Case& one : *body) {
    Case& some = cases.emplace_back();
    some.quantified.push_back({of.a, true, Share({one})});
    some.mask = mask | one.mask;
  }
  return Share(std::move(cases));
}

CasesPtr Conditions::WhenHas(NodeIndex index, bool wanted) {
  const Node& node = rules_.program.nodes[index];
  const bool of_parcel = node.op == Op::kHas;
  const std::uint32_t column = of_parcel ? node.a : node.b;
  const parcel::Field* field = ranges_.FieldOf(column);
  if (field != nullptr && field->presence == parcel::Presence::kAlways && field->inline_in == parcel::kNoIndex &&
      rules_.columns.columns[column].path.size() == 1) {
    return wanted ? always_ : never_;
  }
  Case one;
  const Subject subject = PresenceSubject(of_parcel ? ruleset::kNoNode : node.a, column);
  one.literals.push_back({subject, wanted ? present_ : not_present_});
  one.mask = MaskBit(subject);
  return Share({std::move(one)});
}

CasesPtr Conditions::Is(NodeIndex value, Domain domain) {
  if (domain.IsEmpty()) return never_;
  Case one;
  one.literals.push_back({ValueSubject(value), std::make_shared<const Domain>(std::move(domain))});
  AddPresence(value, &one);
  Sort(&one);
  return Share({std::move(one)});
}

void Conditions::AddPresence(NodeIndex value, Case* to) {
  if (asked_presence_.empty()) return;
  const auto known = read_.find(value);
  if (known == read_.end()) {
    std::vector<Subject> read;
    const Node node = rules_.program.nodes[value];
    if (node.op == Op::kColumn) read.push_back(PresenceSubject(ruleset::kNoNode, node.a));
    if (node.op == Op::kField) read.push_back(PresenceSubject(node.a, node.b));
    std::erase_if(read, [&](Subject subject) { return !asked_presence_.contains(subject); });
    const std::string_view letters = ruleset::OpOperands(node.op);
    // Of a conditional one branch is not read, and of a macro over no elements not the body.
    const std::size_t strict_count = node.op == Op::kCond || letters == "NNS" ? 1 : letters.size();
    const std::uint32_t operands[] = {node.a, node.b, node.c};
    Case inner;
    for (std::size_t i = 0; i < strict_count; ++i) {
      if (letters[i] == 'N' && operands[i] != ruleset::kNoNode) AddPresence(operands[i], &inner);
    }
    const bool takes_list = node.op == Op::kTableRow || node.op == Op::kTableHas;
    for (std::uint32_t i = node.b; takes_list && i < node.b + node.c; ++i) {
      AddPresence(rules_.program.operands[i], &inner);
    }
    for (const Literal& literal : inner.literals) read.push_back(literal.subject);
    std::sort(read.begin(), read.end());
    read.erase(std::unique(read.begin(), read.end()), read.end());
    read_[value] = std::move(read);
  }
  for (const Subject subject : read_[value]) to->literals.push_back({subject, present_});
}

void Conditions::Sort(Case* one) {
  std::stable_sort(one->literals.begin(), one->literals.end(),
                   [](const Literal& a, const Literal& b) { return a.subject < b.subject; });
  Case merged;
  for (Literal& literal : one->literals) {
    one->mask |= MaskBit(literal.subject);
    if (merged.literals.empty() || merged.literals.back().subject != literal.subject) {
      merged.literals.push_back(std::move(literal));
    }
  }
  one->literals = std::move(merged.literals);
}

}  // namespace sluice::rules
