// Files decided by one rule set, or by two side by side: what `backtest` and `rules diff --on` share.
//
// Thread-safety: pure function, but for ScreenOptions::progress.   Errors: those of opening files and of screening.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/draw/draw.h"
#include "engine/pipeline/screening.h"
#include "tools/sluice/lane_changes.h"
#include "tools/sluice/load_rules.h"
#include "tools/sluice/rule_set_diff.h"

namespace sluice::tools {

struct SideBySideInput {
  std::vector<std::string> files;
  std::string mapping;    // path that was given for both; empty: what the rules bring
  std::string epoch_key;  // path; empty: the test key. One key for both sides: their draws are the same
};

struct SideBySide {
  std::vector<pipeline::ScreenSummary> summaries;  // of A, and of B where there is one
  std::optional<LaneChanges> changes;              // from A to B
};

/// One pass over the files. They are read once for both, unless schema, mapping or zone make other records of them.
/// `b` may be null; `changes` is what DiffRuleSets says.
Result<SideBySide> DecideSideBySide(const LoadedRules& a, const LoadedRules* b, const std::vector<Change>& changes,
                                    const SideBySideInput& input, const pipeline::ScreenOptions& options);

}  // namespace sluice::tools
