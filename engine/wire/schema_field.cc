#include "engine/wire/schema_field.h"

#include <cstdlib>
#include <optional>

#include "engine/base/limits.h"

namespace sluice::wire {

using flatbuffers::BaseType;
using flatbuffers::FieldDef;
using flatbuffers::StructDef;
using flatbuffers::Type;
using parcel::Field;
using parcel::Presence;
using parcel::ValueType;
using parcel::WireKind;

namespace {

Status Bad(const StructDef& owner, const FieldDef& field, const std::string& what) {
  return {StatusCode::kInvalidArgument, owner.name + "." + field.name + ": " + what};
}

bool IsRealVector(const FieldDef& field) {
  return field.value.type.base_type == flatbuffers::BASE_TYPE_VECTOR;
}

bool IsInteger(const Type& type) {
  return flatbuffers::IsInteger(type.base_type) && type.base_type != flatbuffers::BASE_TYPE_BOOL &&
         type.base_type != flatbuffers::BASE_TYPE_UTYPE && type.enum_def == nullptr;
}

struct Reading {
  WireKind wire;
  ValueType type;
};

Reading ReadingOf(const Type& type) {
  switch (type.base_type) {
    case flatbuffers::BASE_TYPE_BOOL: return {WireKind::kBool, ValueType::kBool};
    case flatbuffers::BASE_TYPE_CHAR: return {WireKind::kI8, ValueType::kInt};
    case flatbuffers::BASE_TYPE_UCHAR: return {WireKind::kU8, ValueType::kInt};
    case flatbuffers::BASE_TYPE_SHORT: return {WireKind::kI16, ValueType::kInt};
    case flatbuffers::BASE_TYPE_USHORT: return {WireKind::kU16, ValueType::kInt};
    case flatbuffers::BASE_TYPE_INT: return {WireKind::kI32, ValueType::kInt};
    case flatbuffers::BASE_TYPE_UINT: return {WireKind::kU32, ValueType::kInt};
    case flatbuffers::BASE_TYPE_LONG: return {WireKind::kI64, ValueType::kInt};
    case flatbuffers::BASE_TYPE_ULONG:
      return {WireKind::kU64, type.enum_def != nullptr ? ValueType::kInt : ValueType::kUint};
    case flatbuffers::BASE_TYPE_FLOAT: return {WireKind::kF32, ValueType::kDouble};
    case flatbuffers::BASE_TYPE_DOUBLE: return {WireKind::kF64, ValueType::kDouble};
    case flatbuffers::BASE_TYPE_ARRAY: return {WireKind::kFixedText, ValueType::kString};
    case flatbuffers::BASE_TYPE_STRUCT:
      return {type.struct_def->fixed ? WireKind::kStruct : WireKind::kTable, ValueType::kRecord};
    default: return {WireKind::kString, ValueType::kString};
  }
}

// The value of an attribute as text; nothing when it stands without one.
std::optional<std::string> ValueOf(const FieldDef& field, const char* attribute) {
  const flatbuffers::Value* value = field.attributes.Lookup(attribute);
  if (value == nullptr || value->type.base_type == flatbuffers::BASE_TYPE_NONE) return std::nullopt;
  return value->constant;
}

Status ReadTime(const StructDef& owner, const FieldDef& field, const char* attribute,
                ValueType type, Field* out) {
  if (!HasAttribute(field, attribute)) return Status::Ok();
  const std::string name = attribute;
  ValueType& read_as = IsRealVector(field) ? out->element_type : out->type;
  const Type type_in_record =
      IsRealVector(field) ? field.value.type.VectorType() : field.value.type;
  if (read_as != ValueType::kInt || !IsInteger(type_in_record)) {
    return Bad(owner, field,
               "'" + name + "' stands on a signed or 32-bit integer that has no other meaning");
  }
  const std::string unit = ValueOf(field, attribute).value_or("ms");
  read_as = type;
  out->time_units_per_second = unit == "s"    ? 1
                               : unit == "ms" ? 1'000
                               : unit == "us" ? 1'000'000
                               : unit == "ns" ? 1'000'000'000
                                              : 0;
  if (out->time_units_per_second != 0) return Status::Ok();
  return Bad(owner, field, "'" + name + "' has the unit \"" + unit + "\"; units are s, ms, us, ns");
}

Status ReadMoney(const StructDef& owner, const FieldDef& field, Field* out) {
  if (!HasAttribute(field, "money")) return Status::Ok();
  if (out->type != ValueType::kInt || !IsInteger(field.value.type)) {
    return Bad(
        owner, field,
        "'money' stands on a signed or 32-bit integer (minor units) that has no other meaning");
  }
  const std::string currency = ValueOf(field, "money").value_or("");
  const FieldDef* sibling = owner.fields.Lookup(currency);
  if (sibling == nullptr) {
    return Bad(owner, field,
               "'money' names \"" + currency + "\" as its currency, which " + owner.name +
                   " does not have; write (money: \"currency\")");
  }
  const bool is_text = sibling->value.type.base_type == flatbuffers::BASE_TYPE_STRING ||
                       (sibling->value.type.base_type == flatbuffers::BASE_TYPE_ARRAY &&
                        HasAttribute(*sibling, "text"));
  if (!is_text) return Bad(owner, field, "the currency \"" + currency + "\" is not a text");
  out->type = ValueType::kMoney;
  return Status::Ok();
}

Status ReadLimit(const StructDef& owner, const FieldDef& field, const char* attribute, bool applies,
                 std::size_t most, std::uint32_t* out) {
  *out = applies ? static_cast<std::uint32_t>(most) : 0;
  if (!HasAttribute(field, attribute)) return Status::Ok();
  const std::string name = attribute;
  if (!applies) return Bad(owner, field, "'" + name + "' does not fit this type");
  const std::string text = ValueOf(field, attribute).value_or("");
  char* end = nullptr;
  const long long value = std::strtoll(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0' || value < 1 || value > static_cast<long long>(most)) {
    return Bad(owner, field, "'" + name + "' is a number from 1 to " + std::to_string(most));
  }
  *out = static_cast<std::uint32_t>(value);
  return Status::Ok();
}

Status ReadMeaning(const StructDef& owner, const FieldDef& field, Field* out) {
  if (Status status = ReadTime(owner, field, "timestamp", ValueType::kTimestamp, out); !status.ok())
    return status;
  if (Status status = ReadTime(owner, field, "duration", ValueType::kDuration, out); !status.ok())
    return status;
  if (Status status = ReadMoney(owner, field, out); !status.ok()) return status;
  if (!HasAttribute(field, "unit")) return Status::Ok();
  const ValueType type = IsRealVector(field) ? out->element_type : out->type;
  if (type != ValueType::kInt && type != ValueType::kUint && type != ValueType::kDouble) {
    return Bad(owner, field, "'unit' stands on a number");
  }
  out->unit = ValueOf(field, "unit").value_or("");
  return out->unit.empty() ? Bad(owner, field, "'unit' needs a value, as in (unit: \"g\")")
                           : Status::Ok();
}

Status CheckPlace(const StructDef& owner, const FieldDef& field, const Field& out) {
  if (HasAttribute(field, "text") && out.wire != WireKind::kFixedText) {
    return Bad(owner, field, "'text' stands on [ubyte:N] in a struct");
  }
  if (HasAttribute(field, "flatten") && (owner.fixed || out.wire != WireKind::kStruct)) {
    return Bad(owner, field, "'flatten' stands on a struct in a table");
  }
  if (HasAttribute(field, "presence_mask") &&
      (!owner.fixed || !IsInteger(field.value.type) ||
       !flatbuffers::IsUnsigned(field.value.type.base_type))) {
    return Bad(owner, field, "'presence_mask' stands on an unsigned integer in a struct");
  }
  return Status::Ok();
}

void ReadDefault(const FieldDef& field, Field* out) {
  const char* text = field.value.constant.c_str();
  if (out->type == ValueType::kDouble) {
    out->default_double = std::strtod(text, nullptr);
  } else if (out->wire == WireKind::kU64) {
    out->default_int = static_cast<std::int64_t>(std::strtoull(text, nullptr, 10));
  } else if (parcel::IsScalar(out->type) && out->type != ValueType::kString) {
    out->default_int = std::strtoll(text, nullptr, 10);
  }
}

Presence PresenceOf(const StructDef& owner, const FieldDef& field) {
  if (IsRealVector(field)) return Presence::kVector;
  if (owner.fixed) return Presence::kAlways;
  if (!flatbuffers::IsScalar(field.value.type.base_type)) return Presence::kSlot;
  return field.IsScalarOptional() ? Presence::kSlot : Presence::kAlways;
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    const std::size_t start = line.find_first_not_of(' ');
    if (start == std::string::npos) continue;
    if (!text.empty()) text += ' ';
    text += line.substr(start);
  }
  return text;
}

}  // namespace

