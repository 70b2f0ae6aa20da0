#include <algorithm>
#include <map>

#include "engine/base/limits.h"
#include "engine/ruleset/node_cost.h"
#include "engine/ruleset/verify_parts.h"
#include "engine/ruleset/verify_types.h"

namespace sluice::ruleset {
namespace {

// A comprehension variable that a node reads and that no comprehension below the node binds.
struct Binding {
  std::uint32_t slot = 0;
  TypeId type = 0;
  std::uint32_t domain = 0;

  friend auto operator<=>(const Binding&, const Binding&) = default;
};
using Scope = std::vector<Binding>;  // ascending by slot

// Scopes by number, each once: nodes number in millions, what they read free are few.
class Scopes {
 public:
  std::uint32_t Number(const Scope& scope) {
    const auto [known, is_new] =
        numbers_.try_emplace(scope, static_cast<std::uint32_t>(scopes_.size()));
    if (is_new) scopes_.push_back(scope);
    return known->second;
  }
  const Scope& operator[](std::uint32_t number) const { return scopes_[number]; }

  /// Adds `other` to `*scope`. False: one variable stands for two things.
  bool Merge(std::uint32_t other, std::uint32_t* scope) {
    if (other == *scope || other == kEmpty) return true;
    if (*scope == kEmpty) {
      *scope = other;
      return true;
    }
    Scope merged;
    std::set_union(scopes_[*scope].begin(), scopes_[*scope].end(), scopes_[other].begin(),
                   scopes_[other].end(), std::back_inserter(merged));
    const auto same_slot = [](const Binding& a, const Binding& b) { return a.slot == b.slot; };
    if (std::adjacent_find(merged.begin(), merged.end(), same_slot) != merged.end()) return false;
    *scope = Number(merged);
    return true;
  }

  static constexpr std::uint32_t kEmpty = 0;

 private:
  std::vector<Scope> scopes_{Scope{}};
  std::map<Scope, std::uint32_t> numbers_{{Scope{}, kEmpty}};
};

class NodeVerifier {
 public:
  explicit NodeVerifier(const RuleSet& rule_set)
      : rule_set_(rule_set), program_(rule_set.program), typing_(rule_set),
        costs_(program_, rule_set.columns, &rule_set.catalog), facts_(program_.nodes.size()) {}

  Status Run() {
    if (program_.nodes.size() > limits::kNodesMax) return Flaw("program", "too many nodes");
    for (NodeIndex i = 0; i < program_.nodes.size(); ++i) {
      const char* flaw = FlawOf(i);
      if (flaw != nullptr) return Flaw("node", i, flaw);
    }
    for (std::size_t i = 0; i < rule_set_.rules.size(); ++i) {
      const Rule& rule = rule_set_.rules[i];
      if (!IsClosed(rule.condition) || !IsClosed(rule.score_node)) {
        return Flaw("rule", i, "an expression of it reads a variable that nothing binds");
      }
      if (!IsBearable(rule.condition) || !IsBearable(rule.score_node)) {
        return Flaw("rule", i, "an expression of it could take too long");
      }
    }
    return Status::Ok();
  }

 private:
  struct Facts {
    std::uint32_t scope = Scopes::kEmpty;
    std::uint16_t depth = 1;
    std::uint16_t bound = 0;  // slots bound at or below the node, a bit each
  };
  static_assert(limits::kLocalsMax <= 16, "Facts::bound has a bit a slot");

  bool IsClosed(NodeIndex node) const {
    return node >= facts_.size() || facts_[node].scope == Scopes::kEmpty;  // existence: VerifyRules
  }

  const char* FlawOf(NodeIndex index) {
    const Node& node = program_.nodes[index];
    if (static_cast<int>(node.op) >= kOpCount) return "an unknown operation";
    if (node.type >= program_.types.size()) return "its type does not exist";
    const char* flaw = OperandsFlaw(index);
    if (flaw == nullptr) flaw = typing_.FlawOf(node);
    return flaw == nullptr ? ScopeFlaw(index) : flaw;
  }

  // Of what a rule asks for: nodes that no rule reaches may cost what they like.
  bool IsBearable(NodeIndex node) {
    if (node >= program_.nodes.size()) return true;  // existence: VerifyRules
    costs_.Extend(node);
    return costs_[node].steps <= limits::kExpressionStepsMax &&
           costs_[node].work <= limits::kExpressionWorkMax;
  }

  const char* ScopeFlaw(NodeIndex index) {
    const Node& node = program_.nodes[index];
    if (VariablesBound(node.op) != 0) return ComprehensionFlaw(index);
    if (node.op != Op::kLocal) return GatherFlaw(index);
    facts_[index].scope = scopes_.Number({{node.a, node.type, node.c}});
    return nullptr;
  }

  // Every index of the node within its array, and operands before the node.
  const char* OperandsFlaw(NodeIndex index) {
    const Node& node = program_.nodes[index];
    const std::uint32_t operands[] = {node.a, node.b, node.c};
    std::size_t at = 0;
    for (const char letter : OpOperands(node.op)) {
      if (letter == 'P') return ListFlaw(index);
      const char* flaw = OperandFlaw(index, letter, operands[at++]);
      if (flaw != nullptr) return flaw;
    }
    return nullptr;
  }

