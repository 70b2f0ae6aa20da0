// A rule set made ready to match: how its conditions are evaluated (plan.h) and the index of them (index.h).
//
// Made once, aside if need be, then shared by pointer: evaluators are made from it, one a thread.
// Thread-safety: immutable.   Ownership: keeps the rule set alive.   Errors: none; std::bad_alloc.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "engine/ruleset/rule_set.h"

namespace sluice::match {

class Matcher {
 public:
  struct Parts;  // matcher_parts.h: for this room

  explicit Matcher(ruleset::RuleSetPtr rule_set);
  ~Matcher();
  Matcher(const Matcher&) = delete;
  Matcher& operator=(const Matcher&) = delete;

  const ruleset::RuleSetPtr& rule_set() const;
  /// The rules that every batch visits, ascending: in some case of theirs, no term is rare enough to lead to them.
  std::vector<ruleset::RuleIndex> AlwaysVisited() const;
  const Parts& parts() const { return *parts_; }

 private:
  std::unique_ptr<const Parts> parts_;
};

using MatcherPtr = std::shared_ptr<const Matcher>;

MatcherPtr MakeMatcher(ruleset::RuleSetPtr rule_set);

}  // namespace sluice::match
