// Judge: from matches to a lane, a pure function of one parcel (design: evaluate, waive, draw,
// score, most severe).
//
//  1. Every match is recorded; shadow matches apart.
//  2. `waives` of live matches suppress live matches by tag: never mandatory or must-inspect rules,
//  never errors.
//     Waivers are all taken from the full list of matches, so their order does not matter; a
//     suppressed rule's own waiver still counts.
//  3. Rules with a probability or a split are drawn, one ticket a rule; a failed draw keeps the
//  score, not the lane
//     or controls. The probability of a rule with a split is not read: its shares say it.
//  4. Scores of matches that stand are added (saturating); score_lanes maps the sum.
//  5. The most severe of match lanes, score lane and outcome lanes stands, of equally severe ones
//  the first of the
//     book; none: the default lane.
// A parcel that cannot be read has outcome unreadable and nothing else.
//
// Thread-safety: free functions of immutable arguments.   Errors: none; what is wrong with a parcel
// is an outcome.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/decide/decision.h"
#include "engine/draw/draw.h"
#include "engine/parcel/batch.h"
#include "engine/ruleset/matches.h"

namespace sluice::decide {

/// Decides row `row` of the batch. Refills `decision`, keeping its memory: all but cause,
/// generation and duplicate_of, which the caller sets.
void Judge(const ruleset::RuleSet& rule_set, const draw::EpochKey& key, const parcel::Batch& batch,
           std::size_t row, const ruleset::BatchMatches& matches, Decision* decision);

/// Asks for the memory of what Judge reads of these hits' rules, which lie far apart: call it some parcels ahead.
inline void FetchRules(const ruleset::RuleSet& rule_set, std::span<const ruleset::Hit> hits) {
  for (const ruleset::Hit& hit : hits) {
    const ruleset::Rule& rule = rule_set.rules[hit.rule];
    __builtin_prefetch(&rule.id);
    __builtin_prefetch(&rule.waives);
  }
}

/// Adds an outcome after judging, as if it had been known then: the decision's lane becomes the
/// outcome's where that is more severe, or where nothing but the default stood.
void AddOutcome(const ruleset::RuleSet& rule_set, ruleset::Outcome outcome, Decision* decision);

/// Appends the canonical bytes (FORMAT.md): no times, thread facts, or absent lists.
void AppendCanonical(const ruleset::RuleSet& rule_set, const Decision& decision,
                     std::vector<std::uint8_t>* bytes);

/// Lane and desks of a decision by name, where they may be those of another rule set: a duplicate repeats them.
struct DecisionNames {
  std::string_view lane;
  std::span<const std::string> controls;  // what the bits of Decision::controls mean
};
/// The same, whatever Decision::lane says.
void AppendCanonical(const ruleset::RuleSet& rule_set, const DecisionNames& names, const Decision& decision,
                     std::vector<std::uint8_t>* bytes);

}  // namespace sluice::decide
