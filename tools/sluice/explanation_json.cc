// An explanation for programs; see explanation.h.
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "engine/base/time_text.h"
#include "engine/ruleset/node_text.h"
#include "tools/sluice/explanation.h"
#include "tools/sluice/inspection.h"

namespace sluice::tools {

using nlohmann::ordered_json;

namespace {

ordered_json TraceJson(const ruleset::RuleSet& set, const match::Trace& trace) {
  ordered_json json = {{"text", ruleset::NodeText(set, trace.node)}};
  if (trace.value.error == match::ErrorKind::kNone) {
    json["value"] = match::InspectedText(trace.value);
  } else {
    json["error"] = match::ErrorKindName(trace.value.error);
  }
  for (const match::Trace& part : trace.parts) json["parts"].push_back(TraceJson(set, part));
  for (const match::Trace& element : trace.elements) json["elements"].push_back(TraceJson(set, element));
  if (trace.element_count > 0) json["element_count"] = trace.element_count;
  return json;
}

ordered_json RuleJson(const ruleset::RuleSet& set, const RuleExplanation& explained, const std::string& folder) {
  const ruleset::Rule& rule = set.rules[explained.rule];
  ordered_json json = {
      {"rule", set.Text(rule.id)}, {"title", set.Text(rule.title)}, {"verdict", VerdictName(explained.verdict)}};
  if (explained.verdict == Verdict::kNotAsked) json["because"] = BarText(explained.bar);
  if (const auto place = PlaceOf(set, rule, folder)) {
    json["file"] = place->file;
    json["line"] = place->line;
  }
  for (const ruleset::RuleIndex by : explained.waived_by) {
    json["waived_by"].push_back(set.Text(set.rules[by].id));
  }
  for (const match::Trace* predicate : explained.decisive) {
    json["decided_by"].push_back({{"text", ruleset::NodeText(set, predicate->node)},
                                  {"value", match::InspectedText(predicate->value)},
                                  {"where", PartValues(set, *predicate)}});
  }
  if (explained.bar != match::Bar::kUnreadable) json["condition"] = TraceJson(set, explained.condition);
  if (explained.score) json["score"] = TraceJson(set, *explained.score);
  return json;
}

ordered_json DrawsJson(const ruleset::RuleSet& set, const decide::Decision& decision) {
  ordered_json draws = ordered_json::array();
  for (const decide::Draw& draw : decision.draws) {
    draws.push_back({{"rule", set.Text(set.rules[draw.rule].id)},
                     {"ticket", fmt::format("{:016x}", draw.ticket)},
                     {"threshold", fmt::format("{:016x}", draw.threshold)},
                     {"selected", draw.selected}});
  }
  return draws;
}

// The record that it repeats, or null.
ordered_json Repeats(const Explanation& explanation) {
  const std::uint64_t decided = explanation.decision.sequence;
  return explanation.sequence == decided ? ordered_json() : ordered_json(decided);
}

}  // namespace

std::string ExplanationJson(const Explanation& explanation) {
  const ruleset::RuleSet& set = *explanation.rule_set;
  const decide::Decision& decision = explanation.decision;
  ordered_json json = {{"parcel_id", decision.parcel_id},
                       {"sequence", explanation.sequence},
                       {"place", explanation.place},
                       {"repeats", Repeats(explanation)},
                       {"lane", set.lanes[decision.lane].name},
                       {"by_default", decision.by_default},
                       {"score", decision.score},
                       {"phase", decision.phase == parcel::Phase::kScanned ? "scanned" : "declared"},
                       {"now", base::TimestampText(decision.now)},
                       {"outcomes", ordered_json::array()},
                       {"missing", ordered_json::array()},
                       {"controls", NamesOf(decision.controls, set.controls)},
                       {"draws", DrawsJson(set, decision)},
                       {"test_key", decision.test_key}};
  if (decision.read_error != parcel::ReadError::kNone) {
    json["unreadable"] = explanation.flaw.empty() ? parcel::ReadErrorName(decision.read_error) : explanation.flaw;
  }
  for (int i = 0; i < ruleset::kOutcomeCount; ++i) {
    const auto outcome = static_cast<ruleset::Outcome>(i);
    if (decision.Has(outcome)) json["outcomes"].push_back(ruleset::OutcomeName(outcome));
  }
  for (const std::uint32_t field : decision.missing) json["missing"].push_back(set.Text(set.required[field].name));
  for (const Step& step : WayToTheLane(explanation))
    json["steps"].push_back({{"step", step.number}, {"says", step.lines}});
  for (int i = 0; i < kVerdictCount; ++i) {
    json["counts"][VerdictName(static_cast<Verdict>(i))] = explanation.counts[static_cast<std::size_t>(i)];
  }
  json["rules"] = ordered_json::array();
  for (const RuleExplanation& rule : explanation.rules) {
    json["rules"].push_back(RuleJson(set, rule, explanation.folder));
  }
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace sluice::tools
