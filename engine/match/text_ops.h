// Questions about texts and constants that both tiers ask.
//
// Pure functions of immutable arguments.   Source of the white space: Unicode property White_Space.
#pragma once

#include <string_view>

#include "engine/match/value.h"
#include "engine/ruleset/program.h"
#include "engine/ruleset/reference_data.h"

namespace sluice::match {

/// Bytes of `part` somewhere in `text`.
bool TextContains(std::string_view text, std::string_view part);
std::string_view TrimWhiteSpace(std::string_view text);

/// Whether `value`, of the set's type, is in constant set `set`.
bool SetContains(const ruleset::Program& program, std::uint32_t set, const Value& value);
/// Whether `value`, of the list's type, is an entry.
bool ListContains(const ruleset::ReferenceList& list, const Value& value);

}  // namespace sluice::match
