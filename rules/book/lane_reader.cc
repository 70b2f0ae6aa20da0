#include "rules/book/lane_reader.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "rules/book/keys.h"
#include "rules/diag/suggest.h"

namespace sluice::rules {
namespace {

using ruleset::kNoLane;
using ruleset::LaneIndex;

class LaneReader {
 public:
  LaneReader(BookConfig* config, DiagnosticList* diagnostics)
      : config_(*config), diagnostics_(diagnostics) {}

  void ReadAll(const YamlNode& root) {
    const YamlNode* lanes = RequireKey(root, "the book", "lanes", diagnostics_);
    if (lanes == nullptr || !ExpectSequence(*lanes, "lanes", diagnostics_)) return;
    for (const YamlNode& node : lanes->children()) ReadLane(node);
    if (config_.lanes.empty()) {
      diagnostics_->Error(lanes->place(), "missing-key", "a book needs at least one lane");
      return;
    }
    for (std::size_t i = 0; i < overflow_nodes_.size(); ++i) ReadOverflow(i);
    CheckCycles();
    const YamlNode* default_lane = RequireKey(root, "the book", "default_lane", diagnostics_);
    if (default_lane != nullptr)
      config_.default_lane = ResolveLane(*default_lane, config_, diagnostics_);
    const YamlNode* outcomes = RequireKey(root, "the book", "outcomes", diagnostics_);
    if (outcomes != nullptr) ReadOutcomes(*outcomes);
    const YamlNode* score_lanes = root.Find("score_lanes");
    if (score_lanes != nullptr) ReadScoreLanes(*score_lanes);
  }

 private:
  void ReadLane(const YamlNode& node) {
    if (!ExpectMap(node, "a lane", diagnostics_)) return;
    CheckKeys(node, "a lane", kLaneKeys, diagnostics_);
    const YamlNode* name = RequireKey(node, "a lane", "name", diagnostics_);
    const YamlNode* severity = RequireKey(node, "a lane", "severity", diagnostics_);
    const YamlNode* releases = RequireKey(node, "a lane", "releases", diagnostics_);
    if (name == nullptr) return;
    if (config_.lanes.size() == limits::kLanesMax) {
      diagnostics_->Error(node.place(), "too-many-lanes",
                          "a book has at most " + std::to_string(limits::kLanesMax) + " lanes");
      return;
    }
    ruleset::Lane lane;
    lane.name = GetName(*name, "the name of a lane", diagnostics_).value_or("");
    if (severity != nullptr) {
      lane.severity = static_cast<std::int32_t>(
          GetInt(*severity, "severity", diagnostics_, 0, kSeverityMax).value_or(0));
    }
    if (releases != nullptr)
      lane.releases = GetBool(*releases, "releases", diagnostics_).value_or(false);
    ReadCapacity(node, &lane);
    CheckAgainstOthers(lane, *name, severity);
    config_.lanes.push_back(std::move(lane));
    name_nodes_.push_back(name);
    overflow_nodes_.push_back(node.Find("overflow"));
  }

  void ReadCapacity(const YamlNode& node, ruleset::Lane* lane) {
    const YamlNode* capacity = node.Find("capacity");
    if (capacity == nullptr) return;
    const auto value = GetInt(*capacity, "capacity", diagnostics_, 1, kCapacityMax);
    lane->capacity_per_hour = static_cast<std::uint32_t>(value.value_or(0));
    diagnostics_->Warning(
        capacity->place(), "capacity-not-enforced",
        "the capacity of lane '" + lane->name + "' is read and kept, but not enforced yet");
  }

  void CheckAgainstOthers(const ruleset::Lane& lane, const YamlNode& name,
                          const YamlNode* severity) {
    for (std::size_t i = 0; i < config_.lanes.size(); ++i) {
      const Place other = name_nodes_[i]->place();
      if (config_.lanes[i].name == lane.name) {
        diagnostics_->Error(name.place(), "duplicate-lane", "lane '" + lane.name + "' stands twice")
            .AddNote(other, "first here");
      } else if (severity != nullptr && config_.lanes[i].severity == lane.severity) {
        diagnostics_
            ->Error(
                severity->place(), "severity-tie",
                "lanes '" + config_.lanes[i].name + "' and '" + lane.name + "' have one severity",
                "give each lane its own, so that the more severe of two is never in doubt")
            .AddNote(other, "the other lane");
      }
    }
  }

  void ReadOverflow(std::size_t i) {
    const YamlNode* node = overflow_nodes_[i];
    if (node == nullptr) return;
    const LaneIndex to = ResolveLane(*node, config_, diagnostics_);
    config_.lanes[i].overflow = to;
    if (to != kNoLane && config_.lanes[to].releases) {
      diagnostics_->Error(
          node->place(), "reaches-release",
          "lane '" + config_.lanes[i].name + "' would overflow into '" + config_.lanes[to].name +
              "', which releases the parcel",
          "a full lane must never let parcels go: name a lane with releases: false");
    }
  }

  void CheckCycles() {
    for (std::size_t i = 0; i < config_.lanes.size(); ++i) {
      LaneIndex at = config_.lanes[i].overflow;
      for (std::size_t steps = 0; at != kNoLane && at != i && steps < config_.lanes.size();
           ++steps) {
        at = config_.lanes[at].overflow;
      }
      if (at != i) continue;
      diagnostics_->Error(overflow_nodes_[i]->place(), "overflow-cycle",
                          "the overflow of lane '" + config_.lanes[i].name + "' leads back to it");
      return;
    }
  }

