// The header of tables/NAME.csv, into columns and the empty table they make up. See table_reader.h.
//
// Thread-safety: pure function.   Errors: diagnostics at the cell.
#pragma once

#include "rules/book/book_table.h"
#include "rules/syntax/csv.h"

namespace sluice::rules {

/// Fills `columns` of `table` and the shapes of its keys and values. False when the header is
/// wrong.
bool ReadTableHeader(const CsvTable& csv, BookTable* table, DiagnosticList* diagnostics);

/// "int", "date", "money": as the header names it.
const char* CellTypeName(CellType type);

}  // namespace sluice::rules
