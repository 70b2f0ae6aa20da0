// Reads what book.yaml says of lanes: `lanes`, `default_lane`, `outcomes`, `score_lanes`.
//
// What the system says of a parcel must never let it go: an outcome or an overflow that reaches a
// releasing lane is an error, and so is a cycle of overflows. Thread-safety: pure function. Errors:
// diagnostics.
#pragma once

#include "rules/book/book.h"
#include "rules/diag/diagnostic.h"
#include "rules/syntax/yaml_node.h"

namespace sluice::rules {

/// Fills the four; `root` is the map of book.yaml.
void ReadLanes(const YamlNode& root, BookConfig* config, DiagnosticList* diagnostics);

/// The lane that scalar `node` names, or kNoLane with an error.
ruleset::LaneIndex ResolveLane(const YamlNode& node, const BookConfig& config,
                               DiagnosticList* diagnostics);
/// "did you mean 'hold'?" or the list of lanes.
std::string LaneHint(std::string_view name, const BookConfig& config);

}  // namespace sluice::rules
