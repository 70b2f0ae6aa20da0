// Identifiers, fields and has().
#include <algorithm>
#include <utility>

#include "rules/check/check_pass.h"
#include "rules/check/type_text.h"
#include "rules/diag/suggest.h"

namespace sluice::rules {

namespace {

template <typename Named>
std::vector<std::string_view> Names(const std::vector<Named>& named) {
  std::vector<std::string_view> names;
  for (const Named& one : named) names.push_back(one.name);
  return names;
}

std::vector<std::string_view> VisibleFields(const parcel::Record& record) {
  std::vector<std::string_view> names;
  for (const parcel::Field& field : record.fields) {
    if (!field.hidden && !field.label) names.push_back(field.name);
  }
  return names;
}

/// "did you mean …?", or the names there are.
std::string SuggestOrList(std::string_view name, const std::vector<std::string_view>& known,
                          std::string_view what) {
  std::string hint = DidYouMean(name, std::span<const std::string_view>(known));
  if (!hint.empty()) return hint;
  if (known.empty()) return "there are no " + std::string(what);
  return "the " + std::string(what) + " are " + NameList(known);
}

template <typename Named>
std::uint32_t IndexOf(const std::vector<Named>& named, std::string_view name) {
  const auto found =
      std::find_if(named.begin(), named.end(), [&](const Named& one) { return one.name == name; });
  if (found == named.end()) return kNoReference;
  return static_cast<std::uint32_t>(found - named.begin());
}

constexpr std::string_view kTypeNames[] = {"bool",     "int",       "uint", "double", "string",
                                           "bytes",    "list",      "map",  "type",   "null_type",
                                           "duration", "timestamp", "dyn"};

}  // namespace

const CheckPass::Scope* CheckPass::FindScope(std::string_view name) const {
  const auto found = std::find_if(scopes_.rbegin(), scopes_.rend(),
                                  [&](const Scope& scope) { return scope.name == name; });
  return found == scopes_.rend() ? nullptr : &*found;
}

std::string CheckPass::DottedName(NodeId id) const {
  if (node(id).kind == ExprKind::kIdent) return std::string(ast_.Text(id));
  if (node(id).kind != ExprKind::kSelect) return {};
  std::string base = DottedName(ast_.child(id, 0));
  if (base.empty()) return {};
  return base + "." + std::string(ast_.Text(id));
}

Type CheckPass::VisitIdent(NodeId id) {
  const std::string_view name = ast_.Text(id);
  if (const Scope* scope = node(id).leading_dot ? nullptr : FindScope(name)) {
    if (scope->is_bind && scope->type.Is(TypeKind::kRecord)) {
      // The name of a record stands for the record's place.
      const NodeId value = ast_.child(scope->declaration, 0);
      if (resolution(value).meaning == Meaning::kField) {
        resolution(id) = resolution(value);
        return scope->type;
      }
    }
    Resolve(id, Meaning::kLocal);
    resolution(id).base = scope->declaration;
    return scope->type;
  }
  if (const auto variable = VisitVariable(id, std::string(name))) return *variable;
  if (const auto builtin = VisitBuiltin(id, name)) return *builtin;
  return UnknownName(id, name);
}

std::optional<Type> CheckPass::VisitVariable(NodeId id, const std::string& name) {
  const std::uint32_t index = IndexOf(environment_.variables, name);
  if (index == kNoReference) return std::nullopt;
  Resolve(id, Meaning::kVariable, index);
  return environment_.variables[index].type;
}

std::optional<Type> CheckPass::VisitBuiltin(NodeId id, std::string_view name) {
  const auto name_space = [&](Namespace which) {
    Resolve(id, Meaning::kName, static_cast<std::uint32_t>(which));
    return ScalarType(TypeKind::kNamespace);
  };
  if (name == "parcel" && environment_.catalog != nullptr) {
    Resolve(id, Meaning::kField);
    Type record = ScalarType(TypeKind::kRecord);
    record.reference = environment_.catalog->root;
    return record;
  }
  if (name == "now") {
    Resolve(id, Meaning::kNow);
    return ScalarType(TypeKind::kTimestamp);
  }
  if (name == "office" && environment_.office) {
    Resolve(id, Meaning::kOffice);
    return ScalarType(TypeKind::kString);
  }
  if (name == "lists") return name_space(Namespace::kLists);
  if (name == "tables") return name_space(Namespace::kTables);
  if (name == "agg") return name_space(Namespace::kAggregates);
  if (name == "docs") return name_space(Namespace::kDocuments);
  if (name == "row" && environment_.profile_table != kNoReference)
    return name_space(Namespace::kRow);
  if (environment_.catalog != nullptr) {
    const std::uint32_t found = IndexOf(environment_.catalog->enums, name);
    if (found != kNoReference) {
      Type type = name_space(Namespace::kEnum);
      type.reference = found;
      return type;
    }
  }
  if (IsKnownNamespace(name)) return name_space(Namespace::kFunctions);
  return std::nullopt;
}

Type CheckPass::UnknownName(NodeId id, std::string_view name) {
  const TextSpan span = node(id).span;
  if (std::find(std::begin(kTypeNames), std::end(kTypeNames), name) != std::end(kTypeNames)) {
    Find(span, "unsupported-type-value",
         "'" + std::string(name) + "' names a type, and types are not values here");
    return {};
  }
  std::string hint;
  if (name == "row") hint = "row is known only in a rule with `each`";
  if (name == "office") hint = "the book names no office field";
  if (hint.empty() && environment_.catalog != nullptr &&
      environment_.catalog->root_record().Find(name) != parcel::kNoIndex) {
    hint = "write parcel." + std::string(name);
  }
  if (hint.empty()) {
    std::vector<std::string_view> known = Names(environment_.variables);
    for (const Scope& scope : scopes_) known.push_back(scope.name);
    for (const std::string_view builtin : {"parcel", "now", "office", "lists", "tables", "row"}) {
      known.push_back(builtin);
    }
    if (environment_.catalog != nullptr) {
      for (const parcel::Enum& one : environment_.catalog->enums) known.push_back(one.name);
    }
    hint = DidYouMean(name, std::span<const std::string_view>(known));
  }
  Find(span, "unknown-name", "there is no '" + std::string(name) + "'", std::move(hint));
  return {};
}

Type CheckPass::VisitSelect(NodeId id) {
  const std::string dotted = environment_.variables.empty() ? std::string() : DottedName(id);
  if (!dotted.empty()) {
    const std::string_view first = std::string_view(dotted).substr(0, dotted.find('.'));
    if (FindScope(first) == nullptr) {
      if (const auto variable = VisitVariable(id, dotted)) return *variable;
    }
  }
  const NodeId operand = ast_.child(id, 0);
  const Type found = Visit(operand);
  return VisitMember(id, operand, found);
}

Type CheckPass::VisitMember(NodeId id, NodeId operand, const Type& operand_type) {
  switch (operand_type.kind) {
    case TypeKind::kError: return {};
    case TypeKind::kAny: return {};
    case TypeKind::kNamespace: return SelectFromNamespace(id, operand);
    case TypeKind::kRecord: return SelectField(id, operand, operand_type);
    case TypeKind::kTableRow: return SelectTableCell(id, operand_type);
    case TypeKind::kMap:
      if (!SameShape(*operand_type.key, ScalarType(TypeKind::kString))) break;
      Resolve(id, Meaning::kMapKey);
      return *operand_type.element;
    case TypeKind::kReferenceTable:
      return Fail(id, "not-a-value", Text(operand_type) + " has no column without a row",
                  "write " + Text(operand_type) + ".row(...)." + std::string(ast_.Text(id)));
    case TypeKind::kList:
      return Fail(id, "no-fields",
                  Text(operand_type) + " has no field '" + std::string(ast_.Text(id)) + "'",
                  "ask its elements: " + Snippet(operand) + ".exists(x, x." +
                      std::string(ast_.Text(id)) + " ...)");
    default: break;
  }
  return Fail(id, "no-fields",
              Text(operand_type) + " has no field '" + std::string(ast_.Text(id)) + "'");
}

Type CheckPass::SelectFromNamespace(NodeId id, NodeId operand) {
  const std::string_view name = ast_.Text(id);
  const std::string quoted = "'" + std::string(name) + "'";
  switch (static_cast<Namespace>(resolution(operand).index)) {
    case Namespace::kLists: {
      Type list = ScalarType(TypeKind::kReferenceList);
      list.reference = IndexOf(environment_.lists, name);
      Resolve(id, Meaning::kName);
      if (list.reference != kNoReference) return list;
      return Fail(id, "unknown-list", "the book has no list " + quoted,
                  SuggestOrList(name, Names(environment_.lists), "lists of the book"));
    }
    case Namespace::kTables: {
      Type table = ScalarType(TypeKind::kReferenceTable);
      table.reference = IndexOf(environment_.tables, name);
      Resolve(id, Meaning::kName);
      if (table.reference != kNoReference) return table;
      return Fail(id, "unknown-table", "the book has no table " + quoted,
                  SuggestOrList(name, Names(environment_.tables), "tables of the book"));
    }
    case Namespace::kAggregates:
      return Fail(id, "unsupported-aggregate",
                  "aggregate " + quoted + " cannot be used: aggregates are not built yet");
    case Namespace::kDocuments:
      return Fail(id, "unsupported-aggregate",
                  "documents " + quoted + " cannot be used: documents are not built yet");
    case Namespace::kRow: return SelectCell(id);
    case Namespace::kEnum: return SelectEnumValue(id, type(operand).reference);
    case Namespace::kFunctions:
      return Fail(id, "unsupported-function",
                  "'" + Snippet(id) + "' is not part of the language yet");
  }
  return {};
}

Type CheckPass::SelectEnumValue(NodeId id, std::uint32_t enumeration) {
  const parcel::Enum& one = environment_.catalog->enums[enumeration];
  const std::uint32_t found = IndexOf(one.values, ast_.Text(id));
  if (found == kNoReference) {
    return Fail(id, "unknown-enum-value",
                one.name + " has no value '" + std::string(ast_.Text(id)) + "'",
                SuggestOrList(ast_.Text(id), Names(one.values), "values of " + one.name));
  }
  Value value;
  value.number = one.values[found].value;
  Resolve(id, Meaning::kConstant, AddConstant(std::move(value)));
  Type type = ScalarType(TypeKind::kInt);
  type.reference = enumeration;
  return type;
}

Type CheckPass::SelectCell(NodeId id) {
  const TableShape& table = environment_.tables[environment_.profile_table];
  const std::string_view name = ast_.Text(id);
  const std::uint32_t key = IndexOf(table.keys, name);
  if (key != kNoReference) {
    if (table.keys[key].kind == ruleset::KeyKind::kInterval) {
      return Fail(id, "unknown-column",
                  "column '" + std::string(name) + "' of tables." + table.name +
                      " is an interval, not a value");
    }
    Resolve(id, Meaning::kCell, key);
    return ScalarType(table.keys[key].type);
  }
  const std::uint32_t value = IndexOf(table.values, name);
  if (value != kNoReference) {
    Resolve(id, Meaning::kCell, static_cast<std::uint32_t>(table.keys.size()) + value);
    const TableColumnShape& column = table.values[value];
    if (column.type == parcel::ValueType::kMoney) return FixedMoney(column.currency);
    return ScalarType(column.type);
  }
  std::vector<std::string_view> known = Names(table.keys);
  for (const TableColumnShape& column : table.values) known.push_back(column.name);
  return Fail(id, "unknown-column",
              "tables." + table.name + " has no column '" + std::string(name) + "'",
              SuggestOrList(name, known, "columns of tables." + table.name));
}

Type CheckPass::SelectTableCell(NodeId id, const Type& row) {
  const TableShape& table = environment_.tables[row.reference];
  const std::string_view name = ast_.Text(id);
  const std::uint32_t value = IndexOf(table.values, name);
  if (value == kNoReference) {
    const bool is_key = IndexOf(table.keys, name) != kNoReference;
    return Fail(
        id, "unknown-column",
        "tables." + table.name + " has no value column '" + std::string(name) + "'",
        is_key ? "'" + std::string(name) + "' is a key, known from the arguments of row()"
               : SuggestOrList(name, Names(table.values), "value columns of tables." + table.name));
  }
  Resolve(id, Meaning::kTableCell, value);
  const TableColumnShape& column = table.values[value];
  if (column.type == parcel::ValueType::kMoney) return FixedMoney(column.currency);
  return ScalarType(column.type);
}

Type CheckPass::SelectField(NodeId id, NodeId operand, const Type& record_type) {
  const parcel::Record& record = environment_.catalog->records[record_type.reference];
  const std::string_view name = ast_.Text(id);
  const std::uint32_t index = record.Find(name);
  if (index == parcel::kNoIndex) {
    return Fail(id, "unknown-field",
                "record " + record.name + " has no field '" + std::string(name) + "'",
                SuggestOrList(name, VisibleFields(record), "fields of " + record.name));
  }
  const parcel::Field& field = record.fields[index];
  if (field.label) {
    return Fail(id, "label-field",
                "field '" + std::string(name) + "' is a truth label, which rules cannot read",
                "labels are for measuring rules, not for deciding");
  }
  const Resolution& base = resolution(operand);
  const bool extends = base.meaning == Meaning::kField;
  Resolution found;
  found.meaning = Meaning::kField;
  found.base = extends ? base.base : operand;
  if (extends) found.path = base.path;
  found.path.push_back(index);
  resolution(id) = std::move(found);
  if (field.type == parcel::ValueType::kList) return RangeType(id, field, record_type.range);
  if (field.type == parcel::ValueType::kRecord) {
    Type inner = ScalarType(TypeKind::kRecord);
    inner.reference = field.record;
    inner.range = record_type.range;
    return inner;
  }
  return FieldType(id, field);
}

namespace {

Type PlainType(parcel::ValueType value_type, const parcel::Field& field) {
  Type type = ScalarType(value_type);
  if (type.IsNumber()) type.unit = UnitFromText(field.unit);
  if (type.Is(TypeKind::kInt)) type.reference = field.enumeration;
  return type;
}

}  // namespace

Type CheckPass::FieldType(NodeId id, const parcel::Field& field) {
  if (field.type == parcel::ValueType::kMoney) return MoneyFieldType(id, field);
  return PlainType(field.type, field);
}

Type CheckPass::MoneyFieldType(NodeId id, const parcel::Field& field) {
  const Resolution& found = resolution(id);
  const Type& owner = type(ast_.child(id, 0));
  MoneyTag tag;
  std::string place = "parcel";
  if (found.base != kNoNode) {
    // Only of a variable is it known that two reads mean one record.
    if (resolution(found.base).meaning != Meaning::kLocal) return ScalarType(TypeKind::kMoney);
    place = ast_.Text(found.base);
    tag.variable = resolution(found.base).base + 1;
  }
  if (field.currency_field == parcel::kNoIndex) return ScalarType(TypeKind::kMoney);
  parcel::FieldPath path = found.path;
  path.back() = field.currency_field;
  const std::uint32_t from = checked_.ranges[owner.range].record;
  tag.kind = MoneyTag::Kind::kField;
  tag.field = place + "." + parcel::PathText(*environment_.catalog, from, path);
  Type money = ScalarType(TypeKind::kMoney);
  money.money = std::make_shared<const MoneyTag>(std::move(tag));
  return money;
}

Type CheckPass::RangeType(NodeId id, const parcel::Field& field, std::uint32_t parent) {
  const bool of_records = field.element_type == parcel::ValueType::kRecord;
  const std::uint32_t record = of_records ? field.record : kNoReference;
  resolution(id).meaning = Meaning::kRange;
  resolution(id).index = AddRange(parent, resolution(id).path, record);
  if (!of_records) return ListOf(PlainType(field.element_type, field));
  Type element = ScalarType(TypeKind::kRecord);
  element.reference = field.record;
  element.range = resolution(id).index;
  return ListOf(std::move(element));
}

std::uint32_t CheckPass::AddRange(std::uint32_t parent, const parcel::FieldPath& path,
                                  std::uint32_t record) {
  for (std::uint32_t i = 1; i < checked_.ranges.size(); ++i) {
    if (checked_.ranges[i].parent == parent && checked_.ranges[i].path == path) return i;
  }
  checked_.ranges.push_back({parent, path, record});
  return static_cast<std::uint32_t>(checked_.ranges.size() - 1);
}

Type CheckPass::VisitHas(NodeId id) {
  const NodeId operand = ast_.child(id, 0);
  const Type found = Visit(operand);
  if (found.IsOpen()) return ScalarType(TypeKind::kBool);
  const bool is_map =
      found.Is(TypeKind::kMap) && SameShape(*found.key, ScalarType(TypeKind::kString));
  if (!found.Is(TypeKind::kRecord) && !is_map) {
    return Fail(
        id, "has-argument",
        "has() asks for a field of a record or a key of a map, not of " + Text(found),
        found.Is(TypeKind::kTableRow)
            ? "ask for the row: tables." + environment_.tables[found.reference].name + ".has(...)"
            : std::string());
  }
  VisitMember(id, operand, found);
  return ScalarType(TypeKind::kBool);
}

}  // namespace sluice::rules
