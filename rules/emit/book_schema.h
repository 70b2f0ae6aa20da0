// The schema of a rule book: its catalogue, and what the engine itself reads of a parcel.
//
// Thread-safety: pure functions.   Errors: diagnostics at the key of book.yaml that leads to them.
#pragma once

#include <optional>

#include "engine/ruleset/rule_set.h"
#include "rules/book/book.h"
#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"

namespace sluice::rules {

/// The catalogue that `schema` and `root` name; the shipped one where they are not given.
std::optional<parcel::Catalog> LoadBookSchema(const Book& book, SourceSet* sources,
                                              DiagnosticList* diagnostics);

/// Adds the columns that the engine asks for to `rule_set`, whose catalogue is filled: system
/// columns and required fields. A required field below a vector is asked of each element, one level
/// deep.
void AddSystemColumns(const Book& book, ruleset::RuleSet* rule_set, DiagnosticList* diagnostics);

}  // namespace sluice::rules
