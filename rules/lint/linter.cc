#include "rules/lint/linter.h"

#include <algorithm>

#include "engine/base/check.h"
#include "rules/lint/codes.h"
#include "rules/lint/lint_pass.h"
#include "rules/syntax/text_place.h"

namespace sluice::rules {

LintPass::LintPass(const CompiledBook& compiled_book, const LintOptions& lint_options)
    : compiled(compiled_book),
      options(lint_options),
      book(compiled_book.trees->book),
      trees(compiled_book.trees->rules),
      rules(*compiled_book.rule_set),
      tree_of(rules.rules.size()),
      conditions(rules) {
  for (std::uint32_t i = 0; i < trees.size(); ++i) {
    std::fill_n(tree_of.begin() + trees[i].first_rule, trees[i].rule_count, i);
  }
}

Diagnostic& LintPass::Find(std::string_view code, Place place, std::string message, std::string hint,
                           std::uint32_t spec) {
  const LintCode* known = FindLintCode(code);
  SLUICE_CHECK(known != nullptr);
  findings.push_back({{known->severity, std::string(code), std::move(message), std::move(place), std::move(hint), {}},
                      spec});
  return findings.back().diagnostic;
}

Place LintPass::PlaceOf(ruleset::RuleIndex rule) const {
  const ruleset::Rule& of = rules.rules[rule];
  if (of.profile_table != ruleset::kNone) return book.tables[of.profile_table].RowPlace(of.profile_row);
  return SpecOf(rule).when->place();
}

Place LintPass::PlaceOf(const CheckedRule& tree, NodeId part) const {
  return TextPlace::OfScalar(*book.specs.rules[tree.spec].when).Resolve(tree.condition.ast.node(part).span);
}

DiagnosticList Lint(const CompiledBook& compiled, const LintOptions& options) {
  SLUICE_CHECK(compiled.rule_set != nullptr && compiled.trees != nullptr);
  LintPass pass(compiled, options);
  for (const auto search : {FindImpossibleParts, FindOverlappingRules, FindHidingAbsence, FindUselessReferences,
                            FindOverlappingRows, FindMixedCurrencies, FindUselessEffects, FindUnindexedRules}) {
    search(&pass);
  }
  return WithoutSilenced(&pass);
}

}  // namespace sluice::rules
