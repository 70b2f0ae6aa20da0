// Rules that no index could narrow, with what they cost where a sample was measured.
#include <algorithm>
#include <cmath>
#include <string>

#include "engine/ruleset/node_text.h"
#include "rules/lint/lint_pass.h"

namespace sluice::rules {
namespace {

using ruleset::RuleIndex;

/// Whether few values of the subject fit: some of a set, a beginning, a part, an entry of a list.
bool Narrows(const Literal& literal) {
  const Domain& domain = *literal.domain;
  if (literal.subject >> 60 != 0) return false;  // presence, or how two fields compare
  if (domain.finite) return domain.scale == Scale::kText || !domain.values.empty();
  return !domain.prefix.empty() || !domain.parts.empty() || !domain.in.empty();
}

bool Narrows(const Case& one) {
  return std::any_of(one.literals.begin(), one.literals.end(), [](const Literal& l) { return Narrows(l); }) ||
         std::any_of(one.quantified.begin(), one.quantified.end(),
                     [](const Quantified& some) { return some.exists && Narrows(some.cases->front()); });
}

bool IsUnindexed(Conditions* conditions, const ruleset::Rule& rule) {
  const Cases& cases = conditions->True(rule.condition);
  return std::any_of(cases.begin(), cases.end(), [](const Case& one) { return !Narrows(one); });
}

std::string Percent(std::uint64_t count, std::uint64_t of) {
  if (of == 0) return "0 %";
  const std::uint64_t permille = (1000 * count + of / 2) / of;
  return std::to_string(permille / 10) + "." + std::to_string(permille % 10) + " %";
}

void Report(LintPass* pass, RuleIndex rule) {
  const RuleSpec& spec = pass->SpecOf(rule);
  const Sample* sample = pass->options.sample;
  const RuleMeasure* measure = sample->rules.contains(rule) ? &sample->rules.at(rule) : nullptr;
  std::string message = "no index can narrow this rule: it is asked of every parcel";
  if (measure != nullptr) {
    message += "; on " + std::to_string(sample->parcels) + " of " + sample->name + " it takes " +
               std::to_string(std::llround(measure->nanoseconds)) + " ns a parcel and matches " +
               Percent(measure->matches, sample->parcels);
  }
  Diagnostic& found = pass->Find("no-index", pass->PlaceOf(rule), std::move(message),
                                 "add a test that few parcels pass: a code, a list, a beginning",
                                 pass->SpecIndexOf(rule));
  if (measure == nullptr) return;
  for (const RuleMeasure::Part& part : measure->parts) {
    found.AddNote(spec.when->place(), Percent(part.true_count, sample->parcels) + " of parcels: " +
                                          ruleset::NodeText(pass->rules, part.node));
  }
}

}  // namespace

void FindUnindexedRules(LintPass* pass) {
  if (pass->options.sample == nullptr) return;  // what such a rule costs is the finding
  for (const CheckedRule& tree : pass->trees) {
    for (std::uint32_t i = 0; i < tree.rule_count; ++i) {
      const RuleIndex rule = tree.first_rule + i;
      if (IsUnindexed(&pass->conditions, pass->rules.rules[rule])) Report(pass, rule);
    }
  }
}

std::vector<RuleIndex> UnindexedRules(const CompiledBook& compiled) {
  Conditions conditions(*compiled.rule_set);
  std::vector<RuleIndex> found;
  for (RuleIndex rule = 0; rule < compiled.rule_set->rules.size(); ++rule) {
    if (IsUnindexed(&conditions, compiled.rule_set->rules[rule])) found.push_back(rule);
  }
  return found;
}

}  // namespace sluice::rules