  void ReadOutcomes(const YamlNode& node) {
    if (!ExpectMap(node, "outcomes", diagnostics_)) return;
    for (const YamlNode& key : node.children()) CheckOutcomeName(key);
    for (int i = 0; i < ruleset::kOutcomeCount; ++i) {
      const char* name = ruleset::OutcomeName(static_cast<ruleset::Outcome>(i));
      const YamlNode* lane_node = RequireKey(node, "outcomes", name, diagnostics_);
      if (lane_node == nullptr) continue;
      const LaneIndex lane = ResolveLane(*lane_node, config_, diagnostics_);
      config_.outcome_lanes[static_cast<std::size_t>(i)] = lane;
      if (lane == kNoLane || !config_.lanes[lane].releases) continue;
      diagnostics_->Error(lane_node->place(), "reaches-release",
                          "outcome '" + std::string(name) + "' is mapped to '" +
                              config_.lanes[lane].name + "', which releases the parcel",
                          "map it to a lane with releases: false");
    }
  }

  void CheckOutcomeName(const YamlNode& key) {
    std::vector<std::string> names;
    for (int i = 0; i < ruleset::kOutcomeCount; ++i) {
      names.emplace_back(ruleset::OutcomeName(static_cast<ruleset::Outcome>(i)));
    }
    if (std::find(names.begin(), names.end(), key.text()) != names.end()) return;
    diagnostics_->Error(key.place(), "unknown-key",
                        "there is no outcome '" + std::string(key.text()) + "'",
                        DidYouMean(key.text(), names));
  }

  void ReadScoreLanes(const YamlNode& node) {
    if (!ExpectSequence(node, "score_lanes", diagnostics_)) return;
    for (const YamlNode& entry : node.children()) ReadScoreLane(entry);
    std::stable_sort(config_.score_lanes.begin(), config_.score_lanes.end(),
                     [](const auto& a, const auto& b) { return a.from < b.from; });
  }

  void ReadScoreLane(const YamlNode& entry) {
    if (!ExpectMap(entry, "a score lane", diagnostics_)) return;
    CheckKeys(entry, "a score lane", kScoreLaneKeys, diagnostics_);
    const YamlNode* from_node = RequireKey(entry, "a score lane", "from", diagnostics_);
    const YamlNode* lane_node = RequireKey(entry, "a score lane", "lane", diagnostics_);
    if (from_node == nullptr || lane_node == nullptr) return;
    const auto from = GetInt(*from_node, "from", diagnostics_, 1, limits::kScoreSumMax);
    const LaneIndex lane = ResolveLane(*lane_node, config_, diagnostics_);
    if (!from || lane == kNoLane) return;
    for (const ruleset::ScoreLane& other : config_.score_lanes)
      CheckScoreLane(other, *from, lane, *from_node);
    config_.score_lanes.push_back({static_cast<std::uint32_t>(*from), lane});
  }

  void CheckScoreLane(const ruleset::ScoreLane& other, std::int64_t from, LaneIndex lane,
                      const YamlNode& node) {
    if (other.from == from) {
      diagnostics_->Error(node.place(), "duplicate-score-lane",
                          "two score lanes begin at " + std::to_string(from));
      return;
    }
    const bool higher = other.from < from;
    const std::int32_t difference =
        config_.lanes[lane].severity - config_.lanes[other.lane].severity;
    if (higher ? difference < 0 : difference > 0) {
      diagnostics_->Warning(node.place(), "score-lane-order",
                            "a higher score leads to a less severe lane");
    }
  }

  static constexpr std::int64_t kSeverityMax = 1'000'000;
  static constexpr std::int64_t kCapacityMax = 1'000'000'000;

  BookConfig& config_;
  DiagnosticList* diagnostics_;
  std::vector<const YamlNode*> name_nodes_;      // by lane
  std::vector<const YamlNode*> overflow_nodes_;  // by lane; null: none
};

}  // namespace

void ReadLanes(const YamlNode& root, BookConfig* config, DiagnosticList* diagnostics) {
  config->outcome_lanes.fill(kNoLane);
  LaneReader(config, diagnostics).ReadAll(root);
}

LaneIndex ResolveLane(const YamlNode& node, const BookConfig& config, DiagnosticList* diagnostics) {
  const auto name = GetString(node, "lane", diagnostics);
  if (!name || config.lanes.empty()) return kNoLane;  // no lanes at all has been reported
  const LaneIndex lane = config.FindLane(*name);
  if (lane == kNoLane) {
    diagnostics->Error(node.place(), "unknown-lane", "there is no lane '" + *name + "'",
                       LaneHint(*name, config));
  }
  return lane;
}

std::string LaneHint(std::string_view name, const BookConfig& config) {
  std::vector<std::string> names;
  for (const ruleset::Lane& lane : config.lanes) names.push_back(lane.name);
  std::string hint = DidYouMean(name, names);
  if (!hint.empty() || names.empty()) return hint;
  hint = "the lanes are ";
  for (std::size_t i = 0; i < names.size(); ++i) hint += (i == 0 ? "" : ", ") + names[i];
  return hint;
}

}  // namespace sluice::rules
