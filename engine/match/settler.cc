// Plane: data.
//
// THE SIMPLE STORY
//   for each rule that has candidates, ascending; for each parcel of them:
//     its numbers lie in the ranges that rows tell only roughly: a match
//     but where it lacks a field that a term is on, the condition ends absent; where one is odd, the condition is asked
//     terms of elements are looked at element by element
//
// WHAT THE CODE ADDS TO THE STORY
//   1. Most candidates need no more than their ranges: their matches go straight to the parcels' lists.
//   2. Rules come in order, so a parcel's list ascends without a sort.
//   3. All others are rows of bits of the rule first. A parcel that one conjunction matches is a match; else, if one
//      must be asked, it is asked, and all of a rule's at once.
#include "engine/match/settler.h"

#include <algorithm>
#include <bit>

#include "engine/base/limits.h"

namespace sluice::match {

using ruleset::RuleIndex;

namespace {

constexpr std::size_t kAhead = 8;  // candidates whose memory is asked for ahead

bool Holds(const IndexRange& range, NumberKey key) {
  return static_cast<std::uint64_t>(key) - static_cast<std::uint64_t>(range.low) <= range.span;
}

}  // namespace

Settler::Settler(const Matcher::Parts& parts, MaskEvaluator* masks)
    : parts_(parts), index_(parts.index), masks_(masks), lane_odds_(std::max<std::size_t>(index_.numbers.size(), 1)) {
  for (std::size_t lane = 0; lane < index_.numbers.size(); ++lane) {
    lane_odds_[lane] = std::uint64_t{1} << index_.numbers[lane].odd_bit;
  }
}

void Settler::Settle(const IndexSearch& search, std::size_t parcels, ruleset::BatchMatches* matches) {
  search_ = &search;
  matches_ = matches;
  matches->hits.Begin(parcels);
  matches->absent.Begin(parcels);
  matches->errors.Begin(parcels);
  const std::vector<std::uint32_t>& order = search.order();
  const std::uint64_t any_odd = search.rows().any_odd();
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i + kAhead < order.size()) {
      const Candidate& ahead = search.candidates()[order[i + kAhead]];
      __builtin_prefetch(search.words_of(ahead));
      __builtin_prefetch(&index_.rests[ahead.rest]);
    }
    const Candidate& candidate = search.candidates()[order[i]];
    const IndexRest& rest = index_.rests[candidate.rest];
    const std::uint64_t odd = any_odd == 0 ? 0 : index_.odds[candidate.rest] & any_odd;
    if (rest.has_clauses) {
      SettleElements(rest, odd, candidate);
    } else if (!rest.exact || !rest.met_once || parts_.scores[rest.rule] == kComputedScore) {
      SettleOdd(rest, odd, candidate);
    } else if (odd != 0) {
      SettleAbsent(rest, odd, candidate);
    } else {
      SettlePlain(rest, candidate);
    }
    const bool is_last = i + 1 == order.size() || search.candidates()[order[i + 1]].rule != candidate.rule;
    if (is_last && is_odd_) Finish(candidate.rule);
  }
}

template <typename Use>
inline void Settler::ForEachParcel(const Candidate& candidate, Use use) {
  const Word* word = search_->words_of(candidate);
  std::uint64_t pairs = 0;
  for (std::uint32_t left = candidate.word_bits; left != 0; left &= left - 1) {
    const auto first = static_cast<std::size_t>(std::countr_zero(left)) * 64;
    ForEachBit(word++, 1, [&](std::size_t bit) {
      ++pairs;
      use(first + bit);
    });
  }
  pairs_ += pairs;
}

inline bool Settler::InRanges(const IndexRest& rest, std::size_t parcel, std::uint64_t absent) const {
  bool inside = true;
  for (std::size_t i = 0; i < rest.ranges.size(); ++i) {
    const bool lacks = (absent & lane_odds_[rest.lanes[i]]) != 0;
    inside &= Holds(rest.ranges[i], search_->rows().keys(rest.lanes[i])[parcel]) | lacks;
  }
  return inside && (rest.more_ranges == 0 || InMoreRanges(rest, parcel, absent));
}

bool Settler::InMoreRanges(const IndexRest& rest, std::size_t parcel, std::uint64_t absent) const {
  const IndexMore& more = index_.mores[rest.more - 1];
  bool inside = true;
  for (std::uint32_t i = more.ranges_first; i < more.ranges_first + more.range_count; ++i) {
    const std::uint16_t lane = index_.range_lanes[i];
    const bool lacks = (absent & lane_odds_[lane]) != 0;
    inside &= Holds(index_.ranges[i], search_->rows().keys(lane)[parcel]) | lacks;
  }
  return inside;
}

inline void Settler::SettlePlain(const IndexRest& rest, const Candidate& candidate) {
  const ruleset::Hit hit{rest.rule, parts_.scores[rest.rule]};
  const IndexRange first = rest.ranges[0], second = rest.ranges[1];
  const NumberKey* first_keys = search_->rows().keys(rest.lanes[0]);
  const NumberKey* second_keys = search_->rows().keys(rest.lanes[1]);
  ForEachParcel(candidate, [&](std::size_t parcel) {
    bool inside = Holds(first, first_keys[parcel]) & Holds(second, second_keys[parcel]);
    if (rest.more_ranges != 0) inside &= InMoreRanges(rest, parcel, 0);
    matches_->hits.Add(parcel, hit, inside);
  });
}

