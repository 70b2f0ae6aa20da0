// Functions of values alone, and patterns, of the row interpreter.
#include <algorithm>

#include "engine/base/check.h"
#include "engine/match/functions.h"
#include "engine/match/row_interpreter.h"
#include "engine/ruleset/function_groups.h"

namespace sluice::match {

using ruleset::Function;
using ruleset::Node;
using ruleset::ValueType;

ErrorKind RowInterpreter::EvalCall(const Node& node, Value* out) {
  std::array<Value, ruleset::kCallOperandsMax> operands;
  for (std::uint32_t i = 0; i < node.c; ++i) {
    const ErrorKind error = Eval(program_.operands[node.b + i], &operands[i]);
    if (error != ErrorKind::kNone) return error;
  }
  const auto function = static_cast<Function>(node.a);
  if (ruleset::IsSetFunction(function)) return EvalSets(node, operands[0], operands[1], out);
  const ruleset::TypeInfo& first = program_.types[program_.nodes[program_.operands[node.b]].type];
  const ValueType number = first.kind == ValueType::kList ? program_.types[first.element].kind : first.kind;
  return CallFunction(function, number, operands.data(), arena_, out);
}

ErrorKind RowInterpreter::EvalSets(const Node& node, const Value& a, const Value& b, Value* out) const {
  const ruleset::TypeId element = program_.types[program_.nodes[program_.operands[node.b]].type].element;
  const auto has = [&](const Items& items, const Value& wanted) {
    return std::any_of(items.first, items.first + items.count,
                       [&](const Value& one) { return Equals(element, one, element, wanted); });
  };
  const auto has_all_of = [&](const Items& items, const Items& wanted) {
    return std::all_of(wanted.first, wanted.first + wanted.count, [&](const Value& one) { return has(items, one); });
  };
  bool holds = false;
  switch (static_cast<Function>(node.a)) {
    case Function::kSetsContains: holds = has_all_of(a.items, b.items); break;
    case Function::kSetsEquivalent: holds = has_all_of(a.items, b.items) && has_all_of(b.items, a.items); break;
    case Function::kSetsIntersects:
      holds = std::any_of(b.items.first, b.items.first + b.items.count,
                          [&](const Value& one) { return has(a.items, one); });
      break;
    default: SLUICE_CHECK(false);
  }
  *out = NumberValue(holds ? 1 : 0);
  return ErrorKind::kNone;
}

ErrorKind RowInterpreter::EvalMatches(const Node& node, Value* out) {
  Value text;
  const ErrorKind error = Eval(node.a, &text);
  if (error == ErrorKind::kNone) *out = NumberValue(rule_set_.patterns[node.b].FoundIn(text.Text()) ? 1 : 0);
  return error;
}

}  // namespace sluice::match
