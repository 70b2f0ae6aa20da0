// Calls: functions of the table in functions.h, look-ups in reference lists and tables.
#include <algorithm>
#include <utility>

#include "rules/check/check_pass.h"
#include "rules/check/type_text.h"
#include "rules/check/weight.h"
#include "rules/check/zones.h"
#include "rules/diag/suggest.h"

namespace sluice::rules {

namespace {

std::string Count(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

std::vector<std::string_view> FunctionNames(bool is_method) {
  std::vector<std::string_view> names;
  for (const Overload& overload : AllOverloads()) {
    if (overload.is_method == is_method) names.push_back(overload.name);
  }
  return names;
}

bool AcceptsAll(const Overload& overload, std::string_view name, bool is_method, const std::vector<Type>& arguments) {
  if (overload.name != name || overload.is_method != is_method || overload.parameter_count() != arguments.size()) {
    return false;
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!Accepts(overload.parameters[i], arguments[i])) return false;
  }
  return true;
}

}  // namespace

Type CheckPass::VisitCall(NodeId id) {
  if (IsTextSearch(id)) return VisitTextSearch(id);
  const auto children = ast_.children(id);
  std::vector<Type> arguments;
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (i > 0 || !node(id).is_method) {
      arguments.push_back(VisitValue(children[i]));
      continue;
    }
    const Type receiver = Visit(children[i]);
    if (receiver.Is(TypeKind::kReferenceTable)) return VisitTableCall(id, receiver.reference);
    if (receiver.Is(TypeKind::kReferenceList)) return VisitListCall(id, receiver.reference);
    const auto name_space = static_cast<std::uint32_t>(Namespace::kFunctions);
    if (receiver.Is(TypeKind::kNamespace) && resolution(children[i]).index == name_space) {
      return VisitNamespaceCall(id);
    }
    if (!HasFunction(ast_.Text(id), true)) {
      for (const NodeId child : children.subspan(1)) VisitValue(child);
      return receiver.Is(TypeKind::kError) ? Type{} : RefuseCall(id);
    }
    arguments.push_back(IsValue(children[i]) ? receiver : Type{});
  }
  return ResolveOverload(id, {std::string(ast_.Text(id)), node(id).is_method}, children, arguments);
}

Type CheckPass::VisitTableCall(NodeId id, std::uint32_t table_index) {
  const TableShape& table = environment_.tables[table_index];
  const std::string_view name = ast_.Text(id);
  if (name != "row" && name != "has") {
    return Fail(id, "unknown-function",
                "tables." + table.name + " has no function '" + std::string(name) + "'",
                "its functions are row(...) and has(...)");
  }
  CheckTableKeys(id, table);
  if (name == "has") {
    Resolve(id, Meaning::kTableHas, table_index);
    return ScalarType(TypeKind::kBool);
  }
  Resolve(id, Meaning::kTableRow, table_index);
  Type row = ScalarType(TypeKind::kTableRow);
  row.reference = table_index;
  return row;
}

void CheckPass::CheckTableKeys(NodeId id, const TableShape& table) {
  const auto arguments = ast_.children(id).subspan(1);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Type found = VisitValue(arguments[i]);
    if (arguments.size() != table.keys.size()) continue;
    const TableKeyShape& key = table.keys[i];
    const Type wanted = ScalarType(key.type);
    if (Agree(found, wanted)) continue;
    std::string hint;
    if (found.Is(TypeKind::kInt) && found.reference != kNoReference &&
        wanted.Is(TypeKind::kString)) {
      hint = "the column holds texts: compare the enum in the rule, or key the table by its number";
    } else if (found.IsNumber() && wanted.IsNumber()) {
      hint = "write " + Text(wanted) + "(" + Snippet(arguments[i]) + ")";
    }
    Find(node(arguments[i]).span, "key-type",
         "key '" + key.name + "' of tables." + table.name + " is " + Text(wanted) + ", this is " +
             Text(found),
         std::move(hint));
  }
  if (arguments.size() == table.keys.size()) return;
  std::vector<std::string_view> names;
  for (const TableKeyShape& key : table.keys) names.push_back(key.name);
  Fail(id, "key-count",
       "tables." + table.name + " has " + Count(table.keys.size(), "key") + ", " +
           Count(arguments.size(), "argument") + " given",
       names.empty() ? "" : "its keys are " + NameList(names));
}

