#include "tools/sluice/coverage.h"

#include <algorithm>

#include "engine/match/applicability.h"
#include "engine/match/scopes.h"
#include "engine/ruleset/node_text.h"
#include "tools/sluice/inspection.h"

namespace sluice::tools {

using ruleset::Node;
using ruleset::NodeIndex;
using ruleset::Op;
using ruleset::Program;

namespace {

// The conditions below one root that can go either way, each once, from the outside in.
class BranchFinder {
 public:
  explicit BranchFinder(const Program& program) : program_(program) {}

  std::vector<NodeIndex> Find(NodeIndex condition, NodeIndex score) {
    Take(condition);
    if (score != ruleset::kNoNode) Look(score);
    return std::move(found_);
  }

 private:
  bool IsBool(NodeIndex node) const {
    return program_.types[program_.nodes[node].type].kind == ruleset::ValueType::kBool;
  }

  // A branch. What is negated goes the other way itself: no branch of its own.
  void Take(NodeIndex index) {
    while (program_.nodes[index].op == Op::kNot) index = program_.nodes[index].a;
    if (program_.nodes[index].op != Op::kConst && std::find(found_.begin(), found_.end(), index) == found_.end()) {
      found_.push_back(index);
    }
    Look(index);
  }

  void Look(NodeIndex index) {
    const Node& node = program_.nodes[index];
    const bool logic = node.op == Op::kAnd || node.op == Op::kOr || node.op == Op::kCond || node.op == Op::kNot;
    const bool loops = ruleset::VariablesBound(node.op) != 0;
    match::ForEachOperand(program_, node, [&](NodeIndex operand) {
      const bool branches = (logic || (loops && operand != node.a)) && IsBool(operand);
      branches ? Take(operand) : Look(operand);
    });
  }

  const Program& program_;
  std::vector<NodeIndex> found_;
};

// What rows of a profile have in common: the text without constants. Logic stands for itself, since a blank cell
// takes operands away.
std::string Skeleton(const ruleset::RuleSet& rules, NodeIndex index) {
  const Node& node = rules.program.nodes[index];
  std::string text = ruleset::OpText(node.op);
  if (node.op == Op::kConst || node.op == Op::kAnd || node.op == Op::kOr) return text;
  const std::uint32_t fields[] = {node.a, node.b, node.c};
  const std::string_view letters = ruleset::OpOperands(node.op);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (std::string_view("CDLTVFR").find(letters[i]) != std::string_view::npos) text += " " + std::to_string(fields[i]);
  }
  const bool loops = ruleset::VariablesBound(node.op) != 0;
  match::ForEachOperand(rules.program, node, [&](NodeIndex operand) {
    if (!loops || operand == node.a) text += "(" + Skeleton(rules, operand) + ")";
  });
  return text;
}

}  // namespace

double CoverageReport::percent() const {
  return outcomes == 0 ? 100.0 : 100.0 * static_cast<double>(outcomes_seen) / static_cast<double>(outcomes);
}

Coverage::Coverage(ruleset::RuleSetPtr rule_set, const std::string& folder) : rule_set_(std::move(rule_set)) {
  std::unordered_map<std::string, std::size_t> branches;  // of the unit that is being filled
  for (ruleset::RuleIndex i = 0; i < rule_set_->rules.size(); ++i) {
    const ruleset::Rule& rule = rule_set_->rules[i];
    const bool goes_on = i > 0 && rule.profile_table != ruleset::kNone && rule_set_->rules[i - 1].source == rule.source;
    if (!goes_on) {
      RuleCoverage& unit = units_.emplace_back();
      unit.id = rule_set_->Text(rule.id);
      if (rule.profile_table != ruleset::kNone) unit.id.resize(unit.id.find('/'));
      if (const auto place = PlaceOf(*rule_set_, rule, folder)) {
        unit.file = place->file;
        unit.line = place->line;
      }
      branches.clear();
    }
    AddRule(i, &branches);
  }
  matched_.resize(rule_set_->rules.size());
  std::vector<NodeIndex> nodes;
  for (const auto& rule : watched_) {
    for (const Watched& watched : rule) nodes.push_back(watched.node);
  }
  recorder_ = std::make_unique<match::Recorder>(rule_set_, nodes);
}

void Coverage::AddRule(ruleset::RuleIndex index, std::unordered_map<std::string, std::size_t>* branches) {
  const ruleset::Rule& rule = rule_set_->rules[index];
  RuleCoverage& unit = units_.back();
  unit_of_.push_back(units_.size() - 1);
  ++unit.rules;
  std::vector<Watched>& watched = watched_.emplace_back();
  std::unordered_map<std::string, int> seen;  // how often the row has had a skeleton
  for (const NodeIndex node : BranchFinder(rule_set_->program).Find(rule.condition, rule.score_node)) {
    const std::string skeleton = watched.empty() ? "root" : Skeleton(*rule_set_, node);
    const std::string key = skeleton + "#" + std::to_string(seen[skeleton]++);
    const auto [at, is_new] = branches->try_emplace(key, unit.branches.size());
    if (is_new) unit.branches.push_back({ruleset::NodeText(*rule_set_, node)});
    watched.push_back({node, at->second});
  }
  std::sort(watched.begin(), watched.end(), [](const Watched& a, const Watched& b) { return a.node < b.node; });
}

void Coverage::Add(const parcel::Batch& batch) {
  for (ruleset::RuleIndex i = 0; i < rule_set_->rules.size(); ++i) {
    if (match::BarOf(*rule_set_, rule_set_->rules[i], batch, 0) == match::Bar::kNone) Record(batch, i);
  }
}

void Coverage::Record(const parcel::Batch& batch, ruleset::RuleIndex index) {
  const ruleset::Rule& rule = rule_set_->rules[index];
  RuleCoverage& unit = units_[unit_of_[index]];
  const auto tell = [&](NodeIndex node, match::ErrorKind error, bool value) {
    const auto& watched = watched_[index];
    const auto at = std::lower_bound(watched.begin(), watched.end(), node,
                                     [](const Watched& w, NodeIndex wanted) { return w.node < wanted; });
    if (at == watched.end() || at->node != node || error != match::ErrorKind::kNone) return;
    (value ? unit.branches[at->branch].seen_true : unit.branches[at->branch].seen_false) = true;
  };
  if (!recorder_->Record(batch, 0, rule.condition, tell)) return;
  matched_[index] = true;
  if (rule.score_node != ruleset::kNoNode) static_cast<void>(recorder_->Record(batch, 0, rule.score_node, tell));
}

CoverageReport Coverage::Report() const {
  CoverageReport report;
  report.rules = units_;
  for (std::size_t i = 0; i < matched_.size(); ++i) report.rules[unit_of_[i]].matched += matched_[i] ? 1 : 0;
  for (const RuleCoverage& rule : report.rules) {
    report.rules_matched += rule.matched > 0 ? 1 : 0;
    report.outcomes += 2 * rule.branches.size();
    for (const Branch& branch : rule.branches)
      report.outcomes_seen += std::size_t{branch.seen_true} + branch.seen_false;
  }
  return report;
}

}  // namespace sluice::tools
