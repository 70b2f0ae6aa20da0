#include "engine/wire/decoder.h"

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/wire/decode_nodes.h"
#include "engine/wire/decode_values.h"

namespace sluice::wire {

using parcel::Batch;
using parcel::DomainRows;
using parcel::Presence;

namespace {

constexpr std::size_t kSmallestRecord = 8;  // a root offset and an empty table behind it
constexpr std::size_t kIdentifierAt = 4;
constexpr std::size_t kIdentifierBytes = 4;

// A table of the record, its vtable checked.
struct Table {
  std::size_t at;
  std::size_t bytes;
  const std::uint8_t* vtable;
  std::size_t vtable_bytes;

  /// Offset of the slot's value within the table; 0: absent.
  std::size_t Slot(std::size_t slot) const {
    return slot + 2 <= vtable_bytes ? LoadAt<std::uint16_t>(vtable + slot) : 0;
  }
};

// One record's walk through the plan. Every function returns false to stop: `error` says why, or
// the batch is full.
class Walk {
 public:
  Walk(const DecodePlan::Nodes& plan, std::span<const std::uint8_t> bytes, Batch& batch)
      : plan_(plan),
        record_{bytes.data(), bytes.size()},
        batch_(batch),
        columns_(batch.columns.data()) {}

  bool Run(std::size_t row) {
    if (record_.size < kSmallestRecord) return Stop(ReadError::kTooShort);
    if (record_.size > limits::kRecordBytesMax) return Stop(ReadError::kTooLong);
    if (!plan_.file_identifier.empty() && !HasIdentifier()) return Stop(ReadError::kBadIdentifier);
    return VisitTable(plan_.nodes[0], LoadAt<std::uint32_t>(record_.data), row);
  }

  ReadError error() const { return error_; }  // kNone after a stop: the batch is full

  // Gives the row zero values and empty vectors for all that hangs below an absent record.
  void VisitAbsent(const DecodeNode& node, std::size_t row) {
    for (const DecodeLeaf& leaf : node.leaves) StoreZero(columns_[leaf.column], row);
    for (const std::uint32_t child : node.structs) VisitAbsent(plan_.nodes[child], row);
    for (const std::uint32_t child : node.tables) VisitAbsent(plan_.nodes[child], row);
    for (const DecodeVector& vector : node.vectors) {
      DomainRows& rows = batch_.domains[vector.domain];
      rows.first[row] = rows.count;
      rows.first[row + 1] = rows.count;
    }
  }

 private:
  bool Stop(ReadError error) {
    error_ = error;
    return false;
  }

  bool HasIdentifier() const {
    return record_.size >= kIdentifierAt + kIdentifierBytes &&
           std::memcmp(record_.data + kIdentifierAt, plan_.file_identifier.data(),
                       kIdentifierBytes) == 0;
  }

  bool OpenTable(std::size_t at, Table* out) const {
    if (!record_.Holds(at, 4)) return false;
    const std::int64_t vtable_at =
        static_cast<std::int64_t>(at) - LoadAt<std::int32_t>(record_.data + at);
    if (vtable_at < 0 || !record_.Holds(static_cast<std::size_t>(vtable_at), 4)) return false;
    const std::uint8_t* vtable = record_.data + vtable_at;
    const std::size_t vtable_bytes = LoadAt<std::uint16_t>(vtable);
    const std::size_t bytes = LoadAt<std::uint16_t>(vtable + 2);
    if (!record_.Holds(static_cast<std::size_t>(vtable_at), vtable_bytes) ||
        !record_.Holds(at, bytes))
      return false;
    *out = {at, bytes, vtable, vtable_bytes};
    return true;
  }

  // The place of a slot's value of `bytes` bytes; 0: absent. False when it leaves the table.
  static bool Place(const Table& table, std::size_t slot, std::size_t bytes, std::size_t* at) {
    const std::size_t offset = table.Slot(slot);
    *at = offset == 0 ? 0 : table.at + offset;
    return offset == 0 || offset + bytes <= table.bytes;
  }

