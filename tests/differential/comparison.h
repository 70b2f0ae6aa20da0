// One round: a book compiled, bundled and screened in several ways, its records decided by the
// oracle, both compared.
//
// Not thread-safe.   Errors: differences, as texts with all that is needed to see them again.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/ruleset/rule_set.h"
#include "tests/differential/world.h"
#include "tests/support/oracle/oracle.h"

namespace sluice::differential {

/// How often what was exercised: operations by OpText, errors by name, keys of rules, outcomes,
/// refusals by code, clauses of the index on elements by kind, and their terms.
struct Coverage {
  std::map<std::string, std::uint64_t> operations, errors, final_errors, keys, outcomes, refusals, clauses;
  std::uint64_t books = 0, rules = 0, refused_rules = 0, decisions = 0, pairs = 0;

  std::string Table() const;
};

/// Counts the clauses on elements that an index of the rules has.
void CountClauses(const ruleset::RuleSet& set, Coverage* coverage);

/// Compiles `book` after rules that the compiler refuses have been taken out of it. Null when
/// nothing is left, or
/// `*failure` says what went wrong.
ruleset::RuleSetPtr CompileWhatCompiles(oracle::BookModel* book, const std::string& folder,
                                        Coverage* coverage, std::string* failure);

/// What the engine decides of each submission, by sequence. Null where screening fails, with the reason in `*failure`.
std::optional<std::map<std::uint64_t, oracle::Expected>> EngineDecisions(
    const ruleset::RuleSetPtr& rule_set, const std::vector<oracle::Submission>& stream, std::string* failure);

/// The first difference, or nothing.
std::optional<std::string> FindDifference(const oracle::BookModel& book, const Schema& schema,
                                          const ruleset::RuleSetPtr& rule_set,
                                          const std::vector<oracle::Submission>& stream,
                                          bool all_ways, Coverage* coverage);

/// Drops rules and records as long as some difference remains, and tells it.
std::string Shrink(oracle::BookModel book, const Schema& schema, const std::string& folder,
                   std::vector<oracle::Submission> stream, const std::string& difference);

/// The same for a book that the compiler refuses wrongly.
std::string ShrinkFailure(oracle::BookModel book, const std::string& folder,
                          const std::string& failure);

}  // namespace sluice::differential
