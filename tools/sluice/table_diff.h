// What differs between two lists, tables or sets of rates: how many entries came and went, and the first of them.
//
// Thread-safety: pure functions of immutable data.   Errors: none.   No difference: no parts.
#pragma once

#include <vector>

#include "tools/sluice/rule_set_diff.h"

namespace sluice::tools {

std::vector<PartChange> ListParts(const ruleset::ReferenceList& a, const ruleset::ReferenceList& b);
std::vector<PartChange> TableParts(const ruleset::Table& a, const ruleset::Table& b);
std::vector<PartChange> RateParts(const ruleset::RateTable& a, const ruleset::RateTable& b);

}  // namespace sluice::tools
