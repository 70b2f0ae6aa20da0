// The functions of the language as data: one row an overload. A new function is a new row (and its
// operation).
//
// Immutable tables; thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/ruleset/program.h"
#include "rules/check/environment.h"
#include "rules/check/type.h"

namespace sluice::rules {

/// What an argument must be. The constants are texts known when the rule is compiled.
enum class Parameter : std::uint8_t {
  kNone,  // no further parameter
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kTimestamp,
  kDuration,
  kMoney,
  kTextList,
  kAnyList,
  kAnyMap,
  kZoneName,      // constant: "Asia/Shanghai", "UTC", "+08:00"
  kCurrencyName,  // constant: "CNY"
  kMoneyText,     // constant: "5000 CNY"
  kWeightText,    // constant: "2 kg"
};

/// How a call becomes a node.
enum class CallForm : std::uint8_t {
  kOperation,  // `operation` over the arguments
  kIdentity,   // the argument itself
  kTimePart,   // `time_part` of argument 0, in the zone that argument 1 names
  kConstant,   // its text argument was read when the rule was checked
  kMoneyTo,    // argument 0 in the currency that argument 1 names
  kFunction,   // `function` of the arguments, and of DefaultOperand where one is left out
  kSets,       // the same, of two lists of one type
  kMatches,    // argument 0 searched for the pattern that argument 1 is once it is lowered
  kGreatest,   // math.greatest, math.least: `function` over however many numbers, or a list of them
};

inline constexpr std::size_t kParametersMax = 4;

struct Overload {
  std::string_view name;   // with its namespace: "math.abs"
  bool is_method = false;  // x.name(…): parameter 0 is the receiver
  std::array<Parameter, kParametersMax> parameters{};
  TypeKind result = TypeKind::kBool;  // kList: of strings
  CallForm form = CallForm::kOperation;
  ruleset::Op operation = ruleset::Op::kConst;
  ruleset::TimePart time_part = ruleset::TimePart::kFullYear;
  ruleset::Function function = ruleset::Function::kCharAt;

  std::size_t parameter_count() const;
  Type result_type() const;
  /// Called by a namespace's name: child 0 of its call is no argument.
  bool is_namespaced() const { return name.find('.') != std::string_view::npos; }
};

std::span<const Overload> AllOverloads();

bool HasFunction(std::string_view name, bool is_method);

/// Whether a value of `type` can stand for `parameter`; constants are asked for as their text.
bool Accepts(Parameter parameter, const Type& type);
bool IsConstantText(Parameter parameter);
/// "string", "list", "a constant text such as \"2 kg\"".
std::string_view ParameterText(Parameter parameter);

/// What a function takes for its last operand where a rule leaves it out.
Value DefaultOperand(ruleset::Function function);

/// Functions of CEL and its extensions that authors may know and that the language lacks.
bool IsKnownElsewhere(std::string_view name);
/// "math", "sets", …: names before the dot of such functions.
bool IsKnownNamespace(std::string_view name);

}  // namespace sluice::rules
