// Writes decisions: NDJSON (one object a line), CSV (RFC 4180, LF), FlatBuffers (size-prefixed, of
// engine/schema/decision.fbs). The columns and members are listed in engine/ingest/FORMAT.md.
//
// Thread-safety, errors: as engine/pipeline/stream.h says.   Ownership: keeps the rule set; `out`
// outlives the sink. Bytes are gathered and handed on in blocks; Finish hands on the rest.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "engine/base/byte_stream.h"
#include "engine/pipeline/stream.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::ingest {

enum class DecisionFormat : std::uint8_t { kNdjson, kCsv, kFlatbuffers };

/// "ndjson", "csv", "flatbuffers".
std::optional<DecisionFormat> ParseDecisionFormat(std::string_view name);

std::unique_ptr<pipeline::DecisionSink> MakeDecisionSink(DecisionFormat format,
                                                         ruleset::RuleSetPtr rule_set,
                                                         base::ByteSink* out);

}  // namespace sluice::ingest
