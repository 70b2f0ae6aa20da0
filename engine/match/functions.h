// Functions of texts and numbers (ruleset/functions.def), apart from those that compare lists as sets.
//
// Free functions; `operands` are as many and of such types as the signature says. Texts and lists that are made lie
// in `arena`.   Errors: as functions.def says.
#pragma once

#include "engine/match/arena.h"
#include "engine/match/value.h"
#include "engine/ruleset/program.h"

namespace sluice::match {

/// `number`: the type that the signature's open letters stand for.
ErrorKind CallFunction(ruleset::Function function, ruleset::ValueType number, const Value* operands, Arena* arena,
                       Value* out);

}  // namespace sluice::match
