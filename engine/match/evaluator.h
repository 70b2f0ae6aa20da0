// Evaluates a rule set over a batch: columns in, matches out.
//
// An index finds which rules may match which parcels (index.h). What it cannot settle is asked of the conditions,
// in two tiers. Tier 1 works column by column: a boolean node becomes bit rows (true, absent, error) over the rows of
// the parcel domain, or of one vector's domain inside a quantifier. Tier 2 interprets a node for one row; its value
// nodes feed tier 1 as columns. All give each node the meaning that ops.def states.
//
// Thread-safety: one Evaluator a thread; the Matcher is shared.   Ownership: keeps the Matcher alive.
// Errors: none but the rules' own, which are part of the result.   Allocation: its scratch grows to a bound.
#pragma once

#include <cstdint>
#include <memory>

#include "engine/match/matcher.h"
#include "engine/parcel/batch.h"
#include "engine/ruleset/matches.h"

namespace sluice::match {

/// What matching did, summed up over batches, and the size of what it asks.
struct MatchCounts {
  std::uint64_t visits = 0;     // of entries of the index, each for a whole batch
  std::uint64_t survivors = 0;  // entries that let a parcel through
  std::uint64_t pairs = 0;      // of rule and parcel looked at one by one
  std::uint64_t asked = 0;      // pairs for which the condition was asked
  std::size_t always = 0;       // entries that every batch visits
  std::size_t index_bytes = 0;
};

class Evaluator {
 public:
  explicit Evaluator(MatcherPtr matcher);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  /// Fills `matches` for all rows of `batch`, whose columns are those of the rule set's plan (others may
  /// follow them), and whose facts carry `now` and the phase. A rule restricted to offices or directions does
  /// not apply to a parcel whose office or direction is absent or unknown.
  void Evaluate(const parcel::Batch& batch, ruleset::BatchMatches* matches);

  /// Evaluate() in its two steps, for those who time them: fields to codes and rows of bits; and these to matches.
  void Encode(const parcel::Batch& batch);
  void Match(ruleset::BatchMatches* matches);
  MatchCounts counts() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::match
