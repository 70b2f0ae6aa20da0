#include "engine/live/engine_impl.h"

#include <algorithm>
#include <thread>

#include "engine/base/limits.h"
#include "engine/live/steady.h"

namespace sluice {

namespace {

constexpr auto kLookAgain = std::chrono::microseconds(50);

live::CoreOptions CoreOptionsOf(const EngineOptions& options, std::size_t agents) {
  live::CoreOptions core;
  core.agents = agents;
  core.slots = agents * limits::kBatchesInFlightPerThread + 1;
  core.batch_rows_max = options.batch_rows_max;
  core.producers_max = options.producers_max;
  core.producer_ring_bytes = options.producer_ring_bytes;
  core.producer_ring_records = options.producer_ring_records;
  return core;
}

}  // namespace

Engine::Impl::Impl(const EngineOptions& engine_options, draw::EpochKey epoch_key, std::size_t agents_wanted,
                   std::uint64_t seed)
    : options(engine_options),
      key(std::move(epoch_key)),
      core(CoreOptionsOf(engine_options, agents_wanted), &clock, seed),
      agents(&core),
      agent_count(agents_wanted) {}

Status Engine::Impl::AddNames(const ruleset::RuleSet& rules) {
  for (const ruleset::Lane& lane : rules.lanes) {
    if (!core.lanes().Add(lane.name)) {
      return {StatusCode::kInvalidArgument, "lane \"" + lane.name + "\" is one too many: an engine knows at most " +
                                                std::to_string(live::kLaneNamesMax) + " from start to stop"};
    }
  }
  for (const std::string& control : rules.controls) {
    if (!core.controls().Add(control)) {
      return {StatusCode::kInvalidArgument, "desk \"" + control + "\" is one too many: an engine knows at most " +
                                                std::to_string(limits::kControlsMax) + " from start to stop"};
    }
  }
  return Status::Ok();
}

Result<std::unique_ptr<live::Generation>> Engine::Impl::Prepare(const ruleset::RuleSetPtr& rules) {
  const std::size_t bytes = live::DecisionBytesMax(*rules);
  {
    const std::lock_guard lock(state);
    if (bytes > smallest_ring_bytes) {
      return Status(StatusCode::kInvalidArgument, "a decision under this rule set may have " + std::to_string(bytes) +
                                                      " bytes; a consumer has room for one of " +
                                                      std::to_string(smallest_ring_bytes));
    }
    if (Status status = AddNames(*rules); !status.ok()) return status;
    decision_bytes_max = std::max(decision_bytes_max, bytes);
  }
  return std::make_unique<live::Generation>(
      rules, key, last_number + 1, core.hash_seed(),
      live::Generation::Sizes{agent_count, agent_count * limits::kBatchesInFlightPerThread + 1}, core.lanes(),
      core.controls());
}

Status Engine::Impl::Begin(std::unique_ptr<live::Generation> next, std::int64_t until_ns) {
  std::optional<std::uint64_t> begin;
  while (!(begin = core.TryBegin(next.get()))) {
    if (live::SteadyNs() > until_ns) {
      const std::lock_guard lock(state);
      return {StatusCode::kUnavailable, "the engine takes no generation now: " + core.WhoIsBusy(~std::uint64_t{0})};
    }
    std::this_thread::sleep_for(kLookAgain);
  }
  const std::lock_guard lock(state);
  last_number = next->number();
  previous = std::move(current);
  current = std::move(next);
  current_begin = *begin;
  return Status::Ok();
}

bool Engine::Impl::Passed(std::int64_t until_ns) {
  while (!core.Passed(current_begin)) {
    if (live::SteadyNs() > until_ns) return false;
    std::this_thread::sleep_for(kLookAgain);
  }
  return true;
}

Status Engine::Impl::Retire(std::int64_t until_ns) {
  const bool passed = Passed(until_ns);
  const std::lock_guard lock(state);
  if (passed) {
    previous.reset();
    return Status::Ok();
  }
  return {StatusCode::kUnavailable, "generation " + std::to_string(previous ? previous->number() : 0) +
                                        " is still in use: " + core.WhoIsBusy(current_begin)};
}

GenerationInfo Engine::Impl::Info() const {
  const std::lock_guard lock(state);
  return {current->number(), base::Hex(current->rule_set()->hash), current->rule_set()->name,
          core.Passed(current_begin)};
}

}  // namespace sluice
