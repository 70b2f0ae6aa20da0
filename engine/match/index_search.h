// Which rules match which parcels of a batch, as far as the index can tell: rows of parcels first, then pairs.
//
// Belongs to one evaluator.   Allocation: grows to a bound.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/base/line_vector.h"
#include "engine/match/applicability.h"
#include "engine/match/evaluator.h"
#include "engine/match/index.h"
#include "engine/match/index_rows.h"
#include "engine/match/mask_evaluator.h"

namespace sluice::match {

class IndexSearch {
 public:
  using ParcelRow = std::array<Word, kWideWords>;
  /// What is found of one rule. For all other parcels its condition is false, or it does not apply.
  struct Finding {
    ruleset::RuleIndex rule = 0;
    std::uint32_t matches_first = 0, matches_end = 0;  // of matches(): its condition is true
    std::uint32_t absent_first = 0, absent_end = 0;    // of absent(): it ends in an error of kind absent
    const ParcelRow* ask = nullptr;                    // it must be asked itself; nullptr: of no parcel
  };

  IndexSearch(const Index& index, MaskEvaluator* masks, const Applicability* applicability);

  /// Makes the rows of the batch's bits. MaskEvaluator and Applicability have begun it.
  void Begin(const parcel::Batch& batch) { rows_.Begin(batch); }
  /// The rules of which something is found, ascending. No parcel is in two of a finding's three parts.
  const std::vector<Finding>& Search();
  const std::vector<std::uint16_t>& matches() const { return matches_; }
  const std::vector<std::uint16_t>& absent() const { return absent_; }
  std::size_t words() const { return rows_.words(); }
  const MatchCounts& counts() const { return counts_; }

 private:
  // The pairs of a rule are a chain, the rows to ask a place: by rule, of the rules that are marked.
  struct Pair {
    std::uint32_t next = 0;
    std::uint16_t parcel = 0;
    bool absent = false;
  };
  struct RulePlaces {
    std::uint32_t pairs = 0;
    std::uint32_t ask = 0;
  };

  void ListVisits();
  void AddVisit(const Word* parcels, ListSpan span);
  void Visit();
  void Settle(std::size_t survivors);
  void Settle(const IndexRest& rest, std::size_t parcel);
  bool InRanges(const IndexRest& rest, std::size_t parcel, std::uint64_t absent) const;
  RulePlaces& Places(ruleset::RuleIndex rule);
  ParcelRow& Asked(ruleset::RuleIndex rule);
  void Order();
  void Unite(Finding* finding);

  const Index& index_;
  MaskEvaluator* masks_;
  const Applicability* applicability_;
  IndexRows rows_;
  MatchCounts counts_;
  std::vector<ListVisit> visits_;
  std::size_t visited_entries_ = 0;  // of visits_
  base::LineVector<Word> survivor_masks_;
  std::vector<std::uint32_t> survivors_;
  std::vector<std::uint8_t> word_bits_;

  std::vector<Pair> pairs_;         // the first is none
  std::vector<ParcelRow> asks_;     // the first is none
  std::vector<RulePlaces> places_;  // by rule
  std::vector<Word> rules_found_;
  std::vector<Finding> findings_;
  std::vector<std::uint16_t> matches_, absent_;
};

}  // namespace sluice::match
