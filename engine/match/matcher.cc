#include "engine/match/matcher.h"

#include <algorithm>
#include <utility>

#include "engine/match/index_builder.h"
#include "engine/match/matcher_parts.h"

namespace sluice::match {

Matcher::Parts::Parts(ruleset::RuleSetPtr rules)
    : rule_set(std::move(rules)), plan(MakePlan(*rule_set)), settings(*rule_set),
      index(IndexBuilder(*rule_set, plan, settings).Build()) {
  for (const ruleset::Rule& rule : rule_set->rules) {
    scores.push_back(rule.score_node == ruleset::kNoNode ? rule.score : kComputedScore);
    absent_is_error.push_back(rule.absent_is_error);
  }
}

Matcher::Matcher(ruleset::RuleSetPtr rule_set) : parts_(std::make_unique<const Parts>(std::move(rule_set))) {}
Matcher::~Matcher() = default;

const ruleset::RuleSetPtr& Matcher::rule_set() const { return parts_->rule_set; }

std::vector<ruleset::RuleIndex> Matcher::AlwaysVisited() const {
  std::vector<ruleset::RuleIndex> rules;
  for (const SlotList& list : parts_->index.slot_lists) {
    if (list.slot != kAllRows) continue;
    for (std::uint32_t i = 0; i < list.span.count; ++i) {
      rules.push_back(parts_->index.rests[list.span.first + i].rule);
    }
  }
  std::sort(rules.begin(), rules.end());
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  return rules;
}

MatcherPtr MakeMatcher(ruleset::RuleSetPtr rule_set) { return std::make_shared<const Matcher>(std::move(rule_set)); }

}  // namespace sluice::match
