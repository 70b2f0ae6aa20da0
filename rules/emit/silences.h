// What the compiler found and the book silences: `lint:` of a rule and of book.yaml.
//
// Thread-safety: none.   Ownership: the result owns its text.   Errors: none; an error cannot be silenced.
#pragma once

#include "rules/book/book.h"
#include "rules/diag/diagnostic.h"

namespace sluice::rules {

/// `found` without what the book silences, whose silences are marked as used. A finding at a profile's row is its
/// rule's: the one that a note names, else that of any rule of the table.
DiagnosticList WithoutSilenced(DiagnosticList found, Book* book);

/// Whether one of `silences` has the code, and marks it as used.
bool IsSilenced(std::vector<Silence>* silences, const Diagnostic& found);

}  // namespace sluice::rules
