// Turns JSON objects into records: the parallel half of json_source.h.
//
// Belongs to one thread; the mapping and rule set outlive it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "engine/ingest/mapping.h"
#include "engine/pipeline/stream.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::ingest {

std::unique_ptr<pipeline::RecordConverter> MakeJsonConverter(const Mapping* mapping, ruleset::RuleSetPtr rule_set);

/// Whether every field that the mapping names is there and can hold its column. Errors: kInvalidArgument.
Status CheckJsonMapping(const Mapping& mapping, const ruleset::RuleSet& rule_set);

}  // namespace sluice::ingest