std::string WhyUnreadable(const FieldDef& field) {
  const Type& type = field.value.type;
  const BaseType element =
      type.base_type == flatbuffers::BASE_TYPE_VECTOR ? type.element : type.base_type;
  if (field.deprecated) return "deprecated";
  if (element == flatbuffers::BASE_TYPE_UNION || element == flatbuffers::BASE_TYPE_UTYPE)
    return "a union";
  if (field.nested_flatbuffer != nullptr || field.flexbuffer) return "a nested buffer";
  if (IsRealVector(field) && type.enum_def == nullptr &&
      (element == flatbuffers::BASE_TYPE_UCHAR || element == flatbuffers::BASE_TYPE_CHAR)) {
    return "a vector of bytes";
  }
  if (type.base_type == flatbuffers::BASE_TYPE_ARRAY &&
      (type.element != flatbuffers::BASE_TYPE_UCHAR || type.enum_def != nullptr ||
       !HasAttribute(field, "text"))) {
    return "an array without 'text'";
  }
  return "";
}

Status ReadField(const StructDef& owner, const FieldDef& field, Field* out) {
  const Type& type = field.value.type;
  const Reading reading = ReadingOf(IsRealVector(field) ? type.VectorType() : type);
  out->name = field.name;
  out->wire = IsRealVector(field) ? WireKind::kVector : reading.wire;
  out->type = IsRealVector(field) ? ValueType::kList : reading.type;
  out->element_wire = reading.wire;
  out->element_type = reading.type;
  out->slot = field.value.offset;
  out->fixed_bytes = reading.wire == WireKind::kFixedText ? type.fixed_length : std::uint16_t{0};
  out->presence = PresenceOf(owner, field);
  out->personal = HasAttribute(field, "personal");
  out->label = HasAttribute(field, "label");
  out->hidden = HasAttribute(field, "flatten") || HasAttribute(field, "presence_mask");
  out->comment = Joined(field.doc_comment);
  ReadDefault(field, out);
  if (Status status = CheckPlace(owner, field, *out); !status.ok()) return status;
  if (Status status = ReadMeaning(owner, field, out); !status.ok()) return status;
  Status status = ReadLimit(owner, field, "max_bytes", reading.wire == WireKind::kString,
                            limits::kTextBytesMax, &out->max_bytes);
  if (!status.ok()) return status;
  status = ReadLimit(owner, field, "max_items", IsRealVector(field), limits::kVectorItemsMax,
                     &out->max_items);
  if (!status.ok()) return status;
  return Status::Ok();
}

Status ReadRequirement(const StructDef& owner, const FieldDef& field, Field* out) {
  if (field.IsRequired()) out->required_phases = parcel::kAllPhases;
  if (!HasAttribute(field, "required_at")) return Status::Ok();
  const std::string phase = ValueOf(field, "required_at").value_or("");
  if (phase == "declared") {
    out->required_phases =
        parcel::kAllPhases;  // what is declared stays declared when the parcel is scanned
  } else if (phase == "scanned") {
    out->required_phases = parcel::PhaseBit(parcel::Phase::kScanned);
  } else {
    return Bad(owner, field,
               "'required_at' has the phase \"" + phase + "\"; phases are declared, scanned");
  }
  if (out->presence == Presence::kSlot || out->presence == Presence::kMaskBit) return Status::Ok();
  return Bad(
      owner, field,
      "'required_at' asks for a field that is never absent; give it '= null' or a presence mask");
}

}  // namespace sluice::wire
