// The syntax tree of one CEL expression: nodes in one vector, addressed by NodeId, children in
// another.
//
// Thread-safety: immutable once parsed, read by many.   Ownership: an Ast owns all its text; moving
// it keeps NodeIds.
// A checker keeps its findings in vectors of its own, indexed by NodeId: children have smaller ids
// than parents.
// Vectors may hold nodes that the root does not reach (the variables of macros).
// Bounds: depth <= kExpressionDepthMax, nodes <= kExpressionNodesMax, so recursion over a tree is
// safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::rules {

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = 0xFFFFFFFFu;

/// Bytes [begin, end) of the expression's text.
struct TextSpan {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  friend bool operator==(const TextSpan&, const TextSpan&) = default;
};

enum class ExprKind : std::uint8_t {
  kBool,           // bool_value
  kInt,            // int_value; a minus sign right before the digits belongs to the literal
  kUint,           // uint_value
  kDouble,         // double_value
  kString,         // Text: decoded, valid UTF-8
  kIdent,          // Text: name; leading_dot: resolve from the root
  kSelect,         // child: operand; Text: field name
  kHas,            // has(e.f): child: e; Text: f
  kIndex,          // children: operand, index
  kCall,           // Text: function; children: arguments; is_method: child 0 is the receiver
  kNot,            // child
  kNegate,         // child
  kBinary,         // op; children: left, right
  kAnd,            // two or more children: a && b && c is one node
  kOr,             // two or more children
  kConditional,    // children: condition, then, else
  kList,           // children: elements
  kMap,            // children: key, value, key, value, ...
  kComprehension,  // see Comprehension; children: range, filter when there is one, body
  kBind,           // cel.bind(var, value, body): see Comprehension; children: value, body
};

enum class BinaryOp : std::uint8_t {
  kNone, kEq, kNe, kLt, kLe, kGt, kGe, kIn, kAdd, kSub, kMul, kDiv, kMod
};

enum class Macro : std::uint8_t {
  kAll, kExists, kExistsOne, kMap, kFilter, kTransformList, kTransformMap,
  kTransformMapEntry, kBind
};

/// A macro with variables, kept as written. With `var2`, a list gives (index, element) and a map
/// (key, value).
struct Comprehension {
  Macro macro = Macro::kAll;
  std::string var1;
  std::string var2;  // empty: a form with one variable
  TextSpan var1_span;
  TextSpan var2_span;
  NodeId range = kNoNode;   // kBind: the value bound
  NodeId filter = kNoNode;  // only of map with 3 and the transforms with 4 arguments
  NodeId body = kNoNode;    // all, exists, exists_one, filter: the predicate
};

struct TextRef {
  std::uint32_t offset;
  std::uint32_t size;
};

struct ExprNode {
  ExprKind kind = ExprKind::kBool;
  BinaryOp op = BinaryOp::kNone;
  bool leading_dot = false;
  bool is_method = false;
  std::uint16_t depth = 1;  // of the tree below, this node included
  TextSpan span;            // the whole sub-expression, surrounding parentheses excluded
  TextSpan name_span;       // the operator, field, function or macro name: where a caret helps most
  std::uint32_t first_child = 0;
  std::uint32_t child_count = 0;
  union {
    bool bool_value;
    std::int64_t int_value = 0;
    std::uint64_t uint_value;
    double double_value;
    TextRef text;
    std::uint32_t comprehension;  // index, use Ast::comprehension
  };
};

class Ast {
 public:
  const ExprNode& node(NodeId id) const { return nodes_[id]; }
  std::size_t node_count() const { return nodes_.size(); }
  NodeId root() const { return root_; }
  bool empty() const { return root_ == kNoNode; }

  std::span<const NodeId> children(NodeId id) const {
    const ExprNode& n = nodes_[id];
    return {children_.data() + n.first_child, n.child_count};
  }
  NodeId child(NodeId id, std::size_t i) const { return children_[nodes_[id].first_child + i]; }

  /// Name or string value of kString, kIdent, kSelect, kHas, kCall. Good as long as the Ast is not
  /// changed or moved.
  std::string_view Text(NodeId id) const {
    const TextRef ref = nodes_[id].text;
    return {pool_.data() + ref.offset, ref.size};
  }
  const Comprehension& comprehension(NodeId id) const {
    return comprehensions_[nodes_[id].comprehension];
  }
  /// The expression as written, and a part of it.
  std::string_view source() const { return source_; }
  std::string_view Source(NodeId id) const {
    const TextSpan s = nodes_[id].span;
    return std::string_view(source_).substr(s.begin, s.end - s.begin);
  }

 private:
  friend class AstBuilder;
  std::string source_;
  std::string pool_;
  std::vector<ExprNode> nodes_;
  std::vector<NodeId> children_;
  std::vector<Comprehension> comprehensions_;
  NodeId root_ = kNoNode;
};

/// "==", "in", "+", ...
std::string_view BinaryOpName(BinaryOp op);
/// "all", "exists_one", "cel.bind", ...
std::string_view MacroName(Macro macro);

/// A fully parenthesised form for tests and debugging: `(&& (== (. parcel lane) "x") ...)`.
std::string DumpExpression(const Ast& ast);

}  // namespace sluice::rules
