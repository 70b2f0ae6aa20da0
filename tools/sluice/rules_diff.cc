// sluice rules diff: what changed between two books or bundles, and which parcels of a file go elsewhere.
#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tools/sluice/lane_changes_json.h"
#include "tools/sluice/load_rules.h"
#include "tools/sluice/rule_set_diff.h"
#include "tools/sluice/rules_verbs.h"
#include "tools/sluice/screen_report.h"
#include "tools/sluice/side_by_side.h"

namespace sluice::tools {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t kPartLineBytes = 80;   // of before and after on one line
constexpr std::size_t kRuleMovesShown = 20;  // to people; --json has all

struct DiffOptions {
  std::string before, after;
  std::vector<std::string> inputs;
  std::string mapping;
  std::string epoch_key;
  bool json = false;
};

std::string Json(const std::vector<Change>& changes, const LaneChanges* lanes) {
  ordered_json json = {{"changes", ordered_json::array()}};
  for (const Change& change : changes) {
    ordered_json entry = {{"subject", SubjectName(change.subject)},
                          {"name", change.name},
                          {"change", ChangeWayName(change.way)},
                          {"parts", ordered_json::array()}};
    for (const PartChange& part : change.parts) {
      entry["parts"].push_back(
          {{"part", part.part}, {"before", part.before.value_or("")}, {"after", part.after.value_or("")}});
    }
    json["changes"].push_back(std::move(entry));
  }
  if (lanes != nullptr) json["on"] = LaneChangesJson(*lanes);
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

std::string PartText(const PartChange& part) {
  if (!part.before || !part.after) {
    return fmt::format("      {}: {}\n", part.part, part.before ? *part.before : part.after.value_or(""));
  }
  const auto shown = [](const std::string& text) { return text.empty() ? std::string("nothing") : text; };
  const std::string before = shown(*part.before);
  const std::string after = shown(*part.after);
  if (before.size() + after.size() < kPartLineBytes) {
    return fmt::format("      {}: {} → {}\n", part.part, before, after);
  }
  const bool alike = before == after;  // where only a long set of constants differs
  return fmt::format("      {}:\n        - {}\n        + {}{}\n", part.part, before, after,
                     alike ? "  (other constants)" : "");
}

std::string ChangesText(const std::vector<Change>& changes) {
  std::string text;
  for (const Change& change : changes) {
    const char sign = change.way == ChangeWay::kAdded ? '+' : change.way == ChangeWay::kRemoved ? '-' : '~';
    text += fmt::format("  {} {} {}{}{}\n", sign, SubjectName(change.subject), change.name,
                        change.title.empty() ? "" : "  ", change.title);
    for (const PartChange& part : change.parts) text += PartText(part);
  }
  return text;
}

std::string SampleText(const LaneMove& move) {
  std::string text;
  for (const std::string& id : move.sample) text += (text.empty() ? "" : ", ") + (id.empty() ? "(no id)" : id);
  return text + (move.parcels > move.sample.size() ? ", …" : "");
}

std::string LanesText(const LaneChanges& lanes) {
  std::string text = fmt::format("\n{} of {} go to another lane\n", lanes.moved, Count(lanes.parcels, "parcel"));
  for (const LaneMove& move : lanes.lanes) {
    text += fmt::format("{:>10}  {} → {}  {}\n", move.parcels, move.from, move.to, SampleText(move));
  }
  if (!lanes.rules.empty()) text += "by rule\n";
  for (std::size_t i = 0; i < lanes.rules.size() && i < kRuleMovesShown; ++i) {
    const RuleMove& rule = lanes.rules[i];
    text += fmt::format("{:>10}  {} → {}  {}{}{}\n", rule.move.parcels, rule.move.from, rule.move.to, rule.rule,
                        rule.rule.empty() ? "" : " ", rule.what);
  }
  if (lanes.rules.size() > kRuleMovesShown) {
    text += fmt::format("            … and {} more; --json has them\n", lanes.rules.size() - kRuleMovesShown);
  }
  return text;
}

int Diff(const DiffOptions& options) {
  LoadedRules a, b;
  if (const int code = LoadRules(options.before, options.mapping, &a); code != kExitOk) return code;
  if (const int code = LoadRules(options.after, options.mapping, &b); code != kExitOk) return code;
  const std::vector<Change> changes = DiffRuleSets(*a.rule_set, *b.rule_set);
  std::optional<LaneChanges> lanes;
  if (!options.inputs.empty()) {
    Result<SideBySide> found =
        DecideSideBySide(a, &b, changes, {options.inputs, options.mapping, options.epoch_key}, {});
    if (!found.ok()) return Fail(kExitBadArguments, found.status().message());
    ReportFailures(found->summaries.front());
    lanes = std::move(found->changes);
  }
  if (options.json) {
    fmt::print("{}\n", Json(changes, lanes ? &*lanes : nullptr));
  } else {
    fmt::print("{}\n{}{}", changes.empty() ? "no difference" : Count(changes.size(), "difference"),
               ChangesText(changes), lanes ? LanesText(*lanes) : "");
  }
  return changes.empty() && (!lanes || lanes->moved == 0) ? kExitOk : kExitFindings;
}

}  // namespace

void AddRulesDiff(CLI::App* parent, Run* run) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* verb = parent->add_subcommand("diff", "Says what changed between two books or bundles");
  verb->add_option("A", options->before, "Bundle or book folder: before")->required();
  verb->add_option("B", options->after, "Bundle or book folder: after")->required();
  verb->add_option("--on", options->inputs,
                   "Decide this file by both, and say which parcels change lane; again for more")
      ->take_all()
      ->expected(1);
  verb->add_option("--mapping", options->mapping, "mapping.yaml for CSV and NDJSON, where the rules bring none");
  verb->add_option("--epoch-key", options->epoch_key, "Key of the epoch's draws (JSON); without it a test key");
  verb->add_flag("--json", options->json, "As one JSON object");
  verb->footer(
      "Rules are told apart by id, lists, tables and lanes by name. Layout, comments and the order of rules are\n"
      "no difference. A parcel that moves is counted for each rule whose match differs.\n\n"
      "Examples:\n  sluice rules diff cbec.bundle rules/packs/cbec_import\n"
      "  sluice rules diff cbec.bundle draft --on day.parcels --json\n\n"
      "Exit codes: 0 no difference; 1 differences; 2 the rules do not compile; 3 no such file.");
  verb->callback([=] { *run = [=] { return Diff(*options); }; });
}

}  // namespace sluice::tools
