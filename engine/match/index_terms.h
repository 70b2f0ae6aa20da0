// A condition as a union of conjunctions of terms that rows of bits can answer, and of clauses on elements: what an
// index is made from.
//
// THE RULE: where a condition is not false for a parcel, one of its conjunctions has no false term. A term says less
// than or as much as its predicate, never more, and what no term can say is left out, so a conjunction may let
// parcels through for which the condition is false; it never holds one back. `exact` conjunctions let none through
// but those whose terms have no plain answer (an absent field, NaN, another currency). Negation is pushed to the leaves
// and distribution is bounded: nothing blows up.
//
// Thread-safety: pure functions of a plan.   Errors: none.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/match/number_keys.h"
#include "engine/match/plan.h"

namespace sluice::match {

struct Term {
  enum class Kind : std::uint8_t {
    kCodes,    // source: dictionary. The column is one of the codes
    kRange,    // source: of Plan::sources. Its key (number_keys.h) lies in [low, high]; code: currency of a money
    kHas,      // source: column
    kLiteral,  // source: search. The literal `code` stands in the text
    kList,     // source: list search. Some entry of the list `code` stands in the text
    kMask,     // source: mask of parcels
  };
  Kind kind = Kind::kMask;
  bool negated = false;
  bool present = false;           // another term of the conjunction asks that the column be there
  // Of a conjunction: the parcels that have such an element. Said of what a clause asks in full: it narrows, no more.
  bool lifted = false;
  HomeIndex home = kParcelHome;
  std::uint32_t source = 0;
  std::uint32_t code = 0;         // the only one, where code_count is 0
  std::uint32_t code_first = 0;   // codes [code_first, code_first + code_count) of Plan::codes
  std::uint32_t code_count = 0;
  NumberKey low = 0, high = 0;
};

/// How many elements of a parcel meet all terms of a clause.
struct Clause {
  enum class Kind : std::uint8_t { kSome, kNone, kOne, kNotOne };
  Kind kind = Kind::kSome;
  HomeIndex home = kParcelHome;  // of the elements
  std::vector<Term> terms;       // all on that home
};

struct Conjunction {
  std::vector<Term> terms;
  std::vector<Clause> clauses;
  bool exact = true;
};

inline constexpr std::size_t kConjunctionsMax = 8;  // of one condition; a part that would need more is left out

/// The conjunctions of the plan's mask; none: it is always false.
std::vector<Conjunction> ConjunctionsOf(const Plan& plan, std::uint32_t mask);

}  // namespace sluice::match
