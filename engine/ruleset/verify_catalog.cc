// What decoding relies on: every field's kind of value fits its kind of bytes, members of structs lie
// within them, and nothing stands where it cannot (an offset in a struct, a fixed text in a table).
#include <algorithm>
#include <array>

#include "engine/base/limits.h"
#include "engine/base/utf8.h"
#include "engine/ruleset/verify_parts.h"

namespace sluice::ruleset {
namespace {

using parcel::Catalog;
using parcel::Field;
using parcel::kNoIndex;
using parcel::Presence;
using parcel::Record;
using parcel::WireKind;

bool IsIntegerWire(WireKind wire) { return wire >= WireKind::kI8 && wire <= WireKind::kU64; }
bool IsOffsetWire(WireKind wire) {
  return wire == WireKind::kString || wire == WireKind::kTable || wire == WireKind::kVector;
}

// Whether the bytes of `wire` can be read as a `type`.
bool Fits(ValueType type, WireKind wire) {
  switch (type) {
    case ValueType::kBool: return wire == WireKind::kBool;
    case ValueType::kInt:
    case ValueType::kUint:
    case ValueType::kTimestamp:
    case ValueType::kDuration:
    case ValueType::kMoney: return IsIntegerWire(wire);
    case ValueType::kDouble: return wire == WireKind::kF32 || wire == WireKind::kF64;
    case ValueType::kString: return wire == WireKind::kString || wire == WireKind::kFixedText;
    case ValueType::kRecord: return wire == WireKind::kTable || wire == WireKind::kStruct;
    case ValueType::kList: return wire == WireKind::kVector;
    default: return false;
  }
}

std::uint32_t BytesInStruct(const Catalog& catalog, const Field& field) {
  switch (field.wire) {
    case WireKind::kBool:
    case WireKind::kI8:
    case WireKind::kU8: return 1;
    case WireKind::kI16:
    case WireKind::kU16: return 2;
    case WireKind::kI32:
    case WireKind::kU32:
    case WireKind::kF32: return 4;
    case WireKind::kFixedText: return field.fixed_bytes;
    case WireKind::kStruct: return catalog.records[field.record].struct_bytes;
    default: return 8;
  }
}

class CatalogVerifier {
 public:
  explicit CatalogVerifier(const Catalog& catalog) : catalog_(catalog) {}

  Status Run() const {
    std::size_t field_count = 0;
    for (const Record& record : catalog_.records) field_count += record.fields.size();
    if (field_count > limits::kSchemaFieldsMax) return Flaw("catalogue", "too many fields");
    if (catalog_.root >= catalog_.records.size()) return Flaw("catalogue", "it has no root record");
    if (catalog_.root_record().is_struct) return Flaw("catalogue", "the root record is a struct");
    const std::size_t identifier = catalog_.file_identifier.size();
    if (identifier != 0 && identifier != 4) return Flaw("catalogue", "a file identifier has 4 bytes");
    for (const Record& record : catalog_.records) {
      const Status status = CheckMask(record);
      if (!status.ok()) return status;
    }
    for (const Record& record : catalog_.records) {
      const Status status = CheckRecord(record);
      if (!status.ok()) return status;
    }
    for (const parcel::Enum& enumeration : catalog_.enums) {
      if (!IsName(enumeration.name)) return Flaw("catalogue", "an enum has no proper name");
      for (const auto& value : enumeration.values) {
        if (!IsName(value.name)) return Flaw("enum " + enumeration.name, "a value has no proper name");
      }
    }
    return CheckStructDepth();
  }

 private:
  Status CheckMask(const Record& record) const {
    if (!IsName(record.name)) return Flaw("catalogue", "a record has no proper name");
    if (record.mask_field == kNoIndex) return Status::Ok();
    if (!record.is_struct || record.mask_field >= record.fields.size()) {
      return Flaw("record " + record.name, "its presence mask is not one of its members");
    }
    const Field& mask = record.fields[record.mask_field];
    if (!IsIntegerWire(mask.wire) || mask.inline_in != kNoIndex) {
      return Flaw("record " + record.name, "its presence mask is not an integer of its own");
    }
    return Status::Ok();
  }

  Status CheckRecord(const Record& record) const {
    std::vector<std::uint16_t> slots;
    for (const Field& field : record.fields) {
      const char* flaw = FieldFlaw(record, field);
      if (flaw != nullptr) return Flaw("field " + record.name + "." + field.name, flaw);
      if (field.inline_in == kNoIndex) slots.push_back(field.slot);
    }
    std::sort(slots.begin(), slots.end());
    if (std::adjacent_find(slots.begin(), slots.end()) != slots.end()) {
      return Flaw("record " + record.name, "two fields stand at one place");
    }
    return Status::Ok();
  }

  const char* FieldFlaw(const Record& record, const Field& field) const {
    if (!IsName(field.name) || !base::IsValidUtf8(field.comment) || !base::IsValidUtf8(field.unit)) {
      return "its name, unit or comment is not proper text";
    }
    if (!Fits(field.type, field.wire)) return "its type does not fit its bytes";
    const char* flaw = ReferenceFlaw(record, field);
    if (flaw == nullptr) flaw = PlaceFlaw(record, field);
    if (flaw == nullptr) flaw = ValueFlaw(record, field);
    return flaw;
  }

