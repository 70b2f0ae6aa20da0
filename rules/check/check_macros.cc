// Macros with variables: all, exists, exists_one, map, filter, and cel.bind.
#include <algorithm>
#include <utility>

#include "engine/base/limits.h"
#include "rules/check/check_pass.h"
#include "rules/check/type_text.h"

namespace sluice::rules {

Type CheckPass::ElementOf(NodeId id, const Type& range) {
  switch (range.kind) {
    case TypeKind::kError:
    case TypeKind::kAny: return range;
    case TypeKind::kList: return *range.element;
    case TypeKind::kMap: return *range.key;
    case TypeKind::kReferenceList:
      return Fail(id, "macro-range", Text(range) + " cannot be gone through element by element",
                  "write x in " + Text(range));
    case TypeKind::kReferenceTable:
      return Fail(id, "macro-range", Text(range) + " cannot be gone through row by row",
                  "write " + Text(range) + ".has(...)");
    default:
      return Fail(id, "macro-range",
                  std::string(MacroName(ast_.comprehension(id).macro)) +
                      " goes through a list or a map, not " + Text(range));
  }
}

Type CheckPass::VisitComprehension(NodeId id) {
  const Comprehension& macro = ast_.comprehension(id);
  const std::string name(MacroName(macro.macro));
  if (!macro.var2.empty() || macro.macro == Macro::kTransformList ||
      macro.macro == Macro::kTransformMap) {
    Visit(macro.range);
    return Fail(id, "unsupported-macro",
                name + (macro.var2.empty() ? "" : " with two variables") +
                    " is not part of the language yet");
  }
  const Type range = Visit(macro.range);
  const bool is_name = range.Is(TypeKind::kReferenceList) || range.Is(TypeKind::kReferenceTable);
  const Type element = is_name || IsValue(macro.range) ? ElementOf(id, range) : Type{};
  const auto variables = std::count_if(scopes_.begin(), scopes_.end(),
                                       [](const Scope& scope) { return !scope.is_bind; });
  if (static_cast<std::size_t>(variables) >= limits::kLocalsMax) {
    return Fail(id, "too-many-variables",
                "more than " + std::to_string(limits::kLocalsMax) + " macros within each other");
  }
  scopes_.push_back({macro.var1, id, element, false});
  if (macro.filter != kNoNode) {
    RequireBool(macro.filter, VisitValue(macro.filter), "the filter of " + name);
  }
  const Type body = VisitValue(macro.body);
  if (macro.macro != Macro::kMap) RequireBool(macro.body, body, "the condition of " + name);
  scopes_.pop_back();
  switch (macro.macro) {
    case Macro::kMap: return ListOf(LeaveScope(id, body));
    case Macro::kFilter: return ListOf(element);
    default: return ScalarType(TypeKind::kBool);
  }
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
