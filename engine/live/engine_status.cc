// sluice::Engine::status.
#include <sluice/engine.h>

#include <algorithm>

#include "engine/live/engine_impl.h"

namespace sluice {

namespace {

constexpr double kNsPerUs = 1000;

LatencyQuantiles QuantilesOf(const observe::Histogram& latency) {
  const auto us = [&](double share) { return static_cast<double>(latency.QuantileNs(share)) / kNsPerUs; };
  return {us(0.5), us(0.99), us(0.999), us(0.9999), us(1)};
}

/// Of rules that did something, since their generation is in force.
std::vector<RuleHits> HitsOf(const live::Generation& generation) {
  std::vector<RuleHits> hits;
  const ruleset::RuleSet& rules = *generation.rule_set();
  for (ruleset::RuleIndex rule = 0; rule < rules.rules.size(); ++rule) {
    RuleHits sum;
    for (std::size_t agent = 0; agent < generation.worker_count(); ++agent) {
      const pipeline::RuleCounts counts = generation.worker(agent).decider(0).CountsOf(rule);
      sum.matched += counts.matched;
      sum.errors += counts.errors;
    }
    if (sum.matched == 0 && sum.errors == 0) continue;
    sum.rule = rules.Text(rules.rules[rule].id);
    hits.push_back(std::move(sum));
  }
  return hits;
}

}  // namespace

EngineStatus Engine::status() const {
  const std::lock_guard lock(impl_->state);
  const live::Core& core = impl_->core;
  const live::CoreCounters& counters = core.counters();
  EngineStatus status;
  // Read from the end of the way to its beginning, so that no sum is short of what came from it.
  status.delivered = counters.delivered.value();
  status.decided = counters.decided.value();
  status.accepted = core.accepted_records();
  status.refused = core.refused_records();
  status.duplicates = counters.duplicates.value();
  status.late = counters.late.value();
  status.unlogged_deliveries = core.unlogged();
  status.batches = counters.batches.value();
  status.detached_consumers = counters.detached.value();
  for (std::size_t i = 0; i < impl_->core.lanes().names().size(); ++i) {
    status.lanes.emplace_back(impl_->core.lanes().names()[i], counters.lanes[i].value());
  }
  for (int i = 0; i < ruleset::kOutcomeCount; ++i) {
    status.outcomes.emplace_back(ruleset::OutcomeName(static_cast<ruleset::Outcome>(i)),
                                 counters.outcomes[static_cast<std::size_t>(i)].value());
  }
  status.rules = HitsOf(*impl_->current);
  status.latency = QuantilesOf(counters.latency);
  status.generation = impl_->current->number();
  status.rule_set_hash = base::Hex(impl_->current->rule_set()->hash);
  status.rule_set_name = impl_->current->rule_set()->name;
  status.generations_in_memory = impl_->previous == nullptr ? 1 : 2;
  status.waiting = status.accepted - std::min(status.accepted, status.delivered);
  status.agents = static_cast<int>(impl_->agent_count);
  status.producers = static_cast<int>(core.open_producers());
  status.consumers = static_cast<int>(core.open_consumers());
  status.accepting = core.accepting();
  if (!status.accepting) status.trouble = "the engine has been stopped";
  status.log_state = impl_->log_state();
  if (impl_->log_stage != nullptr && !impl_->log_stage->trouble().empty()) {
    status.trouble = "the log cannot be written: " + impl_->log_stage->trouble();
  }
  return status;
}

}  // namespace sluice
