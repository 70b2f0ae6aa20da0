// Fills a ruleset::Program without repetition: equal types, constants, operand lists, sets and
// nodes are one.
//
// Thread-safety: none.   Ownership: refers to the program, which is empty at first and filled by
// nobody else. Errors: none; limits are asked by the caller (depth, node_count).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sluice/status.h>

#include "engine/ruleset/program.h"
#include "rules/check/environment.h"

namespace sluice::rules {

using ruleset::NodeIndex;
using ruleset::Op;
using ruleset::TypeId;

class NodeBuilder {
 public:
  explicit NodeBuilder(ruleset::Program* program);

  TypeId AddType(const ruleset::TypeInfo& info);
  NodeIndex Add(Op op, TypeId type, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0);
  /// A node whose operands are a list; `a` is the reference table of a look-up.
  NodeIndex AddWithList(Op op, TypeId type, std::span<const NodeIndex> operands,
                        std::uint32_t a = 0);
  /// A scalar constant.
  NodeIndex AddConstant(const Value& value);
  NodeIndex AddBool(bool value);
  NodeIndex AddText(std::string_view text);
  /// The set of these constants (int, uint or string nodes), for kInSet.
  std::uint32_t AddSet(std::span<const NodeIndex> constants);
  /// The pattern's index; an error when it is none, or one too many.
  Result<std::uint32_t> AddPattern(std::string_view source);
  std::uint32_t AddZone(const ruleset::Zone& zone);

  const ruleset::Node& node(NodeIndex index) const { return program_.nodes[index]; }
  const ruleset::TypeInfo& type(NodeIndex index) const { return program_.types[node(index).type]; }
  const ruleset::TypeInfo& TypeAt(TypeId id) const { return program_.types[id]; }
  std::span<const NodeIndex> operands(NodeIndex index) const;
  bool IsConstant(NodeIndex index) const { return node(index).op == Op::kConst; }
  /// The value of a constant; nothing for other nodes.
  std::optional<Value> ConstantOf(NodeIndex index) const;
  std::optional<bool> BoolOf(NodeIndex index) const;
  std::uint32_t depth(NodeIndex index) const { return depths_[index]; }
  std::size_t node_count() const { return program_.nodes.size(); }
  const ruleset::Program& program() const { return program_; }

 private:
  struct NodeHash {
    std::size_t operator()(const ruleset::Node& node) const;
  };

  std::uint32_t ConstantIndex(const Value& value);
  std::uint32_t AddPooledText(std::string_view text);
  NodeIndex Append(const ruleset::Node& node);
  std::uint32_t DepthOf(const ruleset::Node& node) const;

  ruleset::Program& program_;
  std::vector<std::uint32_t> depths_;  // by node; a leaf has 1
  std::unordered_map<ruleset::Node, NodeIndex, NodeHash> nodes_;
  std::unordered_multimap<std::size_t, NodeIndex> list_nodes_;  // by hash of node and operands
  std::unordered_map<std::int64_t, std::uint32_t> ints_;
  std::unordered_map<std::uint64_t, std::uint32_t> uints_;
  std::unordered_map<std::uint64_t, std::uint32_t> doubles_;  // by bits: 0.0 and -0.0 are two
  std::unordered_map<std::string, std::uint32_t> texts_;
  std::map<std::pair<std::int64_t, std::int32_t>, std::uint32_t> times_;
  std::map<std::pair<std::int64_t, base::CurrencyCode>, std::uint32_t> moneys_;
  std::map<std::pair<parcel::ValueType, std::vector<std::uint64_t>>, std::uint32_t> sets_;
  std::map<std::string, std::uint32_t, std::less<>> zones_;
  std::map<std::string, std::uint32_t, std::less<>> patterns_;
};

}  // namespace sluice::rules
