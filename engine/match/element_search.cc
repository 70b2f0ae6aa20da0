// Plane: data.
//
// THE SIMPLE STORY
//   for each element of the parcel: false where a term is false, else the worst that a term says
//   some: true where an element is true; none: false where one is; one: true where one is and no other
//
// WHAT THE CODE ADDS TO THE STORY
//   1. Few parcels come here: those for which rows of bits leave an entry. Each element is looked at in the columns of
//      codes that the batch has anyway; no row of bits over elements is made.
#include "engine/match/element_search.h"

#include <algorithm>
#include <cmath>

#include "engine/base/check.h"
#include "engine/match/number_keys.h"

namespace sluice::match {

using ruleset::ValueType;

ElementSearch::ElementSearch(const ElementTerms& elements, MaskEvaluator* masks)
    : elements_(elements), masks_(masks), views_(elements.columns().size()) {}

void ElementSearch::Begin(const parcel::Batch& batch) {
  batch_ = &batch;
  for (std::size_t c = 0; c < views_.size(); ++c) {
    const ElementColumn& column = elements_.columns()[c];
    views_[c].absent = masks_->AbsentRows(column.column);
    views_[c].column = &batch.columns[column.column];
    if (column.kind == Term::Kind::kCodes) views_[c].codes = masks_->Encoded(column.source).row_codes();
  }
}

Answer ElementSearch::Ask(std::uint32_t place, std::size_t parcel) const {
  Answer all = Answer::kTrue;
  for (const ElementClause* clause = &elements_.clauses()[place];; ++clause) {
    const Answer one = AskClause(*clause, parcel);
    if (one == Answer::kFalse) return Answer::kFalse;
    all = std::max(all, one);
    if (clause->is_last) return all;
  }
}

Answer ElementSearch::AskClause(const ElementClause& clause, std::size_t parcel) const {
  const std::vector<std::uint32_t>& first = batch_->domains[clause.domain].first;
  std::uint32_t met = 0;
  Answer odd = Answer::kFalse;  // the worst of the elements that have no plain answer
  const bool one_is_enough = clause.kind == Clause::Kind::kSome || clause.kind == Clause::Kind::kNone;
  for (std::uint32_t element = first[parcel]; element < first[parcel + 1]; ++element) {
    const Answer answer = AskElement(clause, element);
    if (answer == Answer::kFalse) continue;
    if (answer > Answer::kTrue) {
      odd = std::max(odd, answer);
      continue;
    }
    ++met;
    if (one_is_enough) break;
  }
  const auto plain = [](bool holds) { return holds ? Answer::kTrue : Answer::kFalse; };
  const bool is_odd = odd != Answer::kFalse;
  switch (clause.kind) {
    case Clause::Kind::kSome: return met != 0 || !is_odd ? plain(met != 0) : odd;
    case Clause::Kind::kNone: return met != 0 || !is_odd ? plain(met == 0) : odd;
    case Clause::Kind::kOne: return is_odd ? odd : plain(met == 1);
    case Clause::Kind::kNotOne: return is_odd ? odd : plain(met != 1);
  }
  return Answer::kOther;
}

inline Answer ElementSearch::AskElement(const ElementClause& clause, std::size_t element) const {
  Answer all = Answer::kTrue;
  for (std::uint32_t t = clause.terms_first; t < clause.terms_end; ++t) {
    const Answer one = AskTerm(elements_.terms()[t], element);
    if (one == Answer::kFalse) return Answer::kFalse;
    all = std::max(all, one);
  }
  return all;
}

inline Answer ElementSearch::AskTerm(const ElementTerm& term, std::size_t element) const {
  const View& view = views_[term.column];
  const bool is_absent = BitAt(view.absent, element);
  bool holds = !is_absent;  // kHas
  if (term.kind != Term::Kind::kHas) {
    if (is_absent) return Answer::kAbsent;
    const std::uint32_t source = elements_.columns()[term.column].source;
    const Word* found = nullptr;
    switch (term.kind) {
      case Term::Kind::kCodes: holds = HasCode(term, view.codes[element]); break;
      case Term::Kind::kRange: return AskRange(term, *view.column, element);
      case Term::Kind::kLiteral: found = masks_->RowsOfLiteral(source, term.code); break;
      default: found = masks_->RowsOfList(source, term.code); break;
    }
    if (term.kind != Term::Kind::kCodes) holds = found != nullptr && BitAt(found, element);
  }
  return holds != term.negated ? Answer::kTrue : Answer::kFalse;
}

inline bool ElementSearch::HasCode(const ElementTerm& term, std::uint32_t code) const {
  if (term.code_count == 0) return code == term.code;
  const auto first = elements_.codes().begin() + term.code_first;
  return std::binary_search(first, first + term.code_count, code);
}

Answer ElementSearch::AskRange(const ElementTerm& term, const parcel::Column& column, std::size_t element) const {
  NumberKey key = 0;
  switch (column.type) {
    case ValueType::kUint: key = KeyOf(column.uints[element]); break;
    case ValueType::kDouble:
      if (std::isnan(column.doubles[element])) return Answer::kOther;
      key = KeyOf(column.doubles[element]);
      break;
    case ValueType::kMoney:
      if (column.moneys[element].currency != term.code) return Answer::kOther;
      key = KeyOf(column.moneys[element]);
      break;
    default: key = KeyOf(column.ints[element]); break;
  }
  return term.low <= key && key <= term.high ? Answer::kTrue : Answer::kFalse;
}

}  // namespace sluice::match
