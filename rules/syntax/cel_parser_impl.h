// The recursive-descent parser behind cel_parser.h; for cel_parser*.cc alone.
//
// Precedence climbing: one stack frame a level of nesting and precedence, none for length. After
// the first syntax error every method returns kNoNode at once; refused constructs are noted and
// passed over.
// Thread-safety: none.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/syntax/cel_builder.h"
#include "rules/syntax/cel_lexer.h"
#include "rules/syntax/cel_parser.h"

namespace sluice::rules {

class CelParser {
 public:
  explicit CelParser(std::string_view text) : text_(text), lexer_(text), builder_(text) {}
  CelParse Run();

 private:
  using Nodes = std::vector<NodeId>;

  // Expressions (cel_parser.cc).
  NodeId ParseExpression();
  NodeId ParseBinary(int least_level);
  NodeId ParseChain(ExprKind kind, Token token, int level, NodeId first, std::uint32_t begin);
  NodeId ParseUnary();
  NodeId ParseMember();
  NodeId ParseMemberTail(NodeId operand, std::uint32_t begin);
  NodeId ParseSelect(NodeId operand, std::uint32_t begin);
  NodeId ParseIndex(NodeId operand, std::uint32_t begin);
  bool ParseArguments(Nodes* arguments);

  // Primaries (cel_parser_primary.cc).
  NodeId ParsePrimary();
  NodeId ParseName(bool leading_dot, std::uint32_t begin);
  NodeId ParseParenthesised();
  NodeId ParseList();
  NodeId ParseMap();
  NodeId ParseInt(bool negative, std::uint32_t begin);
  NodeId ParseNumber(bool negative, std::uint32_t begin);
  NodeId ParseUint();
  NodeId ParseString();
  NodeId ParseConstant(bool value);
  NodeId ParseMessage(std::uint32_t begin);
  void RefuseOptional();

  // Macros (cel_parser_macro.cc).
  NodeId MakeHas(TextSpan span, TextSpan name_span, NodeId argument);
  NodeId MakeMethod(std::string_view name, bool quoted, ExprNode node, std::span<const NodeId> all);
  NodeId MakeComprehension(Macro macro, std::size_t variables, ExprNode node,
                           std::span<const NodeId> all);
  bool TakeVariable(NodeId id, Macro macro, std::string* name, TextSpan* span);

  // Errors (cel_parser_error.cc).
  NodeId Fail(TextSpan span, std::string message, std::string hint = {});
  NodeId FailAtToken(std::string_view expected, std::string hint = {});
  NodeId Refuse(TextSpan span, std::string code, std::string message, std::string hint = {});
  bool Close(Token token, std::string_view close, TextSpan open);
  std::string FoundToken() const;
  void NoteOverflow();

  bool Accept(Token token) {
    if (lexer_.token() != token) return false;
    lexer_.Next();
    return true;
  }
  TextSpan SpanFrom(std::uint32_t begin) const { return {begin, lexer_.previous_end()}; }
  ExprNode NewNode(ExprKind kind, std::uint32_t begin, TextSpan name_span) const {
    ExprNode node;
    node.kind = kind;
    node.span = SpanFrom(begin);
    node.name_span = name_span;
    return node;
  }

  std::string_view text_;
  CelLexer lexer_;
  AstBuilder builder_;
  std::vector<CelError> errors_;
  std::size_t nesting_ = 0;
  bool failed_ = false;
};

}  // namespace sluice::rules
