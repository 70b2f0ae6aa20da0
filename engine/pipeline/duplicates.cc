#include "engine/pipeline/duplicates.h"

namespace sluice::pipeline {

void Duplicates::Remember(const Head& head, const Verdict& verdict) {
  // Slots are first used in ascending order, so this touches no more memory than there are parcels.
  if (head.identity.slot >= remembered_.size()) remembered_.resize(head.identity.slot + 1);
  remembered_[head.identity.slot] = {head.sequence, verdict};
}

void Duplicates::Repeat(const RunPlan& plan, const Head& head, decide::Decision* duplicate) const {
  const Remembered& earlier = remembered_[head.identity.slot];
  duplicate->parcel_id = head.fields.id;
  duplicate->sequence = head.sequence;
  duplicate->revision = head.identity.revision;
  duplicate->phase = head.fields.phase;
  duplicate->cause = decide::CauseOf(head.fields.phase);
  duplicate->now = head.now;
  duplicate->generation = plan.generation;
  duplicate->test_key = plan.key.is_test;
  duplicate->duplicate_of = earlier.sequence;
  duplicate->lane = earlier.verdict.lane;
  duplicate->outcomes = earlier.verdict.outcomes;
  duplicate->must_inspect = earlier.verdict.must_inspect;
  duplicate->score = earlier.verdict.score;
  duplicate->controls = earlier.verdict.controls;
}

}  // namespace sluice::pipeline
