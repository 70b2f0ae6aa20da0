// What differs between two rule sets, by what an officer calls things: rules by id, lists, tables and lanes by name.
//
// Two expressions are the same if they are the same operations on the same fields, constants and reference data,
// whatever the layout of their text was. Where a rule stands in which file is no difference.
// Thread-safety: pure functions of immutable rule sets.   Errors: none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::tools {

enum class Subject : std::uint8_t { kRule, kList, kTable, kRates, kLane, kPolicy, kSchema };
inline constexpr int kSubjectCount = 7;
const char* SubjectName(Subject subject);  // "rule"

enum class ChangeWay : std::uint8_t { kAdded, kRemoved, kChanged };
const char* ChangeWayName(ChangeWay way);  // "added"

struct PartChange {
  std::string part;                          // "condition"
  std::optional<std::string> before, after;  // none: the part tells of the other side alone ("keys added")
};

struct Change {
  Subject subject = Subject::kRule;
  ChangeWay way = ChangeWay::kChanged;
  std::string name;               // a rule's id, a list's name
  std::string title;              // of a rule
  std::vector<PartChange> parts;  // of kChanged
};

/// In the order of Subject; rules in the order of `b`, those removed in the order of `a` before them.
std::vector<Change> DiffRuleSets(const ruleset::RuleSet& a, const ruleset::RuleSet& b);

/// By node: equal for equal expressions of any two rule sets.
std::vector<base::Hash128> Fingerprints(const ruleset::RuleSet& rule_set);

}  // namespace sluice::tools
