#include "rules/check/functions.h"

#include <algorithm>

namespace sluice::rules {

namespace {

using P = Parameter;
using K = TypeKind;
using ruleset::Function;
using ruleset::Op;
using ruleset::TimePart;

constexpr Overload Plain(std::string_view name, P parameter, K result, Op op) {
  return {name, false, {parameter}, result, CallForm::kOperation, op};
}
constexpr Overload Method(std::string_view name, P receiver, K result, Op op) {
  return {name, true, {receiver}, result, CallForm::kOperation, op};
}
constexpr Overload Method(std::string_view name, P receiver, P argument, K result, Op op) {
  return {name, true, {receiver, argument}, result, CallForm::kOperation, op};
}
constexpr Overload Conversion(std::string_view name, P parameter, K result) {
  return Plain(name, parameter, result, Op::kConvert);
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

constexpr Overload Called(std::string_view name, bool is_method, std::array<P, kParametersMax> parameters, K result,
                          Function function) {
  Overload overload{name, is_method, parameters, result, CallForm::kFunction};
  overload.function = function;
  return overload;
}
constexpr Overload Method(std::string_view name, std::array<P, kParametersMax> parameters, K result,
                          Function function) {
  return Called(name, true, parameters, result, function);
}
constexpr Overload Math(std::string_view name, std::array<P, kParametersMax> parameters, K result, Function function) {
  return Called(name, false, parameters, result, function);
}
constexpr Overload Special(std::string_view name, bool is_method, std::array<P, kParametersMax> parameters, K result,
                           CallForm form, Function function = Function::kCharAt) {
  Overload overload = Called(name, is_method, parameters, result, function);
  overload.form = form;
  return overload;
}

constexpr Overload kOverloads[] = {
    Plain("size", P::kString, K::kInt, Op::kSize),
    Plain("size", P::kAnyList, K::kInt, Op::kSize),
    Plain("size", P::kAnyMap, K::kInt, Op::kSize),
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

    Special("matches", true, {P::kString, P::kString}, K::kBool, CallForm::kMatches),
    Special("matches", false, {P::kString, P::kString}, K::kBool, CallForm::kMatches),

    Method("charAt", {P::kString, P::kInt}, K::kString, Function::kCharAt),
    Method("indexOf", {P::kString, P::kString}, K::kInt, Function::kIndexOf),
    Method("indexOf", {P::kString, P::kString, P::kInt}, K::kInt, Function::kIndexOf),
    Method("lastIndexOf", {P::kString, P::kString}, K::kInt, Function::kLastIndexOf),
    Method("lastIndexOf", {P::kString, P::kString, P::kInt}, K::kInt, Function::kLastIndexUpTo),
    Method("join", {P::kTextList}, K::kString, Function::kJoin),
    Method("join", {P::kTextList, P::kString}, K::kString, Function::kJoin),
    Called("strings.quote", false, {P::kString}, K::kString, Function::kQuote),
    Method("replace", {P::kString, P::kString, P::kString}, K::kString, Function::kReplace),
    Method("replace", {P::kString, P::kString, P::kString, P::kInt}, K::kString, Function::kReplace),
    Method("reverse", {P::kString}, K::kString, Function::kReverse),
    Method("split", {P::kString, P::kString}, K::kList, Function::kSplit),
    Method("split", {P::kString, P::kString, P::kInt}, K::kList, Function::kSplit),
    Method("substring", {P::kString, P::kInt}, K::kString, Function::kSubstringFrom),
    Method("substring", {P::kString, P::kInt, P::kInt}, K::kString, Function::kSubstring),

    Special("math.greatest", false, {}, K::kInt, CallForm::kGreatest, Function::kGreatest),
    Special("math.least", false, {}, K::kInt, CallForm::kGreatest, Function::kLeast),
    Math("math.ceil", {P::kDouble}, K::kDouble, Function::kCeil),
    Math("math.floor", {P::kDouble}, K::kDouble, Function::kFloor),
    Math("math.round", {P::kDouble}, K::kDouble, Function::kRound),
    Math("math.trunc", {P::kDouble}, K::kDouble, Function::kTrunc),
    Math("math.sqrt", {P::kDouble}, K::kDouble, Function::kSqrt),
    Math("math.sqrt", {P::kInt}, K::kDouble, Function::kSqrt),
    Math("math.sqrt", {P::kUint}, K::kDouble, Function::kSqrt),
    Math("math.abs", {P::kInt}, K::kInt, Function::kAbs),
    Math("math.abs", {P::kUint}, K::kUint, Function::kAbs),
    Math("math.abs", {P::kDouble}, K::kDouble, Function::kAbs),
    Math("math.sign", {P::kInt}, K::kInt, Function::kSign),
    Math("math.sign", {P::kUint}, K::kUint, Function::kSign),
    Math("math.sign", {P::kDouble}, K::kDouble, Function::kSign),
    Math("math.isNaN", {P::kDouble}, K::kBool, Function::kIsNan),
    Math("math.isInf", {P::kDouble}, K::kBool, Function::kIsInf),
    Math("math.isFinite", {P::kDouble}, K::kBool, Function::kIsFinite),
    Math("math.bitAnd", {P::kInt, P::kInt}, K::kInt, Function::kBitAnd),
    Math("math.bitAnd", {P::kUint, P::kUint}, K::kUint, Function::kBitAnd),
    Math("math.bitOr", {P::kInt, P::kInt}, K::kInt, Function::kBitOr),
    Math("math.bitOr", {P::kUint, P::kUint}, K::kUint, Function::kBitOr),
    Math("math.bitXor", {P::kInt, P::kInt}, K::kInt, Function::kBitXor),
    Math("math.bitXor", {P::kUint, P::kUint}, K::kUint, Function::kBitXor),
    Math("math.bitNot", {P::kInt}, K::kInt, Function::kBitNot),
    Math("math.bitNot", {P::kUint}, K::kUint, Function::kBitNot),
    Math("math.bitShiftLeft", {P::kInt, P::kInt}, K::kInt, Function::kBitShiftLeft),
    Math("math.bitShiftLeft", {P::kUint, P::kInt}, K::kUint, Function::kBitShiftLeft),
    Math("math.bitShiftRight", {P::kInt, P::kInt}, K::kInt, Function::kBitShiftRight),
    Math("math.bitShiftRight", {P::kUint, P::kInt}, K::kUint, Function::kBitShiftRight),

    Special("sets.contains", false, {P::kAnyList, P::kAnyList}, K::kBool, CallForm::kSets, Function::kSetsContains),
    Special("sets.equivalent", false, {P::kAnyList, P::kAnyList}, K::kBool, CallForm::kSets, Function::kSetsEquivalent),
    Special("sets.intersects", false, {P::kAnyList, P::kAnyList}, K::kBool, CallForm::kSets, Function::kSetsIntersects),
};

constexpr std::string_view kKnownElsewhere[] = {
    "format", "flatten", "slice", "sort", "distinct", "range",
};
constexpr std::string_view kNamespaces[] = {"math",  "sets", "strings", "base64", "optional",
                                            "regex", "ip",   "cidr",    "cel"};

}  // namespace

std::size_t Overload::parameter_count() const {
  return static_cast<std::size_t>(
      std::find(parameters.begin(), parameters.end(), Parameter::kNone) - parameters.begin());
}

Type Overload::result_type() const {
  return result == K::kList ? ListOf(ScalarType(K::kString)) : ScalarType(result);
}

Value DefaultOperand(Function function) {
  Value value;
  switch (function) {
    case Function::kJoin: value.type = parcel::ValueType::kString; break;
    case Function::kReplace:
    case Function::kSplit: value.number = -1; break;  // all
    default: break;                                   // kIndexOf: from the beginning
  }
  return value;
}

std::span<const Overload> AllOverloads() { return kOverloads; }

bool HasFunction(std::string_view name, bool is_method) {
  return std::any_of(std::begin(kOverloads), std::end(kOverloads), [&](const Overload& overload) {
    return overload.name == name && overload.is_method == is_method;
  });
}

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
    case P::kTextList: return type.Is(K::kList) && (type.element->IsOpen() || type.element->Is(K::kString));
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
    case P::kTextList: return "list of string";
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
