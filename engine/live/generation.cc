#include "engine/live/generation.h"

#include <bit>

#include "engine/base/check.h"
#include "engine/base/limits.h"

namespace sluice::live {

namespace {

pipeline::RunPlan MakePlan(const ruleset::RuleSetPtr& rule_set, const draw::EpochKey& key, std::uint32_t number,
                           std::uint64_t hash_seed) {
  pipeline::RunPlan plan;
  plan.key = key;
  plan.generation = number;
  plan.hash_seed = hash_seed;
  plan.sources.push_back(nullptr);  // records come as they are
  plan.readings.push_back(
      {0, rule_set, rule_set->columns, {}, wire::DecodePlan(rule_set->catalog, rule_set->columns)});
  plan.sides.push_back({match::MakeMatcher(rule_set), 0, nullptr});
  return plan;
}

}  // namespace

Generation::Generation(ruleset::RuleSetPtr rule_set, const draw::EpochKey& key, std::uint32_t number,
                       std::uint64_t hash_seed, const Sizes& sizes, const NameTable& lanes, const NameTable& controls,
                       Cause cause)
    : plan_(MakePlan(rule_set, key, number, hash_seed)), cause_(std::move(cause)) {
  for (std::size_t i = 0; i < sizes.agents; ++i) {
    workers_.push_back(std::make_unique<pipeline::BatchWorker>(plan_));
  }
  for (std::size_t i = 0; i < sizes.slots; ++i) {
    slots_.push_back(std::make_unique<pipeline::BatchSlot>(plan_));
    slots_.back()->Reserve();
  }
  for (const ruleset::Lane& lane : rule_set->lanes) {
    const auto id = lanes.Find(lane.name);
    SLUICE_CHECK(id.has_value());
    lane_ids_.push_back(*id);
  }
  for (const std::string& control : rule_set->controls) {
    const auto id = controls.Find(control);
    SLUICE_CHECK(id.has_value());
    control_ids_.push_back(*id);
  }
}

std::uint64_t Generation::ControlIds(std::uint64_t controls) const {
  std::uint64_t ids = 0;
  for (; controls != 0; controls &= controls - 1) {
    ids |= std::uint64_t{1} << control_ids_[static_cast<std::size_t>(std::countr_zero(controls))];
  }
  return ids;
}

std::size_t DecisionBytesMax(const ruleset::RuleSet& rule_set) {
  constexpr std::size_t kFixedBytes = 128;   // numbers and the counts of lists
  constexpr std::size_t kTextCount = 4;      // of each text
  constexpr std::size_t kRuleBytes = 4 + 17;  // beside its id: a score in one list, ticket and threshold in draws
  std::size_t bytes = kFixedBytes + limits::kTextBytesMax + limits::kNameBytesMax;
  for (const std::string& control : rule_set.controls) bytes += kTextCount + control.size();
  for (const ruleset::RequiredField& field : rule_set.required) bytes += kTextCount + rule_set.Text(field.name).size();
  for (const ruleset::Rule& rule : rule_set.rules) {
    bytes += 2 * (kTextCount + rule_set.Text(rule.id).size()) + kRuleBytes;
  }
  return bytes;
}

}  // namespace sluice::live
