// What names in an expression mean: the schema, the book's lists and tables, a profile's row,
// variables.
//
// Filled by the book loader (or `eval`) before checking, then read by many.   Ownership: owns its
// shapes; the catalogue and the zone provider must outlive it. Indices of lists and tables here are
// their indices in ruleset::RuleSet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/money.h"
#include "engine/base/time.h"
#include "engine/parcel/catalog.h"
#include "engine/parcel/column_plan.h"
#include "engine/ruleset/program.h"
#include "engine/ruleset/reference_data.h"
#include "rules/check/type.h"

namespace sluice::rules {

/// A constant given from outside: a cell of a profile's row, a variable of `eval`.
struct Value {
  parcel::ValueType type = parcel::ValueType::kInt;
  std::int64_t number = 0;            // kBool (0 or 1), kInt, kDuration (ns)
  std::uint64_t unsigned_number = 0;  // kUint
  double real = 0;
  std::string text;
  base::Timestamp time;
  base::Money money;
  std::vector<Value> items;  // kList: elements; kMap: key, value, key, value, …
};

/// Time zones by IANA name.
class ZoneProvider {
 public:
  virtual ~ZoneProvider() = default;
  /// Null when there is no such zone; the pointer stays good as long as the provider.
  virtual const ruleset::Zone* Find(std::string_view name) const = 0;
};

struct ListShape {
  std::string name;
  parcel::ValueType type = parcel::ValueType::kString;  // kString or kInt
};

struct TableKeyShape {
  std::string name;
  ruleset::KeyKind kind = ruleset::KeyKind::kExact;
  parcel::ValueType type = parcel::ValueType::kString;
};

struct TableColumnShape {
  std::string name;
  parcel::ValueType type = parcel::ValueType::kString;
  base::CurrencyCode currency = 0;  // kMoney
};

struct TableShape {
  std::string name;
  std::vector<TableKeyShape> keys;
  std::vector<TableColumnShape> values;
  bool has_columns = true;  // else its header was refused: what rules ask of it is not judged
};

/// A name that is an input of the expression; it may be dotted ("a.b").
struct Variable {
  std::string name;
  Type type;
  Value value;
  std::optional<parcel::ColumnIndex> column = std::nullopt;  // where it is read; none: it is `value`
};

struct Environment {
  const parcel::Catalog* catalog = nullptr;  // null: there is no `parcel`
  std::vector<ListShape> lists;
  std::vector<TableShape> tables;
  std::vector<std::string> aggregates;  // known by name, but refused: `agg.A`
  std::vector<std::string> documents;   // likewise: `docs.D`
  std::vector<Variable> variables;
  std::uint32_t profile_table = kNoReference;  // of `each`: the table whose row `row` is
  std::optional<parcel::FieldPath> office;     // the field `office` reads
  base::CurrencyCode base_currency = 0;  // of the rates; 0: the book has none, `.to` is refused
  const ZoneProvider* zones = nullptr;   // null: only UTC and fixed offsets
};

/// The cells of one row of Environment::profile_table: its key columns, then its value columns. A
/// cell without a value is blank: it "means any". Interval keys are always without.
struct ProfileRow {
  std::vector<std::optional<Value>> cells;
};

}  // namespace sluice::rules
