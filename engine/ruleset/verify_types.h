// The typing rules of ops.def: whether one node's type and operands fit its operation.
//
// Private to this room.   Thread-safety: immutable; refers to its rule set.
// Relies on pools, columns and reference data being sound, and on all indices of the node being in range.
#pragma once

#include <optional>

#include "engine/ruleset/rule_set.h"

namespace sluice::ruleset {

class NodeTyping {
 public:
  explicit NodeTyping(const RuleSet& rule_set);

  /// What is wrong with the node, or null.
  const char* FlawOf(const Node& node) const;
  /// The type of a comprehension's variable, 0 or 1: of one, elements of a list, keys of a map; of two, indices and
  /// elements, or keys and values.
  std::optional<TypeId> VariableType(const Node& comprehension, std::uint32_t variable) const;

 private:
  const char* Leaf(const Node& node) const;
  const char* RecordLeaf(const Node& node) const;
  const char* Rows(const Node& node) const;
  const char* Constant(const Node& node) const;
  const char* Logic(const Node& node) const;
  const char* Comparison(const Node& node) const;
  const char* Arithmetic(const Node& node) const;
  const char* Membership(const Node& node) const;
  const char* Collection(const Node& node) const;
  const char* Comprehension(const Node& node) const;
  const char* Text(const Node& node) const;
  const char* Time(const Node& node) const;
  const char* TableLookup(const Node& node) const;
  const char* MoneyOp(const Node& node) const;
  const char* Call(const Node& node) const;
  bool FitsLetter(char letter, TypeId type, TypeId* bound) const;

  const TypeInfo& Info(NodeIndex node) const { return types_[nodes_[node].type]; }
  ValueType Kind(NodeIndex node) const { return Info(node).kind; }
  ValueType Result(const Node& node) const { return types_[node.type].kind; }
  /// Whether == compares values of both: of one comparable type, or of types that differ in their numbers alone.
  bool Equatable(TypeId a, TypeId b) const;
  bool IsListOf(TypeId list, TypeId element) const {
    return types_[list].kind == ValueType::kList && types_[list].element == element;
  }

  const RuleSet& rule_set_;
  const std::vector<TypeInfo>& types_;
  const std::vector<Node>& nodes_;
  std::vector<bool> comparable_;                // by TypeId: scalars, and lists and maps of comparable types
  std::vector<std::uint32_t> element_columns_;  // by domain: the column of the elements themselves, or kNone
};

}  // namespace sluice::ruleset
