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
  was_unknown_.resize(ast_.node_count());
  checked_.ranges.push_back(
      {0, {}, environment.catalog == nullptr ? kNoReference : environment.catalog->root});
}

void CheckPass::Run(const Expectation& expectation) {
  const std::size_t before = findings_.size();
  Walk(expectation);
  while (unknowns_.NextWalk()) {
    StartAgain(before);
    Walk(expectation);
  }
  if (unknowns_.any_made()) HintAtUnknowns(before);
  checked_.ok = findings_.size() == before && !asks_refused_table_;
}

void CheckPass::Walk(const Expectation& expectation) {
  const NodeId root = ast_.root();
  const Type found = VisitValue(root);
  const Type wanted = ScalarType(expectation.kind);
  if (!Agree(found, wanted)) {
    std::string hint;
    if (wanted.Is(TypeKind::kBool)) hint = "compare it with something, such as x > 0 or x != \"\"";
    Find(node(root).span, "type-mismatch",
         std::string(expectation.what) + " must be " + Text(wanted) + ", this is " + Text(found),
         std::move(hint));
  }
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
  const Type found = VisitNode(id);
  checked_.types[id] = unknowns_.Resolved(found);
  if (unknowns_.is_learning() && HasAny(checked_.types[id])) was_unknown_[id] = true;
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
    if (!mixed && !Agree(element, found)) {
      mixed = true;
      Find(node(child).span, "mixed-list",
           "a list holds values of one type: this is " + Text(found) + ", those before are " +
               Text(element),
           MismatchHint(ast_.child(id, 0), element, child, found));
    }
    if (!mixed) element = Common(element, found);
  }
  if (mixed) return ListOf(Type{});
  return ListOf(ast_.children(id).empty() ? unknowns_.Value(id) : std::move(element));
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
    if (!mixed && !Agree(common, found)) {
      mixed = true;
      Find(node(children[i]).span, "mixed-map",
           std::string(i % 2 == 0 ? "the keys" : "the values") +
               " of a map have one type: this is " + Text(found) + ", those before are " +
               Text(common));
    }
    if (!mixed) common = Common(common, found);
  }
  if (mixed) return MapOf(Type{}, Type{});
  CheckConstantKeys(id);
  if (children.empty()) return MapOf(unknowns_.Key(id), unknowns_.Value(id));
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
  if (!Agree(first, second)) {
    return Fail(
        id, "type-mismatch",
        "both branches of ?: have one type: " + Text(first) + " and " + Text(second) + " differ",
        MismatchHint(children[1], first, children[2], second));
  }
  return Common(first, second);
}

CheckedExpression CheckExpression(Ast ast, const Environment& environment,
                                  const Expectation& expectation, std::vector<CelError>* findings) {
  CheckedExpression checked;
  checked.ast = std::move(ast);
  CheckPass(&checked, environment, findings).Run(expectation);
  return checked;
}

}  // namespace sluice::rules
