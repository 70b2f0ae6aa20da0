// What rules apply to: direction, phase, office, validity; and what stands where none does.
#include <algorithm>

#include "rules/lint/lint_pass.h"

namespace sluice::rules {

using ruleset::Rule;
using ruleset::RuleSet;

bool ScopesMeet(const RuleSet& rule_set, const Rule& a, const Rule& b) {
  if ((a.directions & b.directions) == 0 || (a.phases & b.phases) == 0) return false;
  if (a.valid_from >= b.valid_until || b.valid_from >= a.valid_until) return false;
  if (a.offices == ruleset::kNone || b.offices == ruleset::kNone || a.offices == b.offices) return true;
  const auto& left = rule_set.office_sets[a.offices];
  const auto& right = rule_set.office_sets[b.offices];
  return std::any_of(left.begin(), left.end(), [&](const std::string& office) {
    return std::binary_search(right.begin(), right.end(), office);
  });
}

bool ScopeImplies(const RuleSet& rule_set, const Rule& a, const Rule& b) {
  // A rule of both directions applies to parcels that do not say theirs, too.
  if ((a.directions & ~b.directions) != 0 || (a.phases & ~b.phases) != 0) return false;
  if (a.valid_from < b.valid_from || a.valid_until > b.valid_until) return false;
  if (b.offices == ruleset::kNone || a.offices == b.offices) return true;
  if (a.offices == ruleset::kNone) return false;
  const auto& all = rule_set.office_sets[b.offices];
  const auto& own = rule_set.office_sets[a.offices];
  return std::includes(all.begin(), all.end(), own.begin(), own.end());
}

bool DefaultIsMildest(const RuleSet& rule_set) {
  const std::int32_t of_default = rule_set.lanes[rule_set.default_lane].severity;
  return std::all_of(rule_set.lanes.begin(), rule_set.lanes.end(),
                     [&](const ruleset::Lane& lane) { return lane.severity >= of_default; });
}

}  // namespace sluice::rules
