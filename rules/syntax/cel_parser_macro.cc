// has(), the comprehensions and cel.bind(): recognised by name and number of arguments, as CEL
// says; any other number makes an ordinary call, which the checker does not know.
#include <optional>
#include <utility>

#include "rules/syntax/cel_parser_impl.h"

namespace sluice::rules {
namespace {

struct MacroForm {
  std::string_view name;
  std::size_t arguments;  // receiver excluded
  std::size_t variables;
  Macro macro;
};

constexpr MacroForm kForms[] = {
    {"all", 2, 1, Macro::kAll},
    {"all", 3, 2, Macro::kAll},
    {"exists", 2, 1, Macro::kExists},
    {"exists", 3, 2, Macro::kExists},
    {"exists_one", 2, 1, Macro::kExistsOne},
    {"exists_one", 3, 2, Macro::kExistsOne},
    {"existsOne", 2, 1, Macro::kExistsOne},
    {"existsOne", 3, 2, Macro::kExistsOne},
    {"map", 2, 1, Macro::kMap},
    {"map", 3, 1, Macro::kMap},
    {"filter", 2, 1, Macro::kFilter},
    {"transformList", 3, 2, Macro::kTransformList},
    {"transformList", 4, 2, Macro::kTransformList},
    {"transformMap", 3, 2, Macro::kTransformMap},
    {"transformMap", 4, 2, Macro::kTransformMap},
    {"transformMapEntry", 3, 2, Macro::kTransformMapEntry},
    {"transformMapEntry", 4, 2, Macro::kTransformMapEntry},
};

const MacroForm* FindForm(std::string_view name, std::size_t arguments) {
  for (const MacroForm& form : kForms) {
    if (form.name == name && form.arguments == arguments) return &form;
  }
  return nullptr;
}

}  // namespace

NodeId CelParser::MakeHas(TextSpan span, TextSpan name_span, NodeId argument) {
  if (argument == kNoNode) return kNoNode;
  const ExprNode& select = builder_.ast().node(argument);
  if (select.kind != ExprKind::kSelect) {
    return Refuse(select.span, "macro-argument",
                  "has() asks for a field, such as has(parcel.value)",
                  "for a key of a map write \"key\" in m");
  }
  ExprNode node = select;
  node.kind = ExprKind::kHas;
  node.span = span;
  node.name_span = name_span;
  const NodeId children[] = {builder_.ast().child(argument, 0)};
  return builder_.Add(node, children);
}

// `all`: the receiver, then the arguments.
NodeId CelParser::MakeMethod(std::string_view name, bool quoted, ExprNode node,
                             std::span<const NodeId> all) {
  for (const NodeId id : all) {
    if (id == kNoNode) return kNoNode;
  }
  const MacroForm* form = quoted ? nullptr : FindForm(name, all.size() - 1);
  if (form != nullptr) return MakeComprehension(form->macro, form->variables, node, all);
  const ExprNode& receiver = builder_.ast().node(all[0]);
  const bool is_bind = name == "bind" && all.size() == 4 && receiver.kind == ExprKind::kIdent &&
                       !receiver.leading_dot && builder_.ast().Text(all[0]) == "cel";
  if (is_bind) return MakeComprehension(Macro::kBind, 1, node, all);
  node.is_method = true;
  return builder_.AddText(node, name, all);
}

NodeId CelParser::MakeComprehension(Macro macro, std::size_t variables, ExprNode node,
                                    std::span<const NodeId> all) {
  Comprehension made;
  made.macro = macro;
  if (!TakeVariable(all[1], macro, &made.var1, &made.var1_span)) return kNoNode;
  if (variables == 2) {
    if (!TakeVariable(all[2], macro, &made.var2, &made.var2_span)) return kNoNode;
    if (made.var1 == made.var2) {
      return Refuse(made.var2_span, "macro-variable",
                    "the two variables of a macro must have different names");
    }
  }
  made.body = all.back();
  if (macro == Macro::kBind) {
    made.range = all[2];
    node.kind = ExprKind::kBind;
  } else {
    made.range = all[0];
    node.kind = ExprKind::kComprehension;
    const bool has_filter = all.size() == variables + 3;
    if (has_filter) made.filter = all[variables + 1];
  }
  return builder_.AddComprehension(node, std::move(made));
}

bool CelParser::TakeVariable(NodeId id, Macro macro, std::string* name, TextSpan* span) {
  const ExprNode& node = builder_.ast().node(id);
  *span = node.span;
  if (node.kind == ExprKind::kIdent && !node.leading_dot) {
    *name = builder_.ast().Text(id);
    return true;
  }
  Refuse(node.span, "macro-variable",
         "the variable of " + std::string(MacroName(macro)) + "() must be a plain name",
         "write items.exists(i, i.value > 5)");
  return false;
}

}  // namespace sluice::rules
