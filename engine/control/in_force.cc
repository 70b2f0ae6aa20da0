// Putting a rule set in force, and finding out what is: Commander's part between store and engine.
#include <chrono>
#include <optional>

#include "engine/control/limits.h"
#include "engine/control/commander.h"
#include "engine/control/timed_changes.h"

namespace sluice::control {
namespace {

constexpr std::size_t kLogTextMax = 256;  // PublishOptions
constexpr std::string_view kCut = "...";

// Not within a character.
std::string CutText(std::string text) {
  if (text.size() <= kLogTextMax) return text;
  std::size_t end = kLogTextMax - kCut.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end).append(kCut);
}

StoredGeneration Describe(const ruleset::RuleSet& rule_set, const ruleset::RuleSet& base, std::string cause,
                          std::string who, std::vector<TimedChange> changes) {
  StoredGeneration generation;
  generation.rule_set = base::Hex(rule_set.hash);
  generation.bundle = base::Hex(base.hash);
  generation.name = rule_set.name;
  generation.since = NowTime();
  generation.cause = std::move(cause);
  generation.who = std::move(who);
  generation.changes = std::move(changes);
  return generation;
}

}  // namespace

Outcome Commander::PutInForce(Step step) {
  const auto begin = std::chrono::steady_clock::now();
  DropUnfit(*step.base.rule_set, &step.changes, &step.notes);
  auto rule_set = ruleset::WithChanges(step.base, PlainChanges(step.changes));
  if (!rule_set.ok()) return Failed(rule_set.status());
  StoredGeneration next =
      Describe(**rule_set, *step.base.rule_set, CutText(step.cause), CutText(step.who), step.changes);
  if (Status status = store_->Prepare(next, *step.base.rule_set); !status.ok()) return Failed(status);
  const auto published = engine_->Publish(RuleSet(*rule_set), {next.cause, next.who, options_.publish_wait});
  if (!published.ok()) {
    store_->Abandon();
    return Failed(published.status());
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  next.number = published->number;
  if (Status status = store_->Commit(next); !status.ok()) {
    step.notes.push_back("in force, but not kept for a restart: " + status.message());
  }
  in_force_ = (*rule_set)->hash;
  base_ = std::move(step.base);
  changes_ = std::move(step.changes);
  Outcome outcome;
  outcome.result = {{"generation", published->number},  {"rule_set", published->rule_set_hash},
                    {"name", published->rule_set_name}, {"passed", published->passed},
                    {"waits_for", published->waits_for}, {"milliseconds", took.count()},
                    {"notes", step.notes}};
  return outcome;
}

// A stored generation whose rule set, without the changes that have ended, is the one in force.
std::optional<StoredGeneration> Commander::FindInForce(const ruleset::RuleSetPtr& in_force, std::int64_t now_seconds) {
  const std::string hash = base::Hex(in_force->hash);
  auto stored = store_->FindRuleSet(hash);
  if (stored) return stored;
  stored = store_->FindRuleSet({});
  if (!stored || stored->changes.empty()) return std::nullopt;
  DropEnded(now_seconds, &stored->changes);
  if (stored->bundle == hash && stored->changes.empty()) return stored;
  const auto bundle = store_->ReadBundle(stored->bundle);
  if (!bundle.ok()) return std::nullopt;
  const auto changed = ruleset::WithChanges({*bundle, {}}, PlainChanges(stored->changes));
  if (!changed.ok() || (*changed)->hash != in_force->hash) return std::nullopt;
  return stored;
}

Status Commander::Adopt(const std::string& cause) {
  const ruleset::RuleSetPtr rule_set = engine_->rules().data();
  if (base_.rule_set != nullptr && rule_set->hash == in_force_) return Status::Ok();
  const std::uint32_t number = engine_->status().generation;
  auto stored = FindInForce(rule_set, NowSeconds());
  ruleset::ChangeBase base{rule_set, {}};
  std::vector<TimedChange> changes;
  if (stored && !stored->changes.empty()) {
    auto bundle = store_->ReadBundle(stored->bundle);
    if (!bundle.ok()) return bundle.status();
    base = {*std::move(bundle), {}};
    changes = stored->changes;
  }
  const auto newest = store_->FindRuleSet({});
  const bool known = newest && newest->number == number && newest->rule_set == base::Hex(rule_set->hash);
  if (!known && newest && newest->number >= number) {
    return {StatusCode::kInvalidArgument, "the engine is at generation " + std::to_string(number) + ", its store at " +
                                              std::to_string(newest->number) +
                                              ": start it with EngineOptions::generation_after"};
  }
  if (!known) {
    StoredGeneration next = Describe(*rule_set, *base.rule_set, cause, "sluice", changes);
    if (Status status = store_->Prepare(next, *base.rule_set); !status.ok()) return status;
    next.number = number;
    if (Status status = store_->Commit(next); !status.ok()) return status;
  }
  in_force_ = rule_set->hash;
  base_ = std::move(base);
  changes_ = std::move(changes);
  Show();
  return Status::Ok();
}

}  // namespace sluice::control

namespace sluice {

Result<StoredRules> ReadStoredRules(const std::string& folder, const std::string& rule_set_hash) {
  auto store = control::GenerationStore::Open(folder);
  if (!store.ok()) return store.status();
  auto stored = (*store)->FindRuleSet(rule_set_hash);
  if (!stored) {
    return Status(StatusCode::kNotFound, folder + ": no generation " +
                                             (rule_set_hash.empty() ? "is kept" : "with rule set " + rule_set_hash));
  }
  auto bundle = (*store)->ReadBundle(stored->bundle);
  if (!bundle.ok()) return bundle.status();
  if (rule_set_hash.empty()) control::DropEnded(control::NowSeconds(), &stored->changes);
  auto rule_set = ruleset::WithChanges({*std::move(bundle), {}}, control::PlainChanges(stored->changes));
  if (!rule_set.ok()) return rule_set.status();
  return StoredRules{stored->number, RuleSet(*std::move(rule_set))};
}

}  // namespace sluice
