#include "tools/sluice/screen_report.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace sluice::tools {

using nlohmann::ordered_json;
using pipeline::ScreenSummary;

namespace {

constexpr std::size_t kRulesShown = 10;

double Percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

double PerSecond(const ScreenSummary& summary) {
  return summary.seconds > 0 ? static_cast<double>(summary.parcels) / summary.seconds : 0;
}

ordered_json LabelJson(const ruleset::RuleSet& rule_set, const ScreenSummary& summary, std::size_t label) {
  ordered_json lanes = ordered_json::object();
  const std::vector<pipeline::LabelCounts> counts = pipeline::CountLabel(summary, label);
  for (std::size_t lane = 0; lane < counts.size(); ++lane) {
    lanes[rule_set.lanes[lane].name] = {{"count", counts[lane].count}, {"positive", counts[lane].positive}};
  }
  return lanes;
}

// Every combination of labels with its lanes.
ordered_json GroupsJson(const ruleset::RuleSet& rule_set, const ScreenSummary& summary,
                        const std::vector<std::string>& labels) {
  ordered_json groups = ordered_json::array();
  for (const auto& [values, counts] : summary.labelled) {
    ordered_json group;
    for (std::size_t i = 0; i < labels.size(); ++i) group["labels"][labels[i]] = values[i];
    for (std::size_t lane = 0; lane < counts.lanes.size(); ++lane) {
      group["lanes"][rule_set.lanes[lane].name] = counts.lanes[lane];
    }
    group["matched"] = counts.matched;
    groups.push_back(std::move(group));
  }
  return groups;
}

std::vector<ruleset::RuleIndex> MostHit(const ScreenSummary& summary) {
  std::vector<ruleset::RuleIndex> order;
  for (ruleset::RuleIndex i = 0; i < summary.rules.size(); ++i) {
    if (summary.rules[i].matched > 0) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](ruleset::RuleIndex a, ruleset::RuleIndex b) {
    return summary.rules[a].matched > summary.rules[b].matched;
  });
  if (order.size() > kRulesShown) order.resize(kRulesShown);
  return order;
}

std::string LanesTable(const ruleset::RuleSet& rule_set, const ScreenSummary& summary) {
  std::string text = fmt::format("{:<16}{:>12}{:>9}\n", "lane", "parcels", "%");
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < rule_set.lanes.size(); ++i) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return rule_set.lanes[a].severity < rule_set.lanes[b].severity;
  });
  for (const std::size_t lane : order) {
    text +=
        fmt::format("{:<16}{:>12}{:>9.2f}{}\n", rule_set.lanes[lane].name, summary.lanes[lane],
                    Percent(summary.lanes[lane], summary.decided), rule_set.lanes[lane].releases ? "  releases" : "");
  }
  return text;
}

std::string OutcomesTable(const ScreenSummary& summary) {
  std::string text;
  for (int i = 0; i < ruleset::kOutcomeCount; ++i) {
    const std::uint64_t count = summary.outcomes[static_cast<std::size_t>(i)];
    if (count == 0) continue;
    text += fmt::format("{:<16}{:>12}{:>9.2f}\n", ruleset::OutcomeName(static_cast<ruleset::Outcome>(i)), count,
                        Percent(count, summary.decided));
  }
  return text.empty() ? "" : fmt::format("\n{:<16}{:>12}{:>9}\n", "outcome", "parcels", "%") + text;
}

std::string RulesTable(const ruleset::RuleSet& rule_set, const ScreenSummary& summary) {
  const std::vector<ruleset::RuleIndex> most = MostHit(summary);
  if (most.empty()) return "";
  std::string text = fmt::format("\n{:<28}{:>10}{:>9}  {}\n", "rules that hit most", "parcels", "%", "title");
  for (const ruleset::RuleIndex rule : most) {
    text += fmt::format("{:<28}{:>10}{:>9.3f}  {}\n", rule_set.Text(rule_set.rules[rule].id),
                        summary.rules[rule].matched, Percent(summary.rules[rule].matched, summary.decided),
                        rule_set.Text(rule_set.rules[rule].title));
  }
  return text;
}

