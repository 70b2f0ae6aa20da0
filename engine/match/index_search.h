// Which rules can match which parcels of a batch: the index asked, by rows of parcels.
//
// Belongs to one evaluator.   Allocation: grows to a bound.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/match/applicability.h"
#include "engine/match/evaluator.h"
#include "engine/match/index.h"
#include "engine/match/index_rows.h"
#include "engine/match/mask_evaluator.h"

namespace sluice::match {

/// What one rule may be for a batch: for other parcels, its condition is false or it does not apply.
struct FoundRule {
  ruleset::RuleIndex rule = 0;
  Word matches[kWideWords] = {};  // its condition is true
  Word absent[kWideWords] = {};   // it ends in an error of kind absent
  Word open[kWideWords] = {};     // it is to be asked; none of these three share a parcel
};

class IndexSearch {
 public:
  IndexSearch(const Index& index, std::size_t rule_count, MaskEvaluator* masks, const Applicability* applicability);

  /// Makes the rows of the batch's bits. MaskEvaluator and Applicability have begun it.
  void Begin(const parcel::Batch& batch) { rows_.Begin(batch); }
  /// The rules that may match a parcel of the batch, ascending.
  const std::vector<FoundRule>& Search();
  std::size_t words() const { return rows_.words(); }
  const MatchCounts& counts() const { return counts_; }

 private:
  void ListVisits();
  void AddVisit(const Word* parcels, ListSpan span);
  void Visit();
  void Settle(std::size_t survivors);
  void Check(const IndexRest& rest, const Word* parcels, FoundRule* found);
  bool InRanges(const IndexRest& rest, std::size_t parcel, std::uint64_t absent) const;
  FoundRule& Found(ruleset::RuleIndex rule);
  void Order();

  const Index& index_;
  MaskEvaluator* masks_;
  const Applicability* applicability_;
  IndexRows rows_;
  MatchCounts counts_;
  std::vector<ListVisit> visits_;
  std::size_t visited_entries_ = 0;          // of visits_
  std::vector<Word> survivor_masks_;
  std::vector<std::uint32_t> survivors_;
  std::vector<FoundRule> found_;             // as found
  std::vector<FoundRule> ordered_;           // by rule
  std::vector<std::uint32_t> place_of_rule_; // in found_, of the rules of rules_found_
  std::vector<Word> rules_found_;
};

}  // namespace sluice::match
