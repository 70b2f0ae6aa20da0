// Plane: data.
//
// THE SIMPLE STORY
//   for each row of the batch that has a list: visit the list's entries
//   for each entry that lets parcels through: its other terms, and whether the rule applies
//   for each parcel left: its numbers exactly; of a parcel with odd fields, or a rule not told by its terms: ask
//
// WHAT THE CODE ADDS TO THE STORY
//   1. Visits are gathered and made a few thousand entries at once, so that what survives stays near.
//   2. A rule reached by several lists or conjunctions is one result: its rows are united. Rules come in order
//      by a bit each, without a sort.
#include "engine/match/index_search.h"

#include <algorithm>
#include <bit>

namespace sluice::match {
namespace {

constexpr std::size_t kEntriesAtOnce = 4096;

}  // namespace

IndexSearch::IndexSearch(const Index& index, std::size_t rule_count, MaskEvaluator* masks,
                         const Applicability* applicability)
    : index_(index), masks_(masks), applicability_(applicability), rows_(index, masks),
      survivor_masks_((kEntriesAtOnce + 1) * kWideWords), survivors_(kEntriesAtOnce + 1),
      place_of_rule_(rule_count), rules_found_(parcel::WordsFor(rule_count)) {}

const std::vector<FoundRule>& IndexSearch::Search() {
  found_.clear();
  ListVisits();
  Visit();
  Order();
  return ordered_;
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
    const Dictionary& dictionary = masks_->Encoded(codes.dictionary);
    for (const std::uint32_t code : dictionary.seen()) {
      const ListSpan span = codes.lists[code];
      if (span.count == 0) continue;
      AddVisit(codes.home == kParcelHome ? dictionary.RowsOf(code) : rows_.row(codes.slots[code]), span);
    }
  }
}

void IndexSearch::Visit() {
  const std::size_t kept = FilterLists(words(), rows_.rows(), index_.entries.data(), visits_.data(), visits_.size(),
                                       survivor_masks_.data(), survivors_.data());
  counts_.visits += visited_entries_;
  counts_.survivors += kept;
  visits_.clear();
  visited_entries_ = 0;
  Settle(kept);
}

// --- what survives -----------------------------------------------------------------------------------

void IndexSearch::Settle(std::size_t survivors) {
  for (std::size_t s = 0; s < survivors; ++s) {
    const IndexRest& rest = index_.rests[survivors_[s]];
    Word* mask = &survivor_masks_[s * words()];
    if (rest.group_count != 0) {
      NarrowByGroups(words(), rows_.rows(), &index_.groups[rest.groups_first], rest.group_count, mask);
    }
    const Word* applies = applicability_->RowsOf(rest.rule);
    Word any = 0;
    for (std::size_t w = 0; w < words(); ++w) any |= mask[w] &= applies[w];
    if (any == 0) continue;
    FoundRule* found = &Found(rest.rule);
    if (rest.exact && (rest.range_count != 0 || (rest.odd & rows_.any_odd()) != 0)) {
      Check(rest, mask, found);
      continue;
    }
    Word* known = rest.exact ? found->matches : found->open;
    for (std::size_t w = 0; w < words(); ++w) known[w] |= mask[w];
  }
}

// The parcels whose numbers are in range: they match, or lack a field, or are odd otherwise.
void IndexSearch::Check(const IndexRest& rest, const Word* parcels, FoundRule* found) {
  for (std::size_t w = 0; w < words(); ++w) {
    Word matches = 0, absent = 0, open = 0;
    for (Word left = parcels[w]; left != 0; left &= left - 1) {
      const Word bit = left & -left;
      const auto parcel = w * 64 + static_cast<std::size_t>(std::countr_zero(left));
      const IndexRows::OddBits& odd = rows_.odd(parcel);
      const bool lacks = (odd.absent & rest.odd) != 0;
      const bool ask = (odd.other & rest.odd) != 0;
      const bool inside = InRanges(rest, parcel, odd.absent);
      matches |= inside && !lacks && !ask ? bit : 0;
      absent |= inside && lacks && !ask ? bit : 0;
      open |= ask ? bit : 0;
      ++counts_.pairs;
    }
    found->matches[w] |= matches;
    found->absent[w] |= absent;
    found->open[w] |= open;
  }
}

bool IndexSearch::InRanges(const IndexRest& rest, std::size_t parcel, std::uint64_t absent) const {
  bool inside = true;
  for (std::uint32_t i = 0; i < rest.range_count; ++i) {
    const IndexRange& range = index_.ranges[rest.ranges_first + i];
    inside &= (rows_.key(parcel, range.lane) - range.low <= range.span) | ((absent >> range.odd_bit & 1) != 0);
  }
  return inside;
}

FoundRule& IndexSearch::Found(ruleset::RuleIndex rule) {
  if (!BitAt(rules_found_.data(), rule)) {
    PutBit(rules_found_.data(), rule);
    place_of_rule_[rule] = static_cast<std::uint32_t>(found_.size());
    FoundRule& found = found_.emplace_back();
    found.rule = rule;
  }
  return found_[place_of_rule_[rule]];
}

void IndexSearch::Order() {
  ordered_.clear();
  ForEachBit(rules_found_.data(), rules_found_.size(), [&](std::size_t rule) {
    FoundRule& found = ordered_.emplace_back(found_[place_of_rule_[rule]]);
    for (std::size_t w = 0; w < words(); ++w) {
      found.open[w] &= ~found.matches[w];
      found.absent[w] &= ~(found.matches[w] | found.open[w]);
      ForEachBit(&found.open[w], 1, [&](std::size_t) { ++counts_.asked; });
    }
  });
  FillWords(rules_found_.data(), rules_found_.size(), 0);
}

}  // namespace sluice::match
