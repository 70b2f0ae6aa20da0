// Records from a CSV export: rows by base/csv.h, cells into fields by the mapping.
//
// A row that cannot be read (cell count, UTF-8, quotes, a cell of the wrong form) is one unreadable record with its
// line; the rest is read. Without a mapping the header must name fields of the record.
// Thread-safety and ownership as engine/pipeline/stream.h says; the rule set is kept alive.
#pragma once

#include <memory>
#include <string>

#include "engine/ingest/mapping.h"
#include "engine/pipeline/stream.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::ingest {

/// Opens `path` ("-": standard input), reads the header and binds its columns. `mapping` may be null.
/// Errors: kNotFound, kIo, kInvalidArgument (a column that the mapping or the record does not know, a column twice,
/// a mapped column that the file lacks).
Result<std::unique_ptr<pipeline::RecordSource>> OpenCsv(const std::string& path, const Mapping* mapping,
                                                        ruleset::RuleSetPtr rule_set);

}  // namespace sluice::ingest
