#include <algorithm>
#include <set>

#include "engine/base/limits.h"
#include "engine/base/utf8.h"
#include "engine/ruleset/verify_parts.h"

namespace sluice::ruleset {
namespace {

bool IsLane(const RuleSet& rule_set, LaneIndex lane) { return lane < rule_set.lanes.size(); }

const char* LaneFlaw(const RuleSet& rule_set, std::size_t index) {
  const Lane& lane = rule_set.lanes[index];
  if (!IsName(lane.name)) return "it has no proper name";
  // Each step of an overflow goes on to a lane that does not release; a chain longer than there are lanes
  // comes back to itself.
  std::size_t steps = 0;
  for (LaneIndex next = lane.overflow; next != kNoLane; next = rule_set.lanes[next].overflow) {
    if (!IsLane(rule_set, next)) return "its overflow lane does not exist";
    if (rule_set.lanes[next].releases) return "its overflow reaches a lane that releases";
    if (++steps > rule_set.lanes.size()) return "its overflow comes back to itself";
  }
  return nullptr;
}

Status CheckLanes(const RuleSet& rule_set) {
  const std::vector<Lane>& lanes = rule_set.lanes;
  if (lanes.empty() || lanes.size() > limits::kLanesMax) return Flaw("lanes", "none, or too many");
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    const char* flaw = LaneFlaw(rule_set, i);
    if (flaw != nullptr) return Flaw("lane", i, flaw);
    if (!names.insert(lanes[i].name).second) return Flaw("lane", i, "its name stands twice");
  }
  if (!IsLane(rule_set, rule_set.default_lane)) return Flaw("policy", "the default lane does not exist");
  for (int i = 0; i < kOutcomeCount; ++i) {
    const LaneIndex lane = rule_set.outcome_lanes[static_cast<std::size_t>(i)];
    const std::string where = std::string("outcome ") + OutcomeName(static_cast<Outcome>(i));
    if (!IsLane(rule_set, lane)) return Flaw(where, "its lane does not exist");
    if (lanes[lane].releases) return Flaw(where, "it reaches a lane that releases");
  }
  return Status::Ok();
}

Status CheckNames(const std::vector<std::string>& names, std::size_t most, std::string_view where) {
  if (names.size() > most) return Flaw(where, "too many");
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!IsName(names[i])) return Flaw(where, i, "it has no proper name");
  }
  return Status::Ok();
}

bool IsTextOrNone(const RuleSet& rule_set, std::uint32_t text) {
  return text == kNone || text < rule_set.texts.size();
}

bool AreBitsBelow(std::uint64_t bits, std::size_t count) { return count >= 64 || bits >> count == 0; }

const char* SplitFlaw(const RuleSet& rule_set, const Rule& rule) {
  if (rule.split_count > limits::kLanesMax) return "its split has too many shares";
  const std::uint64_t end = std::uint64_t{rule.split_first} + rule.split_count;
  if (end > rule_set.split_shares.size()) return "its split does not exist";
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < rule.split_count; ++i) {
    const SplitShare& share = rule_set.split_shares[rule.split_first + i];
    if (!IsLane(rule_set, share.lane)) return "a lane of its split does not exist";
    sum += share.parts_per_million;
  }
  return sum <= limits::kProbabilityMax ? nullptr : "the shares of its split are more than the whole";
}

const char* ExpressionFlaw(const RuleSet& rule_set, const Rule& rule) {
  const std::vector<Node>& nodes = rule_set.program.nodes;
  if (rule.condition >= nodes.size()) return "its condition does not exist";
  if (nodes[rule.condition].type != ScalarTypeId(ValueType::kBool)) return "its condition is no bool";
  if (rule.score_node == kNoNode) return nullptr;
  if (rule.score_node >= nodes.size()) return "its score does not exist";
  const bool is_int = nodes[rule.score_node].type == ScalarTypeId(ValueType::kInt);
  return is_int ? nullptr : "its score is no int";
}

