#include "engine/pipeline/screener.h"

#include <utility>

#include "engine/decide/judge.h"
#include "engine/match/evaluator.h"
#include "engine/pipeline/system_fields.h"
#include "engine/wire/decoder.h"

namespace sluice::pipeline {

struct Screener::Impl {
  Impl(ruleset::RuleSetPtr rules, draw::EpochKey epoch_key)
      : rule_set(std::move(rules)),
        key(std::move(epoch_key)),
        plan(rule_set->catalog, rule_set->columns),
        decoder(plan),
        batch(rule_set->columns),
        evaluator(match::MakeMatcher(rule_set)) {}

  ruleset::RuleSetPtr rule_set;
  draw::EpochKey key;
  wire::DecodePlan plan;
  wire::Decoder decoder;
  parcel::Batch batch;
  match::Evaluator evaluator;
  ruleset::BatchMatches matches;
  decide::Decision decision;
};

Screener::Screener(ruleset::RuleSetPtr rule_set, draw::EpochKey key)
    : impl_(std::make_unique<Impl>(std::move(rule_set), std::move(key))) {}

Screener::~Screener() = default;

const decide::Decision& Screener::Screen(std::span<const std::uint8_t> record,
                                         const ScreenFacts& facts) {
  Impl& self = *impl_;
  self.batch.Clear();
  // One record always gets a row of an empty batch; if it is unreadable, facts say so.
  static_cast<void>(self.decoder.Append(record, self.batch));
  const SystemFields fields = ReadSystemFields(*self.rule_set, self.batch, 0);
  parcel::ParcelFacts& row = self.batch.facts[0];
  row.sequence = facts.sequence;
  row.revision = 1;
  row.now = facts.now.value_or(fields.received.value_or(base::Timestamp{}));
  row.phase = facts.phase.value_or(fields.phase);
  row.read_error = fields.error;
  self.evaluator.Evaluate(self.batch, &self.matches);
  decide::Judge(*self.rule_set, self.key, self.batch, 0, self.matches, &self.decision);
  self.decision.cause = decide::CauseOf(row.phase);
  self.decision.generation = facts.generation;
  return self.decision;
}

const parcel::Batch& Screener::batch() const { return impl_->batch; }
const ruleset::BatchMatches& Screener::matches() const { return impl_->matches; }

}  // namespace sluice::pipeline