// Some parcels may lack what a term is on.
void Settler::SettleAbsent(const IndexRest& rest, std::uint64_t rest_odd, const Candidate& candidate) {
  const ruleset::Hit hit{rest.rule, parts_.scores[rest.rule]};
  auto& absents = AbsentsOf(rest.rule);
  ForEachParcel(candidate, [&](std::size_t parcel) {
    const IndexRows::OddBits& odd = search_->rows().odd(parcel);
    if ((odd.other & rest_odd) != 0) [[unlikely]] {
      is_odd_ = true;
      return PutBit(ask_.data(), parcel);
    }
    const bool is_absent = (odd.absent & rest_odd) != 0;
    const bool inside = InRanges(rest, parcel, odd.absent);
    matches_->hits.Add(parcel, hit, inside & !is_absent);
    absents.Add(parcel, rest.rule, inside & is_absent);
  });
}

void Settler::SettleElements(const IndexRest& rest, std::uint64_t rest_odd, const Candidate& candidate) {
  const ruleset::Hit hit{rest.rule, parts_.scores[rest.rule]};
  auto& absents = AbsentsOf(rest.rule);
  const std::uint32_t clauses = index_.mores[rest.more - 1].clauses_first;
  const bool at_once = rest.met_once && hit.score != kComputedScore;
  ForEachParcel(candidate, [&](std::size_t parcel) {
    const IndexRows::OddBits& odd = search_->rows().odd(parcel);
    const bool is_odd = (odd.other & rest_odd) != 0;
    ++pairs_;
    if (!is_odd && !InRanges(rest, parcel, odd.absent)) return;
    const Answer elements = search_->elements().Ask(clauses, parcel);
    if (elements == Answer::kFalse) return;
    const bool asks = is_odd || !rest.exact || elements == Answer::kOther;
    const bool is_absent = (odd.absent & rest_odd) != 0 || elements == Answer::kAbsent;
    if (asks || !at_once) {
      is_odd_ = true;
      return PutBit(asks ? ask_.data() : is_absent ? absent_.data() : match_.data(), parcel);
    }
    matches_->hits.Add(parcel, hit, !is_absent);
    absents.Add(parcel, rest.rule, is_absent);
  });
}

// Others of the rule's candidates may say more of a parcel, or only the condition can.
void Settler::SettleOdd(const IndexRest& rest, std::uint64_t rest_odd, const Candidate& candidate) {
  is_odd_ = true;
  if (!rest.exact) return ForEachParcel(candidate, [&](std::size_t parcel) { PutBit(ask_.data(), parcel); });
  ForEachParcel(candidate, [&](std::size_t parcel) {
    const IndexRows::OddBits& odd = search_->rows().odd(parcel);
    if ((odd.other & rest_odd) != 0) return PutBit(ask_.data(), parcel);
    if (!InRanges(rest, parcel, odd.absent)) return;
    PutBit((odd.absent & rest_odd) != 0 ? absent_.data() : match_.data(), parcel);
  });
}

void Settler::Finish(RuleIndex rule) {
  for (std::size_t w = 0; w < kWideWords; ++w) {
    ask_[w] &= ~match_[w];
    absent_[w] &= ~(match_[w] | ask_[w]);
  }
  ForEachBit(match_.data(), kWideWords, [&](std::size_t row) { AddMatch(rule, row); });
  ForEachBit(absent_.data(), kWideWords, [&](std::size_t row) { AbsentsOf(rule).Add(row, rule); });
  if (AnyBit(ask_.data(), kWideWords)) Ask(rule);
  match_ = absent_ = ask_ = {};
  is_odd_ = false;
}

void Settler::Ask(RuleIndex rule) {
  const std::size_t mark = masks_->mark();
  const MaskView view = masks_->Eval(parts_.plan.rule_masks[rule], ask_.data());
  for (std::size_t w = 0; w < search_->rows().words(); ++w) {
    const Word is_true = view.is_true[w] & ask_[w];
    const Word is_absent = view.absent[w] & ask_[w];
    const Word is_error = view.error[w] & ask_[w];
    asked_ += static_cast<std::uint64_t>(std::popcount(ask_[w]));
    ForEachBit(&is_true, 1, [&](std::size_t bit) { AddMatch(rule, w * 64 + bit); });
    ForEachBit(&is_absent, 1, [&](std::size_t bit) { AbsentsOf(rule).Add(w * 64 + bit, rule); });
    ForEachBit(&is_error, 1, [&](std::size_t bit) { matches_->errors.Add(w * 64 + bit, rule); });
  }
  masks_->Rewind(mark);
}

void Settler::AddMatch(RuleIndex rule, std::size_t row) {
  if (parts_.scores[rule] != kComputedScore) return matches_->hits.Add(row, {rule, parts_.scores[rule]});
  masks_->homes().Stand(kParcelHome, row, &masks_->interpreter());
  Value score;
  const ErrorKind error = masks_->interpreter().EvalAndFree(parts_.rule_set->rules[rule].score_node, &score);
  if (error != ErrorKind::kNone) score = NumberValue(0);
  if (error != ErrorKind::kNone && error != ErrorKind::kAbsent) matches_->errors.Add(row, rule);
  constexpr auto kMost = static_cast<std::int64_t>(limits::kScoreMax);
  matches_->hits.Add(row, {rule, static_cast<std::uint32_t>(std::clamp<std::int64_t>(score.number, 0, kMost))});
}

}  // namespace sluice::match
