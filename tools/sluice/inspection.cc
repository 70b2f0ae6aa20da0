#include "tools/sluice/inspection.h"

#include <algorithm>
#include <filesystem>

#include "engine/base/limits.h"
#include "engine/match/matcher.h"
#include "engine/match/scopes.h"

namespace sluice::tools {

using ruleset::Node;
using ruleset::NodeIndex;
using ruleset::Op;

namespace {

// Walks below one rule after the other, each node once a rule.
class Walker {
 public:
  explicit Walker(const ruleset::RuleSet& rule_set)
      : rules_(rule_set), seen_by_(rule_set.program.nodes.size(), 0), users_(rule_set.program.nodes.size(), 0) {}

  RuleReach Walk(const ruleset::Rule& rule) {
    ++round_;
    reach_ = RuleReach();
    order_.clear();
    Visit(rule.condition);
    if (rule.score_node != ruleset::kNoNode) Visit(rule.score_node);
    for (auto* part : {&reach_.columns, &reach_.lists, &reach_.tables}) {
      std::sort(part->begin(), part->end());
      part->erase(std::unique(part->begin(), part->end()), part->end());
    }
    reach_.nodes = static_cast<std::uint32_t>(order_.size());
    return std::move(reach_);
  }

  /// The nodes of the last rule that was walked.
  const std::vector<NodeIndex>& nodes() const { return order_; }
  /// By node: how many of the rules walked have it.
  const std::vector<std::uint32_t>& users() const { return users_; }

 private:
  // As deep as the program's nodes, which Verify bounds.
  void Visit(NodeIndex index) {
    if (seen_by_[index] == round_) return;
    seen_by_[index] = round_;
    ++users_[index];
    order_.push_back(index);
    const Node& node = rules_.program.nodes[index];
    const std::uint32_t fields[] = {node.a, node.b, node.c};
    const std::string_view letters = ruleset::OpOperands(node.op);
    for (std::size_t i = 0; i < letters.size(); ++i) {
      if (letters[i] == 'C') reach_.columns.push_back(fields[i]);
      if (letters[i] == 'L') reach_.lists.push_back(fields[i]);
      if (letters[i] == 'T') reach_.tables.push_back(fields[i]);
    }
    match::ForEachOperand(rules_.program, node, [this](NodeIndex operand) { Visit(operand); });
  }

