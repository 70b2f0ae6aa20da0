// sluice rules inspect: what a bundle, or a book once compiled, holds.
#include <algorithm>
#include <filesystem>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "engine/base/file.h"
#include "engine/base/limits.h"
#include "engine/ruleset/bundle.h"
#include "engine/ruleset/node_text.h"
#include "tools/sluice/inspection.h"
#include "tools/sluice/load_rules.h"
#include "tools/sluice/rules_verbs.h"

namespace sluice::tools {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t kPredicatesShown = 10;
constexpr std::size_t kAlwaysShown = 10;

struct InspectOptions {
  std::string rules;
  bool json = false;
};

struct Inspected {
  std::string path;
  ruleset::RuleSetPtr rule_set;
  std::vector<ruleset::SectionInfo> sections;
  std::uint64_t bytes = 0;
  Inspection found;
  std::vector<std::string> always_visited;  // ids of rules
};

std::string ModeText(const ruleset::Rule& rule) { return rule.mode == ruleset::RuleMode::kShadow ? "shadow" : "live"; }

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

const char* KindText(ruleset::KeyKind kind) {
  switch (kind) {
    case ruleset::KeyKind::kExact: return "key";
    case ruleset::KeyKind::kPrefix: return "prefix";
    case ruleset::KeyKind::kInterval: break;
  }
  return "interval";
}

// What the engine itself asks of a column, beside the rules.
std::vector<std::string> RolesOf(const ruleset::RuleSet& set, parcel::ColumnIndex column) {
  std::vector<std::string> roles;
  const ruleset::SystemColumns& system = set.system;
  const std::pair<parcel::ColumnIndex, const char*> named[] = {
      {system.id, "id"},       {system.received, "received"},   {system.office, "office"},
      {system.phase, "phase"}, {system.direction, "direction"}, {system.draw_id, "draw_id"}};
  for (const auto& [index, role] : named) {
    if (index == column) roles.emplace_back(role);
  }
  const auto requires_it = [&](const ruleset::RequiredField& field) { return field.column == column; };
  if (std::any_of(set.required.begin(), set.required.end(), requires_it)) roles.emplace_back("required");
  return roles;
}

std::size_t KeyCount(const ruleset::ReferenceList& list) {
  return std::max<std::size_t>(list.texts.size(), list.ints.size());
}

// --- JSON

ordered_json RuleJson(const Inspected& it, ruleset::RuleIndex index) {
  const ruleset::RuleSet& set = *it.rule_set;
  const ruleset::Rule& rule = set.rules[index];
  const RuleReach& reach = it.found.rules[index];
  ordered_json json = {{"id", set.Text(rule.id)}, {"title", set.Text(rule.title)}, {"mode", ModeText(rule)}};
  json["lane"] = rule.lane == ruleset::kNoLane ? ordered_json() : ordered_json(set.lanes[rule.lane].name);
  if (rule.score_node == ruleset::kNoNode) {
    json["score"] = rule.score;
  } else {
    json["score"] = ruleset::NodeText(set, rule.score_node);
  }
  json["tags"] = NamesOf(rule.tags, set.tags);
  json["waives"] = NamesOf(rule.waives, set.tags);
  json["condition"] = ruleset::NodeText(set, rule.condition);
  json["nodes"] = reach.nodes;
  json["own_nodes"] = reach.own_nodes;
  json["depth"] = reach.depth;
  json["columns"] = ordered_json::array();
  for (const parcel::ColumnIndex column : reach.columns) json["columns"].push_back(ColumnText(set, column));
  json["lists"] = ordered_json::array();
  for (const std::uint32_t list : reach.lists) json["lists"].push_back(set.lists[list].name);
  json["tables"] = ordered_json::array();
  for (const std::uint32_t table : reach.tables) json["tables"].push_back(set.tables[table].name);
  if (rule.profile_table != ruleset::kNone) json["profile_of"] = set.tables[rule.profile_table].name;
  if (const auto place = PlaceOf(set, rule, "")) {
    json["file"] = place->file;
    json["line"] = place->line;
  }
  return json;
}

ordered_json ReferenceJson(const Inspected& it) {
  const ruleset::RuleSet& set = *it.rule_set;
  ordered_json json = {{"lists", ordered_json::array()}, {"tables", ordered_json::array()}};
  for (std::size_t i = 0; i < set.lists.size(); ++i) {
    json["lists"].push_back({{"name", set.lists[i].name},
                             {"type", parcel::ValueTypeName(set.lists[i].type)},
                             {"keys", KeyCount(set.lists[i])},
                             {"rules", it.found.list_rules[i]}});
  }
  for (std::size_t i = 0; i < set.tables.size(); ++i) {
    const ruleset::Table& table = set.tables[i];
    ordered_json keys = ordered_json::array();
    ordered_json values = ordered_json::array();
    for (const ruleset::TableKey& key : table.keys) {
      keys.push_back({{"name", key.name}, {"kind", KindText(key.kind)}, {"type", parcel::ValueTypeName(key.type)}});
    }
    for (const ruleset::TableValueColumn& value : table.values) {
      values.push_back({{"name", value.name}, {"type", parcel::ValueTypeName(value.type)}});
    }
    json["tables"].push_back({{"name", table.name},
                              {"rows", table.row_count},
                              {"keys", std::move(keys)},
                              {"values", std::move(values)},
                              {"rules", it.found.table_rules[i]},
                              {"profiles", it.found.table_profiles[i]}});
  }
  json["rates"] = set.rates.rates.size();
  return json;
}

ordered_json LanesJson(const ruleset::RuleSet& set) {
  ordered_json lanes = ordered_json::array();
  for (const ruleset::Lane& lane : set.lanes) {
    lanes.push_back({{"name", lane.name}, {"severity", lane.severity}, {"releases", lane.releases}});
  }
  return lanes;
}

std::string Json(const Inspected& it) {
  const ruleset::RuleSet& set = *it.rule_set;
  ordered_json json = {{"name", set.name},
                       {"rule_set", base::Hex(set.hash)},
                       {"format", ruleset::kBundleFormatVersion},
                       {"bytes", it.bytes},
                       {"sections", ordered_json::array()},
                       {"lanes", LanesJson(set)},
                       {"default_lane", set.lanes[set.default_lane].name},
                       {"columns", ordered_json::array()}};
  for (const ruleset::SectionInfo& section : it.sections) {
    json["sections"].push_back({{"name", section.name}, {"bytes", section.bytes}, {"hash", base::Hex(section.hash)}});
  }
  for (parcel::ColumnIndex i = 0; i < set.columns.columns.size(); ++i) {
    json["columns"].push_back({{"path", ColumnText(set, i)},
                               {"type", parcel::ValueTypeName(set.columns.columns[i].type)},
                               {"rules", it.found.column_rules[i]},
                               {"engine", RolesOf(set, i)}});
  }
  json.update(ReferenceJson(it));
  json["limits"] = ordered_json::array();
  for (const LimitUse& use : it.found.limits) {
    json["limits"].push_back({{"what", use.what}, {"used", use.used}, {"limit", use.limit}});
  }
  json["nodes"] = set.program.nodes.size();
  json["always_visited"] = it.always_visited;
  json["predicates"] = ordered_json::array();
  for (const PredicateUse& use : it.found.predicates) {
    json["predicates"].push_back({{"text", ruleset::NodeText(set, use.node)}, {"rules", use.rules}});
  }
  json["rules"] = ordered_json::array();
  for (ruleset::RuleIndex i = 0; i < set.rules.size(); ++i) json["rules"].push_back(RuleJson(it, i));
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

// --- for people

std::string SectionsText(const Inspected& it) {
  std::string text = fmt::format("\n{:<28} {:>12}  BLAKE2b-256\n", "sections", "bytes");
  for (const ruleset::SectionInfo& section : it.sections) {
    text += fmt::format("{:<28} {:>12}  {}\n", section.name, section.bytes, base::Hex(section.hash));
  }
  return text;
}

std::string ColumnsText(const Inspected& it) {
  std::string text = fmt::format("\n{:<28} {:<12} {:>8}  engine\n", "columns read", "type", "rules");
  for (parcel::ColumnIndex i = 0; i < it.rule_set->columns.columns.size(); ++i) {
    text += fmt::format("{:<28} {:<12} {:>8}  {}\n", ColumnText(*it.rule_set, i),
                        parcel::ValueTypeName(it.rule_set->columns.columns[i].type), it.found.column_rules[i],
                        Joined(RolesOf(*it.rule_set, i)));
  }
  return text;
}

std::string ReferenceText(const Inspected& it) {
  const ruleset::RuleSet& set = *it.rule_set;
  std::string text;
  if (!set.lists.empty()) text += fmt::format("\n{:<28} {:<12} {:>8} {:>8}\n", "lists", "type", "keys", "rules");
  for (std::size_t i = 0; i < set.lists.size(); ++i) {
    text += fmt::format("{:<28} {:<12} {:>8} {:>8}\n", set.lists[i].name, parcel::ValueTypeName(set.lists[i].type),
                        KeyCount(set.lists[i]), it.found.list_rules[i]);
  }
  if (set.tables.empty()) return text;
  text += fmt::format("\n{:<28} {:>8} {:>8} {:>8}  keys\n", "tables", "rows", "rules", "profiles");
  for (std::size_t i = 0; i < set.tables.size(); ++i) {
    std::vector<std::string> keys;
    for (const ruleset::TableKey& key : set.tables[i].keys) keys.push_back(key.name + " (" + KindText(key.kind) + ")");
    text += fmt::format("{:<28} {:>8} {:>8} {:>8}  {}\n", set.tables[i].name, set.tables[i].row_count,
                        it.found.table_rules[i], it.found.table_profiles[i], Joined(keys));
  }
  return text;
}

std::string LimitsText(const Inspected& it) {
  std::string text = fmt::format("\n{:<32} {:>12} {:>12}\n", "limits", "used", "of");
  for (const LimitUse& use : it.found.limits) {
    text += fmt::format("{:<32} {:>12} {:>12}\n", use.what, use.used, use.limit);
  }
  return text;
}

std::string PredicatesText(const Inspected& it) {
  const std::size_t count = it.found.predicates.size();
  std::string text = fmt::format("\n{:>8}  the most shared of {}\n", "rules", Count(count, "predicate"));
  for (std::size_t i = 0; i < count && i < kPredicatesShown; ++i) {
    const PredicateUse& use = it.found.predicates[i];
    text += fmt::format("{:>8}  {}\n", use.rules, ruleset::NodeText(*it.rule_set, use.node));
  }
  return text;
}

std::string AlwaysText(const Inspected& it) {
  const std::size_t count = it.always_visited.size();
  std::string text = fmt::format("\nevery batch visits {} of {}\n", count, Count(it.rule_set->rules.size(), "rule"));
  for (std::size_t i = 0; i < count && i < kAlwaysShown; ++i) text += fmt::format("  {}\n", it.always_visited[i]);
  return count > kAlwaysShown ? text + fmt::format("  and {} more\n", count - kAlwaysShown) : text;
}

// The rules of one profile are one line.
std::string RulesText(const Inspected& it) {
  const ruleset::RuleSet& set = *it.rule_set;
  std::string text = fmt::format("\n{:<24} {:<7} {:<10} {:>6} {:>6}  tags\n", "rules", "mode", "lane", "nodes", "own");
  for (ruleset::RuleIndex i = 0; i < set.rules.size();) {
    const ruleset::Rule& rule = set.rules[i];
    std::string id(set.Text(rule.id));
    std::uint32_t nodes = 0, own = 0;
    ruleset::RuleIndex end = i;
    for (; end < set.rules.size() && (end == i || (rule.profile_table != ruleset::kNone &&
                                                   set.rules[end].source == rule.source)); ++end) {
      nodes += it.found.rules[end].nodes;
      own += it.found.rules[end].own_nodes;
    }
    if (rule.profile_table != ruleset::kNone) id = fmt::format("{}/… ({})", id.substr(0, id.find('/')), end - i);
    text += fmt::format("{:<24} {:<7} {:<10} {:>6} {:>6}  {}\n", id, ModeText(rule),
                        rule.lane == ruleset::kNoLane ? "-" : set.lanes[rule.lane].name, nodes, own,
                        Joined(NamesOf(rule.tags, set.tags)));
    i = end;
  }
  return text;
}

std::string Text(const Inspected& it) {
  std::string text = fmt::format("{}: book {}, {}, {} nodes\nrule set {}, {} bytes as a bundle of format {}\n", it.path,
                                 it.rule_set->name, Count(it.rule_set->rules.size(), "rule"),
                                 it.rule_set->program.nodes.size(), base::Hex(it.rule_set->hash), it.bytes,
                                 ruleset::kBundleFormatVersion);
  return text + SectionsText(it) + ColumnsText(it) + ReferenceText(it) + PredicatesText(it) + AlwaysText(it) +
         RulesText(it) + LimitsText(it);
}

int ReadBytes(const InspectOptions& options, std::vector<std::uint8_t>* bytes) {
  if (std::filesystem::is_directory(options.rules)) {
    LoadedRules rules;
    if (const int code = LoadRules(options.rules, "", &rules); code != kExitOk) return code;
    *bytes = ruleset::EncodeBundle(*rules.rule_set);
    return kExitOk;
  }
  Result<std::vector<std::uint8_t>> file = base::ReadWholeFile(options.rules, limits::kBundleBytesMax);
  if (!file.ok()) return Fail(kExitBadArguments, file.status().message());
  *bytes = *std::move(file);
  return kExitOk;
}

int InspectRules(const InspectOptions& options) {
  std::vector<std::uint8_t> bytes;
  if (const int code = ReadBytes(options, &bytes); code != kExitOk) return code;
  const Result<std::vector<ruleset::SectionInfo>> sections = ruleset::InspectBundle(bytes);
  if (!sections.ok()) return Fail(kExitBadArguments, options.rules + ": " + sections.status().message());
  const Result<ruleset::RuleSetPtr> rule_set = ruleset::DecodeBundle(bytes);
  if (!rule_set.ok()) return Fail(kExitBadArguments, options.rules + ": " + rule_set.status().message());
  const Inspected it{options.rules, *rule_set, *sections, bytes.size(), Inspect(**rule_set, bytes.size()),
                     IdsAlwaysVisited(*rule_set)};
  fmt::print("{}", options.json ? Json(it) + "\n" : Text(it));
  return kExitOk;
}

}  // namespace

void AddRulesInspect(CLI::App* parent, Run* run) {
  auto options = std::make_shared<InspectOptions>();
  CLI::App* verb = parent->add_subcommand("inspect", "Shows what a bundle or a book holds");
  verb->add_option("BUNDLE_OR_BOOK", options->rules, "Bundle, or folder of a rule book")->required();
  verb->add_flag("--json", options->json, "As one JSON object, with every rule and predicate");
  verb->footer("Sections with sizes and hashes, columns read, lists, tables, predicates that rules share, rules that\n"
               "every batch visits, rules with their nodes, and the limits in use. A profile is one line; --json has\n"
               "each of its rules.\n\n"
               "Examples:\n  sluice rules inspect cbec.bundle\n"
               "  sluice rules inspect rules/packs/kcs --json\n\n"
               "Exit codes: 0 ok; 2 the rules do not compile; 3 no such file, or it is no sound bundle.");
  verb->callback([=] { *run = [=] { return InspectRules(*options); }; });
}

}  // namespace sluice::tools
