// Reads lists/NAME.csv: a column `key` or `key:int`, further columns are notes.
//
// Thread-safety: pure function.   Errors: diagnostics; keys that stand twice are merged, with a
// note.
#pragma once

#include <string>
#include <string_view>

#include "engine/ruleset/reference_data.h"
#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"

namespace sluice::rules {

ruleset::ReferenceList ReadList(std::string name, const SourceFile& file,
                                DiagnosticList* diagnostics);

/// Where `entry` stands in its list's file. Slow: lists are sorted once they are read, so the file is searched.
Place PlaceOfEntry(const SourceFile* file, std::string_view entry);

/// What is wrong with a list that rules search texts by: with containsAny, with similarTo. `file` may be null.
void CheckLiterals(const ruleset::ReferenceList& list, const SourceFile* file, DiagnosticList* diagnostics);
void CheckNames(const ruleset::ReferenceList& list, const SourceFile* file, DiagnosticList* diagnostics);

}  // namespace sluice::rules
