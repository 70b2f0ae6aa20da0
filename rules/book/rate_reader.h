// Reads the currency rates of a book: tables/NAME.csv with `currency:key`, `rate:value` (a decimal:
// units of the base currency for one unit of this one) and `valid:from:date` (the day in the book's
// zone from which it holds).
//
// Thread-safety: pure function.   Errors: diagnostics at the cell.
#pragma once

#include "engine/ruleset/program.h"
#include "engine/ruleset/reference_data.h"
#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"

namespace sluice::rules {

/// Rates are exact: up to nine decimals, never through a floating-point number.
ruleset::RateTable ReadRates(base::CurrencyCode base_currency, const SourceFile& file,
                             const ruleset::Zone& zone, DiagnosticList* diagnostics);

}  // namespace sluice::rules
