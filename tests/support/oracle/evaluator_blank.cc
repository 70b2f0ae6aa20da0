// Blank cells of profiles: every smallest boolean part that reads one does not constrain.
#include "tests/support/oracle/evaluator.h"
#include "tests/support/oracle/lookup.h"

namespace sluice::oracle {

using rules::BinaryOp;
using rules::ExprKind;
using rules::NodeId;

bool Evaluator::ReadsBlank(std::span<const NodeId> ids, const Scope* scope) const {
  for (const NodeId id : ids) {
    if (IsBlank(id, scope)) return true;
  }
  return false;
}

bool Evaluator::IsBoolCall(NodeId id) const {
  static constexpr std::string_view kNames[] = {"contains", "startsWith",  "endsWith",
                                                "bool",     "hasPrefixOf", "has",
                                                "matches",  "equivalent",  "intersects",
                                                "isNaN",    "isInf",       "isFinite",
                                                "containsAny", "similarTo"};
  for (const std::string_view name : kNames) {
    if (ast_.Text(id) == name) return true;
  }
  return false;
}

bool Evaluator::IsReplaced(NodeId id, const Scope* scope) const {
  const rules::ExprNode& node = ast_.node(id);
  switch (node.kind) {
    case ExprKind::kBinary:
      if (node.op > BinaryOp::kIn) return false;
      break;
    case ExprKind::kCall:
      if (!IsBoolCall(id)) return false;
      break;
    case ExprKind::kHas: break;
    case ExprKind::kComprehension: {
      const rules::Comprehension& macro = ast_.comprehension(id);
      return macro.macro <= rules::Macro::kExistsOne && IsBlank(macro.range, scope);
    }
    default: return false;
  }
  return ReadsBlank(ast_.children(id), scope);
}

bool Evaluator::IsBlank(NodeId id, const Scope* scope) const {
  if (situation_.row.table == nullptr) return false;
  const rules::ExprNode& node = ast_.node(id);
  const auto children = ast_.children(id);
  switch (node.kind) {
    case ExprKind::kIdent: {
      const Scope* found = Find(scope, ast_.Text(id));
      return found != nullptr && found->value == nullptr && IsBlank(found->bound, found->outer);
    }
    case ExprKind::kSelect:
      if (IsName(children[0], "row", scope)) {
        return !ReadCell(*situation_.row.table, situation_.row.row, std::string(ast_.Text(id)),
                         book_.zone);
      }
      return IsBlank(children[0], scope);
    case ExprKind::kBinary: return node.op > BinaryOp::kIn && ReadsBlank(children, scope);
    case ExprKind::kCall: return !IsBoolCall(id) && ReadsBlank(children, scope);
    case ExprKind::kNegate:
    case ExprKind::kIndex:
    case ExprKind::kList:
    case ExprKind::kMap: return ReadsBlank(children, scope);
    case ExprKind::kConditional: return ReadsBlank(children.subspan(1), scope);
    case ExprKind::kBind: {
      const Scope inner{scope, ast_.comprehension(id).var1, nullptr, ast_.comprehension(id).range};
      return IsBlank(ast_.comprehension(id).body, &inner);
    }
    case ExprKind::kComprehension: {
      const rules::Comprehension& macro = ast_.comprehension(id);
      if (macro.macro == rules::Macro::kFilter) return IsBlank(macro.range, scope);
      if (macro.macro <= rules::Macro::kExistsOne) return false;
      const Value none;
      const Scope first{scope, macro.var1, &none};
      const Scope second{&first, macro.var2, &none};
      return IsBlank(macro.range, scope) ||
             IsBlank(macro.body, macro.var2.empty() ? &first : &second);
    }
    default: return false;
  }
}

}  // namespace sluice::oracle
