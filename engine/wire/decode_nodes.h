// The compiled form of a decode plan: which bytes of which table or struct go to which column.
//
// Private to this room.   Immutable once made; thread-safe to read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/parcel/catalog.h"
#include "engine/parcel/column_plan.h"
#include "engine/wire/decoder.h"

namespace sluice::wire {

/// What is done with the bytes of a struct's member; decided once, so that each is one short run of instructions.
enum class MemberKind : std::uint8_t {
  kSigned,     // to Column::ints
  kUnsigned,   // to Column::ints
  kBool,
  kUint,       // to Column::uints
  kDouble,
  kFloat,
  kText8,      // NUL-padded, of up to 8 bytes
  kText16,     // 9 to 16
  kLongText,
  kTimestamp,
  kDuration,
  kMoney,
  kNothing,    // presence alone
};

/// One column's value in the table, struct or vector that holds it.
struct DecodeLeaf {
  parcel::ColumnIndex column = 0;
  MemberKind member = MemberKind::kNothing;  // in a struct
  std::uint8_t mask_bit = 0;
  bool is_always = false;        // in a struct: no mask bit decides
  bool is_signed = false;        // integer
  std::uint8_t unused_bits = 0;  // 64 less the bits of an integer on the wire
  bool is_currency_always = false;
  std::uint8_t currency_mask_bit = 0;
  parcel::Presence presence = parcel::Presence::kAlways;
  std::uint16_t slot =
      0;  // table: byte offset into the vtable; struct: byte offset into the struct
  std::uint16_t wire_bytes = 0;  // that the value takes in place
  // Money: its currency, a text of the same table or struct.
  std::uint16_t currency_slot = 0;
  std::uint16_t currency_bytes = 0;  // of a fixed text
  std::uint64_t last_word = 0;       // in a struct: bits of a fixed text's last word that are its own
  parcel::WireKind wire = parcel::WireKind::kBool;
  parcel::ValueType type = parcel::ValueType::kBool;
  std::uint32_t max_bytes = 0;   // of a text behind an offset
  std::int64_t default_int = 0;
  double default_double = 0;
  std::int64_t units_per_second = 0;
};

/// A vector: one domain's elements below one row.
struct DecodeVector {
  parcel::DomainIndex domain = 0;
  std::uint16_t slot = 0;
  std::uint32_t max_items = 0;
  std::uint32_t element_bytes = 0;  // in place
  parcel::WireKind element_wire = parcel::WireKind::kBool;
  std::uint32_t node =
      parcel::kNoIndex;            // of record elements, if any of their columns or vectors is read
  std::vector<DecodeLeaf> leaves;  // the element itself
};

/// A table or struct that is visited, with all that is read of it. The root of domain d is node d's
/// root_of_domain.
struct DecodeNode {
  bool is_struct = false;
  std::uint16_t slot = 0;  // where it stands in its parent, as DecodeLeaf::slot
  parcel::Presence presence = parcel::Presence::kSlot;
  std::uint8_t mask_bit = 0;  // in the parent's mask
  std::uint32_t struct_bytes = 0;
  std::uint16_t mask_offset = 0;  // of a struct's own presence mask
  std::uint8_t mask_bytes = 0;    // 0: it has none
  std::vector<DecodeLeaf> leaves;
  std::vector<std::uint32_t> structs;  // children in the same domain
  std::vector<std::uint32_t> tables;
  std::vector<DecodeVector> vectors;
};

struct DecodePlan::Nodes {
  std::vector<DecodeNode> nodes;  // nodes[0]: the root table
  std::string file_identifier;    // four characters, or empty
  std::vector<std::vector<parcel::ColumnIndex>> columns_of_domain;
};

}  // namespace sluice::wire
