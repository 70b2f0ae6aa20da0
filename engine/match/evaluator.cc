// Plane: data.
//
// THE SIMPLE STORY
//   for each rule, for each parcel that it applies to:
//     true: a hit, with its score;  absent: noted;  any other error: noted
//
// WHAT THE CODE ADDS TO THE STORY
//   1. A rule is evaluated for the batch at once (mask_evaluator.h); only set bits are visited.
//   2. Entries come by rule and are wanted by row: they are counted a row, then put in their places, which keeps
//      the rules of a row ascending without a sort.
#include "engine/match/evaluator.h"

#include <algorithm>

#include "engine/base/limits.h"
#include "engine/match/applicability.h"
#include "engine/match/mask_evaluator.h"

namespace sluice::match {

using ruleset::BatchMatches;
using ruleset::Hit;
using ruleset::Rule;
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
  explicit Impl(ruleset::RuleSetPtr rules)
      : rule_set(std::move(rules)), masks(*rule_set, MakePlan(*rule_set)), applicability(*rule_set) {}

  void EvaluateRule(RuleIndex index);
  void AddHit(RuleIndex index, std::size_t row);

  ruleset::RuleSetPtr rule_set;
  MaskEvaluator masks;
  Applicability applicability;
  RowListMaker<Hit> hits;
  RowListMaker<RuleIndex> absent;
  RowListMaker<RuleIndex> errors;
};

Evaluator::Evaluator(ruleset::RuleSetPtr rule_set) : impl_(std::make_unique<Impl>(std::move(rule_set))) {}
Evaluator::~Evaluator() = default;

void Evaluator::Evaluate(const parcel::Batch& batch, BatchMatches* matches) {
  impl_->masks.Begin(batch);
  impl_->applicability.Begin(batch);
  impl_->hits.Begin(batch.row_count());
  impl_->absent.Begin(batch.row_count());
  impl_->errors.Begin(batch.row_count());
  for (RuleIndex rule = 0; rule < impl_->rule_set->rules.size(); ++rule) impl_->EvaluateRule(rule);
  impl_->hits.Finish(&matches->hits);
  impl_->absent.Finish(&matches->absent);
  impl_->errors.Finish(&matches->errors);
}

void Evaluator::Impl::EvaluateRule(RuleIndex index) {
  const std::size_t words = masks.homes().words(kParcelHome);
  const Word* applies = applicability.RowsOf(index);
  if (!AnyBit(applies, words)) return;
  const std::size_t mark = masks.mark();
  const MaskView view = masks.Eval(masks.plan().rule_masks[index], applies);
  for (std::size_t w = 0; w < words; ++w) {
    const std::size_t base = w * 64;
    const Word is_true = view.is_true[w] & applies[w];
    const Word is_absent = view.absent[w] & applies[w];
    const Word is_error = view.error[w] & applies[w];
    if ((is_true | is_absent | is_error) == 0) continue;
    ForEachBit(&is_true, 1, [&](std::size_t bit) { AddHit(index, base + bit); });
    auto& absent_list = rule_set->rules[index].absent_is_error ? errors : absent;
    ForEachBit(&is_absent, 1, [&](std::size_t bit) { absent_list.Add(base + bit, index); });
    ForEachBit(&is_error, 1, [&](std::size_t bit) { errors.Add(base + bit, index); });
  }
  masks.Rewind(mark);
}

void Evaluator::Impl::AddHit(RuleIndex index, std::size_t row) {
  const Rule& rule = rule_set->rules[index];
  if (rule.score_node == ruleset::kNoNode) {
    hits.Add(row, {index, rule.score});
    return;
  }
  masks.homes().Stand(kParcelHome, row, &masks.interpreter());
  Value score;
  const ErrorKind error = masks.interpreter().EvalAndFree(rule.score_node, &score);
  if (error != ErrorKind::kNone) score = NumberValue(0);
  if (error != ErrorKind::kNone && error != ErrorKind::kAbsent) errors.Add(row, index);
  constexpr auto kMost = static_cast<std::int64_t>(limits::kScoreMax);
  hits.Add(row, {index, static_cast<std::uint32_t>(std::clamp<std::int64_t>(score.number, 0, kMost))});
}

}  // namespace sluice::match
