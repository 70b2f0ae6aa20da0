// Changes of a rule set without its book: a rule is switched off, a key is added to a list. What comes out is a rule
// set like any other, as if it had been compiled so; only what a change touches is made anew.
//
// Thread-safety: free functions of their arguments; a ChangeBase is immutable and may be shared.
// Ownership: a ChangeBase and what is made of it share nothing but patterns.
#pragma once

#include <sluice/status.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/ruleset/bundle.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::ruleset {

enum class ChangeKind : std::uint8_t {
  kDisableRule,  // the rule is valid at no time; of a profile's name, all its rules
  kAddKey,       // to a list
};

struct Change {
  ChangeKind kind = ChangeKind::kDisableRule;
  std::string name;  // of the rule or the list
  std::string key;   // kAddKey: a text, or of a list of numbers a decimal number
  friend bool operator==(const Change&, const Change&) = default;
};

/// A finished rule set and the hashes of its sections; none: they are made when they are needed.
struct ChangeBase {
  RuleSetPtr rule_set;
  std::vector<SectionInfo> sections;
};
ChangeBase MakeChangeBase(RuleSetPtr rule_set);

/// kNotFound: no such rule or list. kInvalidArgument: no such number. kLimitExceeded: the key is too long.
Status CheckChange(const RuleSet& rule_set, const Change& change);

/// The base with all changes, verified and finished; the base itself where there are none. Keys that a list has
/// already are none the more. Errors: as CheckChange, and those of Verify (a list that is searched in texts has limits
/// of its own).
Result<RuleSetPtr> WithChanges(const ChangeBase& base, std::span<const Change> changes);

}  // namespace sluice::ruleset
