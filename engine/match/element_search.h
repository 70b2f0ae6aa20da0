// Asks the clauses of an index (index_elements.h) of one parcel's elements.
//
// Belongs to one evaluator.   Allocation: in the constructor alone.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/match/index_elements.h"
#include "engine/match/mask_evaluator.h"

namespace sluice::match {

/// What terms say of an element, or clauses of a parcel: the greater one where none is false. kOther: the condition
/// is to be asked.
enum class Answer : std::uint8_t { kFalse, kTrue, kAbsent, kOther };

class ElementSearch {
 public:
  ElementSearch(const ElementTerms& elements, MaskEvaluator* masks);

  /// After MaskEvaluator::Begin() of the same batch.
  void Begin(const parcel::Batch& batch);
  /// The clauses from `clause` on, of the batch's parcel `parcel`.
  Answer Ask(std::uint32_t clause, std::size_t parcel) const;

 private:
  struct View {
    const Word* absent = nullptr;
    const std::uint32_t* codes = nullptr;  // of kCodes, by element
    const parcel::Column* column = nullptr;
  };

  Answer AskClause(const ElementClause& clause, std::size_t parcel) const;
  Answer AskElement(const ElementClause& clause, std::size_t element) const;
  Answer AskTerm(const ElementTerm& term, std::size_t element) const;
  Answer AskRange(const ElementTerm& term, const parcel::Column& column, std::size_t element) const;
  bool HasCode(const ElementTerm& term, std::uint32_t code) const;

  const ElementTerms& elements_;
  MaskEvaluator* masks_;
  const parcel::Batch* batch_ = nullptr;
  std::vector<View> views_;  // by ElementTerms::columns
};

}  // namespace sluice::match
