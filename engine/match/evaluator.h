// Evaluates every rule of a rule set over a batch: the slow, plain form of matching, and its definition.
//
// Two tiers. Tier 1 works column by column: a boolean node becomes bit rows (true, absent, error) over the rows
// of the parcel domain, or of one vector's domain inside a quantifier. Tier 2 interprets a node for one row;
// its value nodes feed tier 1 as columns. Both give each node the meaning that ops.def states.
//
// Thread-safety: one Evaluator a thread; the rule set is shared.   Ownership: keeps the rule set alive.
// Errors: none but the rules' own, which are part of the result.   Allocation: its scratch grows to a bound.
#pragma once

#include <memory>

#include "engine/parcel/batch.h"
#include "engine/ruleset/matches.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::match {

class Evaluator {
 public:
  explicit Evaluator(ruleset::RuleSetPtr rule_set);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  /// Fills `matches` for all rows of `batch`, whose columns are those of the rule set's plan (others may
  /// follow them), and whose facts carry `now` and the phase. A rule restricted to offices or directions does
  /// not apply to a parcel whose office or direction is absent or unknown.
  void Evaluate(const parcel::Batch& batch, ruleset::BatchMatches* matches);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::match
