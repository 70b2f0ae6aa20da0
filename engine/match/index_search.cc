// Plane: data.
//
// THE SIMPLE STORY
//   for each row of the batch that has a list: visit the list's entries
//   for each entry that lets parcels through: its other terms, and whether the rule applies
//   what is left, ordered by rule
//
// WHAT THE CODE ADDS TO THE STORY
//   1. Most lists are short: their entries are put into one row of visits, so that no loop ends with each of them.
//   2. Visits are made a thousand at once, so that what survives stays near.
//   3. Rules come in order by a bit each, without a sort.
#include "engine/match/index_search.h"

#include <algorithm>

namespace sluice::match {
namespace {

constexpr std::size_t kVisitsAtOnce = 1024;
constexpr std::uint32_t kLongList = 64;
constexpr std::size_t kVisitsAdded = 8;  // stored at once, of however many there are
constexpr std::size_t kListsAhead = 12;
constexpr std::uint32_t kEndOfChain = 0xFFFFFFFFu;

}  // namespace

IndexSearch::IndexSearch(const Index& index, MaskEvaluator* masks, const Applicability* applicability)
    : index_(index), masks_(masks), applicability_(applicability), rows_(index, masks),
      elements_(index.elements, masks), visit_entries_(kVisitsAtOnce + kVisitsAdded),
      visit_parcels_(kVisitsAtOnce + kVisitsAdded), firsts_(index.rule_count, kEndOfChain),
      rules_found_(parcel::WordsFor(index.rule_count)) {}

void IndexSearch::Search() {
  candidate_count_ = 0;
  word_count_ = 0;
  ListVisits();
  Visit();
  Order();
}

// --- visits ------------------------------------------------------------------------------------------

inline void IndexSearch::AddVisits(const Word* parcels, ListSpan list) {
  if (list.count > kLongList) return VisitLong(parcels, list);
  for (std::uint32_t added = 0; added < list.count; added += kVisitsAdded) {
    for (std::uint32_t i = 0; i < kVisitsAdded; ++i) visit_entries_[visit_count_ + i] = list.first + added + i;
    for (std::uint32_t i = 0; i < kVisitsAdded; ++i) visit_parcels_[visit_count_ + i] = parcels;
    visit_count_ += std::min<std::uint32_t>(list.count - added, kVisitsAdded);
    if (visit_count_ > kVisitsAtOnce - kVisitsAdded) Visit();
  }
}

void IndexSearch::ListVisits() {
  for (const SlotList& list : index_.slot_lists) {
    const Word* parcels = rows_.row(list.slot);
    if (AnyBit(parcels, rows_.words())) AddVisits(parcels, list.span);
  }
  for (const CodeRows& codes : index_.codes) {
    const CodedColumn& coded = masks_->Encoded(codes.dictionary);
    const std::vector<std::uint32_t>& seen = coded.seen();
    for (std::size_t i = 0; i < seen.size(); ++i) {
      __builtin_prefetch(&codes.lists[seen[std::min(i + kListsAhead, seen.size() - 1)]]);
      const Word* parcels = codes.home == kParcelHome ? coded.RowsOf(seen[i]) : rows_.row(codes.slots[seen[i]]);
      AddVisits(parcels, codes.lists[seen[i]]);
    }
  }
}

void IndexSearch::Visit() {
  counts_.visits += visit_count_;
  const Visits visits{visit_entries_.data(), visit_parcels_.data(), visit_count_};
  visit_count_ = 0;
  Narrow({visits.entries, visits.parcels, FilterVisits(rows_.words(), Tables(), visits)});
}

void IndexSearch::VisitLong(const Word* parcels, ListSpan list) {
  Visit();
  counts_.visits += list.count;
  for (std::uint32_t done = 0; done < list.count; done += kVisitsAtOnce) {
    const ListSpan part{list.first + done, std::min<std::uint32_t>(list.count - done, kVisitsAtOnce)};
    Visits kept{visit_entries_.data(), visit_parcels_.data(), 0};
    kept.count = FilterList(rows_.words(), Tables(), parcels, part, kept);
    Narrow(kept);
  }
}

void IndexSearch::Narrow(const Visits& kept) {
  counts_.survivors += kept.count;
  MakeRoom();
  Candidates candidates{candidates_.data(), candidate_words_.data(), candidate_count_, word_count_};
  NarrowVisits(rows_.words(), Tables(), kept, &candidates);
  candidate_count_ = candidates.count;
  word_count_ = candidates.word_count;
}

VisitTables IndexSearch::Tables() const {
  return {rows_.rows(), applicability_->rows(), index_.entries.data(), index_.rests.data(), index_.mores.data(),
          index_.groups.data()};
}

// For what the visits at once may leave.
void IndexSearch::MakeRoom() {
  if (candidates_.size() < candidate_count_ + kVisitsAtOnce + 1) {
    candidates_.resize(2 * candidates_.size() + kVisitsAtOnce + 1);
  }
  if (candidate_words_.size() < word_count_ + (kVisitsAtOnce + 1) * kWideWords) {
    candidate_words_.resize(2 * candidate_words_.size() + (kVisitsAtOnce + 1) * kWideWords);
  }
}

// --- order -------------------------------------------------------------------------------------------

void IndexSearch::Order() {
  if (nexts_.size() < candidate_count_) nexts_.resize(candidates_.size());
  for (std::uint32_t c = 0; c < candidate_count_; ++c) {
    const ruleset::RuleIndex rule = candidates_[c].rule;
    nexts_[c] = firsts_[rule];
    firsts_[rule] = c;
    PutBit(rules_found_.data(), rule);
  }
  order_.clear();
  ForEachBit(rules_found_.data(), rules_found_.size(), [&](std::size_t rule) {
    for (std::uint32_t c = firsts_[rule]; c != kEndOfChain; c = nexts_[c]) order_.push_back(c);
    firsts_[rule] = kEndOfChain;
  });
  FillWords(rules_found_.data(), rules_found_.size(), 0);
}

}  // namespace sluice::match