  bool VisitTable(const DecodeNode& node, std::size_t at, std::size_t row) {
    Table table;
    if (!OpenTable(at, &table)) return Stop(ReadError::kOutOfBounds);
    for (const std::uint32_t child : node.structs) {
      if (!StructInTable(plan_.nodes[child], table, row)) return false;
    }
    for (const DecodeLeaf& leaf : node.leaves) {
      if (!LeafInTable(leaf, table, row)) return false;
    }
    for (const std::uint32_t child : node.tables) {
      if (!TableInTable(plan_.nodes[child], table, row)) return false;
    }
    for (const DecodeVector& vector : node.vectors) {
      if (!VectorInTable(vector, table, row)) return false;
    }
    return true;
  }

  bool StructInTable(const DecodeNode& node, const Table& table, std::size_t row) {
    std::size_t at = 0;
    if (!Place(table, node.slot, node.struct_bytes, &at)) return Stop(ReadError::kOutOfBounds);
    if (at != 0) return VisitStruct(node, at, row);
    VisitAbsent(node, row);
    return true;
  }

  bool TableInTable(const DecodeNode& node, const Table& table, std::size_t row) {
    std::size_t at = 0;
    if (!Place(table, node.slot, 4, &at)) return Stop(ReadError::kOutOfBounds);
    if (at != 0) return VisitTable(node, at + LoadAt<std::uint32_t>(record_.data + at), row);
    VisitAbsent(node, row);
    return true;
  }

  bool LeafInTable(const DecodeLeaf& leaf, const Table& table, std::size_t row) {
    Column& column = columns_[leaf.column];
    std::size_t at = 0;
    if (!Place(table, leaf.slot, leaf.wire_bytes, &at)) return Stop(ReadError::kOutOfBounds);
    if (at == 0 && leaf.presence == Presence::kSlot) {
      StoreZero(column, row);
      return true;
    }
    if (leaf.type == ValueType::kMoney) return MoneyInTable(leaf, table, at, row);
    const ReadError error =
        at == 0 ? StoreDefault(leaf, column, row) : ReadValue(leaf, record_, at, column, row);
    return error == ReadError::kNone || Stop(error);
  }

  bool MoneyInTable(const DecodeLeaf& leaf, const Table& table, std::size_t at, std::size_t row) {
    Column& column = columns_[leaf.column];
    std::size_t currency_at = 0;
    if (!Place(table, leaf.currency_slot, 4, &currency_at)) return Stop(ReadError::kOutOfBounds);
    if (currency_at == 0) {  // an amount of no currency cannot be compared
      StoreZero(column, row);
      return true;
    }
    constexpr std::size_t kCurrencyBytesMax = 3;
    std::string_view text;
    ReadError error = ReadText(record_, currency_at, kCurrencyBytesMax, &text);
    if (error == ReadError::kTextTooLong) error = ReadError::kBadCurrency;
    if (error == ReadError::kNone) {
      error = at == 0 ? StoreDefault(leaf, column, row) : ReadValue(leaf, record_, at, column, row);
    }
    if (error == ReadError::kNone) error = StoreCurrency(text, column, row);
    return error == ReadError::kNone || Stop(error);
  }

  // A scalar whose slot is empty has the default of the schema, as bytes of its own.
  static ReadError StoreDefault(const DecodeLeaf& leaf, Column& column, std::size_t row) {
    DecodeLeaf wide = leaf;
    std::uint8_t bytes[8];
    if (leaf.type == ValueType::kDouble) {
      wide.wire = WireKind::kF64;
      std::memcpy(bytes, &leaf.default_double, sizeof(bytes));
    } else {
      wide.wire = WireKind::kI64;
      std::memcpy(bytes, &leaf.default_int, sizeof(bytes));
    }
    return ReadValue(wide, {bytes, sizeof(bytes)}, 0, column, row);
  }

