// What the linter's searches share: the book, its conditions as cases, and the findings. Internal to rules/lint.
//
// Thread-safety: none.   Ownership: refers to the compiled book and the options, which must outlive it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/lint/conditions.h"
#include "rules/lint/linter.h"

namespace sluice::rules {

inline constexpr std::uint32_t kNoSpec = 0xFFFFFFFFu;

struct Finding {
  Diagnostic diagnostic;
  std::uint32_t spec = kNoSpec;  // the rule that may silence it, in RuleSpecs::rules
};

struct LintPass {
  LintPass(const CompiledBook& compiled_book, const LintOptions& lint_options);

  /// The reference is good until the next call. The code is in codes.cc.
  Diagnostic& Find(std::string_view code, Place place, std::string message, std::string hint, std::uint32_t spec);

  std::uint32_t SpecIndexOf(ruleset::RuleIndex rule) const { return trees[tree_of[rule]].spec; }
  const RuleSpec& SpecOf(ruleset::RuleIndex rule) const { return book.specs.rules[SpecIndexOf(rule)]; }
  std::string_view IdOf(ruleset::RuleIndex rule) const { return rules.Text(rules.rules[rule].id); }
  /// Where a rule was written: its condition, or the row of its profile.
  Place PlaceOf(ruleset::RuleIndex rule) const;
  /// A part of a tree's condition.
  Place PlaceOf(const CheckedRule& tree, NodeId part) const;

  const CompiledBook& compiled;
  const LintOptions& options;
  const Book& book;
  const std::vector<CheckedRule>& trees;
  const ruleset::RuleSet& rules;
  std::vector<std::uint32_t> tree_of;  // by rule: index in `trees`
  Conditions conditions;
  std::vector<Finding> findings;
};

// The searches, one file each.
void FindImpossibleParts(LintPass* pass);   // never-true, always-true, contradiction
void FindOverlappingRules(LintPass* pass);  // subsumed-rule, same-condition, overlapping-validity, always-waived
void FindHidingAbsence(LintPass* pass);     // absence-hides
void FindUselessReferences(LintPass* pass); // unused-list, unused-table, unreachable-key
void FindOverlappingRows(LintPass* pass);   // overlapping-rows
void FindMixedCurrencies(LintPass* pass);   // mixed-currencies
void FindUselessEffects(LintPass* pass);    // lane-decides-nothing, waives-nothing, expired-rule
void FindUnindexedRules(LintPass* pass);    // no-index

/// What both rules may apply to: direction, phase, office, validity.
bool ScopesMeet(const ruleset::RuleSet& rule_set, const ruleset::Rule& a, const ruleset::Rule& b);
/// Whether `b` applies wherever `a` does.
bool ScopeImplies(const ruleset::RuleSet& rule_set, const ruleset::Rule& a, const ruleset::Rule& b);

/// Whether no lane is milder than the one of parcels for which nothing asks for a lane.
bool DefaultIsMildest(const ruleset::RuleSet& rule_set);

/// The compiler's findings and the pass's, without the silenced ones, with unused silences.
DiagnosticList WithoutSilenced(LintPass* pass);

}  // namespace sluice::rules
