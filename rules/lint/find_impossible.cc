// Parts of conditions that cannot be true, or cannot be false.
//
// A rule as written is searched along its tree, so that the smallest part is shown. The parts of a profile's condition
// that read no cell are searched once; its rows along the nodes they became, which rows share.
#include <algorithm>
#include <optional>

#include "engine/base/limits.h"
#include "engine/ruleset/node_text.h"
#include "rules/lint/lint_pass.h"

namespace sluice::rules {
namespace {

using ruleset::Node;
using ruleset::NodeIndex;
using ruleset::Op;

class TreeSearch {
 public:
  TreeSearch(LintPass* pass, const CheckedRule& tree) : pass_(*pass), tree_(tree), ast_(tree.condition.ast) {}

  void Search() { Visit(ast_.root()); }

 private:
  bool IsBool(NodeId id) const { return tree_.condition.types[id].Is(TypeKind::kBool); }
  bool IsLiteral(NodeId id) const { return ast_.node(id).kind == ExprKind::kBool; }
  /// What the part became; nothing for what is no bool, or has no node of its own.
  std::optional<NodeIndex> NodeOf(NodeId id) const {
    if (!IsBool(id) || IsLiteral(id) || tree_.parts[id] == ruleset::kNoNode) return std::nullopt;
    return tree_.parts[id];
  }
  /// Whether something was found in the part.
  bool Visit(NodeId id) {
    bool found = false;
    for (const NodeId child : ast_.children(id)) found = Visit(child) || found;
    // A part that a finding explains already is not found again with what contains it.
    return found || Judge(id);
  }

  bool Judge(NodeId id) {
    const auto node = NodeOf(id);
    if (!node) return false;
    const ExprKind kind = ast_.node(id).kind;
    if (kind == ExprKind::kNot) return false;  // what it negates has been judged
    if (pass_.conditions.True(*node).empty()) {
      if (kind == ExprKind::kAnd) return Contradiction(id);
      return Report("never-true", id, "this is never true", Consequence());
    }
    if (kind == ExprKind::kAnd || !pass_.conditions.False(*node).empty()) return false;
    const bool constant = pass_.rules.program.nodes[*node].op == Op::kConst;
    return Report("always-true", id, constant ? "this is always true" : "this is true whenever its fields are there",
                  constant ? "leave it out" : "leave it out, or ask has(…) if that is what is meant");
  }

  std::string Consequence() const {
    const bool whole_rule = pass_.conditions.True(pass_.rules.rules[tree_.first_rule].condition).empty();
    return whole_rule ? "the rule never matches" : "the rest of the condition decides alone";
  }

  /// Of an && that is never true, none of whose operands is so by itself.
  bool Contradiction(NodeId id) {
    const auto operands = ast_.children(id);
    std::size_t asked = 0;
    for (std::size_t j = 1; j < operands.size(); ++j) {
      for (std::size_t i = 0; i < j && ++asked <= limits::kLintCandidatesMax; ++i) {
        const auto first = NodeOf(operands[i]);
        const auto second = NodeOf(operands[j]);
        if (!first || !second) continue;
        if (pass_.conditions.CanBothBe(pass_.conditions.True(*first), pass_.conditions.True(*second))) continue;
        Report("contradiction", operands[j], "this cannot be true together with another part of the condition",
               Consequence());
        pass_.findings.back().diagnostic.AddNote(pass_.PlaceOf(tree_, operands[i]), "the part that excludes it");
        return true;
      }
    }
    return Report("contradiction", id, "the parts of this cannot all be true", Consequence());
  }

  bool Report(std::string_view code, NodeId id, std::string message, std::string hint) {
    pass_.Find(code, pass_.PlaceOf(tree_, id), std::move(message), std::move(hint), tree_.spec);
    return true;
  }

  LintPass& pass_;
  const CheckedRule& tree_;
  const Ast& ast_;
};

/// The smallest part below `index` that is never true and the reason why it is not.
NodeIndex SmallestImpossible(LintPass* pass, NodeIndex index) {
  const Node node = pass->rules.program.nodes[index];
  if (node.op == Op::kExists && pass->conditions.True(node.b).empty()) return SmallestImpossible(pass, node.b);
  if (node.op != Op::kAnd && node.op != Op::kOr) return index;
  for (std::uint32_t i = node.b; i < node.b + node.c; ++i) {
    const NodeIndex operand = pass->rules.program.operands[i];
    if (pass->conditions.True(operand).empty()) return SmallestImpossible(pass, operand);
  }
  return index;
}

void SearchRows(LintPass* pass, const CheckedRule& tree) {
  for (std::uint32_t i = 0; i < tree.rule_count; ++i) {
    const ruleset::RuleIndex rule = tree.first_rule + i;
    const NodeIndex condition = pass->rules.rules[rule].condition;
    if (!pass->conditions.True(condition).empty()) continue;
    const NodeIndex smallest = SmallestImpossible(pass, condition);
    const bool of_all_rows = std::find(tree.parts.begin(), tree.parts.end(), smallest) != tree.parts.end();
    if (of_all_rows && smallest != condition) continue;  // the profile's own finding
    const bool is_and = pass->rules.program.nodes[smallest].op == Op::kAnd;
    pass->Find(is_and ? "contradiction" : "never-true", pass->PlaceOf(rule),
               "the profile's rule for this row never matches: " +
                   ruleset::NodeText(pass->rules, smallest) + (is_and ? " contradicts itself" : " is never true"),
               "mend the cells, or take the row out", tree.spec)
        .AddNote(pass->SpecOf(rule).when->place(), "in this condition");
  }
}

}  // namespace

void FindImpossibleParts(LintPass* pass) {
  for (const CheckedRule& tree : pass->trees) {
    if (tree.rule_count == 0) continue;
    TreeSearch(pass, tree).Search();
    if (pass->book.specs.rules[tree.spec].each_node != nullptr) SearchRows(pass, tree);
  }
}

}  // namespace sluice::rules
