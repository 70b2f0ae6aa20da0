#include "tools/sluice/explanation.h"

#include <algorithm>

#include "engine/ruleset/node_text.h"

namespace sluice::tools {

using match::ErrorKind;
using match::Trace;
using ruleset::Node;
using ruleset::Op;
using ruleset::RuleIndex;

namespace {

bool Loops(const Node& node) { return ruleset::VariablesBound(node.op) != 0; }

// Follows a condition that did not match to the predicates that made it so.
class Finder {
 public:
  explicit Finder(const ruleset::Program& program) : program_(program) {}

  std::vector<const Trace*> Find(const Trace& root) {
    Follow(root);
    return std::move(found_);
  }

 private:
  static bool IsTrue(const Trace& trace) { return trace.value.error == ErrorKind::kNone && trace.value.number != 0; }

  void Follow(const Trace& trace) {
    const Node& node = program_.nodes[trace.node];
    if (trace.value.error != ErrorKind::kNone) return FollowError(trace, node);
    if (node.op == Op::kAnd || node.op == Op::kOr) return FollowLogic(trace, node);
    if (node.op == Op::kNot && !trace.parts.empty()) return Follow(trace.parts[0]);
    if (node.op == Op::kCond) return FollowChoice(trace, node);
    if (Loops(node)) return FollowElements(trace, node);
    found_.push_back(&trace);
  }

  // The first part with that error; of an operator that is not logic, the whole of it.
  void FollowError(const Trace& trace, const Node& node) {
    const bool logic = node.op == Op::kAnd || node.op == Op::kOr || node.op == Op::kNot || node.op == Op::kCond;
    const auto errs = [&](const Trace& part) { return part.value.error == trace.value.error; };
    const auto& parts = Loops(node) ? trace.elements : trace.parts;
    const auto part = std::find_if(parts.begin(), parts.end(), errs);
    if (part == parts.end() || !(logic || Loops(node))) return found_.push_back(&trace);
    Follow(*part);
  }

  // One false operand is why && is false, one true operand why || is true; else all of them are.
  void FollowLogic(const Trace& trace, const Node& node) {
    const bool dominant = node.op == Op::kOr;
    const auto decides = [&](const Trace& part) {
      return part.value.error == ErrorKind::kNone && IsTrue(part) == dominant;
    };
    const auto part = std::find_if(trace.parts.begin(), trace.parts.end(), decides);
    if (part != trace.parts.end()) return Follow(*part);
    for (const Trace& each : trace.parts) Follow(each);
  }

  void FollowChoice(const Trace& trace, const Node& node) {
    const auto find = [&](ruleset::NodeIndex wanted) {
      return std::find_if(trace.parts.begin(), trace.parts.end(), [=](const Trace& p) { return p.node == wanted; });
    };
    const auto condition = find(node.a);
    if (condition == trace.parts.end()) return found_.push_back(&trace);
    const auto chosen = find(IsTrue(*condition) ? node.b : node.c);
    Follow(chosen == trace.parts.end() ? *condition : *chosen);
  }

  // The element that decides; where none does and there is just one, that one; else the quantifier as a whole.
  void FollowElements(const Trace& trace, const Node& node) {
    const bool dominant = node.op == Op::kExists || node.op == Op::kExistsPair;
    if (!dominant && node.op != Op::kAll && node.op != Op::kAllPairs) return found_.push_back(&trace);
    const auto decides = [&](const Trace& e) { return e.value.error == ErrorKind::kNone && IsTrue(e) == dominant; };
    const auto element = std::find_if(trace.elements.begin(), trace.elements.end(), decides);
    if (element != trace.elements.end()) return Follow(*element);
    if (trace.element_count == 1 && !trace.elements.empty()) return Follow(trace.elements[0]);
    found_.push_back(&trace);
  }

