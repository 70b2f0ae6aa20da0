#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "tools/sluice/backtest_report.h"
#include "tools/sluice/lane_changes_json.h"

namespace sluice::tools {

using nlohmann::ordered_json;

namespace {

ordered_json LanesJson(const BacktestSide& side, const std::vector<std::uint64_t>& lanes) {
  ordered_json json = ordered_json::object();
  for (std::size_t i = 0; i < lanes.size(); ++i) json[side.rule_set.lanes[i].name] = lanes[i];
  return json;
}

ordered_json SideJson(const BacktestSide& side, const std::string& label) {
  const pipeline::ScreenSummary& summary = side.summary;
  ordered_json json = {{"rules", side.path},
                       {"rule_set", base::Hex(summary.rule_set)},
                       {"decided", summary.decided},
                       {"duplicates", summary.duplicates},
                       {"lanes", LanesJson(side, summary.lanes)},
                       {"outcomes", ordered_json::object()},
                       {"matches", summary.matches},
                       {"decision_digest", base::Hex(summary.decision_digest)}};
  for (std::size_t i = 0; i < ruleset::kOutcomeCount; ++i) {
    json["outcomes"][ruleset::OutcomeName(static_cast<ruleset::Outcome>(i))] = summary.outcomes[i];
  }
  json["offices"] = ordered_json::object();
  for (const auto& [office, lanes] : summary.offices) json["offices"][office] = LanesJson(side, lanes);
  if (label.empty()) return json;
  const std::vector<pipeline::LabelCounts> counts = pipeline::CountLabel(summary, 0);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    json["labelled"][side.rule_set.lanes[i].name] = {{"count", counts[i].count}, {"positive", counts[i].positive}};
  }
  return json;
}

ordered_json HitsJson(const RuleHits& hits, bool with_label) {
  if (!hits.there) return nullptr;
  ordered_json json = {{"hits", hits.hits}, {"shadow", hits.shadow}};
  if (with_label) json["positive"] = hits.positive;
  return json;
}

RuleHits HitsOf(const ruleset::Rule& rule, const pipeline::RuleCounts& counts) {
  const bool shadow = rule.mode == ruleset::RuleMode::kShadow;
  return {true, shadow, shadow ? counts.shadow : counts.matched,
          shadow ? counts.shadow_positive : counts.matched_positive};
}

std::uint64_t Difference(const RuleRow& row) {
  return row.a.hits > row.b.hits ? row.a.hits - row.b.hits : row.b.hits - row.a.hits;
}

}  // namespace

std::vector<RuleRow> RuleRows(const Backtest& backtest) {
  std::vector<RuleRow> rows;
  std::unordered_map<std::string_view, std::size_t> by_id;
  const auto add = [&](const BacktestSide& side, RuleHits RuleRow::*hits) {
    for (std::size_t i = 0; i < side.rule_set.rules.size(); ++i) {
      const ruleset::Rule& rule = side.rule_set.rules[i];
      const std::string_view id = side.rule_set.Text(rule.id);
      const auto [found, is_new] = by_id.emplace(id, rows.size());
      if (is_new) rows.push_back({std::string(id), std::string(side.rule_set.Text(rule.title)), {}, {}});
      rows[found->second].*hits = HitsOf(rule, side.summary.rules[i]);
    }
  };
  add(backtest.a, &RuleRow::a);
  if (backtest.b) add(*backtest.b, &RuleRow::b);
  std::erase_if(rows, [](const RuleRow& row) { return row.a.hits + row.b.hits == 0; });
  const bool two = backtest.b.has_value();
  std::stable_sort(rows.begin(), rows.end(), [&](const RuleRow& x, const RuleRow& y) {
    if (two && Difference(x) != Difference(y)) return Difference(x) > Difference(y);
    return x.a.hits + x.b.hits > y.a.hits + y.b.hits;
  });
  return rows;
}

bool Differs(const Backtest& backtest) {
  if (!backtest.b) return false;
  if (backtest.changes->moved > 0) return true;
  const std::vector<RuleRow> rows = RuleRows(backtest);
  return std::any_of(rows.begin(), rows.end(), [](const RuleRow& row) { return Difference(row) > 0; });
}

std::string BacktestJson(const Backtest& backtest) {
  const pipeline::ScreenSummary& run = backtest.a.summary;
  ordered_json json = {
      {"on", backtest.files},
      {"parcels", run.parcels},
      {"refused", run.refused},
      {"seconds", run.seconds},
      {"parcels_per_second", run.seconds > 0 ? static_cast<double>(run.parcels) / run.seconds : 0.0},
      {"threads", run.threads},
      {"test_key", run.test_key},
      {"a", SideJson(backtest.a, backtest.label)}};
  if (backtest.b) json["b"] = SideJson(*backtest.b, backtest.label);
  json["rules"] = ordered_json::array();
  for (const RuleRow& row : RuleRows(backtest)) {
    ordered_json entry = {{"rule", row.id}, {"title", row.title}, {"a", HitsJson(row.a, !backtest.label.empty())}};
    if (backtest.b) entry["b"] = HitsJson(row.b, !backtest.label.empty());
    json["rules"].push_back(std::move(entry));
  }
  if (backtest.changes) json["changes"] = LaneChangesJson(*backtest.changes);
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace sluice::tools
