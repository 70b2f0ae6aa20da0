// Opens input files of any format that Sluice reads, one after the other as one stream.
//
// The format is told by the name: .parcels, .csv, .ndjson or .jsonl.
// Thread-safety and ownership as engine/pipeline/stream.h says; mapping and rule set are kept.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/ingest/mapping.h"
#include "engine/pipeline/stream.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::ingest {

/// Errors: those of the formats, and kInvalidArgument for a name without a known ending. Every file is opened, so
/// that a wrong one is known before anything is screened.
Result<std::unique_ptr<pipeline::RecordSource>> OpenInputs(const std::vector<std::string>& paths,
                                                           std::optional<Mapping> mapping,
                                                           ruleset::RuleSetPtr rule_set);

}  // namespace sluice::ingest
