// Plane: data.
//
// THE SIMPLE STORY
//   for each row of the batch that has a list: visit the list's entries
//   for each entry that lets parcels through: its other terms, and whether the rule applies
//   for each parcel left: its numbers exactly; a parcel with odd fields lacks them, or the condition is to be asked
//
// WHAT THE CODE ADDS TO THE STORY
//   1. Visits are gathered and made a few thousand entries at once, so that what survives stays near.
//   2. Rules come in order by a bit each, without a sort. A rule that several of its entries may find for one parcel is
//      united first.
#include "engine/match/index_search.h"

#include <algorithm>
#include <bit>

namespace sluice::match {
namespace {

constexpr std::size_t kEntriesAtOnce = 4096;
constexpr std::size_t kRangesAhead = 12;  // survivors

}  // namespace

IndexSearch::IndexSearch(const Index& index, MaskEvaluator* masks, const Applicability* applicability)
    : index_(index), masks_(masks), applicability_(applicability), rows_(index, masks),
      survivor_masks_((kEntriesAtOnce + 1) * kWideWords), survivors_(kEntriesAtOnce + 1),
      word_bits_(kEntriesAtOnce + 1), places_(index.met_once.size()),
      rules_found_(parcel::WordsFor(index.met_once.size())) {}

const std::vector<IndexSearch::Finding>& IndexSearch::Search() {
  pairs_.assign(1, Pair());
  asks_.assign(1, ParcelRow());
  ListVisits();
  Visit();
  Order();
  return findings_;
}

// --- visits ------------------------------------------------------------------------------------------

void IndexSearch::AddVisit(const Word* parcels, ListSpan span) {
  while (span.count != 0) {
    const auto room = static_cast<std::uint32_t>(kEntriesAtOnce - visited_entries_);
    const ListSpan now{span.first, std::min(span.count, room)};
    visits_.push_back({parcels, now});
    visited_entries_ += now.count;
    span = {span.first + now.count, span.count - now.count};
    if (visited_entries_ == kEntriesAtOnce) Visit();
  }
}

void IndexSearch::ListVisits() {
  for (const SlotList& list : index_.slot_lists) {
    const Word* parcels = rows_.row(list.slot);
    if (AnyBit(parcels, words())) AddVisit(parcels, list.span);
  }
  for (const CodeRows& codes : index_.codes) {
    const CodedColumn& coded = masks_->Encoded(codes.dictionary);
    for (const std::uint32_t code : coded.seen()) {
      const ListSpan span = codes.lists[code];
      if (span.count == 0) continue;
      AddVisit(codes.home == kParcelHome ? coded.RowsOf(code) : rows_.row(codes.slots[code]), span);
    }
  }
}

void IndexSearch::Visit() {
  std::size_t kept = FilterLists(words(), rows_.rows(), index_.entries.data(), visits_.data(), visits_.size(),
                                 survivor_masks_.data(), survivors_.data());
  counts_.visits += visited_entries_;
  counts_.survivors += kept;
  visits_.clear();
  visited_entries_ = 0;
  const NarrowTables tables{rows_.rows(), applicability_->rows(), index_.rests.data(), index_.groups.data()};
  kept = NarrowSurvivors(words(), tables, kept, survivor_masks_.data(), survivors_.data(), word_bits_.data());
  Settle(kept);
}

// --- what survives -----------------------------------------------------------------------------------

void IndexSearch::Settle(std::size_t survivors) {
  for (std::size_t s = 0; s < survivors; ++s) {
    const IndexRest& rest = index_.rests[survivors_[s]];
    if (s + kRangesAhead < survivors) {
      __builtin_prefetch(index_.ranges.data() + index_.rests[survivors_[s + kRangesAhead]].ranges_first);
    }
    const Word* mask = &survivor_masks_[s * words()];
    if (!rest.exact) {
      ParcelRow& asked = Asked(rest.rule);
      for (std::size_t w = 0; w < words(); ++w) asked[w] |= mask[w];
      continue;
    }
    for (unsigned left = word_bits_[s]; left != 0; left &= left - 1) {
      const auto w = static_cast<std::size_t>(std::countr_zero(left));
      ForEachBit(&mask[w], 1, [&](std::size_t bit) { Settle(rest, w * 64 + bit); });
    }
  }
}

inline void IndexSearch::Settle(const IndexRest& rest, std::size_t parcel) {
  const IndexRows::OddBits& odd = rows_.odd(parcel);
  ++counts_.pairs;
  if ((odd.other & rest.odd) != 0) return PutBit(Asked(rest.rule).data(), parcel);
  if (!InRanges(rest, parcel, odd.absent)) return;
  RulePlaces& places = Places(rest.rule);
  pairs_.push_back({places.pairs, static_cast<std::uint16_t>(parcel), (odd.absent & rest.odd) != 0});
  places.pairs = static_cast<std::uint32_t>(pairs_.size() - 1);
}

inline bool IndexSearch::InRanges(const IndexRest& rest, std::size_t parcel, std::uint64_t absent) const {
  bool inside = true;
  for (std::uint32_t i = 0; i < rest.range_count; ++i) {
    const IndexRange& range = index_.ranges[rest.ranges_first + i];
    const std::uint64_t above = static_cast<std::uint64_t>(rows_.key(parcel, range.lane)) -
                                static_cast<std::uint64_t>(range.low);
    inside &= (above <= range.span) | ((absent >> range.odd_bit & 1) != 0);
  }
  return inside;
}

IndexSearch::RulePlaces& IndexSearch::Places(ruleset::RuleIndex rule) {
  if (!BitAt(rules_found_.data(), rule)) {
    PutBit(rules_found_.data(), rule);
    places_[rule] = RulePlaces();
  }
  return places_[rule];
}

IndexSearch::ParcelRow& IndexSearch::Asked(ruleset::RuleIndex rule) {
  RulePlaces& places = Places(rule);
  if (places.ask == 0) {
    places.ask = static_cast<std::uint32_t>(asks_.size());
    asks_.emplace_back();
  }
  return asks_[places.ask];
}

// --- order -------------------------------------------------------------------------------------------

void IndexSearch::Order() {
  findings_.clear();
  matches_.clear();
  absent_.clear();
  ForEachBit(rules_found_.data(), rules_found_.size(), [&](std::size_t rule) {
    const RulePlaces places = places_[rule];
    Finding& finding = findings_.emplace_back();
    finding.rule = static_cast<ruleset::RuleIndex>(rule);
    finding.matches_first = static_cast<std::uint32_t>(matches_.size());
    finding.absent_first = static_cast<std::uint32_t>(absent_.size());
    for (std::uint32_t p = places.pairs; p != 0; p = pairs_[p].next) {
      (pairs_[p].absent ? absent_ : matches_).push_back(pairs_[p].parcel);
    }
    if (places.ask != 0) finding.ask = &asks_[places.ask];
    if (!index_.met_once[rule]) Unite(&finding);
    finding.matches_end = static_cast<std::uint32_t>(matches_.size());
    finding.absent_end = static_cast<std::uint32_t>(absent_.size());
  });
  FillWords(rules_found_.data(), rules_found_.size(), 0);
}

// A parcel that one conjunction matches is a match; else, if one must be asked, it is asked.
void IndexSearch::Unite(Finding* finding) {
  ParcelRow matches{}, absent{};
  const auto take = [&](std::vector<std::uint16_t>* parcels, std::uint32_t first, ParcelRow* row) {
    for (std::size_t i = first; i < parcels->size(); ++i) PutBit(row->data(), (*parcels)[i]);
    parcels->resize(first);
  };
  take(&matches_, finding->matches_first, &matches);
  take(&absent_, finding->absent_first, &absent);
  ParcelRow* ask = finding->ask == nullptr ? nullptr : &asks_[static_cast<std::size_t>(finding->ask - asks_.data())];
  for (std::size_t w = 0; w < kWideWords; ++w) {
    if (ask != nullptr) (*ask)[w] &= ~matches[w];
    absent[w] &= ~(matches[w] | (ask == nullptr ? 0 : (*ask)[w]));
  }
  ForEachBit(matches.data(), kWideWords, [&](std::size_t row) { matches_.push_back(static_cast<std::uint16_t>(row)); });
  ForEachBit(absent.data(), kWideWords, [&](std::size_t row) { absent_.push_back(static_cast<std::uint16_t>(row)); });
}

}  // namespace sluice::match
