// Turns the values that a RecordBuilder collected into the bytes of a FlatBuffer.
//
// Private to this room.   Thread-safety: a writer belongs to one thread at a time; the catalogue
// outlives it. Errors: none; the values were checked when they were set.
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/parcel/catalog.h"

namespace sluice::wire {

/// A value of the record being built. An instance of a record is a header cell, then one cell a
/// field; the instance of a scalar element is a header cell and one cell. The header's bits are the
/// next element of the same vector.
struct Cell {
  std::uint64_t bits = 0;   // number; offset of a text; first cell of a record; first element and,
                            // high, last of a vector
  std::uint32_t extra = 0;  // bytes of a text; elements of a vector
  bool present = false;
};

class RecordWriter {
 public:
  explicit RecordWriter(const parcel::Catalog& catalog);

  /// The record whose root instance begins at cells[0]; valid until the next call.
  std::span<const std::uint8_t> Write(const std::vector<Cell>& cells, std::string_view texts);

 private:
  struct Flattened {
    std::uint32_t place = 0;             // the hidden struct field
    std::vector<std::uint32_t> members;  // fields of the table that stand in it
  };
  struct Layout {
    std::vector<Flattened> flattened;
    std::vector<std::uint32_t>
        members;  // a struct's or table's own fields; a table's widest first: no padding between
    std::uint32_t align = 1;  // of a struct
  };
  using Offset = flatbuffers::uoffset_t;

  Layout MakeLayout(std::uint32_t record) const;
  std::uint32_t WidthOf(const parcel::Field& field) const;
  std::string_view TextOf(const Cell& cell) const { return texts_.substr(cell.bits, cell.extra); }

  Offset WriteTable(std::uint32_t record, std::size_t instance);
  void WriteChildren(std::uint32_t record, std::size_t instance);
  void WriteInline(const parcel::Field& field, const Cell& cell, Offset child);
  Offset WriteVector(const parcel::Field& field, const Cell& cell);
  Offset WriteOffsets(const parcel::Field& field, const Cell& cell);
  void PushStruct(std::uint32_t record);
  void FillStruct(std::uint32_t struct_record, const parcel::Record& owner,
                  const std::vector<std::uint32_t>& members, std::size_t instance,
                  std::uint8_t* out) const;
  void FillValue(const parcel::Field& field, const Cell& cell, std::uint8_t* out) const;
  bool AnyPresent(const std::vector<std::uint32_t>& members, std::size_t instance) const;

  const parcel::Catalog& catalog_;
  std::vector<Layout> layouts_;  // one a record
  flatbuffers::FlatBufferBuilder builder_;
  const std::vector<Cell>* cells_ = nullptr;
  std::string_view texts_;
  std::vector<std::uint8_t>
      bytes_;  // of the struct, or of the vector of scalars or structs, being written
  std::vector<Offset> children_;  // of the tables being written, the outermost first
};

}  // namespace sluice::wire
