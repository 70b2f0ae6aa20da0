// Absence that can hide a match.
//
// That a rule about a value does not match where the value is not said, authors expect: `x > 5`, `x == "A"`. They do
// not where the rule says what a value is not: `x != "A"`, `!(x in lists.L)`; nor where a sum has a part that is not
// there. So a negative test of a field that may be absent is found, unless the rule speaks of its presence: by `has`
// of it or of its record anywhere, by `absent: error`, or by a test that wants a value of it beside (`x != "A" &&
// x.startsWith("F")`). Fields that the schema requires are no question: without them the parcel is incomplete.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rules/lint/lint_pass.h"

namespace sluice::rules {
namespace {

/// A field as a condition reads it: the element variable it stands below (kNoNode: the parcel), and its path.
using FieldKey = std::pair<NodeId, parcel::FieldPath>;

class AbsenceSearch {
 public:
  AbsenceSearch(LintPass* pass, const CheckedRule& tree)
      : pass_(*pass), tree_(tree), checked_(tree.condition), ast_(checked_.ast) {
    const ruleset::Rule& rule = pass->rules.rules[tree.first_rule];
    phases_ = rule.phases;
    asked_ = !rule.absent_is_error;
  }

  void Search() {
    if (!asked_) return;
    CollectHas(ast_.root());
    Visit(ast_.root(), true, {});
  }

 private:
  using Guards = std::set<FieldKey>;  // fields of which a value is wanted beside

  const Resolution& Found(NodeId id) const { return checked_.resolutions[id]; }

  /// The field that `id` reads, if it reads one and nothing else.
  bool KeyOf(NodeId id, FieldKey* key) const {
    const Resolution& found = Found(id);
    if (found.meaning == Meaning::kOffice) {
      key->first = kNoNode;
      key->second.assign(1, parcel::kNoIndex);
      return true;
    }
    if (found.meaning != Meaning::kField || found.path.empty()) return false;
    key->first = kNoNode;
    key->second = found.path;
    if (found.base == kNoNode) return true;
    const Resolution& base = Found(found.base);
    key->first = base.meaning == Meaning::kLocal ? base.base : found.base;
    return true;
  }

  /// Whether the field, or a record on its way, can be absent without the parcel being incomplete.
  bool MayBeAbsent(NodeId id, const FieldKey& key) const {
    if (Found(id).meaning == Meaning::kOffice) return false;  // required wherever a book names it
    const std::uint32_t range = key.first == kNoNode ? 0 : checked_.types[Found(id).base].range;
    const parcel::Catalog& catalog = pass_.rules.catalog;
    const std::uint32_t record = range == 0 ? catalog.root : checked_.ranges[range].record;
    const parcel::Field& field = parcel::FieldAt(catalog, record, key.second);
    // Required at all phases that the rule applies to: it is there, or the parcel is told to be incomplete.
    if ((phases_ & ~field.required_phases) == 0) return false;
    return field.presence != parcel::Presence::kAlways || key.second.size() > 1 ||
           field.inline_in != parcel::kNoIndex;
  }

  void CollectHas(NodeId id) {
    FieldKey key;
    if (ast_.node(id).kind == ExprKind::kHas && KeyOf(id, &key)) has_.insert(key);
    for (const NodeId child : ast_.children(id)) CollectHas(child);
  }

  bool IsAskedFor(const FieldKey& key) const {
    FieldKey prefix = key;
    for (; !prefix.second.empty(); prefix.second.pop_back()) {
      if (has_.contains(prefix)) return true;
    }
    return false;
  }

  void CollectFields(NodeId id, std::vector<NodeId>* fields) const {
    FieldKey key;
    if (ast_.node(id).kind == ExprKind::kHas || ast_.node(id).kind == ExprKind::kComprehension) return;
    if (KeyOf(id, &key)) return fields->push_back(id);  // not the records on its way, too
    for (const NodeId child : ast_.children(id)) CollectFields(child, fields);
  }

  /// The fields of which the part wants a value that it names.
  void CollectWanted(NodeId id, bool positive, Guards* guards) const {
    const ExprNode& node = ast_.node(id);
    if (node.kind == ExprKind::kNot) return CollectWanted(ast_.child(id, 0), !positive, guards);
    if (node.kind == (positive ? ExprKind::kAnd : ExprKind::kOr)) {
      for (const NodeId child : ast_.children(id)) CollectWanted(child, positive, guards);
      return;
    }
    if (!IsTest(id) || IsNegative(id, positive)) return;
    std::vector<NodeId> fields;
    CollectFields(id, &fields);
    for (const NodeId field : fields) {
      FieldKey key;
      if (KeyOf(field, &key)) guards->insert(std::move(key));
    }
  }

  bool IsTest(NodeId id) const {
    const ExprKind kind = ast_.node(id).kind;
    return checked_.types[id].Is(TypeKind::kBool) &&
           (kind == ExprKind::kBinary || kind == ExprKind::kCall || kind == ExprKind::kSelect ||
            kind == ExprKind::kIdent);
  }