  const char* ReferenceFlaw(const Record& record, const Field& field) const {
    const bool is_list = field.type == ValueType::kList;
    const ValueType held = is_list ? field.element_type : field.type;
    const WireKind wire = is_list ? field.element_wire : field.wire;
    if (is_list && !Fits(field.element_type, field.element_wire)) {
      return "its elements' type does not fit their bytes";
    }
    if (is_list && (held == ValueType::kList || held == ValueType::kMoney)) {
      return "a vector cannot hold such elements";
    }
    if (is_list && wire == WireKind::kFixedText) return "a vector cannot hold such elements";
    if (held == ValueType::kRecord) {
      if (field.record >= catalog_.records.size()) return "its record does not exist";
      const bool is_struct = catalog_.records[field.record].is_struct;
      if (is_struct != (wire == WireKind::kStruct)) return "its record is of another kind";
    } else if (field.record != kNoIndex) {
      return "it is no record, but names one";
    }
    if (field.enumeration != kNoIndex && field.enumeration >= catalog_.enums.size()) {
      return "its enum does not exist";
    }
    if (field.inline_in != kNoIndex) {
      if (field.inline_in >= record.fields.size()) return "the struct it is flattened from is missing";
      const Field& outer = record.fields[field.inline_in];
      const bool is_struct = outer.wire == WireKind::kStruct && outer.record < catalog_.records.size();
      if (!is_struct || outer.inline_in != kNoIndex) return "it is flattened from no struct";
    }
    return nullptr;
  }

  // Where the bytes of the field stand: in a table, or in a struct (its own or one that is flattened).
  const char* PlaceFlaw(const Record& record, const Field& field) const {
    const Record& holder = field.inline_in == kNoIndex
                               ? record
                               : catalog_.records[record.fields[field.inline_in].record];
    if (!holder.is_struct) {
      if (field.wire == WireKind::kFixedText) return "a fixed text can only stand in a struct";
      if (field.presence == Presence::kMaskBit) return "a table has no presence mask";
      return nullptr;
    }
    if (IsOffsetWire(field.wire)) return "a struct cannot hold texts, tables or vectors";
    if (field.slot + BytesInStruct(catalog_, field) > holder.struct_bytes) {
      return "it does not lie within its struct";
    }
    if (field.presence != Presence::kMaskBit) return nullptr;
    if (holder.mask_field == kNoIndex) return "its struct has no presence mask";
    const std::uint32_t mask_bytes = BytesInStruct(catalog_, holder.fields[holder.mask_field]);
    return field.mask_bit < mask_bytes * 8 ? nullptr : "its presence bit is outside the mask";
  }

  const char* ValueFlaw(const Record& record, const Field& field) const {
    const ValueType held = field.type == ValueType::kList ? field.element_type : field.type;
    if (held == ValueType::kTimestamp || held == ValueType::kDuration) {
      constexpr std::array<std::int64_t, 4> kUnits = {1, 1000, 1'000'000, base::kNsPerSecond};
      if (std::find(kUnits.begin(), kUnits.end(), field.time_units_per_second) == kUnits.end()) {
        return "its time unit is none of s, ms, us, ns";
      }
    }
    if (field.type == ValueType::kMoney) {
      if (field.currency_field >= record.fields.size()) return "its currency is not a field beside it";
      const Field& currency = record.fields[field.currency_field];
      if (currency.type != ValueType::kString || currency.inline_in != field.inline_in) {
        return "its currency is not a text that stands beside it";
      }
    } else if (field.currency_field != kNoIndex) {
      return "it is no money, but names a currency";
    }
    if ((field.required_phases & ~parcel::kAllPhases) != 0) return "an unknown phase";
    if (field.max_bytes > limits::kTextBytesMax) return "its texts may be too long";
    if (field.max_items > limits::kVectorItemsMax) return "it may have too many elements";
    return nullptr;
  }

  // Structs hold structs only so deep, and never themselves: heights settle within kSchemaDepthMax rounds.
  Status CheckStructDepth() const {
    std::vector<std::size_t> height(catalog_.records.size(), 0);
    for (std::size_t round = 0; round <= limits::kSchemaDepthMax; ++round) {
      bool changed = false;
      for (std::size_t r = 0; r < catalog_.records.size(); ++r) {
        for (const Field& field : catalog_.records[r].fields) {
          if (!catalog_.records[r].is_struct || field.wire != WireKind::kStruct) continue;
          const std::size_t wanted = height[field.record] + 1;
          changed = changed || wanted > height[r];
          height[r] = std::max(height[r], wanted);
        }
      }
      if (!changed) return Status::Ok();
    }
    return Flaw("catalogue", "structs within structs are too deep");
  }

  const Catalog& catalog_;
};

}  // namespace

Status VerifyCatalog(const Catalog& catalog) { return CatalogVerifier(catalog).Run(); }

}  // namespace sluice::ruleset
