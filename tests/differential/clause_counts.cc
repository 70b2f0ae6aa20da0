#include "engine/match/applicability.h"
#include "engine/match/index_builder.h"
#include "engine/match/plan.h"
#include "tests/differential/comparison.h"

namespace sluice::differential {

void CountClauses(const ruleset::RuleSet& set, Coverage* coverage) {
  static constexpr const char* kClauses[] = {"some", "none", "one", "not one"};
  static constexpr const char* kTerms[] = {"codes", "range", "has", "literal", "list", "mask"};
  const match::Plan plan = match::MakePlan(set);
  const match::RuleSettings settings(set);
  const match::Index index = match::IndexBuilder(set, plan, settings).Build();
  const auto& clauses = index.elements.clauses();
  for (std::size_t c = 1; c < clauses.size(); ++c) ++coverage->clauses[kClauses[static_cast<int>(clauses[c].kind)]];
  for (const match::ElementTerm& term : index.elements.terms()) {
    std::string name = kTerms[static_cast<int>(term.kind)];
    if (term.code_count > 1) name += ", several";
    if (term.negated) name += ", negated";
    ++coverage->clauses[name];
  }
}

}  // namespace sluice::differential
