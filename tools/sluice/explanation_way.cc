// The steps from matches to the lane, in words; see explanation.h.
#include <fmt/core.h>

#include <algorithm>

#include "tools/sluice/explanation.h"
#include "tools/sluice/inspection.h"
#include "tools/sluice/verb.h"

namespace sluice::tools {

namespace {

using ruleset::Hit;
using ruleset::RuleIndex;

class Way {
 public:
  explicit Way(const Explanation& explanation)
      : it_(explanation), set_(*explanation.rule_set), decision_(explanation.decision) {}

  std::vector<Step> Steps() {
    return {{1, Asked()},
            {2, Waived()},
            {3, Draws()},
            {4, Scores()},
            {5, Lanes()},
            {6, {"random rates over all parcels: not built"}},
            {7, {"capacities of lanes: not enforced"}},
            {8, {Default()}}};
  }

 private:
  using Lines = std::vector<std::string>;

  std::string Id(RuleIndex rule) const { return std::string(set_.Text(set_.rules[rule].id)); }
  const std::string& Lane(ruleset::LaneIndex lane) const { return set_.lanes[lane].name; }
  std::size_t CountOf(Verdict verdict) const { return it_.counts[static_cast<std::size_t>(verdict)]; }

  Lines Asked() const {
    return {fmt::format("{} of {} asked: {} matched, {} in shadow, {} absent, {}",
                        set_.rules.size() - CountOf(Verdict::kNotAsked), Count(set_.rules.size(), "rule"),
                        CountOf(Verdict::kMatched) + CountOf(Verdict::kWaived), CountOf(Verdict::kShadow),
                        CountOf(Verdict::kAbsent), Count(CountOf(Verdict::kError), "error"))};
  }

  Lines Waived() const {
    Lines lines;
    for (const RuleIndex waived : decision_.suppressed) {
      std::string by;
      for (const RuleIndex other : WaivedBy(set_, waived, decision_)) {
        for (const std::string& tag : NamesOf(set_.rules[other].waives & set_.rules[waived].tags, set_.tags)) {
          by += fmt::format("{}{} (tag {})", by.empty() ? "" : ", ", Id(other), tag);
        }
      }
      lines.push_back(fmt::format("{} is waived by {}", Id(waived), by));
    }
    return lines.empty() ? Lines{"waivers: none applies"} : lines;
  }

  Lines Draws() const {
    Lines lines;
    for (const decide::Draw& draw : decision_.draws) {
      const char* spared =
          set_.rules[draw.rule].split_count != 0 ? "no share of the split" : "spared, keeps its score alone";
      lines.push_back(fmt::format("draw for {}: ticket {:016x} {} threshold {:016x}: {}", Id(draw.rule), draw.ticket,
                                  draw.selected ? "<" : ">=", draw.threshold, draw.selected ? "selected" : spared));
    }
    if (!lines.empty() && decision_.test_key) lines.emplace_back("(drawn with the test key)");
    return lines.empty() ? Lines{"draws: none"} : lines;
  }

  const ruleset::ScoreLane* ScoreStep() const {
    const ruleset::ScoreLane* step = nullptr;
    for (const ruleset::ScoreLane& each : set_.score_lanes) {
      if (decision_.score >= each.from) step = &each;
    }
    return step;
  }

  Lines Scores() const {
    std::string sum;
    for (const Hit& hit : decision_.matched) {
      if (hit.score > 0) sum += fmt::format("{}{} {}", sum.empty() ? ": " : " + ", Id(hit.rule), hit.score);
    }
    std::string line = fmt::format("score {}{}", decision_.score, sum);
    if (const ruleset::ScoreLane* step = ScoreStep()) {
      line += fmt::format("; {} or more is lane {}", step->from, Lane(step->lane));
    }
    return {line};
  }

  // A rule that is drawn for asks for what its draw chose: of a split, the lane of the share.
  std::string LaneOf(RuleIndex index) const {
    const auto draw = std::find_if(decision_.draws.begin(), decision_.draws.end(),
                                   [&](const decide::Draw& each) { return each.rule == index; });
    const ruleset::LaneIndex lane = draw == decision_.draws.end() ? set_.rules[index].lane : draw->lane;
    return lane == ruleset::kNoLane ? "" : Lane(lane);
  }

  Lines Lanes() const {
    Lines lines;
    for (const Hit& hit : decision_.matched) {
      if (const std::string lane = LaneOf(hit.rule); !lane.empty()) {
        lines.push_back(fmt::format("{} asks for {}", Id(hit.rule), lane));
      }
    }
    if (const ruleset::ScoreLane* step = ScoreStep()) lines.push_back("the score asks for " + Lane(step->lane));
    for (int i = 0; i < ruleset::kOutcomeCount; ++i) {
      const auto outcome = static_cast<ruleset::Outcome>(i);
      if (!decision_.Has(outcome)) continue;
      lines.push_back(fmt::format("outcome {} asks for {}", ruleset::OutcomeName(outcome),
                                  Lane(set_.outcome_lanes[static_cast<std::size_t>(i)])));
    }
    if (lines.empty()) return {"nothing asks for a lane"};
    if (!decision_.by_default) lines.push_back("the most severe stands: " + Lane(decision_.lane));
    return lines;
  }

  std::string Default() const {
    return decision_.by_default ? "so the default lane stands: " + Lane(decision_.lane) : "the default is not needed";
  }

  const Explanation& it_;
  const ruleset::RuleSet& set_;
  const decide::Decision& decision_;
};

}  // namespace

std::vector<Step> WayToTheLane(const Explanation& explanation) { return Way(explanation).Steps(); }

}  // namespace sluice::tools
