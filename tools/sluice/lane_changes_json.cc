#include "tools/sluice/lane_changes_json.h"

namespace sluice::tools {

using nlohmann::ordered_json;

namespace {

ordered_json MoveJson(const LaneMove& move) {
  return {{"from", move.from}, {"to", move.to}, {"parcels", move.parcels}, {"sample", move.sample}};
}

}  // namespace

ordered_json LaneChangesJson(const LaneChanges& changes) {
  ordered_json json = {{"parcels", changes.parcels},
                       {"moved", changes.moved},
                       {"lanes", ordered_json::array()},
                       {"rules", ordered_json::array()}};
  for (const LaneMove& move : changes.lanes) json["lanes"].push_back(MoveJson(move));
  for (const RuleMove& rule : changes.rules) {
    ordered_json entry = {{"rule", rule.rule.empty() ? ordered_json() : ordered_json(rule.rule)}, {"what", rule.what}};
    entry.update(MoveJson(rule.move));
    json["rules"].push_back(std::move(entry));
  }
  if (changes.not_told > 0) json["not_told"] = changes.not_told;
  return json;
}

}  // namespace sluice::tools
