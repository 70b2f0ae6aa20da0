// Which entries of the index may match which parcels of a batch, as far as rows of bits can tell.
//
// Belongs to one evaluator.   Allocation: grows to a bound.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/line_vector.h"
#include "engine/match/applicability.h"
#include "engine/match/element_search.h"
#include "engine/match/evaluator.h"
#include "engine/match/index.h"
#include "engine/match/index_rows.h"
#include "engine/match/mask_evaluator.h"

namespace sluice::match {

class IndexSearch {
 public:
  IndexSearch(const Index& index, MaskEvaluator* masks, const Applicability* applicability);

  /// Makes the rows of the batch's bits. MaskEvaluator and Applicability have begun it.
  void Begin(const parcel::Batch& batch) {
    rows_.Begin(batch);
    elements_.Begin(batch);
  }
  /// Finds the candidates. For parcels that no candidate of a rule has, its condition is false, or it does not apply.
  void Search();

  const IndexRows& rows() const { return rows_; }
  const ElementSearch& elements() const { return elements_; }
  /// The candidates, as places in candidates(), by rule ascending.
  const std::vector<std::uint32_t>& order() const { return order_; }
  const Candidate* candidates() const { return candidates_.data(); }
  const Word* words_of(const Candidate& candidate) const { return &candidate_words_[candidate.words_first]; }
  /// But for `asked`.
  const MatchCounts& counts() const { return counts_; }

 private:
  void ListVisits();
  void AddVisits(const Word* parcels, ListSpan list);
  void Visit();
  void VisitLong(const Word* parcels, ListSpan list);
  void Narrow(const Visits& kept);
  VisitTables Tables() const;
  void MakeRoom();
  void Order();

  const Index& index_;
  MaskEvaluator* masks_;
  const Applicability* applicability_;
  IndexRows rows_;
  ElementSearch elements_;
  MatchCounts counts_;

  std::vector<std::uint32_t> visit_entries_;
  std::vector<const Word*> visit_parcels_;
  std::size_t visit_count_ = 0;
  std::vector<Candidate> candidates_;
  base::LineVector<Word> candidate_words_;
  std::size_t candidate_count_ = 0;
  std::size_t word_count_ = 0;

  // Candidates of a rule are a chain: by rule, of the rules that are marked.
  std::vector<std::uint32_t> firsts_;
  std::vector<std::uint32_t> nexts_;  // by candidate
  std::vector<Word> rules_found_;
  std::vector<std::uint32_t> order_;
};

}  // namespace sluice::match
