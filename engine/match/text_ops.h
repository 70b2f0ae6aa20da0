// What both tiers ask of texts and constants.
//
// Pure functions; those that make a text put it into the arena.
// Source of the white space: Unicode property White_Space.
#pragma once

#include <string_view>

#include "engine/match/arena.h"
#include "engine/match/value.h"
#include "engine/ruleset/program.h"
#include "engine/ruleset/reference_data.h"

namespace sluice::match {

/// Bytes of `part` somewhere in `text`.
bool TextContains(std::string_view text, std::string_view part);
std::string_view TrimWhiteSpace(std::string_view text);
/// A-Z as a-z, and the other way round; a text without any stays where it is. Error: kLimit.
ErrorKind LowerLetters(std::string_view text, Arena* arena, std::string_view* out);
ErrorKind UpperLetters(std::string_view text, Arena* arena, std::string_view* out);

/// Whether `value`, of the set's type, is in constant set `set`.
bool SetContains(const ruleset::Program& program, std::uint32_t set, const Value& value);
/// `value`, of a scalar type, as the key of a look-up.
ruleset::KeyValue MakeKey(ruleset::ValueType type, const Value& value);
/// Whether `value`, of the list's type, is an entry.
bool ListContains(const ruleset::ReferenceList& list, const Value& value);

}  // namespace sluice::match
