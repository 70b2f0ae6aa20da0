#include "engine/match/index_elements.h"

#include <algorithm>
#include <utility>

namespace sluice::match {
namespace {

ElementColumn ColumnOf(const Plan& plan, const Term& term) {
  ElementColumn column;
  column.kind = term.kind;
  column.source = term.source;
  switch (term.kind) {
    case Term::Kind::kCodes: column.column = plan.dictionaries[term.source].column(); break;
    case Term::Kind::kLiteral: column.column = plan.searches[term.source].column(); break;
    case Term::Kind::kList: column.column = plan.list_searches[term.source].column(); break;
    case Term::Kind::kRange: column.column = plan.sources[term.source].index; break;
    default: column.column = term.source; break;
  }
  return column;
}

// What most elements fail first: a text, a number; what is dear to ask last.
std::vector<Term> InOrderOfCost(std::vector<Term> terms) {
  const auto rank = [](const Term& term) {
    if (term.kind == Term::Kind::kLiteral || term.kind == Term::Kind::kList) return 3;
    if (term.kind == Term::Kind::kRange) return 1;
    return term.negated || term.kind == Term::Kind::kHas ? 2 : 0;
  };
  std::stable_sort(terms.begin(), terms.end(), [&](const Term& a, const Term& b) { return rank(a) < rank(b); });
  return terms;
}

}  // namespace

// Numbers that are computed are computed for the rows in question alone, by the condition itself.
bool ElementTerms::CanSay(const Plan& plan, const Term& term) {
  if (term.kind == Term::Kind::kMask) return false;
  return term.kind != Term::Kind::kRange || plan.sources[term.source].kind == Source::Kind::kColumn;
}

// False: some term is left out. That says less of some elements, and so it may of kSome alone; of the others nothing is
// left then.
bool ElementTerms::Sayable(const Plan& plan, const Clause& asked, Clause* said) {
  *said = asked;
  std::erase_if(said->terms, [&](const Term& term) { return !CanSay(plan, term); });
  if (said->terms.size() == asked.terms.size()) return true;
  if (asked.kind != Clause::Kind::kSome) said->terms.clear();
  return false;
}

std::uint32_t ElementTerms::Add(const Plan& plan, const std::vector<Clause>& asked, bool* exact) {
  const auto place = static_cast<std::uint32_t>(clauses_.size());
  for (const Clause& clause : asked) {
    Clause said;
    const bool is_exact = Sayable(plan, clause, &said);
    *exact = *exact && is_exact;
    if (!is_exact && said.terms.empty()) continue;
    ElementClause& made = clauses_.emplace_back();
    made.kind = said.kind;
    made.is_last = false;
    made.domain = plan.homes[said.home].domain;
    made.terms_first = static_cast<std::uint32_t>(terms_.size());
    for (const Term& term : InOrderOfCost(std::move(said.terms))) terms_.push_back(TermOf(plan, term));
    made.terms_end = static_cast<std::uint32_t>(terms_.size());
  }
  if (place == clauses_.size()) return 0;
  clauses_.back().is_last = true;
  return place;
}

ElementTerm ElementTerms::TermOf(const Plan& plan, const Term& term) {
  const auto [at, added] =
      column_of_.try_emplace({term.kind, term.source}, static_cast<std::uint32_t>(columns_.size()));
  if (added) columns_.push_back(ColumnOf(plan, term));
  const auto codes_first = static_cast<std::uint32_t>(codes_.size());
  const auto codes = plan.codes.begin() + term.code_first;
  codes_.insert(codes_.end(), codes, codes + term.code_count);
  return {term.kind, term.negated, at->second, term.code, codes_first, term.code_count, term.low, term.high};
}

}  // namespace sluice::match
