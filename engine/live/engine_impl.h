// What is behind sluice::Engine: the core, its agents, the generations, and who may change them when.
//
// Thread-safety: `publishing` is held by who exchanges generations, however long it takes; `state` guards the
// pointers below and is held for moments. Taken in this order.
#pragma once

#include <sluice/engine.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/draw/draw.h"
#include "engine/live/agents.h"
#include "engine/live/clock.h"
#include "engine/live/core.h"
#include "engine/live/generation.h"
#include "engine/live/log_setup.h"
#include "engine/live/log_stage.h"

namespace sluice {

struct SLUICE_HIDDEN Engine::Impl {
  /// `hasher`: where there is a log.
  Impl(const EngineOptions& options, draw::EpochKey epoch_key, std::size_t agents, std::uint64_t seed,
       std::optional<log::LogHasher> hasher);
  /// Before there are agents: goes on where the log ends, and writes on.
  Status StartLog();
  /// The first generation is in the log; from now on its thread writes.
  Status BeginLogging();
  /// With agents at work, before there are producers: decides what a crash had left accepted and undecided.
  void DecideLeftRecords();
  std::string log_state() const;
  std::string OptionsJson() const;

  /// Makes a generation of `rules`; nothing is in force yet. kInvalidArgument: too many names, or decisions too long.
  Result<std::unique_ptr<live::Generation>> Prepare(const ruleset::RuleSetPtr& rules,
                                                    live::Generation::Cause cause);
  /// Puts `next` in force; the generation before is kept until it has passed.
  Status Begin(std::unique_ptr<live::Generation> next, std::int64_t until_ns);
  /// Frees the generation before, once its parcels are through. kUnavailable: they are not, by `until_ns`.
  Status Retire(std::int64_t until_ns);
  bool Passed(std::int64_t until_ns);
  GenerationInfo Info() const;
  /// For a parcel on which nothing is decided at its deadline; the log is told.
  Delivery DeliverSafeLane(std::string_view parcel_id, std::int64_t waited_ns);

  const EngineOptions options;
  const draw::EpochKey key;
  live::SystemClock clock;
  const std::optional<log::LogHasher> hasher;
  live::Core core;
  live::Agents agents;
  const std::size_t agent_count;
  live::LogSetup log;                         // its keys; its writers until the stage has them
  std::unique_ptr<live::LogStage> log_stage;  // null: no log
  std::vector<std::vector<std::uint8_t>> left_records;  // until they are decided

  std::mutex publishing;
  mutable std::mutex state;
  std::unique_ptr<live::Generation> current;
  std::unique_ptr<live::Generation> previous;  // until it has passed
  std::uint64_t current_begin = 0;             // batch with which `current` began
  std::uint32_t last_number;
  std::size_t decision_bytes_max = 0;  // of all generations so far
  std::size_t smallest_ring_bytes = ~std::size_t{0};  // of a message of a consumer
  bool stopped = false;
};

}  // namespace sluice
