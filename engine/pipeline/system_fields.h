// What the engine itself asks of a decoded record: who it is, when it came, at which phase.
//
// Thread-safety: free functions of immutable arguments.   Errors: none; a phase that is neither
// declared nor scanned makes the record unreadable (kBadPhase): no rule could say what holds for
// it.
#pragma once

#include <optional>
#include <string_view>

#include "engine/parcel/batch.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::pipeline {

struct SystemFields {
  std::string_view id;      // empty: none
  std::string_view office;  // empty: none
  std::optional<base::Timestamp> received;
  parcel::Phase phase = parcel::Phase::kDeclared;  // declared where the record does not say
  parcel::ReadError error = parcel::ReadError::kNone;
};

SystemFields ReadSystemFields(const ruleset::RuleSet& rule_set, const parcel::Batch& batch,
                              std::size_t row);

}  // namespace sluice::pipeline
