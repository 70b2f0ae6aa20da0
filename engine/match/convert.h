// CEL's conversions between scalar types, and the parts of a timestamp or duration.
//
// Free functions. Text that a conversion makes lies in `arena`. Errors: kConversion (malformed, out of the type's
// range), kRange (a timestamp outside years 1 to 9999), kLimit (arena).
// Source: CEL language definition, "List of Standard Definitions".
#pragma once

#include "engine/match/arena.h"
#include "engine/match/value.h"
#include "engine/ruleset/program.h"

namespace sluice::match {

/// `value` of type `from` as type `to`. A pair that CEL does not have is kConversion.
ErrorKind Convert(ruleset::ValueType from, const Value& value, ruleset::ValueType to, Arena* arena, Value* out);

/// A part of `time` in `zone` (nullptr: UTC).
std::int64_t PartOfTime(const base::Timestamp& time, const ruleset::Zone* zone, ruleset::TimePart part);
/// Whole hours, minutes or seconds of a duration; milliseconds are those within the second. Other parts: 0.
std::int64_t PartOfDuration(base::DurationNs duration, ruleset::TimePart part);

/// Copies `text` into the arena.
ErrorKind KeepText(std::string_view text, Arena* arena, Value* out);

}  // namespace sluice::match