  const ruleset::RuleSet& rules_;
  std::vector<std::uint32_t> seen_by_;  // by node: the round that saw it last
  std::vector<std::uint32_t> users_;
  std::vector<NodeIndex> order_;
  RuleReach reach_;
  std::uint32_t round_ = 0;
};

std::vector<std::uint32_t> Depths(const ruleset::Program& program) {
  std::vector<std::uint32_t> depths(program.nodes.size(), 1);
  for (std::size_t i = 0; i < program.nodes.size(); ++i) {
    match::ForEachOperand(program, program.nodes[i],
                          [&](NodeIndex operand) { depths[i] = std::max(depths[i], depths[operand] + 1); });
  }
  return depths;
}

std::vector<PredicateUse> Predicates(const ruleset::Program& program, const std::vector<std::uint32_t>& users) {
  std::vector<PredicateUse> predicates;
  for (NodeIndex i = 0; i < program.nodes.size(); ++i) {
    if (users[i] > 0 && IsPredicate(program, i)) predicates.push_back({i, users[i]});
  }
  std::stable_sort(predicates.begin(), predicates.end(),
                   [](const PredicateUse& a, const PredicateUse& b) { return a.rules > b.rules; });
  return predicates;
}

std::vector<LimitUse> Limits(const ruleset::RuleSet& rules, const Inspection& found, std::uint64_t bundle_bytes) {
  std::uint64_t keys = 0, rows = 0, depth = 0;
  for (const ruleset::ReferenceList& list : rules.lists) {
    keys = std::max<std::uint64_t>(keys, std::max<std::size_t>(list.texts.size(), list.ints.size()));
  }
  for (const ruleset::Table& table : rules.tables) rows = std::max<std::uint64_t>(rows, table.row_count);
  for (const RuleReach& rule : found.rules) depth = std::max<std::uint64_t>(depth, rule.depth);
  return {{"rules", rules.rules.size(), limits::kRulesMax},
          {"nodes", rules.program.nodes.size(), limits::kNodesMax},
          {"nesting of an expression", depth, limits::kNodeDepthMax},
          {"columns", rules.columns.columns.size(), limits::kColumnsMax},
          {"vectors read, parcels counted", rules.columns.domains.size(), limits::kDomainsMax},
          {"lists", rules.lists.size(), limits::kListsMax},
          {"keys of the longest list", keys, limits::kListKeysMax},
          {"tables", rules.tables.size(), limits::kTablesMax},
          {"rows of the longest table", rows, limits::kTableRowsMax},
          {"rates", rules.rates.rates.size(), limits::kRatesMax},
          {"zones", rules.program.zones.size(), limits::kZonesMax},
          {"lanes", rules.lanes.size(), limits::kLanesMax},
          {"tags", rules.tags.size(), limits::kTagsMax},
          {"controls", rules.controls.size(), limits::kControlsMax},
          {"bytes of the bundle", bundle_bytes, limits::kBundleBytesMax}};
}

}  // namespace

std::vector<std::string> IdsAlwaysVisited(const ruleset::RuleSetPtr& rule_set) {
  std::vector<std::string> ids;
  for (const ruleset::RuleIndex rule : match::Matcher(rule_set).AlwaysVisited()) {
    ids.emplace_back(rule_set->Text(rule_set->rules[rule].id));
  }
  return ids;
}

Inspection Inspect(const ruleset::RuleSet& rule_set, std::uint64_t bundle_bytes) {
  Inspection found;
  found.column_rules.resize(rule_set.columns.columns.size());
  found.list_rules.resize(rule_set.lists.size());
  found.table_rules.resize(rule_set.tables.size());
  found.table_profiles.resize(rule_set.tables.size());
  const std::vector<std::uint32_t> depths = Depths(rule_set.program);
  Walker walker(rule_set);
  std::vector<std::vector<NodeIndex>> nodes;
  for (const ruleset::Rule& rule : rule_set.rules) {
    RuleReach reach = walker.Walk(rule);
    reach.depth = depths[rule.condition];
    if (rule.score_node != ruleset::kNoNode) reach.depth = std::max(reach.depth, depths[rule.score_node]);
    for (const parcel::ColumnIndex column : reach.columns) ++found.column_rules[column];
    for (const std::uint32_t list : reach.lists) ++found.list_rules[list];
    for (const std::uint32_t table : reach.tables) ++found.table_rules[table];
    if (rule.profile_table != ruleset::kNone) ++found.table_profiles[rule.profile_table];
    found.rules.push_back(std::move(reach));
    nodes.push_back(walker.nodes());
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    found.rules[i].own_nodes = static_cast<std::uint32_t>(
        std::count_if(nodes[i].begin(), nodes[i].end(), [&](NodeIndex node) { return walker.users()[node] == 1; }));
  }
  found.predicates = Predicates(rule_set.program, walker.users());
  found.limits = Limits(rule_set, found, bundle_bytes);
  return found;
}

std::optional<WrittenAt> PlaceOf(const ruleset::RuleSet& rule_set, const ruleset::Rule& rule,
                                 const std::string& folder) {
  if (rule.source == ruleset::kNone) return std::nullopt;
  const ruleset::RuleSource& source = rule_set.sources[rule.source];
  const std::filesystem::path file(rule_set.Text(source.file));
  return WrittenAt{(std::filesystem::path(folder) / file).generic_string(), source.line};
}

std::string ColumnText(const ruleset::RuleSet& rule_set, parcel::ColumnIndex column) {
  const parcel::ColumnPlan& plan = rule_set.columns;
  const parcel::ColumnSpec& spec = plan.columns[column];
  std::string text =
      parcel::PathText(rule_set.catalog, parcel::DomainRecord(rule_set.catalog, plan, spec.domain), spec.path);
  for (parcel::DomainIndex at = spec.domain; at != parcel::kParcelDomain; at = plan.domains[at].parent) {
    const parcel::Domain& domain = plan.domains[at];
    const std::uint32_t record = parcel::DomainRecord(rule_set.catalog, plan, domain.parent);
    text = parcel::PathText(rule_set.catalog, record, domain.path) + (text.empty() ? "" : ".") + text;
  }
  return text;
}

std::vector<std::string> NamesOf(std::uint64_t bits, const std::vector<std::string>& names) {
  std::vector<std::string> chosen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if ((bits >> i & 1) != 0) chosen.push_back(names[i]);
  }
  return chosen;
}

bool IsPredicate(const ruleset::Program& program, NodeIndex index) {
  const Node& node = program.nodes[index];
  if (program.types[node.type].kind != ruleset::ValueType::kBool) return false;
  if (ruleset::VariablesBound(node.op) != 0) return false;
  return node.op != Op::kConst && node.op != Op::kNot && node.op != Op::kAnd && node.op != Op::kOr &&
         node.op != Op::kCond;
}

}  // namespace sluice::tools
