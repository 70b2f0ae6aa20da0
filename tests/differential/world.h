// What records, books and conditions draw from in common, so that comparisons fall on both sides:
// schemas, and pools of values with their boundaries.
//
// Immutable once made.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/parcel/catalog.h"

namespace sluice::differential {

/// A scalar, record or vector field, by its dotted path from a record.
struct FieldPlace {
  std::string path;
  const parcel::Field* field = nullptr;
  std::string currency_path;  // of money
};

/// What expressions can read of a record, vectors' elements apart.
struct RecordFields {
  std::vector<FieldPlace> scalars, records, vectors;
};

struct Schema {
  std::string text;  // empty: the default schema
  parcel::Catalog catalog;
  std::vector<RecordFields> fields;  // by record
  std::string id, received, office, phase, direction, draw_id;
};

const Schema& DefaultSchema();
/// Plain tables, structs with and without masks, vectors of scalars and within vectors, every
/// width.
const Schema& SmallSchema();

const std::vector<std::int64_t>& IntPool();
const std::vector<std::uint64_t>& UintPool();
const std::vector<double>& DoublePool();
const std::vector<std::string>& TextPool();
const std::vector<std::string>& OfficePool();
const std::vector<std::string>& CurrencyPool();
/// Seconds since 1970: days' starts in several zones, changes of offsets, the ends of CEL's range.
const std::vector<std::int64_t>& SecondsPool();
const std::vector<std::string>& DayPool();
const std::vector<std::string>& ZonePool();

/// `text` as a CEL literal.
std::string CelText(const std::string& text);
std::string CelDouble(double value);

}  // namespace sluice::differential
