// Which parcels go to another lane under another rule set, and which rules' doing it is.
//
// Memory: of the groups below and one batch; nothing a parcel.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/pipeline/stream.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::tools {

inline constexpr std::size_t kParcelsSampled = 5;     // ids kept of each group
inline constexpr std::size_t kLaneMovesMax = 65'536;  // groups (rule, what, from, to) that are counted apart

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
  std::uint64_t parcels = 0;        // compared: those that neither side calls a duplicate
  std::uint64_t moved = 0;
  std::vector<LaneMove> lanes;      // most parcels first
  std::vector<RuleMove> rules;      // most parcels first
  std::uint64_t not_told = 0;       // counts for groups beyond kLaneMovesMax
};

/// Compares the decisions of two sides of pipeline::ScreenSides: `a` goes to the first side as its sink, `b` to the
/// second. Thread-safety and errors: as engine/pipeline/stream.h says; Finish after the run.
class LaneComparison {
 public:
  /// `changed`: ids of the rules that are in both, but differ. The rule sets outlive the comparison.
  LaneComparison(const ruleset::RuleSet& a, const ruleset::RuleSet& b, const std::vector<std::string>& changed);
  ~LaneComparison();

  pipeline::DecisionSink* a();
  pipeline::DecisionSink* b();
  LaneChanges Finish();

 private:
  class Counter;
  class Before;
  class After;
  std::unique_ptr<Counter> counter_;
  std::unique_ptr<Before> a_;
  std::unique_ptr<After> b_;
};

}  // namespace sluice::tools
