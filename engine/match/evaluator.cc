// Plane: data.
//
// THE SIMPLE STORY
//   for each rule that the index finds, for each parcel that it may match:
//     true: a hit, with its score;  absent: noted;  any other error: noted
//
// WHAT THE CODE ADDS TO THE STORY
//   1. Most matches the index knows itself. Where it does not, the condition is asked, for the parcels in question at
//      once (mask_evaluator.h).
//   2. Entries come by rule and are wanted by row: they are counted a row, then put in their places, which keeps
//      the rules of a row ascending without a sort.
#include "engine/match/evaluator.h"

#include <algorithm>

#include "engine/base/limits.h"
#include "engine/match/applicability.h"
#include "engine/match/index_search.h"
#include "engine/match/mask_evaluator.h"
#include "engine/match/matcher_parts.h"

namespace sluice::match {

using ruleset::BatchMatches;
using ruleset::Hit;
using ruleset::RuleIndex;

namespace {

/// One list of BatchMatches while it is made.
template <typename T>
class RowListMaker {
 public:
  void Begin(std::size_t rows) {
    entries_.clear();
    counts_.assign(rows, 0);
  }
  void Add(std::size_t row, const T& value) {
    entries_.push_back({static_cast<std::uint32_t>(row), value});
    ++counts_[row];
  }
  void Finish(ruleset::RowLists<T>* lists) {
    lists->first.assign(counts_.size() + 1, 0);
    for (std::size_t row = 0; row < counts_.size(); ++row) lists->first[row + 1] = lists->first[row] + counts_[row];
    lists->values.resize(entries_.size());
    std::copy_n(lists->first.begin(), counts_.size(), counts_.begin());  // from counts to the next free place
    for (const Entry& entry : entries_) lists->values[counts_[entry.row]++] = entry.value;
  }

 private:
  struct Entry {
    std::uint32_t row;
    T value;
  };
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> counts_;
};

}  // namespace

struct Evaluator::Impl {
  explicit Impl(MatcherPtr shared)
      : matcher(std::move(shared)), parts(matcher->parts()), masks(*parts.rule_set, parts.plan),
        applicability(parts.settings), search(parts.index, &masks, &applicability) {}

  void Take(const IndexSearch::Finding& finding);
  void Ask(RuleIndex rule, const Word* rows);
  void AddHit(RuleIndex rule, std::size_t row);

  MatcherPtr matcher;
  const Matcher::Parts& parts;  // of matcher
  MaskEvaluator masks;
  Applicability applicability;
  IndexSearch search;
  std::size_t parcels = 0;
  std::uint64_t asked = 0;             // pairs of rule and parcel
  RowListMaker<Hit> hits;
  RowListMaker<RuleIndex> absent;
  RowListMaker<RuleIndex> errors;
};

Evaluator::Evaluator(MatcherPtr matcher) : impl_(std::make_unique<Impl>(std::move(matcher))) {}
Evaluator::~Evaluator() = default;

void Evaluator::Evaluate(const parcel::Batch& batch, BatchMatches* matches) {
  Encode(batch);
  Match(matches);
}

void Evaluator::Encode(const parcel::Batch& batch) {
  impl_->parcels = batch.row_count();
  impl_->masks.Begin(batch);
  impl_->applicability.Begin(batch);
  impl_->search.Begin(batch);
}

void Evaluator::Match(BatchMatches* matches) {
  impl_->hits.Begin(impl_->parcels);
  impl_->absent.Begin(impl_->parcels);
  impl_->errors.Begin(impl_->parcels);
  for (const IndexSearch::Finding& finding : impl_->search.Search()) impl_->Take(finding);
  impl_->hits.Finish(&matches->hits);
  impl_->absent.Finish(&matches->absent);
  impl_->errors.Finish(&matches->errors);
}

MatchCounts Evaluator::counts() const {
  MatchCounts counts = impl_->search.counts();
  counts.asked = impl_->asked;
  counts.always = impl_->parts.index.always_count;
  counts.index_bytes = impl_->parts.index.bytes();
  return counts;
}

void Evaluator::Impl::Take(const IndexSearch::Finding& finding) {
  for (std::uint32_t i = finding.matches_first; i < finding.matches_end; ++i) {
    AddHit(finding.rule, search.matches()[i]);
  }
  for (std::uint32_t i = finding.absent_first; i < finding.absent_end; ++i) {
    (parts.absent_is_error[finding.rule] ? errors : absent).Add(search.absent()[i], finding.rule);
  }
  if (finding.ask != nullptr) Ask(finding.rule, finding.ask->data());
}

void Evaluator::Impl::Ask(RuleIndex rule_index, const Word* rows) {
  const std::size_t mark = masks.mark();
  const MaskView view = masks.Eval(parts.plan.rule_masks[rule_index], rows);
  auto& absent_list = parts.absent_is_error[rule_index] ? errors : absent;
  ForEachBit(rows, search.words(), [&](std::size_t) { ++asked; });
  for (std::size_t w = 0; w < search.words(); ++w) {
    const std::size_t base = w * 64;
    const Word is_true = view.is_true[w] & rows[w];
    const Word is_absent = view.absent[w] & rows[w];
    const Word is_error = view.error[w] & rows[w];
    ForEachBit(&is_true, 1, [&](std::size_t bit) { AddHit(rule_index, base + bit); });
    ForEachBit(&is_absent, 1, [&](std::size_t bit) { absent_list.Add(base + bit, rule_index); });
    ForEachBit(&is_error, 1, [&](std::size_t bit) { errors.Add(base + bit, rule_index); });
  }
  masks.Rewind(mark);
}

void Evaluator::Impl::AddHit(RuleIndex rule_index, std::size_t row) {
  const std::uint32_t fixed = parts.scores[rule_index];
  if (fixed != kComputedScore) return hits.Add(row, {rule_index, fixed});
  masks.homes().Stand(kParcelHome, row, &masks.interpreter());
  Value score;
  const ErrorKind error = masks.interpreter().EvalAndFree(parts.rule_set->rules[rule_index].score_node, &score);
  if (error != ErrorKind::kNone) score = NumberValue(0);
  if (error != ErrorKind::kNone && error != ErrorKind::kAbsent) errors.Add(row, rule_index);
  constexpr auto kMost = static_cast<std::int64_t>(limits::kScoreMax);
  hits.Add(row, {rule_index, static_cast<std::uint32_t>(std::clamp<std::int64_t>(score.number, 0, kMost))});
}

}  // namespace sluice::match
