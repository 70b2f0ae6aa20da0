#include "rules/syntax/cel_parser.h"

#include <algorithm>
#include <utility>

#include "engine/base/limits.h"
#include "engine/base/utf8.h"
#include "rules/syntax/cel_parser_impl.h"

namespace sluice::rules {
namespace {

constexpr int kNoLevel = -1;
constexpr int kOrLevel = 0;
constexpr int kAndLevel = 1;
constexpr int kRelationLevel = 2;
constexpr int kAddLevel = 3;
constexpr int kMultiplyLevel = 4;

struct BinaryToken {
  int level;
  BinaryOp op;
};

BinaryToken BinaryOf(Token token) {
  switch (token) {
    case Token::kOr: return {kOrLevel, BinaryOp::kNone};
    case Token::kAnd: return {kAndLevel, BinaryOp::kNone};
    case Token::kEqual: return {kRelationLevel, BinaryOp::kEq};
    case Token::kNotEqual: return {kRelationLevel, BinaryOp::kNe};
    case Token::kLess: return {kRelationLevel, BinaryOp::kLt};
    case Token::kLessEqual: return {kRelationLevel, BinaryOp::kLe};
    case Token::kGreater: return {kRelationLevel, BinaryOp::kGt};
    case Token::kGreaterEqual: return {kRelationLevel, BinaryOp::kGe};
    case Token::kIn: return {kRelationLevel, BinaryOp::kIn};
    case Token::kPlus: return {kAddLevel, BinaryOp::kAdd};
    case Token::kMinus: return {kAddLevel, BinaryOp::kSub};
    case Token::kStar: return {kMultiplyLevel, BinaryOp::kMul};
    case Token::kSlash: return {kMultiplyLevel, BinaryOp::kDiv};
    case Token::kPercent: return {kMultiplyLevel, BinaryOp::kMod};
    default: return {kNoLevel, BinaryOp::kNone};
  }
}

}  // namespace

CelParse CelParser::Run() {
  if (lexer_.token() == Token::kEnd) {
    Fail({0, static_cast<std::uint32_t>(text_.size())}, "the expression is empty");
  }
  const NodeId root = failed_ ? kNoNode : ParseExpression();
  if (!failed_ && lexer_.token() != Token::kEnd) FailAtToken("an operator or the end");
  if (builder_.overflow() != AstBuilder::Overflow::kNone) NoteOverflow();
  CelParse parse;
  if (errors_.empty()) parse.ast = builder_.Finish(root);
  parse.errors = std::move(errors_);
  return parse;
}

// condition ? then : else, right associative; a chain of conditions is gathered, not recursed into.
NodeId CelParser::ParseExpression() {
  struct Branch {
    NodeId condition;
    NodeId then;
    std::uint32_t begin;
    TextSpan question;
  };
  if (++nesting_ > limits::kExpressionDepthMax) {
    return Fail(lexer_.span(), "the expression is nested too deeply",
                "at most " + std::to_string(limits::kExpressionDepthMax) + " levels are possible");
  }
  std::vector<Branch> branches;
  NodeId last = kNoNode;
  while (!failed_) {
    const std::uint32_t begin = lexer_.span().begin;
    last = ParseBinary(kOrLevel);
    const TextSpan question = lexer_.span();
    if (failed_ || !Accept(Token::kQuestion)) break;
    const NodeId then = ParseExpression();
    if (failed_) break;
    if (!Accept(Token::kColon)) {
      last = FailAtToken("':' and the value for \"otherwise\"");
      break;
    }
    branches.push_back({last, then, begin, question});
  }
  --nesting_;
  if (failed_) return kNoNode;
  for (auto branch = branches.rbegin(); branch != branches.rend(); ++branch) {
    const NodeId children[] = {branch->condition, branch->then, last};
    last = builder_.Add(NewNode(ExprKind::kConditional, branch->begin, branch->question), children);
  }
  return last;
}

NodeId CelParser::ParseBinary(int least_level) {
  const std::uint32_t begin = lexer_.span().begin;
  NodeId left = ParseUnary();
  while (!failed_) {
    const Token token = lexer_.token();
    const BinaryToken binary = BinaryOf(token);
    if (binary.level < least_level || binary.level == kNoLevel) break;
    if (binary.level == kOrLevel) {
      left = ParseChain(ExprKind::kOr, token, kOrLevel, left, begin);
    } else if (binary.level == kAndLevel) {
      left = ParseChain(ExprKind::kAnd, token, kAndLevel, left, begin);
    } else {
      const TextSpan op_span = lexer_.span();
      lexer_.Next();
      const NodeId children[] = {left, ParseBinary(binary.level + 1)};
      ExprNode node = NewNode(ExprKind::kBinary, begin, op_span);
      node.op = binary.op;
      left = failed_ ? kNoNode : builder_.Add(node, children);
    }
  }
  return failed_ ? kNoNode : left;
}

// a && b && c (or with ||) as one node.
NodeId CelParser::ParseChain(ExprKind kind, Token token, int level, NodeId first,
                             std::uint32_t begin) {
  const TextSpan op_span = lexer_.span();
  Nodes children = {first};
  while (!failed_ && Accept(token)) children.push_back(ParseBinary(level + 1));
  if (failed_) return kNoNode;
  return builder_.Add(NewNode(kind, begin, op_span), children);
}

NodeId CelParser::ParseUnary() {
  std::vector<std::pair<ExprKind, TextSpan>> operators;
  while (lexer_.token() == Token::kNot || lexer_.token() == Token::kMinus) {
    const bool is_not = lexer_.token() == Token::kNot;
    operators.emplace_back(is_not ? ExprKind::kNot : ExprKind::kNegate, lexer_.span());
    lexer_.Next();
  }
  NodeId operand = kNoNode;
  const Token token = lexer_.token();
  const bool is_number = token == Token::kInt || token == Token::kDouble;
  if (is_number && !operators.empty() && operators.back().first == ExprKind::kNegate) {
    // The sign belongs to the literal, or else the least int could not be written.
    const std::uint32_t begin = operators.back().second.begin;
    operators.pop_back();
    operand = ParseMemberTail(ParseNumber(true, begin), begin);
  } else {
    operand = ParseMember();
  }
  for (auto op = operators.rbegin(); op != operators.rend() && !failed_; ++op) {
    const NodeId children[] = {operand};
    operand = builder_.Add(NewNode(op->first, op->second.begin, op->second), children);
  }
  return failed_ ? kNoNode : operand;
}

NodeId CelParser::ParseMember() {
  const std::uint32_t begin = lexer_.span().begin;
  return ParseMemberTail(ParsePrimary(), begin);
}

NodeId CelParser::ParseMemberTail(NodeId operand, std::uint32_t begin) {
  while (!failed_) {
    if (Accept(Token::kDot)) {
      operand = ParseSelect(operand, begin);
    } else if (lexer_.token() == Token::kLeftBracket) {
      operand = ParseIndex(operand, begin);
    } else if (lexer_.token() == Token::kLeftBrace) {
      operand = ParseMessage(begin);
    } else {
      return operand;
    }
  }
  return kNoNode;
}

// After the dot: a field, or a method with its arguments.
NodeId CelParser::ParseSelect(NodeId operand, std::uint32_t begin) {
  if (lexer_.token() == Token::kQuestion) RefuseOptional();
  const Token token = lexer_.token();
  const TextSpan name_span = lexer_.span();
  const bool quoted = token == Token::kQuotedIdent;
  if (token != Token::kIdent && token != Token::kReserved && !quoted) {
    return FailAtToken("the name of a field or function after '.'");
  }
  std::string_view name = lexer_.text();
  if (quoted) name = name.substr(1, name.size() - 2);
  lexer_.Next();
  if (lexer_.token() != Token::kLeftParen) {
    const NodeId children[] = {operand};
    return builder_.AddText(NewNode(ExprKind::kSelect, begin, name_span), name, children);
  }
  Nodes all = {operand};
  if (!ParseArguments(&all)) return kNoNode;
  return MakeMethod(name, quoted, NewNode(ExprKind::kCall, begin, name_span), all);
}

NodeId CelParser::ParseIndex(NodeId operand, std::uint32_t begin) {
  const TextSpan open = lexer_.span();
  lexer_.Next();
  if (lexer_.token() == Token::kQuestion) RefuseOptional();
  const NodeId children[] = {operand, ParseExpression()};
  if (failed_ || !Close(Token::kRightBracket, "]", open)) return kNoNode;
  return builder_.Add(NewNode(ExprKind::kIndex, begin, open), children);
}

// ( expression, ... ): appended to `arguments`; no comma after the last.
bool CelParser::ParseArguments(Nodes* arguments) {
  const TextSpan open = lexer_.span();
  lexer_.Next();
  if (Accept(Token::kRightParen)) return true;
  do {
    arguments->push_back(ParseExpression());
  } while (!failed_ && Accept(Token::kComma));
  return !failed_ && Close(Token::kRightParen, ")", open);
}

CelParse ParseCel(std::string_view text) {
  const auto refuse = [](std::size_t begin, std::size_t end, std::string code,
                         std::string message) {
    CelParse parse;
    const TextSpan span{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    parse.errors.push_back({span, std::move(code), std::move(message), {}, {}, {}});
    return parse;
  };
  if (text.size() > limits::kExpressionBytesMax) {
    return refuse(0, 0, "expression-too-large",
                  "the expression has " + std::to_string(text.size()) + " bytes; at most " +
                      std::to_string(limits::kExpressionBytesMax) + " are possible");
  }
  const std::size_t invalid = base::FindInvalidUtf8(text);
  if (invalid != text.npos) {
    return refuse(invalid, invalid + 1, "invalid-utf8", "the expression is not valid UTF-8");
  }
  return CelParser(text).Run();
}

void ReportCelErrors(const std::vector<CelError>& errors, const TextPlace& place,
                     DiagnosticList* diagnostics) {
  for (const CelError& error : errors) {
    const bool kept = diagnostics->KeepsErrors();
    Diagnostic& diagnostic = diagnostics->Error(kept ? place.Resolve(error.span) : Place(),
                                                error.code, error.message, error.hint);
    if (!kept || error.related_message.empty()) continue;
    diagnostic.AddNote(place.Resolve(error.related), error.related_message);
  }
}

Ast ParseCel(std::string_view text, const TextPlace& place, DiagnosticList* diagnostics) {
  CelParse parse = ParseCel(text);
  ReportCelErrors(parse.errors, place, diagnostics);
  return std::move(parse.ast);
}

}  // namespace sluice::rules
