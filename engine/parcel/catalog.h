// The field catalogue: a record schema as plain data, free of FlatBuffers, with what reading needs to know.
//
// engine/wire makes it from an .fbs text; rules are checked against it; a bundle carries it; decode plans
// are made from it. Immutable once made; thread-safe to read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/parcel/types.h"

namespace sluice::parcel {

/// How a value stands in the bytes of a record.
enum class WireKind : std::uint8_t {
  kBool, kI8, kU8, kI16, kU16, kI32, kU32, kI64, kU64, kF32, kF64,
  kString,     // offset to a length-prefixed UTF-8 string
  kFixedText,  // [ubyte:N] in a struct with attribute (text): NUL-padded UTF-8, read as a string
  kTable,      // offset to a table
  kStruct,     // inline struct
  kVector,     // offset to a vector; its elements are `element_wire`
};

/// How a field says that it is not there.
enum class Presence : std::uint8_t {
  kAlways,   // a scalar with a plain default, a struct member without a mask bit
  kSlot,     // absent when the table's slot is empty: `= null` scalars, strings, tables, structs in tables,
             // maskless members of a flattened struct
  kMaskBit,  // a struct member whose bit in the struct's presence mask is 0
  kVector,   // a vector: absent means the empty list
};

inline constexpr std::uint32_t kNoIndex = 0xFFFFFFFFu;

struct Field {
  std::string name;
  ValueType type = ValueType::kBool;        // kList for vectors
  ValueType element_type = ValueType::kBool;  // of a vector: scalar or kRecord
  WireKind wire = WireKind::kBool;
  WireKind element_wire = WireKind::kBool;
  Presence presence = Presence::kAlways;
  std::uint8_t mask_bit = 0;                // kMaskBit: bit of the record's presence mask
  std::uint16_t slot = 0;                   // table: byte offset into the vtable; struct: byte offset into the struct
  std::uint16_t fixed_bytes = 0;            // kFixedText: N
  std::int64_t default_int = 0;             // plain default of an integer or bool field
  double default_double = 0;                // plain default of a floating-point field
  std::uint32_t record = kNoIndex;          // of a record field or vector of records: index into Catalog::records
  std::uint32_t enumeration = kNoIndex;     // of an enum field: index into Catalog::enums
  std::int64_t time_units_per_second = 0;   // kTimestamp, kDuration: 1, 1e3, 1e6, 1e9
  std::uint32_t currency_field = kNoIndex;  // kMoney: index, in the same record, of the text field naming the currency
  std::string unit;                         // attribute unit: "g", "mm", …; empty: none
  std::uint32_t max_bytes = 0;              // text: longest accepted, bytes
  std::uint32_t max_items = 0;              // vector: most elements accepted
  std::uint8_t required_phases = 0;         // mask of phases at which the field must be present
  bool personal = false;
  bool label = false;                       // truth label: rules cannot read it
  bool hidden = false;                      // a presence mask or a flattened struct: Record::Find does not see it
  std::uint32_t inline_in = kNoIndex;       // member of a flattened struct: index, in this record, of the struct field;
                                            // slot and mask_bit then are those within the struct
  std::string comment;                      // documentation comment of the schema, for messages
  friend bool operator==(const Field&, const Field&) = default;
};

struct Record {
  std::string name;
  bool is_struct = false;
  std::uint32_t struct_bytes = 0;
  std::uint32_t mask_field = kNoIndex;  // struct: index of its presence mask field (hidden from rules)
  std::vector<Field> fields;            // of a table: its own, then copies of its flattened structs' members

  /// Index of the field of that name, or kNoIndex. A flattened struct's members are fields of the table itself
  /// (one hop, see Field::inline_in); hidden fields are not found.
  std::uint32_t Find(std::string_view field_name) const;
  friend bool operator==(const Record&, const Record&) = default;
};

struct EnumValue {
  std::string name;
  std::int64_t value = 0;
  friend bool operator==(const EnumValue&, const EnumValue&) = default;
};

struct Enum {
  std::string name;
  std::vector<EnumValue> values;
  friend bool operator==(const Enum&, const Enum&) = default;
};

struct Catalog {
  std::vector<Record> records;
  std::vector<Enum> enums;
  std::uint32_t root = 0;       // index of the root record, a table
  std::string file_identifier;  // four characters, or empty

  const Record& root_record() const { return records[root]; }
  friend bool operator==(const Catalog&, const Catalog&) = default;
};

/// A place in the root record: field indices, each in the record that the one before leads to.
/// Vectors end a path (their elements are a domain of their own, see column_plan.h).
using FieldPath = std::vector<std::uint32_t>;

/// Resolves "consignee.name" from the root; nothing if any part is unknown or lies behind a vector.
std::optional<FieldPath> FindPath(const Catalog& catalog, std::string_view dotted);
/// The field a path ends at, starting at `record`.
const Field& FieldAt(const Catalog& catalog, std::uint32_t record, const FieldPath& path);
/// "consignee.name".
std::string PathText(const Catalog& catalog, std::uint32_t record, const FieldPath& path);

}  // namespace sluice::parcel
