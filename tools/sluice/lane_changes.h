// Which parcels of a file go to another lane under another rule set, and which rules' doing it is: both rule sets
// decide the file as `screen` does.
//
// Thread-safety: pure function.   Memory: a few bytes a parcel.   Errors: those of screening.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sluice/status.h>

#include "engine/draw/draw.h"
#include "engine/pipeline/stream.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::tools {

inline constexpr std::size_t kParcelsSampled = 5;  // ids kept of each group

/// Parcels that moved from one lane to another.
struct LaneMove {
  std::string from, to;             // names of lanes
  std::uint64_t parcels = 0;
  std::vector<std::string> sample;  // the first of their ids
};
/// The same for one rule that no longer matches, newly matches, or matches and was changed. A parcel counts for each.
struct RuleMove {
  std::string rule;                 // its id; "" where no rule's matches differ: lanes, scores or outcomes do
  // "matches no more", "matches now", "changed"; without a rule "no rule's match differs"
  std::string what;
  LaneMove move;
};

struct LaneChanges {
  std::uint64_t parcels = 0;        // duplicates apart
  std::uint64_t moved = 0;
  std::vector<LaneMove> lanes;      // most parcels first
  std::vector<RuleMove> rules;      // most parcels first
};

struct LaneSide {
  ruleset::RuleSetPtr rule_set;
  std::unique_ptr<pipeline::RecordSource> source;  // the same input, opened for its schema
};

/// `changed`: ids of the rules that are in both, but differ.
Result<LaneChanges> FindLaneChanges(LaneSide a, LaneSide b, const draw::EpochKey& key,
                                    const std::vector<std::string>& changed);

}  // namespace sluice::tools
