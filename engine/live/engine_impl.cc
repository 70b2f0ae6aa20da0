#include "engine/live/engine_impl.h"

#include <algorithm>
#include <thread>

#include "engine/base/limits.h"
#include "engine/live/recovery.h"
#include "engine/live/steady.h"

namespace sluice {

namespace {

constexpr auto kLookAgain = std::chrono::microseconds(50);

live::CoreOptions CoreOptionsOf(const EngineOptions& options, std::size_t agents, const log::LogHasher* hasher) {
  live::CoreOptions core;
  core.agents = agents;
  core.slots = agents * limits::kBatchesInFlightPerThread + 1;
  core.batch_rows_max = options.batch_rows_max;
  core.producers_max = options.producers_max;
  core.producer_ring_bytes = options.producer_ring_bytes;
  core.producer_ring_records = options.producer_ring_records;
  core.has_log = !options.log.directory.empty();
  core.deliver_logged = core.has_log && options.log.durability == Durability::kGroup;
  core.hasher = hasher;
  return core;
}

}  // namespace

Engine::Impl::Impl(const EngineOptions& engine_options, draw::EpochKey epoch_key, std::size_t agents_wanted,
                   std::uint64_t seed, std::optional<log::LogHasher> log_hasher)
    : options(engine_options),
      key(std::move(epoch_key)),
      hasher(std::move(log_hasher)),
      core(CoreOptionsOf(engine_options, agents_wanted, hasher ? &*hasher : nullptr), &clock, seed),
      agents(&core),
      agent_count(agents_wanted),
      last_number(engine_options.generation_after) {}

Status Engine::Impl::StartLog() {
  if (options.log.directory.empty()) return Status::Ok();
  auto opened = live::OpenLog(options.log);
  if (!opened.ok()) return opened.status();
  log = *std::move(opened);
  if (!log.writers.audit->found().existed) return Status::Ok();
  const auto recovered = live::Recover(options.log.directory, &core);
  if (!recovered.ok()) return recovered.status();
  last_number = std::max(last_number, recovered->generation);
  if (log.writers.journal == nullptr) return Status::Ok();
  const std::uint64_t journal_end = log.writers.journal->found().end.sequence;
  if (journal_end <= recovered->sequence) return Status::Ok();
  auto left = live::UndecidedRecords(options.log, recovered->sequence, journal_end);
  if (!left.ok()) return left.status();
  left_records = *std::move(left);
  return Status::Ok();
}

void Engine::Impl::DecideLeftRecords() {
  live::ProducerRing* const ring = core.OpenProducer();
  for (const std::vector<std::uint8_t>& record : left_records) {
    live::RecordHead head;
    head.submitted_ns = live::SteadyNs();
    if (record.empty()) head.error = parcel::ReadError::kTooLong;  // as which it was accepted
    while (!ring->ring.Write(head, record)) std::this_thread::sleep_for(kLookAgain);
    ring->accepted.Add(1);
    core.Wake();
  }
  // Numbered before anybody else's: the journal has them under these numbers.
  while (ring->ring.HasMessages()) std::this_thread::sleep_for(kLookAgain);
  ring->state.store(live::RingState::kClosing, std::memory_order_release);
  left_records = {};
}

Status Engine::Impl::BeginLogging() {
  if (options.log.directory.empty()) return Status::Ok();
  while (core.settled() == 0) core.Step(0);  // the batch that begins the generation
  log_stage = std::make_unique<live::LogStage>(&core, std::move(log.writers));
  // The zones' data are sections of the bundle: the rule set's hash says which.
  return log_stage->Start("of the rule set", OptionsJson());
}

std::string Engine::Impl::OptionsJson() const {
  return "{\"agents\":" + std::to_string(agent_count) +
         ",\"batch_rows_max\":" + std::to_string(options.batch_rows_max) +
         ",\"durability\":\"" + live::DurabilityName(options.log.durability) + "\",\"journal\":" +
         (options.log.journal ? "true" : "false") + ",\"epoch\":\"" + (key.is_test ? "test key" : "given") + "\"}";
}

std::string Engine::Impl::log_state() const {
  if (log_stage == nullptr) return "none";
  const std::string trouble = log_stage->trouble();
  return trouble.empty() ? live::DurabilityName(options.log.durability) : trouble;
}

Result<std::unique_ptr<live::Generation>> Engine::Impl::Prepare(const ruleset::RuleSetPtr& rules,
                                                                live::Generation::Cause cause) {
  const std::size_t bytes = live::DecisionBytesMax(*rules);
  {
    const std::lock_guard lock(state);
    if (bytes > smallest_ring_bytes) {
      return Status(StatusCode::kInvalidArgument, "a decision under this rule set may have " + std::to_string(bytes) +
                                                      " bytes; a consumer has room for one of " +
                                                      std::to_string(smallest_ring_bytes));
    }
    if (Status status = core.AddNames(*rules); !status.ok()) return status;
    decision_bytes_max = std::max(decision_bytes_max, bytes);
  }
  return std::make_unique<live::Generation>(
      rules, key, last_number + 1, core.hash_seed(),
      live::Generation::Sizes{agent_count, agent_count * limits::kBatchesInFlightPerThread + 1}, core.lanes(),
      core.controls(), std::move(cause));
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

Delivery Engine::Impl::DeliverSafeLane(std::string_view parcel_id, std::int64_t waited_ns) {
  live::DeliveryNote note;
  note.waited_us = static_cast<std::uint32_t>(std::clamp<std::int64_t>(waited_ns / 1000, 0, 0xFFFFFFFF));
  note.lane = core.safe_lane();
  if (hasher) note.id_hash = hasher->OfId(parcel_id);
  // A log in trouble takes none: who must divert a parcel is not held up for it, and it is counted.
  if (!core.Note(note)) core.CountUnlogged();
  return {false, core.LaneName(note.lane)};
}

GenerationInfo Engine::Impl::Info() const {
  const std::lock_guard lock(state);
  const bool passed = core.Passed(current_begin);
  return {current->number(), base::Hex(current->rule_set()->hash), current->rule_set()->name, passed,
          passed ? std::string() : core.WhoIsBusy(current_begin)};
}

}  // namespace sluice
