// What a compiled book was made from: its files as read, and the checked tree of each condition, for
// those who look at both (the linter).
//
// Thread-safety: immutable once made.   Ownership: owns its trees and YAML documents; places refer to
// CompiledBook::sources. The lists, and what rows of tables hold, have moved to the rule set.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/ruleset/rule_set.h"
#include "rules/book/book.h"
#include "rules/check/checker.h"

namespace sluice::rules {

/// One rule as written, and what it became: one rule, or one a row of its profile's table.
struct CheckedRule {
  std::uint32_t spec = 0;  // index in RuleSpecs::rules
  CheckedExpression condition;
  std::optional<CheckedExpression> score;
  std::vector<ruleset::NodeIndex> parts;  // of the condition: see ProfileLowering::parts
  ruleset::RuleIndex first_rule = 0;      // in RuleSet::rules
  std::uint32_t rule_count = 0;
};

struct CheckedBook {
  Book book;
  std::vector<CheckedRule> rules;  // in the order of the rule set
};

}  // namespace sluice::rules
