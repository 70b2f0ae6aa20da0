#include "rules/check/functions.h"

#include <algorithm>

namespace sluice::rules {

namespace {

using P = Parameter;
using K = TypeKind;
using ruleset::Op;
using ruleset::TimePart;

constexpr Overload Function(std::string_view name, P parameter, K result, Op op) {
  return {name, false, {parameter}, result, CallForm::kOperation, op};
}
constexpr Overload Method(std::string_view name, P receiver, K result, Op op) {
  return {name, true, {receiver}, result, CallForm::kOperation, op};
}
constexpr Overload Method(std::string_view name, P receiver, P argument, K result, Op op) {
  return {name, true, {receiver, argument}, result, CallForm::kOperation, op};
}
constexpr Overload Conversion(std::string_view name, P parameter, K result) {
  return Function(name, parameter, result, Op::kConvert);
}
constexpr Overload Identity(std::string_view name, P parameter, K result) {
  return {name, false, {parameter}, result, CallForm::kIdentity};
}
constexpr Overload TimeGetter(std::string_view name, TimePart part) {
  return {name, true, {P::kTimestamp}, K::kInt, CallForm::kTimePart, Op::kTimePart, part};
}
constexpr Overload ZoneGetter(std::string_view name, TimePart part) {
  return {name,          true, {P::kTimestamp, P::kZoneName}, K::kInt, CallForm::kTimePart,
          Op::kTimePart, part};
}
constexpr Overload DurationGetter(std::string_view name, TimePart part) {
  return {name, true, {P::kDuration}, K::kInt, CallForm::kTimePart, Op::kTimePart, part};
}

constexpr Overload kOverloads[] = {
    Function("size", P::kString, K::kInt, Op::kSize),
    Function("size", P::kAnyList, K::kInt, Op::kSize),
    Function("size", P::kAnyMap, K::kInt, Op::kSize),
    Method("size", P::kString, K::kInt, Op::kSize),
    Method("size", P::kAnyList, K::kInt, Op::kSize),
    Method("size", P::kAnyMap, K::kInt, Op::kSize),

    Method("contains", P::kString, P::kString, K::kBool, Op::kContains),
    Method("startsWith", P::kString, P::kString, K::kBool, Op::kStartsWith),
    Method("endsWith", P::kString, P::kString, K::kBool, Op::kEndsWith),
    Method("lowerAscii", P::kString, K::kString, Op::kLowerAscii),
    Method("upperAscii", P::kString, K::kString, Op::kUpperAscii),
    Method("trim", P::kString, K::kString, Op::kTrim),

    Identity("int", P::kInt, K::kInt),
    Conversion("int", P::kUint, K::kInt),
    Conversion("int", P::kDouble, K::kInt),
    Conversion("int", P::kString, K::kInt),
    Conversion("int", P::kTimestamp, K::kInt),
    Identity("uint", P::kUint, K::kUint),
    Conversion("uint", P::kInt, K::kUint),
    Conversion("uint", P::kDouble, K::kUint),
    Conversion("uint", P::kString, K::kUint),
    Identity("double", P::kDouble, K::kDouble),
    Conversion("double", P::kInt, K::kDouble),
    Conversion("double", P::kUint, K::kDouble),
    Conversion("double", P::kString, K::kDouble),
    Identity("string", P::kString, K::kString),
    Conversion("string", P::kBool, K::kString),
    Conversion("string", P::kInt, K::kString),
    Conversion("string", P::kUint, K::kString),
    Conversion("string", P::kDouble, K::kString),
    Conversion("string", P::kTimestamp, K::kString),
    Conversion("string", P::kDuration, K::kString),
    Identity("bool", P::kBool, K::kBool),
    Conversion("bool", P::kString, K::kBool),
    Identity("timestamp", P::kTimestamp, K::kTimestamp),
    Conversion("timestamp", P::kString, K::kTimestamp),
    Conversion("timestamp", P::kInt, K::kTimestamp),
    Identity("duration", P::kDuration, K::kDuration),
    Conversion("duration", P::kString, K::kDuration),

    TimeGetter("getFullYear", TimePart::kFullYear),
    ZoneGetter("getFullYear", TimePart::kFullYear),
    TimeGetter("getMonth", TimePart::kMonth),
    ZoneGetter("getMonth", TimePart::kMonth),
    TimeGetter("getDayOfMonth", TimePart::kDayOfMonth),
    ZoneGetter("getDayOfMonth", TimePart::kDayOfMonth),
    TimeGetter("getDate", TimePart::kDate),
    ZoneGetter("getDate", TimePart::kDate),
    TimeGetter("getDayOfWeek", TimePart::kDayOfWeek),
    ZoneGetter("getDayOfWeek", TimePart::kDayOfWeek),
    TimeGetter("getDayOfYear", TimePart::kDayOfYear),
    ZoneGetter("getDayOfYear", TimePart::kDayOfYear),
    TimeGetter("getHours", TimePart::kHours),
    ZoneGetter("getHours", TimePart::kHours),
    DurationGetter("getHours", TimePart::kHours),
    TimeGetter("getMinutes", TimePart::kMinutes),
    ZoneGetter("getMinutes", TimePart::kMinutes),
    DurationGetter("getMinutes", TimePart::kMinutes),
    TimeGetter("getSeconds", TimePart::kSeconds),
    ZoneGetter("getSeconds", TimePart::kSeconds),
    DurationGetter("getSeconds", TimePart::kSeconds),
    TimeGetter("getMilliseconds", TimePart::kMilliseconds),
    ZoneGetter("getMilliseconds", TimePart::kMilliseconds),
    DurationGetter("getMilliseconds", TimePart::kMilliseconds),

    {"money", false, {P::kMoneyText}, K::kMoney, CallForm::kConstant},
    {"weight", false, {P::kWeightText}, K::kInt, CallForm::kConstant},
    {"to", true, {P::kMoney, P::kCurrencyName}, K::kMoney, CallForm::kMoneyTo, Op::kMoneyTo},
    Method("minor", P::kMoney, K::kInt, Op::kMoneyMinor),
};

constexpr std::string_view kKnownElsewhere[] = {
    "matches", "replace", "split",    "substring", "indexOf",     "lastIndexOf", "join",
    "charAt",  "reverse", "format",   "quote",     "containsAny", "similarTo",   "flatten",
    "slice",   "sort",    "distinct", "encode",    "decode",
};
constexpr std::string_view kNamespaces[] = {"math",  "sets", "strings", "base64", "optional",
                                            "regex", "ip",   "cidr",    "cel"};

}  // namespace

std::size_t Overload::parameter_count() const {
  return static_cast<std::size_t>(
      std::find(parameters.begin(), parameters.end(), Parameter::kNone) - parameters.begin());
}

std::span<const Overload> AllOverloads() { return kOverloads; }

bool Accepts(Parameter parameter, const Type& type) {
  if (type.IsOpen()) return true;
  switch (parameter) {
    case P::kNone: return false;
    case P::kBool: return type.Is(K::kBool);
    case P::kInt: return type.Is(K::kInt);
    case P::kUint: return type.Is(K::kUint);
    case P::kDouble: return type.Is(K::kDouble);
    case P::kTimestamp: return type.Is(K::kTimestamp);
    case P::kDuration: return type.Is(K::kDuration);
    case P::kMoney: return type.Is(K::kMoney);
    case P::kAnyList: return type.Is(K::kList);
    case P::kAnyMap: return type.Is(K::kMap);
    case P::kString:
    case P::kZoneName:
    case P::kCurrencyName:
    case P::kMoneyText:
    case P::kWeightText: return type.Is(K::kString);
  }
  return false;
}

bool IsConstantText(Parameter parameter) { return parameter >= P::kZoneName; }

std::string_view ParameterText(Parameter parameter) {
  switch (parameter) {
    case P::kNone: return "nothing";
    case P::kBool: return "bool";
    case P::kInt: return "int";
    case P::kUint: return "uint";
    case P::kDouble: return "double";
    case P::kString: return "string";
    case P::kTimestamp: return "timestamp";
    case P::kDuration: return "duration";
    case P::kMoney: return "money";
    case P::kAnyList: return "list";
    case P::kAnyMap: return "map";
    case P::kZoneName: return "a constant zone such as \"Asia/Shanghai\"";
    case P::kCurrencyName: return "a constant currency such as \"CNY\"";
    case P::kMoneyText: return "a constant amount such as \"5000 CNY\"";
    case P::kWeightText: return "a constant weight such as \"2 kg\"";
  }
  return {};
}

bool IsKnownElsewhere(std::string_view name) {
  return std::find(std::begin(kKnownElsewhere), std::end(kKnownElsewhere), name) !=
         std::end(kKnownElsewhere);
}

bool IsKnownNamespace(std::string_view name) {
  return std::find(std::begin(kNamespaces), std::end(kNamespaces), name) != std::end(kNamespaces);
}

}  // namespace sluice::rules