  bool VisitStruct(const DecodeNode& node, std::size_t at, std::size_t row) {
    const std::uint64_t mask = LoadMask(node, at);
    // With a word to spare behind the struct, members are read without a branch on what they are.
    const bool has_room = record_.Holds(at, node.struct_bytes + sizeof(std::uint64_t));
    const ReadError error =
        has_room ? ReadMembers(node, record_.data + at, mask, row) : ReadLastMembers(node, at, mask, row);
    if (error != ReadError::kNone) return Stop(error);
    for (const std::uint32_t child : node.structs) {
      const DecodeNode& inner = plan_.nodes[child];
      if (inner.presence == Presence::kMaskBit && (mask >> inner.mask_bit & 1) == 0) {
        VisitAbsent(inner, row);
      } else if (!VisitStruct(inner, at + inner.slot, row)) {
        return false;
      }
    }
    return true;
  }

  ReadError ReadMembers(const DecodeNode& node, const std::uint8_t* structure, std::uint64_t mask, std::size_t row) {
    Column* const columns = columns_;
    for (const DecodeLeaf& leaf : node.leaves) {
      const ReadError error = ReadMember(leaf, structure, mask, columns[leaf.column], row);
      if (error != ReadError::kNone) [[unlikely]] return error;
    }
    return ReadError::kNone;
  }

  // The same of a struct at the very end of the record.
  ReadError ReadLastMembers(const DecodeNode& node, std::size_t at, std::uint64_t mask, std::size_t row) {
    for (const DecodeLeaf& leaf : node.leaves) {
      const ReadError error = HasMember(leaf, mask) != 0 ? ReadLastMember(leaf, at, row) : NoMember(leaf, row);
      if (error != ReadError::kNone) return error;
    }
    return ReadError::kNone;
  }

  // As ReadMember, of a present member of a struct at the very end of the record.
  ReadError ReadLastMember(const DecodeLeaf& leaf, std::size_t at, std::size_t row) {
    Column& column = columns_[leaf.column];
    const ReadError error = ReadValue(leaf, record_, at + leaf.slot, column, row);
    if (error != ReadError::kNone || leaf.type != ValueType::kMoney) return error;
    return StoreCurrency(FixedText(record_.data + at + leaf.currency_slot, leaf.currency_bytes),
                         column, row);
  }

  ReadError NoMember(const DecodeLeaf& leaf, std::size_t row) {
    StoreZero(columns_[leaf.column], row);
    return ReadError::kNone;
  }

  std::uint64_t LoadMask(const DecodeNode& node, std::size_t at) const {
    const std::uint8_t* mask = record_.data + at + node.mask_offset;
    switch (node.mask_bytes) {
      case 1: return *mask;
      case 2: return LoadAt<std::uint16_t>(mask);
      case 4: return LoadAt<std::uint32_t>(mask);
      case 8: return LoadAt<std::uint64_t>(mask);
      default: return 0;
    }
  }

  bool VectorInTable(const DecodeVector& vector, const Table& table, std::size_t row) {
    DomainRows& rows = batch_.domains[vector.domain];
    rows.first[row] = rows.count;
    rows.first[row + 1] = rows.count;
    std::size_t at = 0;
    if (!Place(table, vector.slot, 4, &at)) return Stop(ReadError::kOutOfBounds);
    if (at == 0) return true;
    const std::size_t start = at + LoadAt<std::uint32_t>(record_.data + at);
    if (!record_.Holds(start, 4)) return Stop(ReadError::kOutOfBounds);
    const std::size_t count = LoadAt<std::uint32_t>(record_.data + start);
    const std::size_t elements = start + 4;
    if (!record_.Holds(elements, count * vector.element_bytes))
      return Stop(ReadError::kOutOfBounds);
    if (count > vector.max_items) return Stop(ReadError::kTooManyItems);
    if (count > rows.parent.size() - rows.count) return Stop(ReadError::kNone);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t element_row = rows.count++;
      rows.parent[element_row] = static_cast<std::uint32_t>(row);
      if (!Element(vector, elements + i * vector.element_bytes, element_row)) return false;
    }
    rows.first[row + 1] = rows.count;
    return true;
  }

