// What matching says of a batch: plain data from engine/match to engine/decide.
//
// Belongs to one thread at a time; refilled batch by batch without giving memory back.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/ruleset/rule_set.h"

namespace sluice::ruleset {

struct Hit {
  RuleIndex rule = 0;
  std::uint32_t score = 0;  // of this match, 0 to kScoreMax; a negative or larger computed score is cut to that

  friend bool operator==(const Hit&, const Hit&) = default;
};

/// Lists by row, one after the other: row r has [first[r], first[r + 1]). Each list ascends by rule.
template <typename T>
struct RowLists {
  std::vector<std::uint32_t> first{0};
  std::vector<T> values;

  std::span<const T> Row(std::size_t row) const {
    return std::span<const T>(values).subspan(first[row], first[row + 1] - first[row]);
  }
};

/// Shadow rules are among the lists; their mode tells. Rules that do not apply to a parcel (direction, office,
/// phase, validity) and parcels that cannot be read have no entries.
struct BatchMatches {
  RowLists<Hit> hits;          // condition true
  RowLists<RuleIndex> absent;  // condition ended in an error of kind absent (and not `absent: error`)
  RowLists<RuleIndex> errors;  // condition, or the score of a match, ended in any other error
};

}  // namespace sluice::ruleset
