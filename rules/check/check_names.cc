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

/// What an expression may begin with, but for variables of macros.
std::vector<std::string_view> Roots(const Environment& environment) {
  std::vector<std::string_view> roots = Names(environment.variables);
  for (const std::string_view always : {"now", "lists", "tables"}) roots.push_back(always);
  if (environment.office) roots.push_back("office");
  if (environment.profile_table != kNoReference) roots.push_back("row");
  if (environment.catalog != nullptr) {
    roots.push_back("parcel");
    for (const parcel::Enum& one : environment.catalog->enums) roots.push_back(one.name);
  }
  return roots;
}

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
    Resolve(id, Meaning::kLocal, scope->variable);
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
  const Type& type = environment_.variables[index].type;
  return HasAny(type) ? unknowns_.Opened(type, id) : type;
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
  if (name == "parcel") hint = "an expression by itself has variables, and no parcel";
  if (hint.empty() && environment_.catalog != nullptr &&
      environment_.catalog->root_record().Find(name) != parcel::kNoIndex) {
    hint = "write parcel." + std::string(name);
  }
  if (hint.empty()) {
    std::vector<std::string_view> known = Roots(environment_);
    for (const Scope& scope : scopes_) known.push_back(scope.name);
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
  Visit(operand);
  return VisitMember(id, operand, OwnerOf(id));
}

/// What the member is asked of: of what is not known, a map.
Type CheckPass::OwnerOf(NodeId id) {
  const NodeId operand = ast_.child(id, 0);
  if (!type(operand).Is(TypeKind::kAny)) return type(operand);
  return Settle(operand, MapOf(ScalarType(TypeKind::kString), unknowns_.Value(id)));
}

Type CheckPass::VisitMember(NodeId id, NodeId operand, const Type& operand_type) {
  switch (operand_type.kind) {
    case TypeKind::kError: return {};
    case TypeKind::kAny: return unknowns_.Value(id);
    case TypeKind::kNamespace: return SelectFromNamespace(id, operand);
    case TypeKind::kRecord: return SelectField(id, operand, operand_type);
    case TypeKind::kTableRow: return SelectTableCell(id, operand_type);
    case TypeKind::kMap:
      if (!Agree(*operand_type.key, ScalarType(TypeKind::kString))) break;
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
      if (table.reference != kNoReference) return IsRefused(table.reference) ? Type{} : table;
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

bool CheckPass::IsRefused(std::uint32_t table) {
  if (environment_.tables[table].has_columns) return false;
  asks_refused_table_ = true;
  return true;
}

Type CheckPass::SelectCell(NodeId id) {
  if (IsRefused(environment_.profile_table)) return {};
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

}  // namespace sluice::rules