  bool Element(const DecodeVector& vector, std::size_t at, std::size_t row) {
    for (const DecodeLeaf& leaf : vector.leaves) {
      const ReadError error = ReadValue(leaf, record_, at, columns_[leaf.column], row);
      if (error != ReadError::kNone) return Stop(error);
    }
    if (vector.node == parcel::kNoIndex) return true;
    const DecodeNode& node = plan_.nodes[vector.node];
    if (node.is_struct) return VisitStruct(node, at, row);
    return VisitTable(node, at + LoadAt<std::uint32_t>(record_.data + at), row);
  }

  const DecodePlan::Nodes& plan_;
  RecordBytes record_;
  Batch& batch_;
  Column* columns_;
  ReadError error_ = ReadError::kNone;
};

// Takes back the rows from `before` on: an absent row has neither presence bits nor values.
void RollBack(const DecodePlan::Nodes& plan, const std::vector<std::uint32_t>& before,
              Batch& batch) {
  for (std::size_t d = 0; d < batch.domains.size(); ++d) {
    // In the parcel's own domain the row at hand is not counted yet.
    const std::size_t end = d == parcel::kParcelDomain ? before[d] + 1 : batch.domains[d].count;
    for (const parcel::ColumnIndex c : plan.columns_of_domain[d]) {
      Column& column = batch.columns[c];
      for (std::size_t row = before[d]; row < end; ++row) {
        column.present[row / 64] &= ~(std::uint64_t{1} << (row % 64));
        StoreZero(column, row);
      }
    }
    batch.domains[d].count = before[d];
  }
}

bool IsFull(const Batch& batch) { return batch.row_count() == batch.records.size(); }

}  // namespace

Decoder::Decoder(const DecodePlan& plan)
    : nodes_(&plan.nodes()), rows_before_(plan.nodes().columns_of_domain.size()) {}

DecodeResult Decoder::Append(std::span<const std::uint8_t> record, Batch& batch) {
  SLUICE_DCHECK(batch.domains.size() == rows_before_.size());
  if (IsFull(batch)) return DecodeResult::kBatchFull;
  for (std::size_t d = 0; d < rows_before_.size(); ++d) rows_before_[d] = batch.domains[d].count;
  DomainRows& rows = batch.domains[parcel::kParcelDomain];
  const std::uint32_t row = rows.count;
  Walk walk(*nodes_, record, batch);
  if (walk.Run(row)) {
    rows.parent[row] = row;
    rows.count = row + 1;
    batch.records[row] = record;
    batch.facts[row].read_error = ReadError::kNone;
    return DecodeResult::kAppended;
  }
  RollBack(*nodes_, rows_before_, batch);
  if (walk.error() != ReadError::kNone) return AppendUnreadable(walk.error(), record, batch);
  // Vectors within vectors can exceed what a whole batch holds; then an empty one would not help.
  return row == 0 ? AppendUnreadable(ReadError::kTooManyItems, record, batch)
                  : DecodeResult::kBatchFull;
}

DecodeResult Decoder::AppendUnreadable(ReadError error, std::span<const std::uint8_t> bytes,
                                       Batch& batch) {
  if (IsFull(batch)) return DecodeResult::kBatchFull;
  DomainRows& rows = batch.domains[parcel::kParcelDomain];
  const std::uint32_t row = rows.count++;
  rows.parent[row] = row;
  Walk(*nodes_, bytes, batch).VisitAbsent(nodes_->nodes[0], row);
  batch.records[row] = bytes;
  batch.facts[row].read_error = error;
  return DecodeResult::kUnreadable;
}

}  // namespace sluice::wire