  /// Whether a test says what a value is not.
  bool IsNegative(NodeId id, bool positive) const {
    const ExprNode& node = ast_.node(id);
    if (node.kind != ExprKind::kBinary) return !positive;
    if (node.op == BinaryOp::kNe) return positive;
    return !positive;
  }

  void Visit(NodeId id, bool positive, const Guards& guards) {
    const ExprNode& node = ast_.node(id);
    switch (node.kind) {
      case ExprKind::kNot: return Visit(ast_.child(id, 0), !positive, guards);
      case ExprKind::kAnd:
      case ExprKind::kOr: return VisitLogic(id, positive, guards);
      case ExprKind::kConditional:
        for (const NodeId branch : ast_.children(id).subspan(1)) Visit(branch, positive, guards);
        return;
      case ExprKind::kComprehension: return VisitElements(id, positive, guards);
      case ExprKind::kBind: return Visit(ast_.child(id, 1), positive, guards);
      case ExprKind::kHas: return;
      default: break;
    }
    if (!IsTest(id)) return;
    if (IsNegative(id, positive)) JudgeNegative(id, guards);
    JudgeSums(id);
  }

  void VisitLogic(NodeId id, bool positive, const Guards& guards) {
    Guards all = guards;
    const bool together = (ast_.node(id).kind == ExprKind::kAnd) == positive;
    if (together) CollectWanted(id, positive, &all);
    for (const NodeId child : ast_.children(id)) Visit(child, positive, together ? all : guards);
  }

  void VisitElements(NodeId id, bool positive, const Guards& guards) {
    const Macro macro = ast_.comprehension(id).macro;
    if (macro != Macro::kAll && macro != Macro::kExists && macro != Macro::kExistsOne) return;
    Visit(ast_.comprehension(id).body, positive, guards);
  }

  void JudgeNegative(NodeId id, const Guards& guards) {
    std::vector<NodeId> fields;
    CollectFields(id, &fields);
    std::set<FieldKey> keys;
    for (const NodeId field : fields) {
      FieldKey key;
      if (KeyOf(field, &key)) keys.insert(key);
    }
    // That two fields differ can only be said where both are.
    const bool compares_fields = ast_.node(id).kind == ExprKind::kBinary && keys.size() > 1;
    if (compares_fields) return;
    for (const NodeId field : fields) {
      FieldKey key;
      KeyOf(field, &key);
      if (!MayBeAbsent(field, key) || IsAskedFor(key)) continue;
      if (guards.contains(key) || !told_.insert(key).second) continue;
      const std::string name(ast_.Source(field));
      return Report(id, "where '" + name + "' is absent, this is not true but absent, and the rule does not match",
                    "add !has(" + name + ") || to match there, has(" + name + ") && to say that it does not");
    }
  }

  /// A sum of several fields, of which one may be absent.
  void JudgeSums(NodeId id) {
    if (ast_.node(id).kind == ExprKind::kConditional || ast_.node(id).kind == ExprKind::kComprehension) return;
    if (ast_.node(id).kind == ExprKind::kBinary && ast_.node(id).op == BinaryOp::kAdd) return JudgeSum(id);
    for (const NodeId child : ast_.children(id)) JudgeSums(child);
  }

  void JudgeSum(NodeId id) {
    std::vector<NodeId> parts;
    CollectSummands(id, &parts);
    std::set<FieldKey> keys;
    for (const NodeId part : parts) {
      FieldKey key;
      if (KeyOf(part, &key)) keys.insert(key);
    }
    if (keys.size() < 2) return;
    for (const NodeId part : parts) {
      FieldKey key;
      if (!KeyOf(part, &key) || !MayBeAbsent(part, key) || IsAskedFor(key)) continue;
      if (!told_.insert(key).second) continue;
      const std::string name(ast_.Source(part));
      return Report(id, "where '" + name + "' is absent, so is the whole sum, and the rule does not match",
                    "write (has(" + name + ") ? " + name + " : …) for what it counts as there");
    }
  }

  void CollectSummands(NodeId id, std::vector<NodeId>* parts) const {
    const ExprNode& node = ast_.node(id);
    const bool sum = node.kind == ExprKind::kBinary && (node.op == BinaryOp::kAdd || node.op == BinaryOp::kSub);
    if (!sum) return parts->push_back(id);
    for (const NodeId child : ast_.children(id)) CollectSummands(child, parts);
  }

  void Report(NodeId id, std::string message, std::string hint) {
    pass_.Find("absence-hides", pass_.PlaceOf(tree_, id), std::move(message), std::move(hint), tree_.spec);
  }

  LintPass& pass_;
  const CheckedRule& tree_;
  const CheckedExpression& checked_;
  const Ast& ast_;
  std::set<FieldKey> has_;
  std::set<FieldKey> told_;  // once a rule: one `has` mends all tests of the field
  std::uint8_t phases_ = parcel::kAllPhases;
  bool asked_ = true;
};

}  // namespace

void FindHidingAbsence(LintPass* pass) {
  for (const CheckedRule& tree : pass->trees) {
    if (tree.rule_count > 0) AbsenceSearch(pass, tree).Search();
  }
}

}  // namespace sluice::rules
