// Macros with one or two variables, and cel.bind.
#include <algorithm>
#include <utility>

#include "engine/base/limits.h"
#include "rules/check/check_pass.h"
#include "rules/check/type_text.h"

namespace sluice::rules {

/// The type of what the macro goes through: of what is not known, a list, unless keys of a map are learned of.
Type CheckPass::RangeOf(NodeId id) {
  const NodeId range = ast_.comprehension(id).range;
  if (!type(range).Is(TypeKind::kAny)) return type(range);
  const Type key = unknowns_.Key(id);
  const Type value = unknowns_.Value(id);
  return Settle(range, key.IsOpen() || key.Is(TypeKind::kInt) ? ListOf(value) : MapOf(key, value));
}

/// The types of the macro's one or two variables.
std::vector<Type> CheckPass::VariableTypes(NodeId id, const Type& range) {
  const bool two = !ast_.comprehension(id).var2.empty();
  const auto each = [&](Type first, Type second) {
    return two ? std::vector<Type>{std::move(first), std::move(second)}
               : std::vector<Type>{std::move(first)};
  };
  switch (range.kind) {
    case TypeKind::kError: return each(range, range);
    case TypeKind::kAny: return each(two ? unknowns_.Key(id) : unknowns_.Value(id), unknowns_.Value(id));
    case TypeKind::kList:
      return two ? each(ScalarType(TypeKind::kInt), *range.element) : each(*range.element, {});
    case TypeKind::kMap: return each(*range.key, *range.element);
    case TypeKind::kReferenceList:
      Fail(id, "macro-range", Text(range) + " cannot be gone through element by element",
           "write x in " + Text(range));
      break;
    case TypeKind::kReferenceTable:
      Fail(id, "macro-range", Text(range) + " cannot be gone through row by row",
           "write " + Text(range) + ".has(...)");
      break;
    default:
      Fail(id, "macro-range",
           std::string(MacroName(ast_.comprehension(id).macro)) +
               " goes through a list or a map, not " + Text(range));
  }
  return each({}, {});
}

/// What map, filter and the transforms yield.
Type CheckPass::TransformType(NodeId id, const Type& range, const Type& body) {
  const Comprehension& macro = ast_.comprehension(id);
  const Type found = LeaveScope(id, body);
  switch (macro.macro) {
    case Macro::kMap:
    case Macro::kTransformList: return ListOf(found);
    case Macro::kTransformMap:
      if (range.Is(TypeKind::kMap)) return MapOf(*range.key, found);
      if (range.Is(TypeKind::kAny)) return MapOf(unknowns_.Key(id), found);
      return MapOf(range.Is(TypeKind::kError) ? range : ScalarType(TypeKind::kInt), found);
    default: break;  // transformMapEntry
  }
  if (found.Is(TypeKind::kError) || found.Is(TypeKind::kMap)) return found;
  if (found.Is(TypeKind::kAny)) {
    const Type map = MapOf(unknowns_.Key(id, 1), unknowns_.Value(id, 1));
    if (Agree(found, map)) return map;
  }
  Find(node(macro.body).span, "type-mismatch",
       "transformMapEntry makes a map of maps of one entry each, this is " + Text(found),
       "write {" + macro.var2 + ": " + macro.var1 + "}");
  return {};
}

Type CheckPass::VisitComprehension(NodeId id) {
  const Comprehension& macro = ast_.comprehension(id);
  const std::string name(MacroName(macro.macro));
  Visit(macro.range);
  const Type range = RangeOf(id);
  const bool is_name = range.Is(TypeKind::kReferenceList) || range.Is(TypeKind::kReferenceTable);
  const std::vector<Type> types = VariableTypes(id, is_name || IsValue(macro.range) ? range : Type{});
  const auto variables = std::count_if(scopes_.begin(), scopes_.end(),
                                       [](const Scope& scope) { return !scope.is_bind; });
  if (static_cast<std::size_t>(variables) + types.size() > limits::kLocalsMax) {
    return Fail(id, "too-many-variables",
                "more than " + std::to_string(limits::kLocalsMax) +
                    " variables of macros within each other");
  }
  scopes_.push_back({macro.var1, id, types.front(), false});
  if (types.size() > 1) scopes_.push_back({macro.var2, id, types.back(), false, 1});
  if (macro.filter != kNoNode) {
    RequireBool(macro.filter, VisitValue(macro.filter), "the filter of " + name);
  }
  const Type body = VisitValue(macro.body);
  scopes_.erase(scopes_.end() - static_cast<std::ptrdiff_t>(types.size()), scopes_.end());
  switch (macro.macro) {
    case Macro::kAll:
    case Macro::kExists:
    case Macro::kExistsOne:
    case Macro::kFilter: RequireBool(macro.body, body, "the condition of " + name); break;
    default: return TransformType(id, range, body);
  }
  return macro.macro == Macro::kFilter ? ListOf(types.front()) : ScalarType(TypeKind::kBool);
}

Type CheckPass::VisitBind(NodeId id) {
  const Comprehension& macro = ast_.comprehension(id);
  Type value = Visit(macro.range);
  const bool is_place =
      value.Is(TypeKind::kRecord) && resolution(macro.range).meaning == Meaning::kField;
  if (!is_place && !IsValue(macro.range)) value = {};
  scopes_.push_back({macro.var1, id, value, true});
  const Type body = Visit(macro.body);
  scopes_.pop_back();
  if (!IsValue(macro.body)) return {};
  return LeaveScope(id, body);
}

Type CheckPass::LeaveScope(NodeId declaration, Type found) const {
  if (found.money != nullptr && found.money->kind == MoneyTag::Kind::kField &&
      found.money->variable == declaration + 1) {
    return ScalarType(TypeKind::kMoney);
  }
  if (found.Is(TypeKind::kList)) return ListOf(LeaveScope(declaration, *found.element));
  if (found.Is(TypeKind::kMap)) {
    return MapOf(*found.key, LeaveScope(declaration, *found.element));
  }
  return found;
}

}  // namespace sluice::rules
