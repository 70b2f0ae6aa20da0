// Measures, on a sample of parcels, what the rules cost that no index can narrow.
#pragma once

#include <string>

#include <sluice/status.h>

#include "rules/lint/linter.h"

namespace sluice::tools {

/// Reads at most kLintSampleParcelsMax parcels of `path` and evaluates at most kLintSampleRulesMax of the book's
/// unindexed rules over them, each by itself, by the production evaluator. `book` has a rule set and its trees.
/// `mapping_path` overrides the book's unless empty.
Result<rules::Sample> MeasureSample(const rules::CompiledBook& book, const std::string& path,
                                    const std::string& mapping_path);

}  // namespace sluice::tools
