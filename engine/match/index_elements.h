// What conjunctions of an index ask of the elements below a parcel, looked at one by one: "some item has this code,
// that origin and 10 pieces".
//
// Immutable once made; thread-safe to read.   Errors: none: what no clause can say is left to the condition itself.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "engine/match/index_terms.h"

namespace sluice::match {

/// A term of elements, with all that is needed to look at one of them.
struct ElementTerm {
  Term::Kind kind = Term::Kind::kHas;
  bool negated = false;
  std::uint32_t column = 0;  // of ElementTerms::columns
  std::uint32_t code = 0;    // text, literal or list; of kRange: currency of a money
  std::uint32_t code_first = 0, code_count = 0;  // of ElementTerms::codes, ascending; 0: `code` alone
  NumberKey low = 0, high = 0;
};

/// What terms of elements read.
struct ElementColumn {
  Term::Kind kind = Term::Kind::kHas;
  std::uint32_t source = 0;           // as of Term
  parcel::ColumnIndex column = 0;
};

struct ElementClause {
  Clause::Kind kind = Clause::Kind::kSome;
  bool is_last = true;                // of its conjunction; else the next one stands after it
  parcel::DomainIndex domain = 0;     // below the parcels
  std::uint32_t terms_first = 0, terms_end = 0;
};

class ElementTerms {
 public:
  /// The place of the clauses in clauses(), one after the other; 0: there are none. What cannot be said is left out
  /// of them, and `exact` becomes false: they let too much through then, and hold nothing back wrongly.
  std::uint32_t Add(const Plan& plan, const std::vector<Clause>& asked, bool* exact);

  const std::vector<ElementClause>& clauses() const { return clauses_; }
  const std::vector<ElementTerm>& terms() const { return terms_; }
  const std::vector<std::uint32_t>& codes() const { return codes_; }
  const std::vector<ElementColumn>& columns() const { return columns_; }
  std::size_t bytes() const { return clauses_.size() * sizeof(ElementClause) + terms_.size() * sizeof(ElementTerm); }

 private:
  static bool CanSay(const Plan& plan, const Term& term);
  static bool Sayable(const Plan& plan, const Clause& asked, Clause* said);
  ElementTerm TermOf(const Plan& plan, const Term& term);

  std::vector<ElementClause> clauses_{1};  // the first is none
  std::vector<ElementTerm> terms_;
  std::vector<std::uint32_t> codes_;
  std::vector<ElementColumn> columns_;
  std::map<std::pair<Term::Kind, std::uint32_t>, std::uint32_t> column_of_;  // by kind and source
};

}  // namespace sluice::match
