// Writes one cell of text into one field of a record, by the field's type and the mapping's notes.
//
// Texts stay as they are. Numbers are decimal, booleans true/false/1/0, enums a name or a number, timestamps
// RFC 3339, a count of the field's units or the mapping's format in the book's zone, durations CEL's ("1.5h") or
// a count, money "12.50 EUR" or an amount in major units of the mapping's currency.
// Thread-safety: const; the builder belongs to the caller's thread.
#pragma once

#include <string>
#include <string_view>

#include "engine/ingest/mapping.h"
#include "engine/ruleset/program.h"
#include "engine/wire/record_builder.h"

namespace sluice::ingest {

/// How the cells of one column become values; made once a column.
class CellFormat {
 public:
  /// `mapping` may be null; `zone` may be null (UTC) and outlives this.
  /// Errors: a unit, currency or format that does not fit the field's type (kInvalidArgument, without a place).
  static Result<CellFormat> Make(const parcel::Catalog& catalog, const parcel::Field& field,
                                 const ColumnMapping* mapping, const ruleset::Zone* zone);

  /// Sets the field from `text`, which is no null marker. On failure says why: "\"abc\" is not a whole number".
  bool Set(std::string_view text, wire::RecordBuilder::Handle handle, wire::RecordBuilder::Node node,
           wire::RecordBuilder* builder, std::string* flaw) const;

 private:
  bool SetNumber(std::string_view text, wire::RecordBuilder::Handle handle, wire::RecordBuilder::Node node,
                 wire::RecordBuilder* builder, std::string* flaw) const;
  bool SetEnum(std::string_view text, std::int64_t* value) const;
  bool ParseTime(std::string_view text, base::Timestamp* time) const;

  parcel::Field field_;
  const parcel::Enum* enumeration_ = nullptr;
  const ruleset::Zone* zone_ = nullptr;
  base::CurrencyCode currency_ = 0;
  double factor_ = 1;  // from the cell's unit to the field's
  std::string format_;
};

/// Cuts a quotation to a length that a message can hold.
std::string Quoted(std::string_view text);

}  // namespace sluice::ingest