  const ruleset::Program& program_;
  std::vector<const Trace*> found_;
};

}  // namespace

const char* VerdictName(Verdict verdict) {
  static constexpr const char* kNames[kVerdictCount] = {"matched", "waived",   "shadow",   "error",
                                                        "absent",  "no_match", "not_asked"};
  return kNames[static_cast<int>(verdict)];
}

const char* BarText(match::Bar bar) {
  switch (bar) {
    case match::Bar::kNone: return "";
    case match::Bar::kUnreadable: return "the record cannot be read";
    case match::Bar::kDirection: return "it is for another direction";
    case match::Bar::kOffice: return "it is for other offices";
    case match::Bar::kPhase: return "it is for another phase";
    case match::Bar::kNotYetValid: return "it is not valid yet";
    case match::Bar::kNoLongerValid: return "it is no longer valid";
  }
  return "";
}

std::string PartValues(const ruleset::RuleSet& rule_set, const Trace& trace) {
  std::string text;
  if (Loops(rule_set.program.nodes[trace.node])) {
    return trace.element_count == 1 ? "1 element" : std::to_string(trace.element_count) + " elements";
  }
  for (const Trace& part : trace.parts) {
    text +=
        (text.empty() ? "" : ", ") + ruleset::NodeText(rule_set, part.node) + " = " + match::InspectedText(part.value);
  }
  return text;
}

std::vector<RuleIndex> WaivedBy(const ruleset::RuleSet& rule_set, RuleIndex waived, const decide::Decision& decision) {
  std::vector<RuleIndex> waivers;
  const auto add = [&](RuleIndex other) {
    if ((rule_set.rules[other].waives & rule_set.rules[waived].tags) != 0) waivers.push_back(other);
  };
  for (const ruleset::Hit& hit : decision.matched) add(hit.rule);
  for (const RuleIndex other : decision.suppressed) add(other);
  return waivers;
}

Explainer::Explainer(ruleset::RuleSetPtr rule_set, const draw::EpochKey& key, std::string folder)
    : rule_set_(rule_set), folder_(std::move(folder)), screener_(rule_set, key), inspector_(rule_set) {}

Result<RuleIndex> Explainer::FindRule(const std::string& id) const {
  const std::string row_prefix = id + "/";
  std::string_view row;
  for (RuleIndex i = 0; i < rule_set_->rules.size(); ++i) {
    const std::string_view known = rule_set_->Text(rule_set_->rules[i].id);
    if (known == id) return i;
    if (row.empty() && known.starts_with(row_prefix)) row = known;
  }
  std::string message = "the rule set has no rule '" + id + "'";
  if (!row.empty()) message += ", but a profile of that name: choose one of its rows, such as " + std::string(row);
  return Status(StatusCode::kNotFound, message);
}

Verdict Explainer::VerdictOf(RuleIndex rule, const decide::Decision& decision) const {
  const auto hit = [&](const std::vector<ruleset::Hit>& hits) {
    return std::any_of(hits.begin(), hits.end(), [&](const ruleset::Hit& known) { return known.rule == rule; });
  };
  const auto has = [&](const std::vector<RuleIndex>& rules) {
    return std::find(rules.begin(), rules.end(), rule) != rules.end();
  };
  if (hit(decision.matched)) return Verdict::kMatched;
  if (hit(decision.shadow)) return Verdict::kShadow;
  if (has(decision.suppressed)) return Verdict::kWaived;
  if (has(decision.errors)) return Verdict::kError;
  if (has(decision.absent)) return Verdict::kAbsent;
  const match::Bar bar = match::BarOf(*rule_set_, rule_set_->rules[rule], screener_.batch(), 0);
  return bar == match::Bar::kNone ? Verdict::kNoMatch : Verdict::kNotAsked;
}

RuleExplanation Explainer::ExplainRule(RuleIndex index, Verdict verdict, const decide::Decision& decision) {
  const ruleset::Rule& rule = rule_set_->rules[index];
  RuleExplanation explained;
  explained.rule = index;
  explained.verdict = verdict;
  explained.bar = match::BarOf(*rule_set_, rule, screener_.batch(), 0);
  if (explained.bar == match::Bar::kUnreadable) return explained;
  explained.condition = inspector_.TraceOf(screener_.batch(), 0, rule.condition, {});
  if (rule.score_node != ruleset::kNoNode) {
    explained.score = inspector_.TraceOf(screener_.batch(), 0, rule.score_node, {});
  }
  if (verdict == Verdict::kWaived) explained.waived_by = WaivedBy(*rule_set_, index, decision);
  return explained;
}

Result<Explanation> Explainer::Explain(const ExplainedRecord& record, const ExplainScope& scope) {
  std::optional<RuleIndex> only;
  if (!scope.rule.empty()) {
    const Result<RuleIndex> rule = FindRule(scope.rule);
    if (!rule.ok()) return rule.status();
    only = *rule;
  }
  pipeline::ScreenFacts facts;
  facts.sequence = record.decision.sequence;
  facts.now = record.decision.now;
  Explanation explanation;
  explanation.rule_set = rule_set_;
  explanation.folder = folder_;
  static_cast<void>(screener_.Screen(record.bytes, facts));  // for the values: the decision is there
  explanation.decision = record.decision;
  explanation.sequence = record.sequence;
  explanation.place = record.place;
  explanation.flaw = record.flaw;
  explanation.counts.resize(kVerdictCount);
  for (RuleIndex i = 0; i < rule_set_->rules.size(); ++i) {
    const Verdict verdict = VerdictOf(i, explanation.decision);
    ++explanation.counts[static_cast<std::size_t>(verdict)];
    const bool had_a_part = verdict != Verdict::kNoMatch && verdict != Verdict::kNotAsked;
    if (only ? i == *only : scope.all || had_a_part) {
      explanation.rules.push_back(ExplainRule(i, verdict, explanation.decision));
    }
  }
  for (RuleExplanation& rule : explanation.rules) {  // they refer to the traces where these stay
    const bool ruled_out =
        rule.verdict == Verdict::kNoMatch || rule.verdict == Verdict::kAbsent || rule.verdict == Verdict::kError;
    if (ruled_out && rule.bar == match::Bar::kNone) rule.decisive = Finder(rule_set_->program).Find(rule.condition);
  }
  return explanation;
}

}  // namespace sluice::tools
