// mapping.yaml: which column of an export is which field of the record, and how its cells are written.
//
//   null: ["", "NA"]                 # markers that mean absent, for every column
//   columns:
//     Net Mass:   { field: net_mass, unit: kg }                 # kg, g, mg, t into the field's own unit
//     Item Price: { field: price, currency: KRW, null: ["0.0"] } # money in major units
//     Date:       { field: date, format: "%Y-%m-%d" }           # else RFC 3339, or a count of the field's units
//   unmapped: ignore                 # or error: a column that is not listed is refused
//
// Cells are text unless the schema types their field, so leading zeros stay. An empty cell is always absent.
// Immutable once parsed; thread-safe to read.   Errors: kInvalidArgument with file, line and column.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sluice/status.h>

#include "engine/base/money.h"

namespace sluice::ingest {

/// The keys of the file, and of a column's map: for the reader, and for the JSON Schema that editors complete by.
inline constexpr std::string_view kMappingKeys[] = {"null", "columns", "unmapped"};
inline constexpr std::string_view kMappingColumnKeys[] = {"field", "unit", "currency", "format", "null"};

struct ColumnMapping {
  std::string column;             // as the header of the file names it
  std::string field;              // dotted path in the record
  std::vector<std::string> null;  // further markers that mean absent
  std::string unit;               // of the cells; empty: the field's own
  base::CurrencyCode currency = 0;
  std::string format;             // of a timestamp: strftime letters; empty: RFC 3339
};

struct Mapping {
  std::vector<std::string> null;
  std::vector<ColumnMapping> columns;
  bool unmapped_is_error = false;

  /// The mapping of that column, or null.
  const ColumnMapping* Find(std::string_view column) const;
};

/// `name` is the file's name for messages.
Result<Mapping> ParseMapping(const std::string& yaml, const std::string& name);
/// Errors also: kNotFound, kIo, kLimitExceeded (limits::kMappingBytesMax).
Result<Mapping> ReadMapping(const std::string& path);

}  // namespace sluice::ingest
