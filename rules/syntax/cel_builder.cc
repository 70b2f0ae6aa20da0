#include "rules/syntax/cel_builder.h"

#include <algorithm>
#include <vector>

#include "engine/base/limits.h"

namespace sluice::rules {

AstBuilder::AstBuilder(std::string_view source) {
  ast_.source_ = source;
  ast_.pool_.reserve(source.size());
  ast_.nodes_.reserve(source.size() / 6 + 4);
  ast_.children_.reserve(source.size() / 6 + 4);
}

NodeId AstBuilder::Add(ExprNode node, std::span<const NodeId> children) {
  std::size_t depth = 0;
  for (const NodeId child : children) {
    if (child == kNoNode) return kNoNode;
    depth = std::max<std::size_t>(depth, ast_.nodes_[child].depth);
  }
  if (depth >= limits::kExpressionDepthMax) overflow_ = Overflow::kDepth;
  if (ast_.nodes_.size() >= limits::kExpressionNodesMax) overflow_ = Overflow::kNodes;
  if (overflow_ != Overflow::kNone) return kNoNode;
  node.depth = static_cast<std::uint16_t>(depth + 1);
  node.first_child = static_cast<std::uint32_t>(ast_.children_.size());
  node.child_count = static_cast<std::uint32_t>(children.size());
  ast_.children_.insert(ast_.children_.end(), children.begin(), children.end());
  ast_.nodes_.push_back(node);
  return static_cast<NodeId>(ast_.nodes_.size() - 1);
}

NodeId AstBuilder::AddText(ExprNode node, std::string_view text,
                           std::span<const NodeId> children) {
  node.text = InternWith([text](std::string* pool) { pool->append(text); });
  return Add(node, children);
}

NodeId AstBuilder::AddComprehension(ExprNode node, Comprehension comprehension) {
  std::vector<NodeId> children = {comprehension.range};
  if (comprehension.filter != kNoNode) children.push_back(comprehension.filter);
  children.push_back(comprehension.body);
  node.comprehension = static_cast<std::uint32_t>(ast_.comprehensions_.size());
  ast_.comprehensions_.push_back(std::move(comprehension));
  return Add(node, children);
}

}  // namespace sluice::rules