const char* ReferenceFlaw(const RuleSet& rule_set, const Rule& rule) {
  if (rule.id >= rule_set.texts.size()) return "it has no id";
  for (const std::uint32_t text : {rule.title, rule.reason, rule.note, rule.owner}) {
    if (!IsTextOrNone(rule_set, text)) return "a text of it does not exist";
  }
  if (rule.lane != kNoLane && !IsLane(rule_set, rule.lane)) return "its lane does not exist";
  if (rule.offices != kNone && rule.offices >= rule_set.office_sets.size()) {
    return "its offices do not exist";
  }
  if (rule.source != kNone && rule.source >= rule_set.sources.size()) return "its source does not exist";
  if (rule.profile_table == kNone) return nullptr;
  const bool has_row = rule.profile_table < rule_set.tables.size() &&
                       rule.profile_row < rule_set.tables[rule.profile_table].row_count;
  return has_row ? nullptr : "the row it was made from does not exist";
}

const char* RuleFlaw(const RuleSet& rule_set, const Rule& rule) {
  const char* flaw = ExpressionFlaw(rule_set, rule);
  if (flaw == nullptr) flaw = ReferenceFlaw(rule_set, rule);
  if (flaw == nullptr) flaw = SplitFlaw(rule_set, rule);
  if (flaw != nullptr) return flaw;
  if (rule.score > limits::kScoreMax) return "its score is too high";
  if (rule.probability > limits::kProbabilityMax) return "its probability is over 1";
  if ((rule.directions & ~parcel::kAllDirections) != 0) return "an unknown direction";
  if ((rule.phases & ~parcel::kAllPhases) != 0) return "an unknown phase";
  const bool known = AreBitsBelow(rule.controls, rule_set.controls.size()) &&
                     AreBitsBelow(rule.tags | rule.waives, rule_set.tags.size());
  if (!known) return "a control or tag of it does not exist";
  return IsTimestamp(rule.valid_from) && IsTimestamp(rule.valid_until) ? nullptr
                                                                       : "its validity is no timestamp";
}

}  // namespace

Status VerifyPolicy(const RuleSet& rule_set) {
  if (!base::IsValidUtf8(rule_set.name)) return Flaw("policy", "the rule set's name is not UTF-8");
  Status status = CheckLanes(rule_set);
  if (status.ok()) status = CheckNames(rule_set.tags, limits::kTagsMax, "tag");
  if (status.ok()) status = CheckNames(rule_set.controls, limits::kControlsMax, "control");
  if (!status.ok()) return status;
  const std::vector<ScoreLane>& scores = rule_set.score_lanes;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!IsLane(rule_set, scores[i].lane)) return Flaw("score lane", i, "its lane does not exist");
    const bool ascends = i == 0 || scores[i - 1].from < scores[i].from;
    if (!ascends) return Flaw("score lane", i, "score lanes do not ascend");
  }
  for (std::size_t i = 0; i < rule_set.office_sets.size(); ++i) {
    const std::vector<std::string>& offices = rule_set.office_sets[i];
    const auto is_text = [](const std::string& office) { return base::IsValidUtf8(office); };
    const bool ascends = std::adjacent_find(offices.begin(), offices.end(), std::greater_equal<>()) ==
                         offices.end();
    if (!ascends || !std::all_of(offices.begin(), offices.end(), is_text)) {
      return Flaw("office set", i, "its offices do not ascend, or are not UTF-8");
    }
  }
  if (rule_set.mapping.size() > limits::kMappingBytesMax) return Flaw("mapping", "too long");
  if (rule_set.zone != kNone && rule_set.zone >= rule_set.program.zones.size()) {
    return Flaw("policy", "the book's zone does not exist");
  }
  return Status::Ok();
}

Status VerifyRules(const RuleSet& rule_set) {
  if (rule_set.rules.size() > limits::kRulesMax) return Flaw("rules", "too many");
  for (std::size_t i = 0; i < rule_set.rules.size(); ++i) {
    const char* flaw = RuleFlaw(rule_set, rule_set.rules[i]);
    if (flaw != nullptr) return Flaw("rule", i, flaw);
  }
  for (std::size_t i = 0; i < rule_set.sources.size(); ++i) {
    const RuleSource& source = rule_set.sources[i];
    if (!IsTextOrNone(rule_set, source.file) || !IsTextOrNone(rule_set, source.expression)) {
      return Flaw("source", i, "a text of it does not exist");
    }
  }
  return Status::Ok();
}

}  // namespace sluice::ruleset
