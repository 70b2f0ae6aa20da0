// Which nodes a rule set's rules reach, how often each is used, and on which comprehension variables it depends.
//
// Computed once per plan; then immutable.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/ruleset/rule_set.h"

namespace sluice::match {

/// A free comprehension variable. Domain 0: its values are not rows of a domain.
struct FreeLocal {
  std::uint32_t slot = 0;
  parcel::DomainIndex domain = 0;
  bool scalar = false;  // the variable is the element, not its record

  friend auto operator<=>(const FreeLocal&, const FreeLocal&) = default;
};
using Scope = std::vector<FreeLocal>;  // ascending by slot

/// Calls `use(operand)` for every operand node.
template <typename Use>
void ForEachOperand(const ruleset::Program& program, const ruleset::Node& node, Use use) {
  const std::string_view letters = ruleset::OpOperands(node.op);
  const std::uint32_t fields[] = {node.a, node.b, node.c};
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (letters[i] == 'N' && fields[i] != ruleset::kNoNode) use(fields[i]);
    if (letters[i] != 'P') continue;
    for (std::uint32_t j = 0; j < node.c; ++j) use(program.operands[node.b + j]);
  }
}

class Scopes {
 public:
  explicit Scopes(const ruleset::RuleSet& rule_set);

  bool reached(ruleset::NodeIndex node) const { return uses_[node] != 0; }
  /// Nodes and rules that name the node; stops counting at 255.
  std::uint8_t uses(ruleset::NodeIndex node) const { return uses_[node]; }
  const Scope& scope(ruleset::NodeIndex node) const { return scopes_[scope_of_[node]]; }

 private:
  void CountUses(const ruleset::RuleSet& rule_set);
  std::uint32_t ScopeOf(const ruleset::Program& program, const ruleset::Node& node);
  std::uint32_t Intern(const Scope& scope);
  std::uint32_t Union(std::uint32_t a, std::uint32_t b);
  std::uint32_t Without(std::uint32_t scope, std::uint32_t first_slot, std::uint32_t end_slot);

  std::vector<Scope> scopes_;             // distinct; the first is empty
  std::vector<std::uint32_t> scope_of_;   // by node
  std::vector<std::uint8_t> uses_;        // by node
};

}  // namespace sluice::match
