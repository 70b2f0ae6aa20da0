// From the rules as written to the rules of a rule set: checks and lowers their expressions, one
// rule a spec, or one a row of a profile's table.
//
// Thread-safety: none.   Ownership: refers to everything it is given, which must outlive it.
// Errors: diagnostics; a rule with errors is left out, and the others are compiled all the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/ruleset/rule_set.h"
#include "rules/book/book.h"
#include "rules/check/checker.h"
#include "rules/check/environment.h"
#include "rules/diag/diagnostic.h"
#include "rules/emit/checked_book.h"
#include "rules/lower/lowering.h"

namespace sluice::rules {

class RuleCompiler {
 public:
  /// `environment` is of `book` and `rule_set`; its profile_table is set here, rule by rule.
  /// `trees`, unless null, gets each rule's trees.
  RuleCompiler(Book* book, Environment* environment, ruleset::RuleSet* rule_set,
               std::vector<CheckedRule>* trees, DiagnosticList* diagnostics);

  void CompileAll();
  Lowering& lowering() { return lowering_; }

 private:
  /// Sets Environment::profile_table; false when `each` names no table.
  bool FindProfileTable(const RuleSpec& spec);
  void Compile(std::uint32_t spec_index);
  /// Both set CheckedRule::parts.
  void CompileOne(const RuleSpec& spec, CheckedRule* checked, ruleset::Rule rule);
  void CompileProfile(const RuleSpec& spec, CheckedRule* checked, const ruleset::Rule& rule);
  std::optional<CheckedExpression> Check(const YamlNode& node, const Expectation& expectation);
  /// A score that is a constant after all becomes Rule::score.
  void FoldScore(const Place& place, ruleset::Rule* rule);
  ruleset::Rule WithTexts(const RuleSpec& spec);
  std::uint32_t AddText(std::string_view text);

  Book& book_;
  Environment& environment_;
  ruleset::RuleSet& rule_set_;
  std::vector<CheckedRule>* trees_;
  DiagnosticList* diagnostics_;
  const std::string folder_;  // with which the path of each of the book's files begins
  Lowering lowering_;
};

}  // namespace sluice::rules
