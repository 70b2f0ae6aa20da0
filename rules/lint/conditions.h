// When a condition is true, and when false, as cases: each a conjunction of what values are. Two conditions are
// compared by these, not by their text.
//
// A case says of each subject what it can be. Subjects are value expressions (a field, an amount converted, …), the
// presence of a field, how two expressions compare, and bool expressions that are not looked into. `exists` and `all`
// keep cases of their elements. What has more than kLintCasesMax cases, or more operands of one && than
// kLintCandidatesMax, is not looked into, so the size is bounded.
//
// Thread-safety: none (it remembers; equal parts of rules are one node and are worked out once).   Ownership: refers
// to the rule set, which must outlive it. All answers are sound and incomplete: see domain.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/ruleset/rule_set.h"
#include "rules/lint/domain.h"
#include "rules/lint/value_ranges.h"

namespace sluice::rules {

using Subject = std::uint64_t;
using DomainPtr = std::shared_ptr<const Domain>;

struct Literal {
  Subject subject = 0;
  DomainPtr domain;
};

struct Case;
using Cases = std::vector<Case>;  // any of them
using CasesPtr = std::shared_ptr<const Cases>;

/// Some element of `range` (or each one) is in one of `cases`.
struct Quantified {
  ruleset::NodeIndex range = 0;
  bool exists = true;  // then `cases` has one case
  CasesPtr cases;
};

/// All of it holds.
struct Case {
  std::vector<Literal> literals;  // ascending by subject
  std::vector<Quantified> quantified;
  std::uint64_t mask = 0;  // a bit for each subject, those of elements included
};

class Conditions {
 public:
  explicit Conditions(const ruleset::RuleSet& rule_set);

  /// The cases in which the bool `node` is true (false); none: it never is. Good as long as this object.
  const Cases& True(ruleset::NodeIndex node) { return *When(node, true); }
  const Cases& False(ruleset::NodeIndex node) { return *When(node, false); }

  /// False when no parcel can be in both; else `*a` becomes what is in both.
  bool Intersect(Case* a, const Case& b) const;
  /// Whether some case of `a` fits one of `b`.
  bool CanBothBe(const Cases& a, const Cases& b) const;
  /// Whether all that is in `a` is in `b`.
  bool Implies(const Case& a, const Case& b) const;
  bool Implies(const Cases& a, const Cases& b) const;

  ValueRanges& ranges() { return ranges_; }

 private:
  using Node = ruleset::Node;
  using NodeIndex = ruleset::NodeIndex;

  CasesPtr When(NodeIndex node, bool wanted);
  CasesPtr Make(NodeIndex node, bool wanted);
  CasesPtr Opaque(NodeIndex node, bool wanted);
  CasesPtr WhenAll(NodeIndex node, bool wanted);  // every operand is `wanted`
  CasesPtr WhenAny(NodeIndex node, bool wanted);
  CasesPtr WhenConditional(NodeIndex node, bool wanted);
  CasesPtr WhenQuantified(NodeIndex node, bool wanted);
  CasesPtr WhenCompared(NodeIndex node, bool wanted);
  CasesPtr WhenPair(NodeIndex node, bool wanted);
  CasesPtr WhenBoolIs(NodeIndex value, bool is, bool wanted);
  CasesPtr WhenInSet(NodeIndex node, bool wanted);
  CasesPtr WhenText(NodeIndex node, bool wanted);
  CasesPtr WhenListed(NodeIndex node, bool wanted);
  CasesPtr WhenHas(NodeIndex node, bool wanted);
  /// Multiplies `*cases` by `more`; false, and nothing is changed, when they would be too many.
  bool Multiply(Cases* cases, const Cases& more) const;

  /// What values of `value` make the comparison with the constant true.
  std::optional<Domain> Compared(ruleset::Op op, NodeIndex value, NodeIndex constant);
  /// One case: `value` is in `domain`, and the fields that it reads are there.
  CasesPtr Is(NodeIndex value, Domain domain);
  void AddPresence(NodeIndex value, Case* to);
  static void Sort(Case* one);  // literals by subject, each once

  const ruleset::RuleSet& rules_;
  ValueRanges ranges_;
  std::unordered_map<NodeIndex, CasesPtr> known_[2];  // by `wanted`
  std::unordered_set<Subject> asked_presence_;        // fields that some `has` asks for
  std::unordered_map<NodeIndex, std::vector<Subject>> read_;  // of these: those that a value reads
  const CasesPtr never_, always_;
  const DomainPtr present_, not_present_;
};

/// The subject that is the value of `node`.
inline Subject ValueSubject(ruleset::NodeIndex node) { return node; }
/// Whether a field of a record (kNoNode: the parcel) is there: 1 or 0.
Subject PresenceSubject(ruleset::NodeIndex record, std::uint32_t column);
/// How two values compare, `a` < `b` as nodes: 0 less, 1 equal, 2 greater, 3 none of these.
Subject PairSubject(ruleset::NodeIndex a, ruleset::NodeIndex b);

}  // namespace sluice::rules
