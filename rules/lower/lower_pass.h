// One walk over one checked expression, for one profile row or none. Internal to rules/lower.
//
// Thread-safety: none.   Errors: findings; a node that can only fail is made all the same.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include "engine/parcel/column_plan.h"
#include "rules/check/checker.h"
#include "rules/check/environment.h"
#include "rules/lower/node_builder.h"

namespace sluice::rules {

/// What an expression is lowered to when it reads a blank cell.
inline constexpr NodeIndex kBlankNode = 0xFFFFFFFEu;

class LowerPass {
 public:
  /// All must outlive the pass, which may be run for many rows.
  /// `constants_may_fail`: a part of constants that can only fail is no finding.
  LowerPass(const CheckedExpression* checked, const Environment* environment, NodeBuilder* nodes,
            parcel::ColumnPlan* columns, bool constants_may_fail);

  /// The root's node, or kBlankNode. `row` may be null when nothing reads it.
  NodeIndex Run(const ProfileRow* row, std::vector<CelError>* findings);
  /// By NodeId: the node of each part that reads no cell and stands in no bind, else kNoNode.
  const std::vector<NodeIndex>& parts() const { return memo_; }

 private:
  struct Variable {
    NodeId declaration;
    std::uint32_t index;   // 1: the second of two
    std::uint32_t slot;    // of a comprehension
    std::uint32_t domain;  // Node::c of its kLocal
    TypeId type;
  };

  void MarkCellReaders();
  void MarkVariablesRead();

  // lower_pass.cc. `positive`: under an even number of `!`.
  NodeIndex Lower(NodeId id, bool positive);
  NodeIndex LowerBool(NodeId id, bool positive);  // a blank cell means any
  NodeIndex LowerNew(NodeId id, bool positive);
  NodeIndex LowerResolved(NodeId id, bool positive);
  NodeIndex LowerSyntax(NodeId id, bool positive);
  /// Lowers `ids`; false when one of them is blank.
  bool LowerAll(std::span<const NodeId> ids, bool positive, std::vector<NodeIndex>* operands);
  /// What an expression that reads a blank cell becomes.
  NodeIndex Blank(NodeId id, bool positive);
  NodeIndex LowerLiteral(NodeId id);
  NodeIndex LowerVariable(NodeId id);
  NodeIndex LowerValue(const Value& value, const Type& type);
  NodeIndex LowerTable(NodeId id, bool positive);
  NodeIndex LowerMember(NodeId id, bool positive);

  // lower_calls.cc
  NodeIndex LowerCall(NodeId id, bool positive);
  std::vector<NodeId> ArgumentsOf(NodeId id) const;
  NodeIndex AddCall(NodeId id, ruleset::Function function, std::span<const NodeIndex> operands);
  NodeIndex LowerGreatest(NodeId id, ruleset::Function function, std::span<const NodeIndex> numbers);
  /// All of them, or nothing.
  std::optional<std::vector<Value>> ConstantsOf(std::span<const NodeIndex> operands) const;
  NodeIndex LowerMatches(NodeId id, NodeId argument, NodeIndex text, NodeIndex pattern);
  NodeIndex LowerTimePart(NodeId id, NodeIndex time);

  // lower_fields.cc
  NodeIndex LowerField(NodeId id, bool positive);
  NodeIndex LowerRange(NodeId id, bool positive);
  NodeIndex LowerLocal(NodeId id, bool positive);
  parcel::DomainIndex DomainOf(std::uint32_t range);
  TypeId TypeOf(const Type& type);

  // lower_macros.cc
  NodeIndex LowerComprehension(NodeId id, bool positive);
  std::uint32_t VariablesNeeded(NodeId id, const ruleset::TypeInfo& range) const;
  void OpenVariables(NodeId id, NodeIndex range, std::uint32_t count);
  NodeIndex EmptyComprehension(NodeId id);
  NodeIndex EmptyLiteral(TypeId of);
  NodeIndex FinishSingle(NodeId id, NodeIndex range, NodeIndex filter, NodeIndex body,
                         std::uint32_t slot);
  NodeIndex FinishPairs(NodeId id, NodeIndex range, NodeIndex filter, NodeIndex body,
                        std::uint32_t slot);

  // lower_operators.cc
  NodeIndex LowerLogic(NodeId id, bool positive);
  NodeIndex LowerNot(NodeId id, bool positive);
  /// `as_bool`: its branches are asked for bools, so that a blank one does not constrain.
  NodeIndex LowerConditional(NodeId id, bool positive, bool as_bool);
  NodeIndex LowerIn(NodeId id, NodeIndex value, NodeIndex values);
  NodeIndex Unary(NodeId id, Op op, NodeIndex operand);
  NodeIndex Binary(NodeId id, Op op, NodeIndex left, NodeIndex right);
  void ConstantFails(NodeId id, const char* why);

  const Type& type(NodeId id) const { return checked_.types[id]; }
  const Resolution& resolution(NodeId id) const { return checked_.resolutions[id]; }

  const CheckedExpression& checked_;
  const Ast& ast_;
  const Environment& environment_;
  NodeBuilder& nodes_;
  parcel::ColumnPlan& columns_;
  const bool constants_may_fail_;
  const ProfileRow* row_ = nullptr;
  std::vector<CelError>* findings_ = nullptr;
  std::vector<bool> reads_cell_;     // by NodeId
  std::vector<bool> reads_first_;    // by NodeId of a comprehension: its first variable is read
  std::vector<bool> reads_second_;
  std::vector<NodeIndex> memo_;      // by NodeId: what reads no cell, outside of binds
  std::vector<Variable> variables_;  // comprehensions that are open, outermost first
  std::uint32_t bind_depth_ = 0;     // > 0: within the value of a bind, read at its use
  // Values of binds, by the comprehensions open where they are read, and by polarity.
  std::map<std::tuple<NodeId, std::size_t, bool>, NodeIndex> bound_;
};

}  // namespace sluice::rules
