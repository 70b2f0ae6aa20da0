// sluice::Engine.
#include <sluice/engine.h>

#include <algorithm>
#include <filesystem>
#include <new>
#include <thread>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/base/random.h"
#include "engine/live/engine_impl.h"
#include "engine/live/steady.h"

namespace sluice {

namespace {

constexpr auto kLookAgain = std::chrono::microseconds(100);
constexpr auto kStopWait = std::chrono::seconds(10);

std::int64_t After(std::chrono::nanoseconds wait) { return live::SteadyNs() + wait.count(); }

Status CheckRange(const char* name, std::size_t value, std::size_t least, std::size_t most) {
  if (value >= least && value <= most) return Status::Ok();
  return {StatusCode::kInvalidArgument, std::string(name) + " must be " + std::to_string(least) + " to " +
                                            std::to_string(most) + ", and is " + std::to_string(value)};
}

Status CheckOptions(const EngineOptions& options) {
  const Status checks[] = {
      CheckRange("agents", static_cast<std::size_t>(std::max(options.agents, -1)), 0, limits::kAgentsMax),
      CheckRange("batch_rows_max", options.batch_rows_max, 1, limits::kBatchRowsMax),
      CheckRange("generation_after", options.generation_after, 0, ~std::uint32_t{0} - 1),
      CheckRange("producers_max", options.producers_max, 1, limits::kProducersMax),
      CheckRange("producer_ring_bytes", options.producer_ring_bytes, limits::kRingBytesMin, limits::kRingBytesMax),
      CheckRange("producer_ring_records", options.producer_ring_records, 1, limits::kRingMessagesMax),
  };
  for (const Status& status : checks) {
    if (!status.ok()) return status;
  }
  return Status::Ok();
}

Result<std::optional<log::LogHasher>> HasherOf(const LogOptions& options) {
  if (options.directory.empty()) return std::optional<log::LogHasher>();
  std::error_code error;  // of a directory that cannot be made, the key file's message tells
  std::filesystem::create_directory(options.directory, error);
  const Result<base::Key256> key = live::ReadOrMakeSiteKey(live::SiteKeyPath(options));
  if (!key.ok()) return key.status();
  return std::optional<log::LogHasher>(log::LogHasher(*key));
}

std::size_t AgentCount(const EngineOptions& options) {
  if (options.agents > 0) return static_cast<std::size_t>(options.agents);
  const std::size_t cores = std::max(2u, std::thread::hardware_concurrency());
  return std::min(cores - 1, limits::kAgentsMax);
}

}  // namespace

std::int64_t SteadyNowNs() { return live::SteadyNs(); }

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<Engine>> Engine::Start(const RuleSet& rules, const EngineOptions& options) {
  if (Status status = CheckOptions(options); !status.ok()) return status;
  Result<draw::EpochKey> key = options.epoch_key_file.empty() ? Result<draw::EpochKey>(draw::TestEpochKey())
                                                              : draw::ReadEpochKey(options.epoch_key_file);
  if (!key.ok()) return key.status();
  try {
    Result<std::optional<log::LogHasher>> hasher = HasherOf(options.log);
    if (!hasher.ok()) return hasher.status();
    auto impl = std::make_unique<Impl>(options, *std::move(key), AgentCount(options), base::RandomSeed(),
                                       *std::move(hasher));
    if (Status status = impl->StartLog(); !status.ok()) return status;
    auto first = impl->Prepare(rules.data(), {"start", {}});
    if (!first.ok()) return first.status();
    if (Status status = impl->Begin(*std::move(first), After(kStopWait)); !status.ok()) return status;
    if (Status status = impl->BeginLogging(); !status.ok()) return status;
    if (Status status = impl->agents.Start(impl->agent_count, options.idle, options.cpus); !status.ok()) return status;
    if (!impl->left_records.empty()) impl->DecideLeftRecords();
    return std::unique_ptr<Engine>(new Engine(std::move(impl)));
  } catch (const std::bad_alloc&) {
    return Status(StatusCode::kLimitExceeded, "out of memory while the engine starts");
  }
}

Engine::~Engine() { static_cast<void>(Stop(kStopWait)); }

Result<std::unique_ptr<Producer>> Engine::OpenProducer() {
  const std::lock_guard lock(impl_->state);
  if (impl_->stopped) return Status(StatusCode::kUnavailable, "the engine has stopped");
  live::ProducerRing* ring = impl_->core.OpenProducer();
  if (ring != nullptr) return std::unique_ptr<Producer>(new Producer(&impl_->core, ring));
  return Status(StatusCode::kLimitExceeded, "the engine has its " + std::to_string(impl_->options.producers_max) +
                                                " producers (producers_max)");
}

Result<std::unique_ptr<Consumer>> Engine::OpenConsumer(const ConsumerOptions& options) {
  for (const Status& status :
       {CheckRange("ring_bytes", options.ring_bytes, limits::kRingBytesMin, limits::kRingBytesMax),
        CheckRange("ring_decisions", options.ring_decisions, 1, limits::kRingMessagesMax)}) {
    if (!status.ok()) return status;
  }
  if (options.when_full == WhenFull::kDetach && impl_->options.log.directory.empty()) {
    return Status(StatusCode::kInvalidArgument, "a consumer that may be detached needs a log to read on from");
  }
  auto ring = std::make_unique<live::ConsumerRing>(options.ring_decisions, options.ring_bytes);
  const std::lock_guard lock(impl_->state);
  if (impl_->stopped) return Status(StatusCode::kUnavailable, "the engine has stopped");
  if (ring->ring.message_bytes_max() < impl_->decision_bytes_max) {
    return Status(StatusCode::kInvalidArgument,
                  "ring_bytes must be at least " + std::to_string(2 * impl_->decision_bytes_max) +
                      ": twice the longest decision of the rule set");
  }
  ring->wants_all = options.lanes.empty();
  ring->may_detach = options.when_full == WhenFull::kDetach;
  for (const std::string& lane : options.lanes) {
    const auto id = impl_->core.lanes().Find(lane);
    if (!id) return Status(StatusCode::kInvalidArgument, "there is no lane \"" + lane + "\"");
    ring->wants[*id] = true;
  }
  live::ConsumerRing* const its_ring = ring.get();
  if (!impl_->core.AddConsumer(std::move(ring))) {
    return Status(StatusCode::kLimitExceeded,
                  "the engine has its " + std::to_string(limits::kConsumersMax) + " consumers");
  }
  impl_->smallest_ring_bytes = std::min(impl_->smallest_ring_bytes, its_ring->ring.message_bytes_max());
  return std::unique_ptr<Consumer>(new Consumer(this, &impl_->core, its_ring));
}

void Engine::Close(live::ConsumerRing* ring) {
  const std::lock_guard lock(impl_->state);
  impl_->core.RemoveConsumer(ring);
}

Consumer::~Consumer() { engine_->Close(ring_); }

Result<GenerationInfo> Engine::Publish(const RuleSet& rules, const PublishOptions& options) {
  const std::lock_guard lock(impl_->publishing);
  if (impl_->stopped) return Status(StatusCode::kUnavailable, "the engine has stopped");
  const std::int64_t until_ns = After(options.wait);
  // At most two generations are in memory: the one before the last goes first.
  if (Status status = impl_->Retire(until_ns); !status.ok()) return status;
  try {
    auto next = impl_->Prepare(rules.data(), {options.cause, options.who});
    if (!next.ok()) return next.status();
    if (Status status = impl_->Begin(*std::move(next), After(options.wait)); !status.ok()) return status;
  } catch (const std::bad_alloc&) {
    return Status(StatusCode::kLimitExceeded, "out of memory for another generation");
  }
  if (options.wait.count() > 0) static_cast<void>(impl_->Retire(After(options.wait)));
  return impl_->Info();
}

RuleSet Engine::rules() const {
  const std::lock_guard lock(impl_->state);
  return RuleSet(impl_->current->rule_set());
}

Delivery Engine::Lookup(std::string_view parcel_id, std::int64_t deadline_ns) {
  const base::Hash128 id = impl_->core.HashOfId(parcel_id);
  const live::Core& core = impl_->core;
  const std::int64_t asked_ns = live::SteadyNs();
  while (true) {
    if (const auto found = core.lookup().Find(id)) {
      return {true, core.LaneName(found->lane), found->sequence, found->revision, found->generation, found->score};
    }
    const std::int64_t left_ns = deadline_ns - live::SteadyNs();
    if (left_ns <= 0) return impl_->DeliverSafeLane(parcel_id, live::SteadyNs() - asked_ns);
    impl_->core.decided().Park(left_ns, [&] { return core.lookup().Find(id).has_value(); });
  }
}

Status Engine::Drain(std::chrono::milliseconds wait) {
  const std::int64_t until_ns = After(wait);
  while (!impl_->core.Drained()) {
    if (live::SteadyNs() > until_ns) {
      const std::lock_guard lock(impl_->state);
      const std::uint64_t waiting = impl_->core.accepted_records() - impl_->core.counters().delivered.value();
      return {StatusCode::kTimedOut, std::to_string(waiting) + " accepted parcels are not delivered: " +
                                         impl_->core.WhoIsBusy(~std::uint64_t{0})};
    }
    std::this_thread::sleep_for(kLookAgain);
  }
  return Status::Ok();
}

Status Engine::Stop(std::chrono::milliseconds wait) {
  const std::lock_guard lock(impl_->publishing);
  if (impl_->stopped) return Status::Ok();
  impl_->core.StopAccepting();
  Status status = Drain(wait);
  impl_->agents.Stop();
  if (impl_->log_stage != nullptr) impl_->log_stage->Stop();
  const std::lock_guard state_lock(impl_->state);
  impl_->stopped = true;
  return status;
}

}  // namespace sluice
