// Typed values as JSON, the way `sluice eval` reads and writes them: {"int": "5"}, {"list": [ … ]}.
//
// Errors: kInvalidArgument where the JSON is no typed value; kUnsupported for a type that the language does not have,
// kLimitExceeded for a text that is too long.
#pragma once

#include <nlohmann/json.hpp>
#include <sluice/status.h>

#include "engine/match/inspector.h"
#include "rules/check/environment.h"

namespace sluice::tools {

/// "int", {"list": type}, {"map": [key type, value type]}.
Result<rules::Type> ParseTypeJson(const nlohmann::json& json);

struct TypedValue {
  rules::Type type;
  rules::Value value;
};
/// A typed value of one type throughout; the type of an empty list or map is open.
Result<TypedValue> ParseValueJson(const nlohmann::json& json);
/// Whether `value` is of the declared `type`.
bool IsOfType(const rules::Value& value, const rules::Type& type);

/// A value without an error.
nlohmann::json ValueJson(const match::InspectedValue& value);

}  // namespace sluice::tools
