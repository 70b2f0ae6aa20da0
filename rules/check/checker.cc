#include "rules/check/checker.h"

#include <set>
#include <tuple>
#include <utility>

#include "rules/check/check_pass.h"
#include "rules/check/type_text.h"

namespace sluice::rules {

CheckPass::CheckPass(CheckedExpression* checked, const Environment& environment,
                     std::vector<CelError>* findings)
    : checked_(*checked), ast_(checked->ast), environment_(environment), findings_(*findings) {
  checked_.types.resize(ast_.node_count());
  checked_.resolutions.resize(ast_.node_count());
  checked_.ranges.push_back(
      {0, {}, environment.catalog == nullptr ? kNoReference : environment.catalog->root});
}

void CheckPass::Run(const Expectation& expectation) {
  const std::size_t before = findings_.size();
  const NodeId root = ast_.root();
  const Type found = VisitValue(root);
  if (expectation.kind != TypeKind::kAny && !found.IsOpen() && found.kind != expectation.kind) {
    const Type wanted = ScalarType(expectation.kind);
    std::string hint;
    if (wanted.Is(TypeKind::kBool)) hint = "compare it with something, such as x > 0 or x != \"\"";
    Find(node(root).span, "type-mismatch",
         std::string(expectation.what) + " must be " + Text(wanted) + ", this is " + Text(found),
         std::move(hint));
  }
  checked_.ok = findings_.size() == before;
}

void CheckPass::Find(TextSpan span, std::string code, std::string message, std::string hint) {
  CelError& finding = findings_.emplace_back();
  finding.span = span;
  finding.code = std::move(code);
  finding.message = std::move(message);
  finding.hint = std::move(hint);
}

Type CheckPass::Fail(NodeId id, std::string code, std::string message, std::string hint) {
  const ExprNode& n = node(id);
  const bool has_name = n.name_span.end > n.name_span.begin;
  Find(has_name ? n.name_span : n.span, std::move(code), std::move(message), std::move(hint));
  return {};
}

std::string CheckPass::Text(const Type& type) const { return TypeText(type, environment_); }

std::string CheckPass::Snippet(NodeId id) const {
  constexpr std::size_t kShownBytes = 60;
  const std::string_view source = ast_.Source(id);
  return source.size() <= kShownBytes ? std::string(source) : std::string("(...)");
}

std::uint32_t CheckPass::AddConstant(Value value) {
  checked_.constants.push_back(std::move(value));
  return static_cast<std::uint32_t>(checked_.constants.size() - 1);
}

void CheckPass::Resolve(NodeId id, Meaning meaning, std::uint32_t index) {
  resolution(id).meaning = meaning;
  resolution(id).index = index;
}

Type CheckPass::Visit(NodeId id) {
  checked_.types[id] = VisitNode(id);
  return checked_.types[id];
}

Type CheckPass::VisitValue(NodeId id) {
  Visit(id);
  if (!IsValue(id)) checked_.types[id] = {};
  return checked_.types[id];
}

bool CheckPass::IsValue(NodeId id) {
  const Type& found = type(id);
  switch (found.kind) {
    case TypeKind::kRecord:
      if (resolution(id).meaning != Meaning::kField) return true;
      Fail(id, "record-value", Text(found) + " is not a value", "read one of its fields");
      return false;
    case TypeKind::kTableRow:
      Fail(id, "table-row", Text(found) + " is not a value",
           "name a column: .row(...)." +
               (environment_.tables[found.reference].values.empty()
                    ? std::string("COLUMN")
                    : environment_.tables[found.reference].values.front().name));
      return false;
    case TypeKind::kReferenceList:
      Fail(id, "not-a-value", Text(found) + " is not a value",
           "write x in " + Text(found) + " or " + Text(found) + ".hasPrefixOf(x)");
      return false;
    case TypeKind::kReferenceTable:
      Fail(id, "not-a-value", Text(found) + " is not a value",
           "write " + Text(found) + ".row(...).COLUMN or " + Text(found) + ".has(...)");
      return false;
    case TypeKind::kNamespace:
      Fail(id, "not-a-value", "'" + Snippet(id) + "' is not a value",
           "name what you mean: " + Snippet(id) + ".NAME");
      return false;
    default: return true;
  }
}

Type CheckPass::VisitNode(NodeId id) {
  switch (node(id).kind) {
    case ExprKind::kBool: return ScalarType(TypeKind::kBool);
    case ExprKind::kInt: return ScalarType(TypeKind::kInt);
    case ExprKind::kUint: return ScalarType(TypeKind::kUint);
    case ExprKind::kDouble: return ScalarType(TypeKind::kDouble);
    case ExprKind::kString: return ScalarType(TypeKind::kString);
    case ExprKind::kIdent: return VisitIdent(id);
    case ExprKind::kSelect: return VisitSelect(id);
    case ExprKind::kHas: return VisitHas(id);
    case ExprKind::kIndex: return VisitIndex(id);
    case ExprKind::kCall: return VisitCall(id);
    case ExprKind::kNot: return VisitNot(id);
    case ExprKind::kNegate: return VisitNegate(id);
    case ExprKind::kBinary: return VisitBinary(id);
    case ExprKind::kAnd:
    case ExprKind::kOr: return VisitLogic(id);
    case ExprKind::kConditional: return VisitConditional(id);
    case ExprKind::kList: return VisitList(id);
    case ExprKind::kMap: return VisitMap(id);
    case ExprKind::kComprehension: return VisitComprehension(id);
    case ExprKind::kBind: return VisitBind(id);
  }
  return {};
}

Type CheckPass::VisitList(NodeId id) {
  Type element = ScalarType(TypeKind::kAny);
  bool mixed = false;
  for (const NodeId child : ast_.children(id)) {
    const Type found = VisitValue(child);
    if (!mixed && !SameShape(element, found)) {
      mixed = true;
      Find(node(child).span, "mixed-list",
           "a list holds values of one type: this is " + Text(found) + ", those before are " +
               Text(element),
           MismatchHint(ast_.child(id, 0), element, child, found));
    }
    if (!mixed) element = Join(element, found);
  }
  if (mixed) return ListOf(Type{});
  Type list = ListOf(std::move(element));
  for (const NodeId child : ast_.children(id)) Refine(child, *list.element);
  return list;
}

Type CheckPass::VisitMap(NodeId id) {
  Type key = ScalarType(TypeKind::kAny);
  Type value = ScalarType(TypeKind::kAny);
  bool mixed = false;
  const auto children = ast_.children(id);
  for (std::size_t i = 0; i < children.size(); ++i) {
    Type& common = i % 2 == 0 ? key : value;
    const Type found = VisitValue(children[i]);
    if (i % 2 == 0) CheckKeyType(children[i], found);
    if (!mixed && !SameShape(common, found)) {
      mixed = true;
      Find(node(children[i]).span, "mixed-map",
           std::string(i % 2 == 0 ? "the keys" : "the values") +
               " of a map have one type: this is " + Text(found) + ", those before are " +
               Text(common));
    }
    if (!mixed) common = Join(common, found);
  }
  if (mixed) return MapOf(Type{}, Type{});
  CheckConstantKeys(id);
  for (std::size_t i = 1; i < children.size(); i += 2) Refine(children[i], value);
  return MapOf(std::move(key), std::move(value));
}

void CheckPass::CheckKeyType(NodeId id, const Type& found) {
  switch (found.kind) {
    case TypeKind::kError:
    case TypeKind::kAny:
    case TypeKind::kBool:
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kString: return;
    default:
      Find(node(id).span, "map-key-type",
           "a map's key is bool, int, uint or string, not " + Text(found));
  }
}

void CheckPass::CheckConstantKeys(NodeId id) {
  std::set<std::tuple<std::string_view, std::int64_t, std::uint64_t>> seen;
  const auto children = ast_.children(id);
  for (std::size_t i = 0; i < children.size(); i += 2) {
    const ExprNode& key = node(children[i]);
    bool is_new = true;
    switch (key.kind) {
      case ExprKind::kString: is_new = seen.insert({ast_.Text(children[i]), 0, 0}).second; break;
      case ExprKind::kInt: is_new = seen.insert({"", key.int_value, 0}).second; break;
      case ExprKind::kUint: is_new = seen.insert({"", 0, key.uint_value}).second; break;
      case ExprKind::kBool: is_new = seen.insert({"", key.bool_value ? 1 : 0, 0}).second; break;
      default: break;
    }
    if (!is_new) {
      Find(key.span, "duplicate-key", "key " + Snippet(children[i]) + " occurs twice in the map");
    }
  }
}

Type CheckPass::VisitConditional(NodeId id) {
  const auto children = ast_.children(id);
  RequireBool(children[0], VisitValue(children[0]), "the condition of ?:");
  const Type first = VisitValue(children[1]);
  const Type second = VisitValue(children[2]);
  if (!SameShape(first, second)) {
    return Fail(
        id, "type-mismatch",
        "both branches of ?: have one type: " + Text(first) + " and " + Text(second) + " differ",
        MismatchHint(children[1], first, children[2], second));
  }
  Type joined = Join(first, second);
  Refine(children[1], joined);
  Refine(children[2], joined);
  return joined;
}

namespace {

bool HasAny(const Type& type) {
  if (type.Is(TypeKind::kAny)) return true;
  return (type.key != nullptr && HasAny(*type.key)) ||
         (type.element != nullptr && HasAny(*type.element));
}

}  // namespace

void CheckPass::Refine(NodeId id, const Type& wanted) {
  if (!HasAny(type(id)) || !SameShape(type(id), wanted)) return;
  const bool holds_something = !type(id).Is(TypeKind::kAny);
  checked_.types[id] = Join(type(id), wanted);
  const ExprNode& n = node(id);
  const auto children = ast_.children(id);
  if (n.kind == ExprKind::kBind) Refine(children[1], wanted);
  if (n.kind == ExprKind::kComprehension) RefineBody(id, wanted);
  if (n.kind == ExprKind::kIndex || resolution(id).meaning == Meaning::kMapKey) {
    RefineElement(children[0], wanted);
  }
  if (resolution(id).meaning == Meaning::kLocal && holds_something) {
    // What the variable goes through, or is bound to, is told what it holds; and so are later uses.
    const NodeId declaration = resolution(id).base;
    for (Scope& scope : scopes_) {
      const bool same = scope.declaration == declaration && scope.variable == resolution(id).index;
      if (same && SameShape(scope.type, wanted)) scope.type = Join(scope.type, wanted);
    }
    const NodeId source = ast_.child(declaration, 0);
    if (node(declaration).kind == ExprKind::kBind) {
      Refine(source, wanted);
    } else {
      RefineElement(source, wanted);
    }
  }
  const bool is_sum = n.kind == ExprKind::kBinary && n.op == BinaryOp::kAdd;
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (n.kind == ExprKind::kList) Refine(children[i], *wanted.element);
    if (n.kind == ExprKind::kMap) Refine(children[i], i % 2 == 0 ? *wanted.key : *wanted.element);
    if (is_sum || (n.kind == ExprKind::kConditional && i > 0)) Refine(children[i], wanted);
  }
}

/// `id` is a list or map of which an element or a value is `wanted`.
void CheckPass::RefineElement(NodeId id, const Type& wanted) {
  if (type(id).Is(TypeKind::kList)) Refine(id, ListOf(wanted));
  if (type(id).Is(TypeKind::kMap)) Refine(id, MapOf(*type(id).key, wanted));
}

void CheckPass::RefineBody(NodeId id, const Type& wanted) {
  const Comprehension& macro = ast_.comprehension(id);
  switch (macro.macro) {
    case Macro::kMap:
    case Macro::kTransformList:
    case Macro::kTransformMap: Refine(macro.body, *wanted.element); break;
    case Macro::kTransformMapEntry: Refine(macro.body, wanted); break;
    default: break;
  }
}

CheckedExpression CheckExpression(Ast ast, const Environment& environment,
                                  const Expectation& expectation, std::vector<CelError>* findings) {
  CheckedExpression checked;
  checked.ast = std::move(ast);
  CheckPass(&checked, environment, findings).Run(expectation);
  return checked;
}

}  // namespace sluice::rules
