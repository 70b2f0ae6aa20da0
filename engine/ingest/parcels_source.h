// Records from a .parcels file (engine/wire/FORMAT.md): no conversion, damaged frames are unreadable records.
//
// Thread-safety and ownership as engine/pipeline/stream.h says.
#pragma once

#include <memory>
#include <string>

#include "engine/pipeline/stream.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::ingest {

/// Opens `path` ("-": standard input). Errors: kNotFound, kIo, kCorrupt (no .parcels file), kUnsupported (a later
/// version, an input kind that is not built), kInvalidArgument (records of another schema than the rule set's).
Result<std::unique_ptr<pipeline::RecordSource>> OpenParcels(const std::string& path,
                                                            const ruleset::RuleSet& rule_set);

}  // namespace sluice::ingest
