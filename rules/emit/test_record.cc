#include "rules/emit/test_record.h"

#include <optional>
#include <utility>

#include "engine/base/money.h"
#include "engine/base/time_text.h"
#include "rules/book/cell_value.h"
#include "rules/diag/suggest.h"

namespace sluice::rules {
namespace {

using parcel::Field;
using parcel::ValueType;
using wire::SetResult;

/// The value of enum field `field` that `name` means.
std::optional<std::int64_t> EnumNumber(const parcel::Catalog& catalog, const Field& field,
                                       std::string_view name) {
  if (field.enumeration == parcel::kNoIndex) return std::nullopt;
  for (const parcel::EnumValue& value : catalog.enums[field.enumeration].values) {
    if (value.name == name) return value.value;
  }
  return std::nullopt;
}

std::string HintFor(const parcel::Catalog& catalog, const Field& field, ValueType type,
                    std::string_view text) {
  if (field.enumeration != parcel::kNoIndex) {
    std::vector<std::string> names;
    for (const parcel::EnumValue& value : catalog.enums[field.enumeration].values)
      names.push_back(value.name);
    return DidYouMean(text, names);
  }
  switch (type) {
    case ValueType::kMoney: return "write an amount and its currency, such as \"12.50 CNY\"";
    case ValueType::kTimestamp: return "write an instant such as 2026-03-01T10:00:00Z";
    case ValueType::kDuration: return "write a span of time such as 1h30m";
    case ValueType::kBool: return "write true or false";
    default: return {};
  }
}

}  // namespace

TestRecord::TestRecord(const parcel::Catalog& catalog, DiagnosticList* diagnostics)
    : catalog_(catalog), diagnostics_(diagnostics), builder_(catalog) {}

void TestRecord::SetParcel(const YamlNode& parcel, const YamlNode* defaults) {
  Below root;
  root.record = catalog_.root;
  SetMap(root, &parcel, defaults);
}

void TestRecord::SetTime(std::string_view path, const base::Timestamp& time) {
  // A time that the field's unit cannot hold leaves it absent; the caller has checked the text.
  static_cast<void>(builder_.SetTimestamp(builder_.Find(path), time));
}

std::vector<std::uint8_t> TestRecord::Finish() {
  const auto bytes = builder_.Finish();
  return {bytes.begin(), bytes.end()};
}

wire::RecordBuilder::Handle TestRecord::Find(const Below& below, std::string_view name) {
  const std::string path = below.path + std::string(name);
  return below.vector == Builder::kNoHandle ? builder_.Find(path)
                                            : builder_.FindInItem(below.vector, path);
}

void TestRecord::SetMap(const Below& below, const YamlNode* map, const YamlNode* defaults) {
  if (map != nullptr) {
    for (const YamlNode& key : map->children()) {
      SetField(below, key, *key.value(),
               defaults == nullptr ? nullptr : defaults->Find(key.text()));
    }
  }
  if (defaults == nullptr) return;
  for (const YamlNode& key : defaults->children()) {
    if (map == nullptr || map->Find(key.text()) == nullptr)
      SetField(below, key, *key.value(), nullptr);
  }
}

void TestRecord::SetField(const Below& below, const YamlNode& key, const YamlNode& value,
                          const YamlNode* default_value) {
  const parcel::Record& record = catalog_.records[below.record];
  const std::uint32_t index = record.Find(key.text());
  if (index == parcel::kNoIndex) {
    std::vector<std::string> names;
    for (const Field& other : record.fields) {
      if (!other.hidden) names.push_back(other.name);
    }
    diagnostics_->Error(key.place(), "unknown-field",
                        "record " + record.name + " has no field '" + std::string(key.text()) + "'",
                        DidYouMean(key.text(), names));
    return;
  }
  if (value.is_null()) return;
  const Field& field = record.fields[index];
  const Builder::Handle handle = Find(below, field.name);
  if (field.type == ValueType::kList) return SetVector(below, handle, value);
  if (field.type != ValueType::kRecord) return SetScalar(handle, value, below.node);
  if (!ExpectMap(value, field.name, diagnostics_)) return;
  static_cast<void>(
      builder_.SetRecord(handle, below.node));  // it is a record: the catalogue says so
  Below inner = below;
  inner.record = field.record;
  inner.path += field.name + ".";
  const bool merge = default_value != nullptr && default_value->is_map();
  SetMap(inner, &value, merge ? default_value : nullptr);
}

void TestRecord::SetVector(const Below& below, Builder::Handle handle, const YamlNode& value) {
  const Field& field = builder_.field(handle);
  if (!ExpectSequence(value, field.name, diagnostics_)) return;
  for (const YamlNode& item : value.children()) {
    const Builder::Node node = builder_.AddItem(handle, below.node);
    if (node == Builder::kNoNode) {
      diagnostics_->Error(
          item.place(), "too-many-items",
          "'" + field.name + "' holds at most " + std::to_string(field.max_items) + " elements");
      return;
    }
    if (field.element_type != ValueType::kRecord) {
      SetScalar(builder_.FindInItem(handle, ""), item, node);
    } else if (ExpectMap(item, "an element of " + field.name, diagnostics_)) {
      SetMap({.vector = handle, .node = node, .record = field.record, .path = ""}, &item, nullptr);
    }
  }
}

void TestRecord::SetScalar(Builder::Handle handle, const YamlNode& value, Builder::Node node) {
  const Field& field = builder_.field(handle);
  if (!GetString(value, field.name, diagnostics_)) return;
  const ValueType type = field.type == ValueType::kList ? field.element_type : field.type;
  const SetResult result = SetText(handle, field, type, value, node);
  if (result != SetResult::kOk) ReportValue(field, type, value, result);
}

SetResult TestRecord::SetText(Builder::Handle handle, const Field& field, ValueType type,
                              const YamlNode& value, Builder::Node node) {
  const std::string_view text = value.text();
  switch (type) {
    case ValueType::kString: return builder_.SetString(handle, text, node);
    case ValueType::kBool: {
      const auto flag = ParseBoolCell(text);
      return flag ? builder_.SetBool(handle, *flag, node) : SetResult::kWrongType;
    }
    case ValueType::kDouble: {
      const auto number = ParseDoubleCell(text);
      return number ? builder_.SetDouble(handle, *number, node) : SetResult::kWrongType;
    }
    case ValueType::kTimestamp: {
      const auto time = base::ParseTimestamp(text);
      return time ? builder_.SetTimestamp(handle, *time, node) : SetResult::kWrongType;
    }
    case ValueType::kDuration: {
      const auto duration = base::ParseDuration(text);
      return duration ? builder_.SetDuration(handle, *duration, node) : SetResult::kWrongType;
    }
    case ValueType::kMoney: {
      const auto money = base::ParseMoney(text);
      return money ? builder_.SetMoney(handle, *money, node) : SetResult::kWrongType;
    }
    default: return SetNumber(handle, field, text, node);
  }
}

SetResult TestRecord::SetNumber(Builder::Handle handle, const Field& field, std::string_view text,
                                Builder::Node node) {
  if (const auto named = EnumNumber(catalog_, field, text))
    return builder_.SetInt(handle, *named, node);
  if (const auto number = ParseIntCell(text)) return builder_.SetInt(handle, *number, node);
  if (const auto number = ParseUintCell(text)) return builder_.SetUint(handle, *number, node);
  return SetResult::kWrongType;
}

void TestRecord::ReportValue(const Field& field, ValueType type, const YamlNode& value,
                             SetResult result) {
  const bool is_enum = field.enumeration != parcel::kNoIndex;
  const std::string type_name =
      is_enum ? catalog_.enums[field.enumeration].name : parcel::ValueTypeName(type);
  const std::string message =
      result == SetResult::kWrongType
          ? "'" + std::string(value.text()) + "' is no " + type_name
          : "'" + field.name + "' cannot hold this value: " + wire::SetResultName(result);
  diagnostics_->Error(value.place(), "bad-value", message,
                      HintFor(catalog_, field, type, value.text()));
}

}  // namespace sluice::rules