std::string LabelTable(const ruleset::RuleSet& rule_set, const ScreenSummary& summary,
                       const std::vector<std::string>& labels) {
  if (labels.empty()) return "";
  std::string text = "\n";
  for (const std::string& label : labels) text += fmt::format("{:<22}", label);
  text += fmt::format("{:>10}{:>16}{:>12}\n", "parcels", "not released %", "matched %");
  for (const auto& [values, counts] : summary.labelled) {
    std::uint64_t all = 0;
    std::uint64_t stopped = 0;
    for (std::size_t lane = 0; lane < counts.lanes.size(); ++lane) {
      all += counts.lanes[lane];
      if (!rule_set.lanes[lane].releases) stopped += counts.lanes[lane];
    }
    for (const std::string& value : values) text += fmt::format("{:<22}", value.empty() ? "-" : value);
    text += fmt::format("{:>10}{:>16.2f}{:>12.2f}\n", all, Percent(stopped, all), Percent(counts.matched, all));
  }
  return text;
}

}  // namespace

std::string SummaryJson(const ruleset::RuleSet& rule_set, const ScreenSummary& summary,
                        const std::vector<std::string>& labels) {
  ordered_json json;
  json["parcels"] = summary.parcels;
  json["decided"] = summary.decided;
  json["refused"] = summary.refused;
  json["duplicates"] = summary.duplicates;
  json["lanes"] = ordered_json::object();
  for (std::size_t i = 0; i < rule_set.lanes.size(); ++i) json["lanes"][rule_set.lanes[i].name] = summary.lanes[i];
  json["outcomes"] = ordered_json::object();
  for (int i = 0; i < ruleset::kOutcomeCount; ++i) {
    json["outcomes"][ruleset::OutcomeName(static_cast<ruleset::Outcome>(i))] =
        summary.outcomes[static_cast<std::size_t>(i)];
  }
  json["matches"] = summary.matches;
  json["rules"] = ordered_json::object();
  for (const ruleset::RuleIndex rule : MostHit(summary)) {
    json["rules"][std::string(rule_set.Text(rule_set.rules[rule].id))] = summary.rules[rule].matched;
  }
  json["generation"] = summary.generation;
  json["rule_set"] = base::Hex(summary.rule_set);
  json["decision_digest"] = base::Hex(summary.decision_digest);
  json["test_key"] = summary.test_key;
  json["seconds"] = summary.seconds;
  json["parcels_per_second"] = PerSecond(summary);
  json["threads"] = summary.threads;
  if (summary.forgotten > 0) json["forgotten_identities"] = summary.forgotten;
  if (summary.without_received > 0) json["without_received"] = summary.without_received;
  if (!labels.empty()) {
    json["labelled"] = LabelJson(rule_set, summary, 0);
    json["label_groups"] = GroupsJson(rule_set, summary, labels);
  }
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

std::string SummaryTable(const ruleset::RuleSet& rule_set, const ScreenSummary& summary,
                         const std::vector<std::string>& labels) {
  std::string text = LanesTable(rule_set, summary) + OutcomesTable(summary) + RulesTable(rule_set, summary) +
                     LabelTable(rule_set, summary, labels);
  text +=
      fmt::format("\n{} parcels in {:.2f} s: {:.0f} a second on {} threads; {} matches, {} duplicates, {} refused\n",
                  summary.parcels, summary.seconds, PerSecond(summary), summary.threads, summary.matches,
                  summary.duplicates, summary.refused);
  text += fmt::format("generation {}, rule set {}\ndecision digest {}\n", summary.generation,
                      base::Hex(summary.rule_set), base::Hex(summary.decision_digest));
  if (summary.test_key) text += "draws were made with the built-in test key; --epoch-key FILE gives the epoch's own\n";
  if (summary.forgotten > 0) {
    text += fmt::format("{} identities were forgotten to stay within the limit: their duplicates would not be seen\n",
                        summary.forgotten);
  }
  return text;
}

void ReportFailures(const ScreenSummary& summary) {
  for (const pipeline::ReadFailure& failure : summary.read_failures) {
    fmt::print(stderr, "sluice: {}: unreadable: {}{}{}\n", failure.place, parcel::ReadErrorName(failure.error),
               failure.flaw.empty() ? "" : ": ", failure.flaw);
  }
  if (summary.read_failure_count > summary.read_failures.size()) {
    fmt::print(stderr, "sluice: and {} more records that cannot be read\n",
               summary.read_failure_count - summary.read_failures.size());
  }
  if (summary.without_received > 0) {
    fmt::print(stderr,
               "sluice: {} records have no received time: they were decided at the time of the record before them, so "
               "rules' validity may be wrong for them\n",
               summary.without_received);
  }
}

}  // namespace sluice::tools
