// What a rule set holds, counted: which nodes, columns, lists and tables each rule reaches, and how near its limits
// it is.
//
// Thread-safety: pure function of an immutable rule set.   Ownership: refers to the rule set.   Errors: none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/ruleset/rule_set.h"

namespace sluice::tools {

struct RuleReach {
  std::uint32_t nodes = 0;      // distinct nodes of its condition and score
  std::uint32_t own_nodes = 0;  // of those, the ones that no other rule has
  std::uint32_t depth = 0;      // nesting of the deeper of the two
  std::vector<parcel::ColumnIndex> columns;  // ascending, as are the next two
  std::vector<std::uint32_t> lists;
  std::vector<std::uint32_t> tables;  // looked up; a profile's own table apart
};

struct PredicateUse {
  ruleset::NodeIndex node = 0;
  std::uint32_t rules = 0;  // that have it
};

struct LimitUse {
  std::string what;  // "rules"
  std::uint64_t used = 0;
  std::uint64_t limit = 0;  // of engine/base/limits.h
};

struct Inspection {
  std::vector<RuleReach> rules;                // by rule
  std::vector<PredicateUse> predicates;        // most used first: comparisons, tests, calls; no logic, no quantifier
  std::vector<std::uint32_t> column_rules;     // by column: rules that read it
  std::vector<std::uint32_t> list_rules;       // by list
  std::vector<std::uint32_t> table_rules;      // by table: rules that look it up
  std::vector<std::uint32_t> table_profiles;   // by table: rules that were made of its rows
  std::vector<LimitUse> limits;
};

Inspection Inspect(const ruleset::RuleSet& rule_set, std::uint64_t bundle_bytes);

/// Ids of the rules that the index reaches by no term: every batch visits them.
std::vector<std::string> IdsAlwaysVisited(const ruleset::RuleSetPtr& rule_set);

/// Where a rule was written. `file` is relative to the book's folder; with `folder` before it, where that is not empty.
struct WrittenAt {
  std::string file;
  std::uint32_t line = 0;
};
std::optional<WrittenAt> PlaceOf(const ruleset::RuleSet& rule_set, const ruleset::Rule& rule,
                                 const std::string& folder);
/// "items.hs_code": the whole way from the parcel.
std::string ColumnText(const ruleset::RuleSet& rule_set, parcel::ColumnIndex column);
/// The names of `bits`, in the order of `names`.
std::vector<std::string> NamesOf(std::uint64_t bits, const std::vector<std::string>& names);
/// A condition that is no logic of others and no constant: what README calls a predicate.
bool IsPredicate(const ruleset::Program& program, ruleset::NodeIndex node);

}  // namespace sluice::tools
