// Reads lists/NAME.csv: a column `key` or `key:int`, further columns are notes.
//
// Thread-safety: pure function.   Errors: diagnostics; keys that stand twice are merged, with a
// note.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ruleset/reference_data.h"
#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"

namespace sluice::rules {

ruleset::ReferenceList ReadList(std::string name, const SourceFile& file,
                                DiagnosticList* diagnostics);

/// Where each of `entries` stands in its list's file: in the column of the keys, for the first time; numbers as
/// std::to_string writes them. Reads the file once, since lists are sorted when they are read. `file` may be null.
std::vector<Place> PlacesOfEntries(const SourceFile* file, const std::vector<std::string_view>& entries);

/// What is wrong with a list that rules search texts by: with containsAny, with similarTo. `file` may be null.
/// CheckLiterals gives the bytes of the entries, folded (engine/text/fold.h), as they are searched for.
std::size_t CheckLiterals(const ruleset::ReferenceList& list, const SourceFile* file, DiagnosticList* diagnostics);
void CheckNames(const ruleset::ReferenceList& list, const SourceFile* file, DiagnosticList* diagnostics);

}  // namespace sluice::rules