Type CheckPass::VisitListCall(NodeId id, std::uint32_t list_index) {
  const ListShape& list = environment_.lists[list_index];
  const std::string_view name = ast_.Text(id);
  const auto arguments = ast_.children(id).subspan(1);
  std::vector<Type> types;
  for (const NodeId argument : arguments) types.push_back(VisitValue(argument));
  const Type result = ScalarType(TypeKind::kBool);
  if (name != "hasPrefixOf") {
    return Fail(id, "unknown-function",
                "lists." + list.name + " has no function '" + std::string(name) + "'",
                "write x in lists." + list.name + " or lists." + list.name + ".hasPrefixOf(x)");
  }
  Resolve(id, Meaning::kListPrefix, list_index);
  if (arguments.size() != 1) {
    Fail(id, "argument-count",
         "hasPrefixOf takes 1 argument, " + std::to_string(arguments.size()) + " given");
  } else if (list.type != parcel::ValueType::kString) {
    Fail(id, "argument-type",
         "lists." + list.name + " holds int: only a list of texts has prefixes",
         "write x in lists." + list.name);
  } else if (!Agree(types[0], ScalarType(TypeKind::kString))) {
    Find(node(arguments[0]).span, "argument-type",
         "hasPrefixOf takes string, not " + Text(types[0]));
  }
  return result;
}

Type CheckPass::ResolveOverload(NodeId id, const Callee& callee, std::span<const NodeId> children,
                                const std::vector<Type>& arguments) {
  if (!HasFunction(callee.name, callee.is_method)) return RefuseCall(id);
  const bool any_error = std::any_of(arguments.begin(), arguments.end(),
                                     [](const Type& one) { return one.Is(TypeKind::kError); });
  if (const auto undecided = UndecidedCall(id, callee, arguments)) return *undecided;
  for (const Overload& overload : AllOverloads()) {
    if (!AcceptsAll(overload, callee.name, callee.is_method, arguments)) continue;
    return any_error ? overload.result_type() : ApplyOverload(id, overload, children, arguments);
  }
  return WrongArguments(id, callee, children, arguments);
}

std::optional<Type> CheckPass::UndecidedCall(NodeId id, const Callee& callee, const std::vector<Type>& arguments) {
  const bool open = std::any_of(arguments.begin(), arguments.end(), HasAny);
  if (!open || !unknowns_.is_learning()) return std::nullopt;
  const Overload* first = nullptr;
  const Overload* last = nullptr;
  for (const Overload& overload : AllOverloads()) {
    if (!AcceptsAll(overload, callee.name, callee.is_method, arguments)) continue;
    if (first == nullptr) first = &overload;
    last = &overload;
  }
  if (first == last) return std::nullopt;
  return first->result == last->result ? first->result_type() : unknowns_.Value(id);
}

/// What an argument that is not known must be; of lists and maps, whatever they hold.
Type CheckPass::ParameterType(NodeId id, const Overload& overload, std::uint32_t index) {
  switch (overload.parameters[index]) {
    case Parameter::kBool: return ScalarType(TypeKind::kBool);
    case Parameter::kInt: return ScalarType(TypeKind::kInt);
    case Parameter::kUint: return ScalarType(TypeKind::kUint);
    case Parameter::kDouble: return ScalarType(TypeKind::kDouble);
    case Parameter::kTimestamp: return ScalarType(TypeKind::kTimestamp);
    case Parameter::kDuration: return ScalarType(TypeKind::kDuration);
    case Parameter::kMoney: return ScalarType(TypeKind::kMoney);
    case Parameter::kTextList: return ListOf(ScalarType(TypeKind::kString));
    case Parameter::kAnyList: return ListOf(unknowns_.Value(id, index + 1));
    case Parameter::kAnyMap: return MapOf(unknowns_.Key(id, index + 1), unknowns_.Value(id, index + 1));
    default: return ScalarType(TypeKind::kString);
  }
}

