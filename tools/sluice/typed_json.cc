#include "tools/sluice/typed_json.h"

#include <cmath>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/convert.h"
#include "engine/base/limits.h"
#include "engine/base/time_text.h"
#include "rules/diag/suggest.h"

namespace sluice::tools {

using nlohmann::json;
using parcel::ValueType;
using rules::Type;
using rules::TypeKind;

namespace {

Status Bad(const std::string& what) { return {StatusCode::kInvalidArgument, what}; }
Status Unsupported(const std::string& what) { return {StatusCode::kUnsupported, what}; }

struct ScalarForm {
  TypeKind kind;
  const char* example;  // of its values
};
const std::map<std::string, ScalarForm>& Scalars() {
  static const std::map<std::string, ScalarForm> scalars = {
      {"bool", {TypeKind::kBool, R"({"bool":true})"}},
      {"int", {TypeKind::kInt, R"({"int":"-1"})"}},
      {"uint", {TypeKind::kUint, R"({"uint":"1"})"}},
      {"double", {TypeKind::kDouble, R"({"double":0.5})"}},
      {"string", {TypeKind::kString, R"({"string":"a"})"}},
      {"timestamp", {TypeKind::kTimestamp, R"({"timestamp":"2026-03-11T00:00:00Z"})"}},
      {"duration", {TypeKind::kDuration, R"({"duration":"90s"})"}}};
  return scalars;
}

// "; did you mean 'int'?", or nothing.
std::string NearType(const std::string& name) {
  std::vector<std::string_view> known = {"list", "map"};
  for (const auto& [scalar, form] : Scalars()) known.push_back(scalar);
  const std::string hint = rules::DidYouMean(name, std::span<const std::string_view>(known));
  return hint.empty() ? hint : "; " + hint;
}

// As it stands on the line, cut where it is long.
std::string Shown(const json& content) {
  constexpr std::size_t kShownBytes = 80;
  std::string text = content.dump();
  if (text.size() <= kShownBytes) return text;
  std::size_t cut = kShownBytes;
  while ((static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;  // within a letter
  return text.substr(0, cut) + "…";
}

Status NoValue(const std::string& name, const json& content) {
  return Bad(Shown(content) + " is no " + name + ": write " + Scalars().at(name).example);
}

Status NoType(const json& content) {
  const std::string name = content.is_string()                              ? content.get<std::string>()
                           : content.is_object() && content.size() == 1 ? content.begin().key()
                                                                            : "";
  if (name == "map") return Bad(Shown(content) + " is no type: write {\"map\":[key type, value type]}");
  const std::string near = NearType(name);
  if (!near.empty() && name != "list") return Bad(Shown(content) + " is no type" + near);
  std::string known;
  for (const auto& [scalar, form] : Scalars()) known += "\"" + scalar + "\", ";
  return Bad(Shown(content) + " is no type: there are " + known +
             "{\"list\":type} and {\"map\":[key type, value type]}");
}

Result<TypedValue> Scalar(TypeKind kind, rules::Value value) {
  value.type = *rules::ToValueType(kind);
  return TypedValue{rules::ScalarType(kind), std::move(value)};
}

template <typename T>
Result<TypedValue> Parsed(const std::string& name, const std::optional<T>& parsed, T rules::Value::*member,
                          const json& from) {
  if (!parsed) return NoValue(name, from);
  rules::Value value;
  value.*member = *parsed;
  return Scalar(Scalars().at(name).kind, std::move(value));
}

Result<TypedValue> ParseScalar(const std::string& name, const json& content) {
  const std::string text = content.is_string() ? content.get<std::string>() : "";
  if (name == "int") return Parsed(name, base::ParseInt(text), &rules::Value::number, content);
  if (name == "uint") return Parsed(name, base::ParseUint(text), &rules::Value::unsigned_number, content);
  if (name == "timestamp") return Parsed(name, base::ParseTimestamp(text), &rules::Value::time, content);
  if (name == "duration") return Parsed(name, base::ParseDuration(text), &rules::Value::number, content);
  if (name == "double") {
    const std::optional<double> number =
        content.is_number() ? std::optional(content.get<double>()) : base::ParseDouble(text);
    return Parsed(name, number, &rules::Value::real, content);
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
  if (Scalars().contains(name)) return NoValue(name, content);
  if (name == "list") return Bad(Shown(content) + " is no list: write {\"list\":[value, …]}");
  if (name == "map") return Bad(Shown(content) + " is no map: write {\"map\":[[key, value], …]}");
  return Unsupported("the language has no type " + name + NearType(name));
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
    if (!keys.insert(pair[0].dump()).second) return Bad("key " + Shown(pair[0]) + " twice in a map");
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
    const auto scalar = Scalars().find(content.get<std::string>());
    if (scalar != Scalars().end()) return rules::ScalarType(scalar->second.kind);
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
  return NoType(content);
}

Result<TypedValue> ParseValueJson(const json& content) {
  if (!content.is_object() || content.size() != 1) {
    return Bad(Shown(content) + " is no typed value, such as " + Scalars().at("int").example);
  }
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
