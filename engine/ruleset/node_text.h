// Compiled expressions as officers read them: CEL with the record's field names, for explanations.
//
// Thread-safety: pure function of an immutable rule set.   Errors: none.
#pragma once

#include <string>

#include "engine/ruleset/rule_set.h"

namespace sluice::ruleset {

/// `parcel.items.exists(i, i.hs_code == "8802")`. What the compiler folded or shared reads as it became.
std::string NodeText(const RuleSet& rule_set, NodeIndex node);

}  // namespace sluice::ruleset
