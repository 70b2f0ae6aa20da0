// The control socket: operations ask a running engine how it is, and change its rules while parcels flow.
//
// One call opens it: a Unix socket that speaks lines of JSON (engine/control/FORMAT.md), which the verbs of `sluice`
// use. A thread answers; another one at low priority loads rules, so that no answer waits for a reload.
// What is in force survives a restart where a store is named: ReadStoredRules before Engine::Start, then Open.
// Thread-safety: Control, any thread.   Ownership: the engine outlives it.   Nothing here throws or prints.
#pragma once

#include <sluice/engine.h>
#include <sluice/export.h>
#include <sluice/rule_set.h>
#include <sluice/status.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sluice {

/// Users and groups by number, as the kernel says of who connects: a user's own groups at that moment count.
struct ControlGrant {
  std::vector<std::uint32_t> uids;
  std::vector<std::uint32_t> gids;
};

/// Reads a bundle that somebody wants in force. Whom to believe is decided here, before anything else looks at it.
using LoadBundle = std::function<Result<RuleSet>(std::span<const std::uint8_t> bundle)>;
/// Tries rules before they are in force. An error says what was found; `force` overrides it.
using RehearseRules = std::function<Status(const RuleSet& next, const RuleSet& in_force)>;

struct ControlOptions {
  std::string socket;  // path, at most 107 bytes; its folder must be there
  std::string store;   // folder of the last ten generations, made where it is missing; empty: none are kept
  // Each may do what those before it may. All empty: the user of this process may do everything, others nothing.
  ControlGrant read;
  ControlGrant operate;
  ControlGrant approve;
  bool two_person = false;  // a bundle comes into force when a second user approves of it
  std::chrono::milliseconds publish_wait{10'000};  // for parcels under the generation before, at most a minute
  LoadBundle load;          // empty: RuleSet::FromBytes. Called by a thread of its own, as is:
  RehearseRules rehearse;   // empty: not tried
};

class SLUICE_EXPORT Control {
 public:
  /// Listens, and keeps the rules that are in force. Errors: kInvalidArgument (options), kUnavailable (another process
  /// listens there), those of the store.
  static Result<std::unique_ptr<Control>> Open(Engine* engine, const ControlOptions& options);
  /// Ends what is under way, bounded by publish_wait.
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  /// As a request of the process itself, upon a signal for one: puts `rules` in force with the changes that are, or
  /// says why not. Waits, for commands before it, too.
  Result<GenerationInfo> Reload(const RuleSet& rules, const std::string& cause);

 private:
  class Impl;
  explicit Control(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// What was in force.
struct StoredRules {
  std::uint32_t generation = 0;  // for EngineOptions::generation_after
  RuleSet rules;
};
/// The newest generation of a store, without changes whose time is over; or with `rule_set_hash` (64 hexadecimal
/// digits, as a log has them) just this rule set, for a replay. Errors: kNotFound (none such), kCorrupt, kIo.
SLUICE_EXPORT Result<StoredRules> ReadStoredRules(const std::string& store, const std::string& rule_set_hash = {});

}  // namespace sluice
