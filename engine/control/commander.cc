#include "engine/control/commander.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <new>
#include <system_error>

#include "engine/control/limits.h"
#include "engine/control/generation_json.h"
#include "engine/control/timed_changes.h"

namespace sluice::control {
namespace {

constexpr int kNiceness = 10;  // parcels come first
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kRetrySeconds = 1;

bool PutsAllAnew(RequestKind kind) { return kind == RequestKind::kReload || kind == RequestKind::kRollback; }

}  // namespace

Outcome Failed(const Status& status) { return {ErrorName(status.code()), status.message(), {}}; }

Commander::Commander(Engine* engine, const ControlOptions& options, std::unique_ptr<GenerationStore> store)
    : engine_(engine), options_(options), store_(std::move(store)), next_end_seconds_(kNever) {}

Result<std::unique_ptr<Commander>> Commander::Start(Engine* engine, const ControlOptions& options) {
  auto store = GenerationStore::Open(options.store);
  if (!store.ok()) return store.status();
  std::unique_ptr<Commander> commander(new Commander(engine, options, *std::move(store)));
  if (Status status = commander->Adopt("start"); !status.ok()) return status;
  try {
    commander->thread_ = std::thread([it = commander.get()] { it->Run(); });
  } catch (const std::system_error& error) {
    return Status(StatusCode::kLimitExceeded, std::string("no thread for commands: ") + error.what());
  }
  return commander;
}

Commander::~Commander() {
  std::deque<Command> left;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    left.swap(queue_);
  }
  wake_.notify_all();
  for (const Command& command : left) command.done({"unavailable", "the control socket is being closed", {}});
  if (thread_.joinable()) thread_.join();
}

void Commander::Submit(Command command) {
  std::deque<Command> superseded;
  const char* refusal = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) refusal = "the control socket is being closed";
    if (PutsAllAnew(command.request.kind)) {
      const auto is_older = [](const Command& other) { return PutsAllAnew(other.request.kind); };
      std::ranges::copy_if(queue_, std::back_inserter(superseded), is_older);
      std::erase_if(queue_, is_older);
    }
    if (queue_.size() >= limits::kControlCommandsMax) refusal = "too many commands wait for their turn";
    if (refusal == nullptr) queue_.push_back(command);
  }
  wake_.notify_all();
  const std::string newer = RequestName(command.request.kind) + std::string(" by ") + PeerText(command.peer);
  const Outcome told{"superseded", "not carried out: a newer " + newer + " takes its place", {}};
  for (const Command& other : superseded) {
    Remember(RequestName(other.request.kind), PeerText(other.peer), told);
    other.done(told);
  }
  if (refusal != nullptr) command.done({"unavailable", refusal, {}});
}

bool Commander::TakeNext(Command* command) {
  const auto due = [&] { return NowSeconds() >= next_end_seconds_; };
  std::unique_lock lock(mutex_);
  running_.clear();
  while (!stopping_ && queue_.empty() && !due()) {
    if (next_end_seconds_ == kNever) {
      wake_.wait(lock);
    } else {
      wake_.wait_until(lock, std::chrono::system_clock::time_point(std::chrono::seconds(next_end_seconds_)));
    }
  }
  if (stopping_ || due()) return false;
  *command = std::move(queue_.front());
  queue_.pop_front();
  running_ = RequestName(command->request.kind) + std::string(" by ") + PeerText(command->peer);
  return true;
}

void Commander::Run() {
  static_cast<void>(::setpriority(PRIO_PROCESS, 0, kNiceness));  // of this thread alone, on Linux
  while (true) {
    Command command;
    if (TakeNext(&command)) {
      Execute(command);
    } else {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    EndChanges();
    // So that the next change finds the hashes of what it does not touch.
    if (base_.sections.empty()) base_ = ruleset::MakeChangeBase(base_.rule_set);
  }
}

void Commander::Execute(const Command& command) {
  Outcome outcome;
  try {
    outcome = Do(command);
  } catch (const std::bad_alloc&) {
    outcome = {"limit", "out of memory", {}};
  }
  Remember(RequestName(command.request.kind), PeerText(command.peer), outcome);
  Show();
  command.done(outcome);
}

Outcome Commander::Do(const Command& command) {
  if (Status status = Adopt("published by the process itself"); !status.ok()) return Failed(status);
  switch (command.request.kind) {
    case RequestKind::kReload: return Reload(command);
    case RequestKind::kRollback: return Rollback(command);
    case RequestKind::kDisableRule:
    case RequestKind::kListAdd: return Change(command);
    case RequestKind::kApprove: return Approve(command);
    default: return {"invalid", "no command", {}};
  }
}

void Commander::EndChanges() {
  const std::int64_t now = NowSeconds();
  if (std::ranges::none_of(changes_, [&](const TimedChange& change) { return HasEnded(change, now); })) return Show();
  Step step{base_, changes_, EndText(changes_, now), "sluice"};
  DropEnded(now, &step.changes);
  const Outcome outcome = PutInForce(std::move(step));
  Remember("end of changes", "sluice", outcome);
  Show();
  if (outcome.error.empty()) return;
  const std::lock_guard lock(mutex_);
  next_end_seconds_ = NowSeconds() + kRetrySeconds;
}

void Commander::Remember(const std::string& what, const std::string& who, const Outcome& outcome) {
  Json entry{{"request", what}, {"who", who}, {"at", NowText()}, {"ok", outcome.error.empty()}};
  if (!outcome.error.empty()) entry["error"] = outcome.message;
  if (outcome.result.contains("waits_for_approval")) entry["waits_for_approval"] = true;
  if (outcome.result.contains("generation")) entry["generation"] = outcome.result["generation"];
  const std::lock_guard lock(mutex_);
  last_.push_front(std::move(entry));
  if (last_.size() > limits::kControlCommandsKept) last_.pop_back();
}

void Commander::Show() {
  Json changes = Json::array();
  std::int64_t next_end = kNever;
  for (const TimedChange& change : changes_) {
    changes.push_back(ChangeJson(change));
    next_end = std::min(next_end, EndSeconds(change));
  }
  Json pending;
  if (pending_) {
    pending = {{"rule_set", base::Hex(pending_->rule_set->hash)},
               {"name", pending_->rule_set->name},
               {"cause", pending_->cause},
               {"who", PeerText(pending_->peer)}};
  }
  const std::lock_guard lock(mutex_);
  shown_changes_ = std::move(changes);
  shown_pending_ = std::move(pending);
  next_end_seconds_ = next_end;
}

Json Commander::StatusJson() const {
  const std::lock_guard lock(mutex_);
  return {{"running", running_},        {"queued", queue_.size()},       {"changes", shown_changes_},
          {"pending", shown_pending_},  {"last", Json(last_)}};
}

Json Commander::GenerationsJson() const {
  Json list = Json::array();
  for (const StoredGeneration& generation : store_->List()) list.push_back(GenerationJson(generation));
  return list;
}

}  // namespace sluice::control
