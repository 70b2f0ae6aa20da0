// Settles the candidates of an index: which of them match, which end in an error. What only the condition knows is
// asked of it.
//
// Belongs to one evaluator.   Allocation: none after construction but the lists'.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/match/index_search.h"
#include "engine/match/mask_evaluator.h"
#include "engine/match/matcher_parts.h"
#include "engine/ruleset/matches.h"

namespace sluice::match {

class Settler {
 public:
  Settler(const Matcher::Parts& parts, MaskEvaluator* masks);

  /// Puts every match and error of the batch into `matches`, for so many parcels.
  void Settle(const IndexSearch& search, std::size_t parcels, ruleset::BatchMatches* matches);

  std::uint64_t pairs() const { return pairs_; }  // of rule and parcel looked at one by one
  std::uint64_t asked() const { return asked_; }  // of them, those for which the condition was asked

 private:
  using ParcelRow = std::array<Word, kWideWords>;
  template <typename Use>
  void ForEachParcel(const Candidate& candidate, Use use);

  void SettlePlain(const IndexRest& rest, const Candidate& candidate);
  void SettleAbsent(const IndexRest& rest, std::uint64_t rest_odd, const Candidate& candidate);
  void SettleElements(const IndexRest& rest, std::uint64_t rest_odd, const Candidate& candidate);
  void SettleOdd(const IndexRest& rest, std::uint64_t rest_odd, const Candidate& candidate);
  void Finish(ruleset::RuleIndex rule);
  bool InRanges(const IndexRest& rest, std::size_t parcel, std::uint64_t absent) const;
  bool InMoreRanges(const IndexRest& rest, std::size_t parcel, std::uint64_t absent) const;
  void Ask(ruleset::RuleIndex rule);
  void AddMatch(ruleset::RuleIndex rule, std::size_t row);
  ruleset::RowLists<ruleset::RuleIndex>& AbsentsOf(ruleset::RuleIndex rule) {
    return parts_.absent_is_error[rule] ? matches_->errors : matches_->absent;
  }

  const Matcher::Parts& parts_;
  const Index& index_;  // of parts_
  MaskEvaluator* masks_;
  std::vector<std::uint64_t> lane_odds_;  // by lane, the bit of its number; there is always a first
  const IndexSearch* search_ = nullptr;
  ruleset::BatchMatches* matches_ = nullptr;
  std::uint64_t pairs_ = 0, asked_ = 0;
  // Of the rule at hand, where more than plain matches are found.
  bool is_odd_ = false;
  ParcelRow match_{}, absent_{}, ask_{};
};

}  // namespace sluice::match
