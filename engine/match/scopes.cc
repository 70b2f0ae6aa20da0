#include "engine/match/scopes.h"

#include <algorithm>

namespace sluice::match {

using ruleset::Node;
using ruleset::Op;

namespace {

void Count(std::uint8_t* uses) { *uses = static_cast<std::uint8_t>(*uses == 255 ? 255 : *uses + 1); }

}  // namespace

Scopes::Scopes(const ruleset::RuleSet& rule_set) : scopes_(1) {
  const ruleset::Program& program = rule_set.program;
  CountUses(rule_set);
  scope_of_.assign(program.nodes.size(), 0);
  for (std::size_t i = 0; i < program.nodes.size(); ++i) {
    if (uses_[i] != 0) scope_of_[i] = ScopeOf(program, program.nodes[i]);
  }
}

// Operands have smaller indices, so one pass from the last node to the first sees every user before its operand.
void Scopes::CountUses(const ruleset::RuleSet& rule_set) {
  const ruleset::Program& program = rule_set.program;
  uses_.assign(program.nodes.size(), 0);
  for (const ruleset::Rule& rule : rule_set.rules) {
    Count(&uses_[rule.condition]);
    if (rule.score_node != ruleset::kNoNode) Count(&uses_[rule.score_node]);
  }
  for (std::size_t i = program.nodes.size(); i-- > 0;) {
    if (uses_[i] == 0) continue;
    ForEachOperand(program, program.nodes[i], [&](ruleset::NodeIndex operand) { Count(&uses_[operand]); });
  }
}

std::uint32_t Scopes::ScopeOf(const ruleset::Program& program, const Node& node) {
  if (node.op == Op::kLocal) {
    const bool scalar = program.types[node.type].kind != ruleset::ValueType::kRecord;
    return Intern({{node.a, node.c, scalar}});
  }
  if (const std::uint32_t count = ruleset::VariablesBound(node.op); count != 0) {
    return Union(scope_of_[node.a], Without(scope_of_[node.b], node.c, node.c + count));
  }
  std::uint32_t scope = 0;
  ForEachOperand(program, node, [&](ruleset::NodeIndex operand) { scope = Union(scope, scope_of_[operand]); });
  return scope;
}

// There are as many scopes as combinations of nested quantifiers: a handful.
std::uint32_t Scopes::Intern(const Scope& scope) {
  const auto found = std::find(scopes_.begin(), scopes_.end(), scope);
  if (found != scopes_.end()) return static_cast<std::uint32_t>(found - scopes_.begin());
  scopes_.push_back(scope);
  return static_cast<std::uint32_t>(scopes_.size() - 1);
}

std::uint32_t Scopes::Union(std::uint32_t a, std::uint32_t b) {
  if (a == b || b == 0) return a;
  if (a == 0) return b;
  Scope both;
  std::set_union(scopes_[a].begin(), scopes_[a].end(), scopes_[b].begin(), scopes_[b].end(),
                 std::back_inserter(both));
  return Intern(both);
}

std::uint32_t Scopes::Without(std::uint32_t scope, std::uint32_t first_slot, std::uint32_t end_slot) {
  Scope rest;
  std::copy_if(scopes_[scope].begin(), scopes_[scope].end(), std::back_inserter(rest),
               [=](const FreeLocal& local) { return local.slot < first_slot || local.slot >= end_slot; });
  return rest.size() == scopes_[scope].size() ? scope : Intern(rest);
}

}  // namespace sluice::match
