#include "tools/sluice/typed_json.h"

#include <cmath>
#include <map>
#include <set>

#include "engine/base/convert.h"
#include "engine/base/limits.h"
#include "engine/base/time_text.h"

namespace sluice::tools {

using nlohmann::json;
using parcel::ValueType;
using rules::Type;
using rules::TypeKind;

namespace {

Status Bad(const std::string& what) { return {StatusCode::kInvalidArgument, what}; }
Status Unsupported(const std::string& what) { return {StatusCode::kUnsupported, what}; }

const std::map<std::string, TypeKind>& ScalarNames() {
  static const std::map<std::string, TypeKind> names = {
      {"bool", TypeKind::kBool},     {"int", TypeKind::kInt},       {"uint", TypeKind::kUint},
      {"double", TypeKind::kDouble}, {"string", TypeKind::kString}, {"timestamp", TypeKind::kTimestamp},
      {"duration", TypeKind::kDuration}};
  return names;
}

Result<TypedValue> Scalar(TypeKind kind, rules::Value value) {
  value.type = *rules::ToValueType(kind);
  return TypedValue{rules::ScalarType(kind), std::move(value)};
}

template <typename T>
Result<TypedValue> Parsed(TypeKind kind, const std::optional<T>& parsed, T rules::Value::*member, const json& from) {
  if (!parsed) return Bad("cannot read " + from.dump());
  rules::Value value;
  value.*member = *parsed;
  return Scalar(kind, std::move(value));
}

Result<TypedValue> ParseScalar(const std::string& name, const json& content) {
  const std::string text = content.is_string() ? content.get<std::string>() : "";
  if (name == "int") return Parsed(TypeKind::kInt, base::ParseInt(text), &rules::Value::number, content);
  if (name == "uint") return Parsed(TypeKind::kUint, base::ParseUint(text), &rules::Value::unsigned_number, content);
  if (name == "timestamp") {
    return Parsed(TypeKind::kTimestamp, base::ParseTimestamp(text), &rules::Value::time, content);
  }
  if (name == "duration") {
    return Parsed(TypeKind::kDuration, base::ParseDuration(text), &rules::Value::number, content);
  }
  if (name == "double") {
    const std::optional<double> number =
        content.is_number() ? std::optional(content.get<double>()) : base::ParseDouble(text);
    return Parsed(TypeKind::kDouble, number, &rules::Value::real, content);
  }
  rules::Value value;
  if (name == "bool" && content.is_boolean()) {
    value.number = content.get<bool>() ? 1 : 0;
    return Scalar(TypeKind::kBool, std::move(value));
  }
  if (name == "string" && content.is_string()) {
    if (text.size() > limits::kTextBytesMax) {
      return Status(StatusCode::kLimitExceeded,
                    "a text of more than " + std::to_string(limits::kTextBytesMax) + " bytes");
    }
    value.text = text;
    return Scalar(TypeKind::kString, std::move(value));
  }
  if (!ScalarNames().contains(name)) return Unsupported("the language has no type " + name);
  return Bad("no typed value: {\"" + name + "\": " + content.dump() + "}");
}

// The type of what holds both; nothing where they are of two types.
Status JoinInto(Type* common, const Type& next) {
  if (!rules::SameShape(*common, next)) return Unsupported("values of several types in one list or map");
  *common = rules::Join(*common, next);
  return Status::Ok();
}

Result<TypedValue> ParseList(const json& content) {
  Type element = rules::ScalarType(TypeKind::kAny);
  TypedValue list;
  list.value.type = ValueType::kList;
  for (const json& item : content) {
    Result<TypedValue> parsed = ParseValueJson(item);
    if (!parsed.ok()) return parsed;
    if (Status status = JoinInto(&element, parsed->type); !status.ok()) return status;
    list.value.items.push_back(std::move(parsed->value));
  }
  list.type = rules::ListOf(std::move(element));
  return list;
}

bool IsKeyType(TypeKind kind) {
  return kind == TypeKind::kBool || kind == TypeKind::kInt || kind == TypeKind::kUint || kind == TypeKind::kString;
}

Result<TypedValue> ParseMap(const json& content) {
  Type key_type = rules::ScalarType(TypeKind::kAny);
  Type value_type = key_type;
  std::set<std::string> keys;
  TypedValue map;
  map.value.type = ValueType::kMap;
  for (const json& pair : content) {
    if (!pair.is_array() || pair.size() != 2) return Bad("a map is a list of [key, value]");
    Result<TypedValue> key = ParseValueJson(pair[0]);
    if (!key.ok()) return key;
    Result<TypedValue> value = ParseValueJson(pair[1]);
    if (!value.ok()) return value;
    if (!IsKeyType(key->type.kind)) return Unsupported("a map's key is bool, int, uint or string");
    if (!keys.insert(pair[0].dump()).second) return Bad("key " + pair[0].dump() + " twice in a map");
    if (Status status = JoinInto(&key_type, key->type); !status.ok()) return status;
    if (Status status = JoinInto(&value_type, value->type); !status.ok()) return status;
    map.value.items.push_back(std::move(key->value));
    map.value.items.push_back(std::move(value->value));
  }
  map.type = rules::MapOf(std::move(key_type), std::move(value_type));
  return map;
}

json DoubleJson(double value) {
  if (std::isfinite(value)) return value;
  return base::DoubleText(value);
}

}  // namespace

Result<Type> ParseTypeJson(const json& content) {
  if (content.is_string()) {
    const auto scalar = ScalarNames().find(content.get<std::string>());
    if (scalar != ScalarNames().end()) return rules::ScalarType(scalar->second);
  }
  if (content.is_object() && content.contains("list")) {
    Result<Type> element = ParseTypeJson(content["list"]);
    if (!element.ok()) return element;
    return rules::ListOf(*element);
  }
  if (content.is_object() && content.contains("map") && content["map"].is_array() && content["map"].size() == 2) {
    Result<Type> key = ParseTypeJson(content["map"][0]);
    Result<Type> value = ParseTypeJson(content["map"][1]);
    if (!key.ok()) return key;
    if (!value.ok()) return value;
    if (!IsKeyType(key->kind)) return Unsupported("a map's key is bool, int, uint or string");
    return rules::MapOf(*key, *value);
  }
  return Bad("no type: " + content.dump());
}

Result<TypedValue> ParseValueJson(const json& content) {
  if (!content.is_object() || content.size() != 1) return Bad("no typed value: " + content.dump());
  const auto member = content.begin();
  const std::string& name = member.key();
  const json& inner = member.value();
  if (name == "list" && inner.is_array()) return ParseList(inner);
  if (name == "map" && inner.is_array()) return ParseMap(inner);
  return ParseScalar(name, inner);
}

bool IsOfType(const rules::Value& value, const Type& type) {
  if (rules::ToValueType(type.kind) != value.type) return false;
  const bool is_map = value.type == ValueType::kMap;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (!IsOfType(value.items[i], is_map && i % 2 == 0 ? *type.key : *type.element)) return false;
  }
  return true;
}

json ValueJson(const match::InspectedValue& value) {
  switch (value.type) {
    case ValueType::kBool: return {{"bool", value.number != 0}};
    case ValueType::kInt: return {{"int", std::to_string(value.number)}};
    case ValueType::kUint: return {{"uint", std::to_string(value.natural)}};
    case ValueType::kDouble: return {{"double", DoubleJson(value.real)}};
    case ValueType::kString: return {{"string", value.text}};
    case ValueType::kTimestamp: return {{"timestamp", base::TimestampText(value.time)}};
    case ValueType::kDuration: return {{"duration", base::DurationText(value.number)}};
    case ValueType::kMoney: return {{"money", base::MoneyText(value.money)}};
    case ValueType::kMap: {
      json pairs = json::array();
      for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
        pairs.push_back(json::array({ValueJson(value.items[i]), ValueJson(value.items[i + 1])}));
      }
      return {{"map", std::move(pairs)}};
    }
    default: {
      json items = json::array();
      for (const match::InspectedValue& item : value.items) items.push_back(ValueJson(item));
      return {{"list", std::move(items)}};
    }
  }
}

}  // namespace sluice::tools
