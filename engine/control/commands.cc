// What each command does: Commander's part that changes what is in force.
#include <filesystem>
#include <system_error>

#include "engine/base/file.h"
#include "engine/control/limits.h"
#include "engine/base/time_text.h"
#include "engine/control/commander.h"
#include "engine/control/timed_changes.h"

namespace sluice::control {
namespace {

constexpr std::int64_t kHourSeconds = 3600;

// A pipe would hold up all commands after it.
Result<std::vector<std::uint8_t>> ReadBundleFile(const std::string& path) {
  std::error_code error;
  const auto facts = std::filesystem::status(path, error);
  if (facts.type() == std::filesystem::file_type::not_found) {
    return Status(StatusCode::kNotFound, path + ": there is no such file");
  }
  if (error) return Status(StatusCode::kIo, path + ": " + error.message());
  if (!std::filesystem::is_regular_file(facts)) return Status(StatusCode::kInvalidArgument, path + ": it is no file");
  return base::ReadWholeFile(path, limits::kBundleBytesMax);
}

Result<RuleSet> LoadRules(const ControlOptions& options, const std::string& path) {
  const auto bytes = ReadBundleFile(path);
  if (!bytes.ok()) return bytes.status();
  auto rules = options.load ? options.load(*bytes) : RuleSet::FromBytes(*bytes);
  if (rules.ok()) return rules;
  return Status(rules.status().code(), path + ": " + rules.status().message());
}

}  // namespace

Outcome Commander::Reload(const Command& command) {
  auto rules = command.rules ? RuleSet(command.rules) : LoadRules(options_, command.request.bundle);
  if (!rules.ok()) return Failed(rules.status());
  std::vector<std::string> notes;
  if (options_.rehearse) {
    const Status found = options_.rehearse(*rules, engine_->rules());
    if (!found.ok() && !command.request.force) return {"findings", found.message(), {}};
    if (!found.ok()) notes.push_back("forced, although " + found.message());
  }
  Pending pending{rules->data(), CauseText(command.request), command.peer,
                  NowSeconds() + limits::kApprovalHoursMax * kHourSeconds};
  if (options_.two_person) return WaitForApproval(std::move(pending), std::move(notes));
  return PutInForce({{pending.rule_set, {}}, changes_, pending.cause, PeerText(command.peer), std::move(notes)});
}

Outcome Commander::WaitForApproval(Pending pending, std::vector<std::string> notes) {
  Outcome outcome;
  outcome.result = {{"waits_for_approval", true},
                    {"rule_set", base::Hex(pending.rule_set->hash)},
                    {"name", pending.rule_set->name},
                    {"notes", notes}};
  pending_ = std::move(pending);
  return outcome;
}

Outcome Commander::Approve(const Command& command) {
  if (pending_ && pending_->until_seconds <= NowSeconds()) pending_.reset();
  if (!pending_) return {"not_found", "no bundle waits for approval", {}};
  const std::string hash = base::Hex(pending_->rule_set->hash);
  if (!hash.starts_with(command.request.rule_set)) {
    return {"not_found", "no bundle with this rule set waits for approval; " + hash + " does", {}};
  }
  if (pending_->peer.uid == command.peer.uid) {
    return {"denied", PeerText(command.peer) + " asked for it: another user must approve", {}};
  }
  const Pending approved = *pending_;
  Outcome outcome = PutInForce({{approved.rule_set, {}}, changes_, approved.cause,
                                PeerText(approved.peer) + ", approved by " + PeerText(command.peer)});
  if (outcome.error.empty()) pending_.reset();
  return outcome;
}

Outcome Commander::Rollback(const Command& command) {
  std::optional<StoredGeneration> target;
  if (command.request.generation != 0) {
    target = store_->Find(command.request.generation);
    if (!target) {
      return {"not_found", "generation " + std::to_string(command.request.generation) + " is not kept", {}};
    }
  } else {
    for (const StoredGeneration& generation : store_->List()) {
      if (generation.rule_set != base::Hex(in_force_)) target = generation;
    }
    if (!target) return {"not_found", "no other generation is kept", {}};
  }
  auto rule_set = store_->ReadBundle(target->bundle);
  if (!rule_set.ok()) return Failed(rule_set.status());
  Step step{{*std::move(rule_set), {}}, target->changes, "rollback to generation " + std::to_string(target->number),
            PeerText(command.peer)};
  DropEnded(NowSeconds(), &step.changes);
  return PutInForce(std::move(step));
}

Outcome Commander::Change(const Command& command) {
  const std::string who = PeerText(command.peer);
  auto more = ChangesOf(command.request, who, NowSeconds());
  if (!more.ok()) return Failed(more.status());
  for (const TimedChange& change : *more) {
    if (Status status = ruleset::CheckChange(*base_.rule_set, change.change); !status.ok()) return Failed(status);
  }
  Step step{base_, changes_, CauseText(command.request), who};
  Merge(*std::move(more), &step.changes);
  if (step.changes.size() > limits::kChangesMax) {
    return {"limit", "more than " + std::to_string(limits::kChangesMax) + " changes at once: compile a bundle", {}};
  }
  return PutInForce(std::move(step));
}

}  // namespace sluice::control
