// What `sluice screen` says at the end: a table for people, an object for programs.
#pragma once

#include <string>
#include <vector>

#include "engine/pipeline/screening.h"

namespace sluice::tools {

/// One JSON object; its keys are the contract of design and README.
std::string SummaryJson(const ruleset::RuleSet& rule_set, const pipeline::ScreenSummary& summary,
                        const std::vector<std::string>& labels);
std::string SummaryTable(const ruleset::RuleSet& rule_set, const pipeline::ScreenSummary& summary,
                         const std::vector<std::string>& labels);
/// Names the first records that could not be read, on stderr.
void ReportFailures(const pipeline::ScreenSummary& summary);

}  // namespace sluice::tools
