#include "engine/match/evaluator.h"

#include "engine/match/applicability.h"
#include "engine/match/index_search.h"
#include "engine/match/mask_evaluator.h"
#include "engine/match/matcher_parts.h"
#include "engine/match/settler.h"

namespace sluice::match {

using ruleset::BatchMatches;

struct Evaluator::Impl {
  explicit Impl(MatcherPtr shared)
      : matcher(std::move(shared)), parts(matcher->parts()), masks(*parts.rule_set, parts.plan),
        applicability(parts.settings), search(parts.index, &masks, &applicability), settler(parts, &masks) {}

  MatcherPtr matcher;
  const Matcher::Parts& parts;  // of matcher
  MaskEvaluator masks;
  Applicability applicability;
  IndexSearch search;
  Settler settler;
  std::size_t parcels = 0;
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
  impl_->search.Search();
  impl_->settler.Settle(impl_->search, impl_->parcels, matches);
}

MatchCounts Evaluator::counts() const {
  MatchCounts counts = impl_->search.counts();
  counts.pairs = impl_->settler.pairs();
  counts.asked = impl_->settler.asked();
  counts.always = impl_->parts.index.always_count;
  counts.index_bytes = impl_->parts.index.bytes();
  return counts;
}

}  // namespace sluice::match
