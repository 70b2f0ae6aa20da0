// Builds an Ast bottom up and keeps it within its limits.
//
// Thread-safety: none.   Errors: a limit sets overflow(), after which nodes are refused (kNoNode).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "rules/syntax/cel_ast.h"

namespace sluice::rules {

class AstBuilder {
 public:
  enum class Overflow { kNone, kNodes, kDepth };

  explicit AstBuilder(std::string_view source);

  /// Adds a node above `children`. Its depth and child range are set here.
  NodeId Add(ExprNode node, std::span<const NodeId> children = {});
  NodeId AddText(ExprNode node, std::string_view text, std::span<const NodeId> children = {});
  NodeId AddComprehension(ExprNode node, Comprehension comprehension);

  Overflow overflow() const { return overflow_; }
  const Ast& ast() const { return ast_; }
  /// Text appended to the pool by `fill(std::string*)`, for literals decoded in place.
  template <typename Fill>
  TextRef InternWith(Fill fill) {
    const std::size_t begin = ast_.pool_.size();
    fill(&ast_.pool_);
    return {static_cast<std::uint32_t>(begin),
            static_cast<std::uint32_t>(ast_.pool_.size() - begin)};
  }
  Ast Finish(NodeId root) {
    ast_.root_ = root;
    return std::move(ast_);
  }

 private:
  Ast ast_;
  Overflow overflow_ = Overflow::kNone;
};

}  // namespace sluice::rules
