// The explanation of one decision as text: the lane, the way to it, and each rule's sub-expressions with values.
//
// One a thread.   Errors: kNotFound for a rule that the rule set does not have.
#pragma once

#include <string>

#include "engine/match/inspector.h"
#include "engine/pipeline/screener.h"

namespace sluice::tools {

class Explainer {
 public:
  Explainer(ruleset::RuleSetPtr rule_set, const draw::EpochKey& key);

  /// `flaw`: why the reader could not read it, which leaves no record; empty: it could.
  /// `only_rule`: the rule to explain, matched or not; empty: all that had a part in the decision.
  Result<std::string> Explain(std::span<const std::uint8_t> record, const std::string& place, const std::string& flaw,
                              const std::string& only_rule);

 private:
  using RuleIndex = ruleset::RuleIndex;

  Result<RuleIndex> FindRule(const std::string& id) const;
  std::string Head(const decide::Decision& decision, const std::string& place, const std::string& flaw) const;
  std::string Way(const decide::Decision& decision) const;
  std::string Section(const char* title, std::span<const RuleIndex> rules);
  std::string Rule(RuleIndex rule);
  std::string Verdict(RuleIndex rule, const decide::Decision& decision) const;
  bool Applies(RuleIndex rule, std::string* why_not) const;
  void Expression(ruleset::NodeIndex node, int depth, std::string* text);
  void Elements(ruleset::NodeIndex node, int depth, std::string* text);

  ruleset::RuleSetPtr rule_set_;
  pipeline::Screener screener_;
  match::Inspector inspector_;
};

}  // namespace sluice::tools