  const char* OperandFlaw(NodeIndex index, char letter, std::uint32_t operand) const {
    const auto within = [&](std::size_t count) {
      return operand < count ? nullptr : "an index leaves its array";
    };
    switch (letter) {
      case 'N': {
        const bool parcel = operand == kNoNode && program_.nodes[index].op == Op::kRows;
        return operand < index || parcel ? nullptr : "an operand does not stand before it";
      }
      case 'C': return within(rule_set_.columns.columns.size());
      case 'D': return within(rule_set_.columns.domains.size());
      case 'S': return within(limits::kLocalsMax);
      case 'L': return within(rule_set_.lists.size());
      case 'T': return within(rule_set_.tables.size());
      case 'F': return within(kFunctionCount);
      case 'R': return within(program_.patterns.size());
      default: return nullptr;  // K, U, V: what they mean depends on types (verify_types.cc)
    }
  }

  // Lists are not shared between nodes, so that all of them together are no longer than the array.
  const char* ListFlaw(NodeIndex index) {
    const Node& node = program_.nodes[index];
    list_operands_ += node.c;
    const bool within = std::uint64_t{node.b} + node.c <= program_.operands.size();
    if (!within || list_operands_ > program_.operands.size()) return "its operands do not exist";
    for (std::uint32_t i = node.b; i < node.b + node.c; ++i) {
      if (program_.operands[i] >= index) return "an operand does not stand before it";
    }
    return nullptr;
  }

  // Adds what is known of an operand to what is known of the node.
  bool Gather(NodeIndex index, NodeIndex operand) {
    Facts& facts = facts_[index];
    const Facts& below = facts_[operand];
    facts.depth = std::max<std::uint16_t>(facts.depth, static_cast<std::uint16_t>(below.depth + 1));
    facts.bound |= below.bound;
    return scopes_.Merge(below.scope, &facts.scope);
  }

  const char* GatherFlaw(NodeIndex index) {
    const Node& node = program_.nodes[index];
    const std::uint32_t operands[] = {node.a, node.b, node.c};
    std::size_t at = 0;
    bool sound = true;
    for (const char letter : OpOperands(node.op)) {
      if (letter == 'P') {
        for (std::uint32_t i = node.b; i < node.b + node.c; ++i) {
          sound = sound && Gather(index, program_.operands[i]);
        }
        break;
      }
      const std::uint32_t operand = operands[at++];
      if (letter == 'N' && operand != kNoNode) sound = sound && Gather(index, operand);
    }
    return sound ? DepthFlaw(index) : "one variable stands for two things";
  }

  const char* DepthFlaw(NodeIndex index) const {
    return facts_[index].depth <= limits::kNodeDepthMax ? nullptr : "it is nested too deep";
  }

  const char* ComprehensionFlaw(NodeIndex index) {
    const Node& node = program_.nodes[index];
    const std::uint32_t count = VariablesBound(node.op);
    if (node.c + count > limits::kLocalsMax) return "it has no room for its variables";
    const auto slot_bits = static_cast<std::uint16_t>(((1u << count) - 1) << node.c);
    // An inner comprehension that binds the slot anew would leave its last element there.
    if ((facts_[node.b].bound & slot_bits) != 0) return "its variable is bound again within its body";
    Scope rest;
    for (const Binding& binding : scopes_[facts_[node.b].scope]) {
      const bool own = binding.slot >= node.c && binding.slot < node.c + count;
      if (own && !Binds(node, binding)) return "its variable is not what it ranges over";
      if (!own) rest.push_back(binding);
    }
    Facts& facts = facts_[index];
    facts.depth = static_cast<std::uint16_t>(facts_[node.b].depth + 1);
    facts.bound = static_cast<std::uint16_t>(facts_[node.b].bound | slot_bits);
    facts.scope = scopes_.Number(rest);
    return Gather(index, node.a) ? DepthFlaw(index) : "one variable stands for two things";
  }

  bool Binds(const Node& comprehension, const Binding& binding) const {
    if (typing_.VariableType(comprehension, binding.slot - comprehension.c) != binding.type) return false;
    if (program_.types[binding.type].kind == ValueType::kRecord || binding.domain == 0) return true;
    const bool is_element = binding.slot + 1 == comprehension.c + VariablesBound(comprehension.op);
    const Node& range = program_.nodes[comprehension.a];
    return is_element && range.op == Op::kRows && range.b == binding.domain;
  }

  const RuleSet& rule_set_;
  const Program& program_;
  NodeTyping typing_;
  NodeCosts costs_;
  std::vector<Facts> facts_;
  Scopes scopes_;
  std::uint64_t list_operands_ = 0;
};

}  // namespace

Status VerifyNodes(const RuleSet& rule_set) { return NodeVerifier(rule_set).Run(); }

}  // namespace sluice::ruleset
