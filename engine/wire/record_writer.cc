#include "engine/wire/record_writer.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/wire/wire_sizes.h"

namespace sluice::wire {

using parcel::Field;
using parcel::kNoIndex;
using parcel::Presence;
using parcel::Record;
using parcel::WireKind;

namespace {

bool IsOffset(WireKind wire) {
  return wire == WireKind::kString || wire == WireKind::kTable || wire == WireKind::kVector;
}

}  // namespace

RecordWriter::RecordWriter(const parcel::Catalog& catalog) : catalog_(catalog) {
  for (std::uint32_t r = 0; r < catalog.records.size(); ++r) layouts_.push_back(MakeLayout(r));
}

std::uint32_t RecordWriter::WidthOf(const Field& field) const {
  const std::uint32_t struct_bytes =
      field.record == kNoIndex ? 0 : catalog_.records[field.record].struct_bytes;
  return BytesInPlace(field.wire, field.fixed_bytes, struct_bytes);
}

RecordWriter::Layout RecordWriter::MakeLayout(std::uint32_t record_index) const {
  const Record& record = catalog_.records[record_index];
  Layout layout;
  for (std::uint32_t f = 0; f < record.fields.size(); ++f) {
    const Field& field = record.fields[f];
    if (field.hidden && field.wire == WireKind::kStruct) layout.flattened.push_back({f, {}});
    if (!field.hidden && field.inline_in == kNoIndex) layout.members.push_back(f);
    // A struct is as strictly aligned as the widest of its members.
    const bool is_bytes = field.wire == WireKind::kFixedText;
    const std::uint32_t align = field.wire == WireKind::kStruct ? MakeLayout(field.record).align
                                : is_bytes                      ? 1
                                                                : WidthOf(field);
    layout.align = std::max(layout.align, align);
  }
  for (Flattened& flattened : layout.flattened) {
    for (std::uint32_t f = 0; f < record.fields.size(); ++f) {
      if (record.fields[f].inline_in == flattened.place) flattened.members.push_back(f);
    }
  }
  if (!record.is_struct) {
    std::stable_sort(layout.members.begin(), layout.members.end(),
                     [&](std::uint32_t a, std::uint32_t b) {
                       return WidthOf(record.fields[a]) > WidthOf(record.fields[b]);
                     });
  }
  return layout;
}

std::span<const std::uint8_t> RecordWriter::Write(const std::vector<Cell>& cells,
                                                  std::string_view texts) {
  cells_ = &cells;
  texts_ = texts;
  builder_.Clear();
  const Offset root = WriteTable(catalog_.root, 0);
  const std::string& identifier = catalog_.file_identifier;
  builder_.Finish(flatbuffers::Offset<void>(root),
                  identifier.empty() ? nullptr : identifier.c_str());
  return {builder_.GetBufferPointer(), builder_.GetSize()};
}

bool RecordWriter::AnyPresent(const std::vector<std::uint32_t>& members,
                              std::size_t instance) const {
  return std::any_of(members.begin(), members.end(),
                     [&](std::uint32_t f) { return (*cells_)[instance + 1 + f].present; });
}

// FlatBuffers are written back to front: what a table points to first, then the table.
RecordWriter::Offset RecordWriter::WriteTable(std::uint32_t record_index, std::size_t instance) {
  const std::size_t first_child = children_.size();
  WriteChildren(record_index, instance);
  const Record& record = catalog_.records[record_index];
  const Layout& layout = layouts_[record_index];
  const Offset start = builder_.StartTable();
  for (const Flattened& flattened : layout.flattened) {
    if (!AnyPresent(flattened.members, instance)) continue;
    const Field& place = record.fields[flattened.place];
    bytes_.assign(catalog_.records[place.record].struct_bytes, 0);
    FillStruct(place.record, record, flattened.members, instance, bytes_.data());
    PushStruct(place.record);
    builder_.AddStructOffset(place.slot, builder_.GetSize());
  }
  std::size_t next_child = first_child;
  for (const std::uint32_t f : layout.members) {
    const Cell& cell = (*cells_)[instance + 1 + f];
    if (!cell.present) continue;
    WriteInline(record.fields[f], cell,
                IsOffset(record.fields[f].wire) ? children_[next_child++] : 0);
  }
  children_.resize(first_child);
  return builder_.EndTable(start);
}

void RecordWriter::WriteChildren(std::uint32_t record_index, std::size_t instance) {
  const Record& record = catalog_.records[record_index];
  for (const std::uint32_t f : layouts_[record_index].members) {
    const Field& field = record.fields[f];
    const Cell& cell = (*cells_)[instance + 1 + f];
    if (!cell.present || !IsOffset(field.wire)) continue;
    Offset child = 0;
    if (field.wire == WireKind::kString) {
      const std::string_view text = TextOf(cell);
      child = builder_.CreateString(text.data(), text.size()).o;
    } else if (field.wire == WireKind::kTable) {
      child = WriteTable(field.record, cell.bits);
    } else {
      child = WriteVector(field, cell);
    }
    children_.push_back(child);
  }
}

void RecordWriter::WriteInline(const Field& field, const Cell& cell, Offset child) {
  const std::uint64_t bits = cell.bits;
  switch (field.wire) {
    case WireKind::kBool:
    case WireKind::kI8:
    case WireKind::kU8: builder_.AddElement(field.slot, static_cast<std::uint8_t>(bits)); break;
    case WireKind::kI16:
    case WireKind::kU16: builder_.AddElement(field.slot, static_cast<std::uint16_t>(bits)); break;
    case WireKind::kI32:
    case WireKind::kU32: builder_.AddElement(field.slot, static_cast<std::uint32_t>(bits)); break;
    case WireKind::kI64:
    case WireKind::kU64:
    case WireKind::kF64: builder_.AddElement(field.slot, bits); break;
    case WireKind::kF32:
      builder_.AddElement(field.slot, static_cast<float>(std::bit_cast<double>(bits)));
      break;
    case WireKind::kStruct:
      bytes_.assign(catalog_.records[field.record].struct_bytes, 0);
      FillStruct(field.record, catalog_.records[field.record], layouts_[field.record].members,
                 cell.bits, bytes_.data());
      PushStruct(field.record);
      builder_.AddStructOffset(field.slot, builder_.GetSize());
      break;
    default: builder_.AddOffset(field.slot, flatbuffers::Offset<void>(child)); break;
  }
}

void RecordWriter::PushStruct(std::uint32_t record) {
  builder_.StartStruct(layouts_[record].align);
  builder_.PushBytes(bytes_.data(), bytes_.size());
}

// `members` are fields of `owner`: the struct itself, or the table that it is flattened into.
void RecordWriter::FillStruct(std::uint32_t struct_record, const Record& owner,
                              const std::vector<std::uint32_t>& members, std::size_t instance,
                              std::uint8_t* out) const {
  const Record& definition = catalog_.records[struct_record];
  std::uint64_t mask = 0;
  for (const std::uint32_t f : members) {
    const Cell& cell = (*cells_)[instance + 1 + f];
    if (!cell.present) continue;
    const Field& field = owner.fields[f];
    FillValue(field, cell, out + field.slot);
    if (field.presence == Presence::kMaskBit) mask |= std::uint64_t{1} << field.mask_bit;
  }
  if (definition.mask_field == kNoIndex) return;
  const Field& mask_field = definition.fields[definition.mask_field];
  std::memcpy(out + mask_field.slot, &mask, WidthOf(mask_field));
}

void RecordWriter::FillValue(const Field& field, const Cell& cell, std::uint8_t* out) const {
  switch (field.wire) {
    case WireKind::kF32: {
      const float narrow = static_cast<float>(std::bit_cast<double>(cell.bits));
      std::memcpy(out, &narrow, sizeof(narrow));
      break;
    }
    case WireKind::kFixedText: {
      const std::string_view text = TextOf(cell);
      if (!text.empty()) std::memcpy(out, text.data(), text.size());
      break;
    }
    case WireKind::kStruct:
      FillStruct(field.record, catalog_.records[field.record], layouts_[field.record].members,
                 cell.bits, out);
      break;
    default: std::memcpy(out, &cell.bits, WidthOf(field)); break;
  }
}

RecordWriter::Offset RecordWriter::WriteVector(const Field& field, const Cell& cell) {
  if (IsOffset(field.element_wire)) return WriteOffsets(field, cell);
  Field element = field;
  element.wire = field.element_wire;
  const std::size_t width = WidthOf(element);
  const std::size_t align =
      field.element_wire == WireKind::kStruct ? layouts_[field.record].align : width;
  bytes_.assign(width * cell.extra, 0);
  std::size_t instance = static_cast<std::uint32_t>(cell.bits);
  for (std::size_t i = 0; i < cell.extra; ++i) {
    std::uint8_t* out = bytes_.data() + i * width;
    if (field.element_wire == WireKind::kStruct) {
      FillStruct(field.record, catalog_.records[field.record], layouts_[field.record].members,
                 instance, out);
    } else {
      FillValue(element, (*cells_)[instance + 1], out);
    }
    instance = (*cells_)[instance].bits;
  }
  builder_.StartVector(bytes_.size() / align, align);
  builder_.PushBytes(bytes_.data(), bytes_.size());
  return builder_.EndVector(cell.extra);
}

RecordWriter::Offset RecordWriter::WriteOffsets(const Field& field, const Cell& cell) {
  const std::size_t first_child = children_.size();
  std::size_t instance = static_cast<std::uint32_t>(cell.bits);
  for (std::size_t i = 0; i < cell.extra; ++i) {
    Offset child = 0;
    if (field.element_wire == WireKind::kTable) {
      child = WriteTable(field.record, instance);
    } else {
      const Cell& text = (*cells_)[instance + 1];
      child = builder_.CreateString(TextOf(text).data(), text.extra).o;
    }
    children_.push_back(child);
    instance = (*cells_)[instance].bits;
  }
  builder_.StartVector(cell.extra, sizeof(Offset));
  for (std::size_t i = children_.size(); i > first_child; --i) {
    builder_.PushElement(flatbuffers::Offset<void>(children_[i - 1]));
  }
  children_.resize(first_child);
  return builder_.EndVector(cell.extra);
}

}  // namespace sluice::wire
