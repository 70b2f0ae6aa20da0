// Typed values as JSON, the way `sluice eval` reads and writes them: {"int": "5"}, {"list": [ … ]}.
//
// Errors: kInvalidArgument with what is wrong.
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
/// A typed value; the type of an empty list or map is open.
Result<TypedValue> ParseValueJson(const nlohmann::json& json);

/// A value without an error.
nlohmann::json ValueJson(const match::InspectedValue& value);

}  // namespace sluice::tools
