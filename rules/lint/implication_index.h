// Which rules hold whenever a given rule does, without asking all pairs.
//
// Each case of each rule is filed under one of its literals, the one that fewest cases have: a value, the beginning
// of a text, four bytes of a part of a text, or the subject alone. A rule looks up what its own first case has.
// Time: near-linear, and at most kLintCandidatesMax comparisons a rule; beyond these, some are missed.
//
// Thread-safety: none.   Ownership: refers to the rule set and the conditions, which must outlive it.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/ruleset/rule_set.h"
#include "rules/lint/conditions.h"

namespace sluice::rules {

class ImplicationIndex {
 public:
  ImplicationIndex(const ruleset::RuleSet& rule_set, Conditions* conditions);

  /// Calls `visit` for each other rule of which it is clear that it holds whenever `rule` does, until it gives false.
  template <typename Visit>
  void ForEachImplied(ruleset::RuleIndex rule, const Visit& visit) {
    for (const ruleset::RuleIndex other : ImpliedBy(rule)) {
      if (other != rule && !visit(other)) return;
    }
  }

  /// Whether `other` holds whenever `rule` does.
  bool Implied(ruleset::RuleIndex rule, ruleset::RuleIndex other) const;

 private:
  using Key = std::uint64_t;
  struct Filed {
    ruleset::RuleIndex rule;
    std::uint64_t mask;  // of the case
  };

  /// Itself among them, ascending, without repetition; not many more than kLintCandidatesMax.
  std::vector<ruleset::RuleIndex> ImpliedBy(ruleset::RuleIndex rule) const;
  const Cases& CasesOf(ruleset::RuleIndex rule) const { return *cases_[rule]; }
  /// Sets of keys, each of which would do to file the case under: all keys of a set are needed.
  std::vector<std::vector<Key>> FilingKeys(const Case& one) const;
  void File(ruleset::RuleIndex rule, const Case& one);
  /// The keys that a case looks under.
  std::vector<Key> LookUpKeys(const Case& one) const;

  const ruleset::RuleSet& rules_;
  Conditions& conditions_;
  std::unordered_map<Key, std::uint32_t> counts_;
  std::unordered_map<Key, std::vector<Filed>> filed_;
  std::unordered_map<ruleset::NodeIndex, std::vector<ruleset::RuleIndex>> same_node_;  // rules of one condition
  std::vector<Filed> unconditional_;  // some case asks nothing
  std::vector<const Cases*> cases_;   // by rule
  std::unordered_map<Subject, std::uint64_t> prefix_lengths_;  // of the prefixes filed: bit i for i bytes
  std::unordered_set<Subject> with_parts_;                     // of which some part is filed
};

}  // namespace sluice::rules