Type CheckPass::ApplyOverload(NodeId id, const Overload& overload, std::span<const NodeId> children,
                              const std::vector<Type>& arguments) {
  Resolve(id, Meaning::kOverload);
  resolution(id).overload = &overload;
  for (std::uint32_t i = 0; i < arguments.size(); ++i) {
    if (HasAny(arguments[i])) unknowns_.Learn(arguments[i], ParameterType(id, overload, i));
  }
  switch (overload.form) {
    case CallForm::kConstant: return ConstantCall(id, overload, children[0]);
    case CallForm::kMoneyTo: return MoneyToCall(id, children[1]);
    case CallForm::kTimePart:
      if (children.size() > 1) CheckZone(children[1]);
      break;
    case CallForm::kIdentity:
      if (overload.result == TypeKind::kInt) {
        // int(x) of an enum is its bare number.
        Type plain = arguments[0];
        plain.kind = TypeKind::kInt;
        plain.reference = kNoReference;
        return plain;
      }
      break;
    case CallForm::kSets:
      if (!CheckSets(id, children)) return overload.result_type();
      break;
    case CallForm::kFunction:
    case CallForm::kOperation:
    case CallForm::kMatches:
    case CallForm::kGreatest: break;
  }
  Type result = overload.result_type();
  if (overload.function == ruleset::Function::kAbs) result.unit = arguments[0].unit;
  const bool is_number_conversion =
      overload.operation == ruleset::Op::kConvert && result.IsNumber() && arguments[0].IsNumber();
  if (is_number_conversion) result.unit = arguments[0].unit;
  return result;
}

std::optional<std::string_view> CheckPass::ConstantText(NodeId id) const {
  if (node(id).kind == ExprKind::kString) return ast_.Text(id);
  return std::nullopt;
}

Type CheckPass::ConstantCall(NodeId id, const Overload& overload, NodeId argument) {
  const bool is_money = overload.result == TypeKind::kMoney;
  const std::string example = is_money ? "money(\"5000 CNY\")" : "weight(\"2 kg\")";
  const auto text = ConstantText(argument);
  if (!text) {
    Find(node(argument).span, "constant-text",
         std::string(overload.name) + " takes a text written in the rule", "write " + example);
    return {};
  }
  if (is_money) {
    const auto money = base::ParseMoney(*text);
    if (money) {
      Value value;
      value.type = parcel::ValueType::kMoney;
      value.money = *money;
      Resolve(id, Meaning::kConstant, AddConstant(std::move(value)));
      return FixedMoney(money->currency);
    }
    Find(node(argument).span, "money-literal", "'" + std::string(*text) + "' is no amount of money",
         "write an amount, a space and a currency: " + example);
    return {};
  }
  const auto weight_mg = ParseWeightMg(*text);
  auto value = weight_mg ? WeightValue(*weight_mg, Unit::kMilligram, TypeKind::kInt) : std::nullopt;
  if (!value) {
    Find(node(argument).span, "weight-literal", "'" + std::string(*text) + "' is no weight",
         "write a number and mg, g, kg or t: " + example);
    return {};
  }
  // Grams, unless the other side of an operator asks for another unit.
  weights_mg_[id] = *weight_mg;
  value = WeightValue(*weight_mg, Unit::kGram, TypeKind::kInt).value_or(*value);
  Resolve(id, Meaning::kConstant, AddConstant(std::move(*value)));
  Type weight = ScalarType(TypeKind::kInt);
  weight.unit = *weight_mg % 1000 == 0 ? Unit::kGram : Unit::kMilligram;
  return weight;
}

