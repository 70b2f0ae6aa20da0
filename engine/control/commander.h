// What changes the rules in force, one command after the other, on a thread of its own at low priority: reading,
// loading, trying and warming a rule set happen there, beside the parcels.
//
//   command ─→ queue ─→ read, load, rehearse ─→ (second user approves) ─→ changes ─→ store ─→ Engine::Publish ─→ store
//
// A reload or rollback puts everything in force anew: only the newest that waits is carried out, the others are told.
// Changes (a rule disabled, keys added) are all carried out; they stay in force over reloads, until their time.
// Thread-safety: all functions, any thread.   Ownership: the engine outlives it.
// Errors: in the reply. What fails changes nothing.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/control/generation_store.h"
#include "engine/control/protocol.h"
#include "engine/control/rights.h"

namespace sluice::control {

/// What became of a command: a result, or an error with a name of FORMAT.md.
struct Outcome {
  std::string error;  // empty: it was done
  std::string message;
  Json result;
};
Outcome Failed(const Status& status);

struct Command {
  Request request;
  Peer peer;
  std::function<void(const Outcome&)> done;  // called once, by some thread
  ruleset::RuleSetPtr rules = nullptr;       // kReload: of the process itself, loaded already
};

class Commander {
 public:
  /// Keeps what is in force. Errors: those of the store.
  static Result<std::unique_ptr<Commander>> Start(Engine* engine, const ControlOptions& options);
  /// Finishes the command that is under way; those that wait are told.
  ~Commander();
  Commander(const Commander&) = delete;
  Commander& operator=(const Commander&) = delete;

  /// `done` may be called at once.
  void Submit(Command command);
  /// Changes in force, a bundle that waits for approval, last commands: what `status` adds to the engine's.
  Json StatusJson() const;
  Json GenerationsJson() const;

 private:
  /// A bundle that waits for a second user.
  struct Pending {
    ruleset::RuleSetPtr rule_set;
    std::string cause;
    Peer peer;
    std::int64_t until_seconds = 0;
  };
  /// What is to be in force.
  struct Step {
    ruleset::ChangeBase base;
    std::vector<TimedChange> changes;
    std::string cause;
    std::string who;
    std::vector<std::string> notes = {};  // for who asked
  };

  Commander(Engine* engine, const ControlOptions& options, std::unique_ptr<GenerationStore> store);
  Status Adopt(const std::string& cause);
  std::optional<StoredGeneration> FindInForce(const ruleset::RuleSetPtr& in_force, std::int64_t now_seconds);
  void Run();
  bool TakeNext(Command* command);
  void Execute(const Command& command);
  Outcome Do(const Command& command);
  Outcome Reload(const Command& command);
  Outcome WaitForApproval(Pending pending, std::vector<std::string> notes);
  Outcome Approve(const Command& command);
  Outcome Rollback(const Command& command);
  Outcome Change(const Command& command);
  void EndChanges();
  Outcome PutInForce(Step step);
  void Remember(const std::string& what, const std::string& who, const Outcome& outcome);
  void Show();

  Engine* const engine_;
  const ControlOptions options_;
  const std::unique_ptr<GenerationStore> store_;

  // Of the thread alone, once it runs.
  ruleset::ChangeBase base_;          // what was published, without changes; hashed when there is time
  std::vector<TimedChange> changes_;  // on it, in force
  base::Hash256 in_force_{};
  std::optional<Pending> pending_;

  mutable std::mutex mutex_;  // of what follows, for moments
  std::condition_variable wake_;
  std::deque<Command> queue_;
  std::deque<Json> last_;  // commands and what became of them, the newest first
  Json shown_changes_ = Json::array();
  Json shown_pending_;
  std::string running_;
  std::int64_t next_end_seconds_;  // when a change ends
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sluice::control
