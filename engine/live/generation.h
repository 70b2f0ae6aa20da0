// One rule set at work in the live engine: its plan, a worker for each agent, and columns and results for each batch
// in flight. All memory of the data plane that depends on the rule set is here, made before it is published and
// freed after its last parcel.
//
// Thread-safety: worker(i) belongs to agent i; slot(i) to the stage that holds batch slot i; the rest is immutable.
// Ownership: keeps the rule set alive.   Errors: none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/live/name_table.h"
#include "engine/pipeline/batch_slot.h"
#include "engine/pipeline/batch_worker.h"

namespace sluice::live {

class Generation {
 public:
  struct Sizes {
    std::size_t agents = 1;
    std::size_t slots = 1;
  };

  /// Why it is in force and by whom, for the log.
  struct Cause {
    std::string cause;
    std::string who;
  };

  /// `lanes` and `controls`: names of all generations, which already hold those of `rule_set`.
  Generation(ruleset::RuleSetPtr rule_set, const draw::EpochKey& key, std::uint32_t number, std::uint64_t hash_seed,
             const Sizes& sizes, const NameTable& lanes, const NameTable& controls, Cause cause);

  std::uint32_t number() const { return plan_.generation; }
  const ruleset::RuleSetPtr& rule_set() const { return plan_.sides.front().matcher->rule_set(); }
  const pipeline::RunPlan& plan() const { return plan_; }
  const std::string& cause() const { return cause_.cause; }
  const std::string& who() const { return cause_.who; }

  pipeline::BatchWorker& worker(std::size_t agent) { return *workers_[agent]; }
  const pipeline::BatchWorker& worker(std::size_t agent) const { return *workers_[agent]; }
  std::size_t worker_count() const { return workers_.size(); }
  pipeline::BatchSlot& slot(std::size_t index) { return *slots_[index]; }

  /// The engine's number of the rule set's lane.
  NameId LaneId(ruleset::LaneIndex lane) const { return lane_ids_[lane]; }
  /// The rule set's bits of control desks as bits of the engine's.
  std::uint64_t ControlIds(std::uint64_t controls) const;
  /// Where the rule set sends what has found no room or no time. Never a lane that releases.
  NameId safe_lane() const { return LaneId(rule_set()->outcome_lanes[static_cast<int>(ruleset::Outcome::kOverflow)]); }

 private:
  pipeline::RunPlan plan_;
  Cause cause_;
  std::vector<std::unique_ptr<pipeline::BatchWorker>> workers_;
  std::vector<std::unique_ptr<pipeline::BatchSlot>> slots_;
  std::vector<NameId> lane_ids_;
  std::vector<NameId> control_ids_;
};

/// Bytes that the canonical form of a decision under `rule_set` can have at most.
std::size_t DecisionBytesMax(const ruleset::RuleSet& rule_set);

}  // namespace sluice::live