Type CheckPass::MoneyToCall(NodeId id, NodeId argument) {
  const auto text = ConstantText(argument);
  const auto currency = text ? base::ParseCurrency(*text) : std::nullopt;
  if (!currency) {
    Find(node(argument).span, text ? "unknown-currency" : "constant-text",
         text ? "'" + std::string(*text) + "' is no currency"
              : std::string("to() takes a currency written in the rule"),
         "write three capital letters of ISO 4217: .to(\"CNY\")");
    return {};
  }
  if (environment_.base_currency == 0) {
    return Fail(id, "no-rates", "the book has no rates to convert money with",
                "add a table of rates to book.yaml");
  }
  resolution(id).index = *currency;
  return FixedMoney(*currency);
}

void CheckPass::CheckZone(NodeId argument) {
  const auto text = ConstantText(argument);
  if (!text) {
    Find(node(argument).span, "constant-text", "a time zone is a text written in the rule",
         "write its name: \"Asia/Shanghai\"");
  } else if (!ResolveZone(*text, environment_.zones)) {
    Find(node(argument).span, "unknown-zone", "there is no time zone '" + std::string(*text) + "'",
         "use an IANA name such as \"Asia/Shanghai\", \"UTC\" or an offset such as \"+08:00\"");
  }
}

Type CheckPass::RefuseCall(NodeId id) {
  const std::string name(ast_.Text(id));
  const bool is_method = node(id).is_method;
  if (!is_method && (name == "dyn" || name == "type" || name == "bytes")) {
    return Fail(
        id, "unsupported-" + name, name + "() is not part of the language",
        name == "bytes" ? "" : "every expression has one type, known before a parcel is seen");
  }
  if (HasFunction(name, !is_method)) {
    return Fail(id, "call-form",
                is_method ? "'" + name + "' is a function, not a method"
                          : "'" + name + "' is a method, not a function",
                is_method ? "write " + name + "(" + Snippet(ast_.child(id, 0)) + ")"
                          : "write x." + name + "(...)");
  }
  if (IsKnownElsewhere(name)) {
    return Fail(id, "unsupported-function", "'" + name + "' is not part of the language yet",
                name == "format" ? "put texts together by + and string(x)" : "");
  }
  const auto known = FunctionNames(is_method);
  std::string hint = DidYouMean(name, std::span<const std::string_view>(known));
  return Fail(id, "unknown-function", "there is no function '" + name + "'", std::move(hint));
}

Type CheckPass::WrongArguments(NodeId id, const Callee& callee, std::span<const NodeId> children,
                               const std::vector<Type>& arguments) {
  const std::string& name = callee.name;
  const std::size_t receiver = callee.is_method ? 1 : 0;
  bool count_fits = false;
  std::vector<std::string_view> wanted;  // of the first argument that differs
  std::string counts;
  std::size_t at = 0;
  const Type* common = nullptr;
  Type result;
  for (const Overload& overload : AllOverloads()) {
    if (overload.name != name || overload.is_method != callee.is_method) continue;
    const std::string count = std::to_string(overload.parameter_count() - receiver);
    if (counts.find(count) == std::string::npos) counts += (counts.empty() ? "" : " or ") + count;
    result = common == nullptr ? overload.result_type() : result;
    common = &result;
    if (overload.parameter_count() != arguments.size()) continue;
    count_fits = true;
    std::size_t first = 0;
    while (Accepts(overload.parameters[first], arguments[first])) ++first;
    if (first < at) continue;
    if (first > at) wanted.clear();
    at = first;
    wanted.push_back(ParameterText(overload.parameters[first]));
  }
  if (!count_fits) {
    Fail(id, "argument-count",
         name + " takes " + counts + " argument" + (counts == "1" ? "" : "s") + ", " +
             std::to_string(arguments.size() - receiver) + " given");
    return result;
  }
  const NodeId argument = children[at];
  std::string hint;
  if (wanted.size() == 1 && wanted.front() == "string" && arguments[at].IsNumber()) {
    hint = "write string(" + Snippet(argument) + ")";
  }
  Find(node(argument).span, "argument-type",
       (at < receiver ? name + " is a function of " : name + " takes ") + NameList(wanted) +
           ", not " + Text(arguments[at]),
       std::move(hint));
  return result;
}

}  // namespace sluice::rules
