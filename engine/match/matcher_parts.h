// What a Matcher holds: private to this room.
//
// Thread-safety: immutable once made.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/limits.h"
#include "engine/match/applicability.h"
#include "engine/match/index.h"
#include "engine/match/matcher.h"
#include "engine/match/plan.h"

namespace sluice::match {

inline constexpr std::uint32_t kComputedScore = 0xFFFFFFFFu;
static_assert(limits::kScoreMax < kComputedScore);

struct Matcher::Parts {
  explicit Parts(ruleset::RuleSetPtr rules);

  ruleset::RuleSetPtr rule_set;
  Plan plan;
  RuleSettings settings;
  Index index;
  std::vector<std::uint32_t> scores;  // by rule; kComputedScore: by its score node
  std::vector<bool> absent_is_error;  // by rule
};

}  // namespace sluice::match
