// Checks that a rule set is sound before anything evaluates it: whatever bytes a bundle held, no index leaves
// its array, no node refers forward, types fit operations, depth and sizes stay within limits.
//
// Errors: the first flaw, as kCorrupt, with the node, rule or table it is in.
#pragma once

#include <sluice/status.h>

#include "engine/ruleset/rule_set.h"

namespace sluice::ruleset {

Status Verify(const RuleSet& rule_set);

}  // namespace sluice::ruleset
