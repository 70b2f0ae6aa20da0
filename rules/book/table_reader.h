// Reads tables/NAME.csv. The header says what each column is, `name:kind[:type]`:
//
//   key     exact key (string, int, bool)          prefix  key that begins the argument (string)
//   from,to bounds of one interval key [from, to)  value   what a look-up gives (every type)
//   note    for people only
// Types: string (default), int, uint, double, bool, timestamp, date, duration, money(CNY).
// `valid:from:date` and `valid:until:date` bound a row in time: whole days in the book's zone,
// inclusive. A blank bound is open, a blank prefix begins every text, a blank value is absent.
//
// Thread-safety: pure function.   Errors: diagnostics at the cell.
#pragma once

#include <string>

#include "engine/ruleset/program.h"
#include "rules/book/book_table.h"
#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"

namespace sluice::rules {

BookTable ReadTable(std::string name, const SourceFile& file, const ruleset::Zone& zone,
                    DiagnosticList* diagnostics);

/// What holds only for tables that rules look up: no blank exact keys; a warning where a row can
/// never be found because an earlier one has the same keys.
void CheckLookupTable(const BookTable& table, DiagnosticList* diagnostics);

}  // namespace sluice::rules
