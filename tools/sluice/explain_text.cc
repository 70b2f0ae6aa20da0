#include "tools/sluice/explain_text.h"

#include <algorithm>

#include <fmt/core.h>

#include "engine/base/time_text.h"
#include "engine/ruleset/node_text.h"

namespace sluice::tools {

using ruleset::Node;
using ruleset::NodeIndex;
using ruleset::Op;
using ruleset::ValueType;

namespace {

constexpr int kDepthMax = 12;              // levels of an expression that are shown
constexpr std::size_t kElementsShown = 5;  // elements of a quantifier that are shown

std::string Indent(int depth) { return std::string(static_cast<std::size_t>(4 + 2 * depth), ' '); }

bool IsQuantifier(Op op) {
  return (op >= Op::kAll && op <= Op::kExistsOne) || (op >= Op::kAllPairs && op <= Op::kExistsOnePair);
}

// Operands that are expressions of their own and outside a quantifier's body.
std::vector<NodeIndex> Parts(const ruleset::Program& program, const Node& node) {
  if (ruleset::VariablesBound(node.op) != 0) return {};
  std::vector<NodeIndex> parts;
  const std::uint32_t operands[] = {node.a, node.b, node.c};
  std::size_t at = 0;
  for (const char letter : ruleset::OpOperands(node.op)) {
    if (letter == 'P') {
      for (std::uint32_t i = 0; i < node.c; ++i) parts.push_back(program.operands[node.b + i]);
    } else if (letter == 'N' && operands[at] != ruleset::kNoNode) {
      parts.push_back(operands[at]);
    }
    ++at;
  }
  return parts;
}

}  // namespace

Explainer::Explainer(ruleset::RuleSetPtr rule_set, const draw::EpochKey& key)
    : rule_set_(rule_set), screener_(rule_set, key), inspector_(rule_set) {}

Result<ruleset::RuleIndex> Explainer::FindRule(const std::string& id) const {
  for (RuleIndex i = 0; i < rule_set_->rules.size(); ++i) {
    if (rule_set_->Text(rule_set_->rules[i].id) == id) return i;
  }
  return Status(StatusCode::kNotFound, "the rule set has no rule '" + id + "'");
}

Result<std::string> Explainer::Explain(std::span<const std::uint8_t> record, const std::string& place,
                                       const std::string& flaw, const std::string& only_rule) {
  const decide::Decision& decision = screener_.Screen(record);
  std::string text = Head(decision, place, flaw);
  if (!only_rule.empty()) {
    Result<RuleIndex> rule = FindRule(only_rule);
    if (!rule.ok()) return rule.status();
    return text + "\n" + Verdict(*rule, decision) + Rule(*rule);
  }
  std::vector<RuleIndex> matched, shadow;
  for (const ruleset::Hit& hit : decision.matched) matched.push_back(hit.rule);
  for (const ruleset::Hit& hit : decision.shadow) shadow.push_back(hit.rule);
  text += Way(decision);
  text += Section("Matched", matched);
  text += Section("Matched, then waived", decision.suppressed);
  text += Section("Matched in shadow mode, without effect", shadow);
  text += Section("Ended in an error", decision.errors);
  text += Section("Asked for something absent, so no match", decision.absent);
  return text;
}

std::string Explainer::Head(const decide::Decision& decision, const std::string& place,
                            const std::string& flaw) const {
  std::string text = fmt::format("parcel {}  ({})\n  lane {}, score {}, phase {}, now {}\n",
                                 decision.parcel_id.empty() ? "without an id" : decision.parcel_id, place,
                                 rule_set_->lanes[decision.lane].name, decision.score,
                                 decision.phase == parcel::Phase::kScanned ? "scanned" : "declared",
                                 base::TimestampText(decision.now));
  for (int i = 0; i < ruleset::kOutcomeCount; ++i) {
    const auto outcome = static_cast<ruleset::Outcome>(i);
    if (decision.Has(outcome)) {
      text += fmt::format("  outcome {} → lane {}\n", ruleset::OutcomeName(outcome),
                          rule_set_->lanes[rule_set_->outcome_lanes[static_cast<std::size_t>(i)]].name);
    }
  }
  if (decision.read_error != parcel::ReadError::kNone) {
    text += fmt::format("  the record cannot be read: {}\n",
                        flaw.empty() ? parcel::ReadErrorName(decision.read_error) : flaw.c_str());
  }
  for (const std::uint32_t field : decision.missing) {
    text += fmt::format("  absent, but required: {}\n", rule_set_->Text(rule_set_->required[field].name));
  }
  return text;
}

std::string Explainer::Way(const decide::Decision& decision) const {
  std::string text = fmt::format(
      "\nThe way to the lane\n  {} rules asked: {} matched, {} of them waived; {} in shadow, "
      "{} absent, {} errors\n",
      rule_set_->rules.size(), decision.matched.size() + decision.suppressed.size(), decision.suppressed.size(),
      decision.shadow.size(), decision.absent.size(), decision.errors.size());
  for (const decide::Draw& draw : decision.draws) {
    text += fmt::format("  draw for {}: ticket {:016x} {} threshold {:016x}: {}\n",
                        rule_set_->Text(rule_set_->rules[draw.rule].id), draw.ticket, draw.selected ? "<" : ">=",
                        draw.threshold, draw.selected ? "selected" : "spared, keeps its score alone");
  }
  if (decision.test_key && !decision.draws.empty()) text += "  (drawn with the test key)\n";
  for (const ruleset::Hit& hit : decision.matched) {
    const ruleset::Rule& rule = rule_set_->rules[hit.rule];
    text += fmt::format("  {}: {}{}\n", rule_set_->Text(rule.id),
                        rule.lane == ruleset::kNoLane ? "" : "lane " + rule_set_->lanes[rule.lane].name + ", ",
                        fmt::format("score {}", hit.score));
  }
  for (auto lane = rule_set_->score_lanes.rbegin(); lane != rule_set_->score_lanes.rend(); ++lane) {
    if (decision.score < lane->from) continue;
    text += fmt::format("  score {} is {} or more: lane {}\n", decision.score, lane->from,
                        rule_set_->lanes[lane->lane].name);
    break;
  }
  return text + fmt::format("  the most severe stands: {}\n", rule_set_->lanes[decision.lane].name);
}

std::string Explainer::Section(const char* title, std::span<const RuleIndex> rules) {
  if (rules.empty()) return "";
  std::string text = fmt::format("\n{}\n", title);
  for (const RuleIndex rule : rules) text += Rule(rule);
  return text;
}

std::string Explainer::Rule(RuleIndex index) {
  const ruleset::Rule& rule = rule_set_->rules[index];
  std::string text = fmt::format("  {}  {}\n", rule_set_->Text(rule.id), rule_set_->Text(rule.title));
  if (rule.source != ruleset::kNone) {
    const ruleset::RuleSource& source = rule_set_->sources[rule.source];
    text += fmt::format("    {}:{}\n", rule_set_->Text(source.file), source.line);
  }
  if (rule.note != ruleset::kNone) text += fmt::format("    {}\n", rule_set_->Text(rule.note));
  Expression(rule.condition, 0, &text);
  return text;
}

bool Explainer::Applies(RuleIndex index, std::string* why_not) const {
  const ruleset::Rule& rule = rule_set_->rules[index];
  const parcel::ParcelFacts& facts = screener_.batch().facts[0];
  if ((rule.phases & parcel::PhaseBit(facts.phase)) == 0) *why_not = "it is not asked at this phase";
  if (facts.now < rule.valid_from || !(facts.now < rule.valid_until)) *why_not = "it is not valid now";
  return why_not->empty();
}

std::string Explainer::Verdict(RuleIndex rule, const decide::Decision& decision) const {
  const auto hit = [&](const ruleset::Hit& known) { return known.rule == rule; };
  const auto has = [&](const std::vector<RuleIndex>& rules) {
    return std::find(rules.begin(), rules.end(), rule) != rules.end();
  };
  std::string why_not;
  if (std::any_of(decision.matched.begin(), decision.matched.end(), hit)) return "Matched\n";
  if (std::any_of(decision.shadow.begin(), decision.shadow.end(), hit)) return "Matched in shadow mode\n";
  if (has(decision.suppressed)) return "Matched, then waived\n";
  if (has(decision.errors)) return "Ended in an error\n";
  if (has(decision.absent)) return "Asked for something absent, so no match\n";
  if (!Applies(rule, &why_not)) return "Does not apply: " + why_not + "\n";
  return "No match (or another direction or office)\n";
}

void Explainer::Expression(NodeIndex index, int depth, std::string* text) {
  const ruleset::Program& program = rule_set_->program;
  const Node& node = program.nodes[index];
  const match::InspectedValue value = inspector_.Inspect(screener_.batch(), 0, index);
  *text +=
      fmt::format("{}{:<8} {}\n", Indent(depth), match::InspectedText(value), ruleset::NodeText(*rule_set_, index));
  if (depth >= kDepthMax) return;
  if (IsQuantifier(node.op)) Elements(index, depth + 1, text);
  for (const NodeIndex part : Parts(program, node)) {
    if (program.nodes[part].op != Op::kConst) Expression(part, depth + 1, text);
  }
}

void Explainer::Elements(NodeIndex index, int depth, std::string* text) {
  const std::vector<match::InspectedValue> values = inspector_.InspectElements(screener_.batch(), 0, index);
  for (std::size_t i = 0; i < values.size() && i < kElementsShown; ++i) {
    *text += fmt::format("{}{:<8} for element {}\n", Indent(depth), match::InspectedText(values[i]), i + 1);
  }
  if (values.size() > kElementsShown) {
    *text += fmt::format("{}… and {} more elements\n", Indent(depth), values.size() - kElementsShown);
  }
}

}  // namespace sluice::tools
