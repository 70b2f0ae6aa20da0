// Records from NDJSON: one JSON object a line, by simdjson.
//
// Names are those of the schema; with a mapping, its column names are dotted JSON paths ("goods.mass"). Numbers
// become the field's declared type, never by way of a double. Money is an integer of minor units or a text
// "12.50 EUR", time a text or a count. null is absent. Without a mapping a name that the record does not know
// makes the line unreadable; with one, `unmapped` decides.
// Thread-safety and ownership as engine/pipeline/stream.h says; the rule set is kept alive.
#pragma once

#include <memory>
#include <string>

#include "engine/ingest/mapping.h"
#include "engine/pipeline/stream.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::ingest {

/// Opens `path` ("-": standard input). `mapping` may be null. Errors: kNotFound, kIo, kInvalidArgument (a field of
/// the mapping that the record lacks).
Result<std::unique_ptr<pipeline::RecordSource>> OpenJson(const std::string& path, const Mapping* mapping,
                                                         ruleset::RuleSetPtr rule_set);

}  // namespace sluice::ingest
