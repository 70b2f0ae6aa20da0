#include <charconv>

#include "rules/diag/render.h"
#include "rules/syntax/cel_ast.h"

namespace sluice::rules {
namespace {

class Dumper {
 public:
  explicit Dumper(const Ast& ast) : ast_(ast) {}

  std::string Run() {
    if (!ast_.empty()) Dump(ast_.root());
    return std::move(out_);
  }

 private:
  void Dump(NodeId id) {
    const ExprNode& node = ast_.node(id);
    switch (node.kind) {
      case ExprKind::kBool: out_ += node.bool_value ? "true" : "false"; return;
      case ExprKind::kInt: out_ += std::to_string(node.int_value); return;
      case ExprKind::kUint: out_ += std::to_string(node.uint_value) + "u"; return;
      case ExprKind::kDouble: DumpDouble(node.double_value); return;
      case ExprKind::kString: out_ += JsonQuote(ast_.Text(id)); return;
      case ExprKind::kIdent:
        if (node.leading_dot) out_ += '.';
        out_ += ast_.Text(id);
        return;
      case ExprKind::kComprehension:
      case ExprKind::kBind: DumpMacro(id); return;
      default: break;
    }
    out_ += '(';
    out_ += Head(id);
    for (const NodeId child : ast_.children(id)) {
      out_ += ' ';
      Dump(child);
    }
    if (node.kind == ExprKind::kSelect || node.kind == ExprKind::kHas) {
      out_ += ' ';
      out_ += ast_.Text(id);
    }
    out_ += ')';
  }

  std::string Head(NodeId id) const {
    const ExprNode& node = ast_.node(id);
    switch (node.kind) {
      case ExprKind::kSelect: return ".";
      case ExprKind::kHas: return "has";
      case ExprKind::kIndex: return "[]";
      case ExprKind::kCall: {
        const std::string dot = node.is_method ? "." : "";
        return dot + std::string(ast_.Text(id)) + "()";
      }
      case ExprKind::kNot: return "!";
      case ExprKind::kNegate: return "neg";
      case ExprKind::kBinary: return std::string(BinaryOpName(node.op));
      case ExprKind::kAnd: return "&&";
      case ExprKind::kOr: return "||";
      case ExprKind::kConditional: return "?:";
      case ExprKind::kList: return "list";
      case ExprKind::kMap: return "map";
      default: return "";
    }
  }

  // (exists [i v] range body), with "if filter" before the body.
  void DumpMacro(NodeId id) {
    const Comprehension& macro = ast_.comprehension(id);
    out_ += '(';
    out_ += MacroName(macro.macro);
    out_ += " [" + macro.var1 + (macro.var2.empty() ? "" : " " + macro.var2) + "] ";
    Dump(macro.range);
    if (macro.filter != kNoNode) {
      out_ += " if ";
      Dump(macro.filter);
    }
    out_ += ' ';
    Dump(macro.body);
    out_ += ')';
  }

  void DumpDouble(double value) {
    char buffer[32];
    const std::to_chars_result end = std::to_chars(buffer, buffer + sizeof buffer, value);
    const std::string_view text(buffer, static_cast<std::size_t>(end.ptr - buffer));
    out_ += text;
    if (text.find_first_of(".e") == text.npos) out_ += ".0";
  }

  const Ast& ast_;
  std::string out_;
};

}  // namespace

std::string_view BinaryOpName(BinaryOp op) {
  switch (op) {
    case BinaryOp::kNone: return "";
    case BinaryOp::kEq: return "==";
    case BinaryOp::kNe: return "!=";
    case BinaryOp::kLt: return "<";
    case BinaryOp::kLe: return "<=";
    case BinaryOp::kGt: return ">";
    case BinaryOp::kGe: return ">=";
    case BinaryOp::kIn: return "in";
    case BinaryOp::kAdd: return "+";
    case BinaryOp::kSub: return "-";
    case BinaryOp::kMul: return "*";
    case BinaryOp::kDiv: return "/";
    case BinaryOp::kMod: return "%";
  }
  return "";
}

std::string_view MacroName(Macro macro) {
  switch (macro) {
    case Macro::kAll: return "all";
    case Macro::kExists: return "exists";
    case Macro::kExistsOne: return "exists_one";
    case Macro::kMap: return "map";
    case Macro::kFilter: return "filter";
    case Macro::kTransformList: return "transformList";
    case Macro::kTransformMap: return "transformMap";
    case Macro::kTransformMapEntry: return "transformMapEntry";
    case Macro::kBind: return "cel.bind";
  }
  return "";
}

std::string DumpExpression(const Ast& ast) { return Dumper(ast).Run(); }

}  // namespace sluice::rules
