// A decision: where one revision of one parcel goes, and everything needed to say and re-derive
// why.
//
// Plain values; a Decision owns its lists. Its canonical bytes are specified in
// engine/decide/FORMAT.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/time.h"
#include "engine/parcel/batch.h"
#include "engine/ruleset/matches.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::decide {

using ruleset::LaneIndex;
using ruleset::RuleIndex;

/// Why a revision was made.
enum class Cause : std::uint8_t { kDeclared, kScanned };
const char* CauseName(Cause cause);
/// Why a record of that phase makes a revision.
inline constexpr Cause CauseOf(parcel::Phase phase) {
  return phase == parcel::Phase::kScanned ? Cause::kScanned : Cause::kDeclared;
}

struct Draw {
  RuleIndex rule = 0;
  std::uint64_t ticket = 0;
  std::uint64_t threshold = 0;  // of a split: where the chosen share ends, or the last
  bool selected = false;
  LaneIndex lane = ruleset::kNoLane;  // that it asks for, where selected: the rule's, or its split's
};

struct Decision {
  std::string parcel_id;  // empty where the record could not be read
  std::uint64_t sequence = 0;
  std::uint32_t revision = 0;
  Cause cause = Cause::kDeclared;
  parcel::Phase phase = parcel::Phase::kDeclared;
  base::Timestamp now;
  std::uint32_t generation = 0;
  LaneIndex lane = ruleset::kNoLane;
  bool by_default = false;    // no match, score or outcome asked for a lane
  std::uint8_t outcomes = 0;  // bit = ruleset::Outcome
  bool test_key = false;      // draws were made with the built-in test key
  bool must_inspect = false;
  std::uint64_t duplicate_of =
      0;                       // sequence of the earlier decision that this one repeats; 0: none
  std::uint64_t controls = 0;  // bits of RuleSet::controls
  std::uint32_t score = 0;
  parcel::ReadError read_error = parcel::ReadError::kNone;
  std::vector<ruleset::Hit> matched;
  std::vector<RuleIndex> suppressed;  // matched, then waived
  std::vector<RuleIndex> absent;
  std::vector<RuleIndex> errors;
  std::vector<ruleset::Hit> shadow;  // shadow rules that matched
  std::vector<Draw> draws;
  std::vector<std::uint32_t> missing;  // indices into RuleSet::required, where incomplete

  bool Has(ruleset::Outcome outcome) const {
    return (outcomes >> static_cast<int>(outcome) & 1) != 0;
  }
};

}  // namespace sluice::decide
