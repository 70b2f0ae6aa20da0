// Which rules, and which branches of their conditions, the cases of a book have taken, by the interpreter that decides.
//
// A branch is a condition that can go either way: a rule's condition itself, an operand of && and ||, the condition of
// ?: (and what it chooses between, where that is bool), the body of a quantifier or filter. It has two outcomes, true
// and false. The rules of a profile are one: a branch counts as taken if it is in any of its rows.
// Thread-safety: none.   Ownership: keeps the rule set alive.   Errors: none.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/match/recorder.h"
#include "engine/parcel/batch.h"

namespace sluice::tools {

struct Branch {
  std::string text;         // of a profile: as its first row with it reads
  bool seen_true = false;
  bool seen_false = false;
};

struct RuleCoverage {
  std::string id;           // of a profile: without the row's key
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t rules = 0;    // 1, or the rows of a profile
  std::uint32_t matched = 0;  // of those, whose condition some case made true
  std::vector<Branch> branches;
};

struct CoverageReport {
  std::vector<RuleCoverage> rules;
  std::size_t rules_matched = 0;  // with any of their rows
  std::size_t outcomes = 0;       // two a branch
  std::size_t outcomes_seen = 0;

  /// Of the outcomes; 100 where there are none.
  double percent() const;
};

class Coverage {
 public:
  /// `folder`: of the book, put before names of its files.
  Coverage(ruleset::RuleSetPtr rule_set, const std::string& folder);

  /// A case, as it was decided: all rules that apply to its parcel, the batch's one row.
  void Add(const parcel::Batch& batch);
  CoverageReport Report() const;

 private:
  struct Watched {  // one rule's branch: its place among the branches of the rule or profile
    ruleset::NodeIndex node = 0;
    std::size_t branch = 0;
  };

  void AddRule(ruleset::RuleIndex index, std::unordered_map<std::string, std::size_t>* branches);
  void Record(const parcel::Batch& batch, ruleset::RuleIndex index);

  const ruleset::RuleSetPtr rule_set_;
  std::unique_ptr<match::Recorder> recorder_;
  std::vector<RuleCoverage> units_;
  std::vector<std::size_t> unit_of_;           // by rule
  std::vector<std::vector<Watched>> watched_;  // by rule, ascending by node
  std::vector<bool> matched_;                  // by rule
};

}  // namespace sluice::tools
