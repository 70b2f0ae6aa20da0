// Literals, names, parentheses, lists, maps and the constructs that are refused.
#include <cstdint>
#include <limits>
#include <utility>

#include "rules/syntax/cel_literal.h"
#include "rules/syntax/cel_parser_impl.h"

namespace sluice::rules {

NodeId CelParser::ParsePrimary() {
  const std::uint32_t begin = lexer_.span().begin;
  const TextSpan span = lexer_.span();
  switch (lexer_.token()) {
    case Token::kIdent: return ParseName(false, begin);
    case Token::kDot: lexer_.Next(); return ParseName(true, begin);
    case Token::kInt:
    case Token::kDouble: return ParseNumber(false, begin);
    case Token::kUint: return ParseUint();
    case Token::kString: return ParseString();
    case Token::kTrue: return ParseConstant(true);
    case Token::kFalse: return ParseConstant(false);
    case Token::kLeftParen: return ParseParenthesised();
    case Token::kLeftBracket: return ParseList();
    case Token::kLeftBrace: return ParseMap();
    case Token::kBytes:
      lexer_.Next();
      return Refuse(span, "unsupported-bytes", "bytes literals are not supported",
                    "use a string, without the prefix b");
    case Token::kNull:
      lexer_.Next();
      return Refuse(span, "unsupported-null", "null is not supported",
                    "ask has(a.b) whether a field is present");
    case Token::kReserved:
      return Fail(span, "'" + std::string(lexer_.text()) + "' is a reserved word of CEL",
                  "choose another name");
    default: return FailAtToken("a value");
  }
}

// A variable, or a call of a function that has no receiver.
NodeId CelParser::ParseName(bool leading_dot, std::uint32_t begin) {
  if (lexer_.token() == Token::kReserved) return ParsePrimary();
  if (lexer_.token() != Token::kIdent) return FailAtToken("a name after '.'");
  const std::string_view name = lexer_.text();
  const TextSpan name_span = lexer_.span();
  lexer_.Next();
  ExprNode node = NewNode(ExprKind::kIdent, begin, name_span);
  node.leading_dot = leading_dot;
  if (lexer_.token() != Token::kLeftParen) return builder_.AddText(node, name);
  Nodes arguments;
  if (!ParseArguments(&arguments)) return kNoNode;
  if (name == "has" && !leading_dot && arguments.size() == 1) {
    return MakeHas(SpanFrom(begin), name_span, arguments[0]);
  }
  node.kind = ExprKind::kCall;
  node.span = SpanFrom(begin);
  return builder_.AddText(node, name, arguments);
}

NodeId CelParser::ParseParenthesised() {
  const TextSpan open = lexer_.span();
  lexer_.Next();
  const NodeId inner = ParseExpression();
  if (failed_ || !Close(Token::kRightParen, ")", open)) return kNoNode;
  return inner;
}

NodeId CelParser::ParseList() {
  const TextSpan open = lexer_.span();
  lexer_.Next();
  Nodes elements;
  while (!failed_ && lexer_.token() != Token::kRightBracket) {
    if (lexer_.token() == Token::kQuestion) RefuseOptional();
    elements.push_back(ParseExpression());
    if (!Accept(Token::kComma)) break;
  }
  if (failed_ || !Close(Token::kRightBracket, "]", open)) return kNoNode;
  return builder_.Add(NewNode(ExprKind::kList, open.begin, open), elements);
}

NodeId CelParser::ParseMap() {
  const TextSpan open = lexer_.span();
  lexer_.Next();
  Nodes entries;
  while (!failed_ && lexer_.token() != Token::kRightBrace) {
    if (lexer_.token() == Token::kQuestion) RefuseOptional();
    entries.push_back(ParseExpression());
    if (failed_) return kNoNode;
    if (!Accept(Token::kColon)) return FailAtToken("':' after the key of a map entry");
    entries.push_back(ParseExpression());
    if (!Accept(Token::kComma)) break;
  }
  if (failed_ || !Close(Token::kRightBrace, "}", open)) return kNoNode;
  return builder_.Add(NewNode(ExprKind::kMap, open.begin, open), entries);
}

// T{field: value, ...}: read to its end, then refused.
NodeId CelParser::ParseMessage(std::uint32_t begin) {
  const TextSpan open = lexer_.span();
  lexer_.Next();
  while (!failed_ && lexer_.token() != Token::kRightBrace) {
    Accept(Token::kQuestion);
    const bool name = lexer_.token() == Token::kIdent || lexer_.token() == Token::kReserved ||
                      lexer_.token() == Token::kQuotedIdent;
    if (!name) return FailAtToken("an operator or the end before '{', or a field name after it");
    lexer_.Next();
    if (!Accept(Token::kColon)) return FailAtToken("':' after the field name");
    ParseExpression();
    if (!Accept(Token::kComma)) break;
  }
  if (failed_ || !Close(Token::kRightBrace, "}", open)) return kNoNode;
  return Refuse(SpanFrom(begin), "unsupported-message", "messages cannot be built in a rule",
                "a map is written {\"key\": value}");
}

void CelParser::RefuseOptional() {
  Refuse(lexer_.span(), "unsupported-optional", "optional access is not supported",
         "ask has(a.b) first: has(a.b) && a.b > 1");
  lexer_.Next();
}

NodeId CelParser::ParseConstant(bool value) {
  const TextSpan span = lexer_.span();
  lexer_.Next();
  ExprNode node = NewNode(ExprKind::kBool, span.begin, span);
  node.bool_value = value;
  return builder_.Add(node);
}

NodeId CelParser::ParseNumber(bool negative, std::uint32_t begin) {
  if (lexer_.token() == Token::kInt) return ParseInt(negative, begin);
  const std::optional<double> value = ParseDouble(lexer_.text());
  lexer_.Next();
  const TextSpan span = SpanFrom(begin);
  if (!value) return Refuse(span, "number-range", "the number is too large for a double");
  ExprNode node = NewNode(ExprKind::kDouble, begin, span);
  node.double_value = negative ? -*value : *value;
  return builder_.Add(node);
}

NodeId CelParser::ParseInt(bool negative, std::uint32_t begin) {
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const std::optional<std::uint64_t> value = ParseUnsigned(lexer_.text());
  lexer_.Next();
  const TextSpan span = SpanFrom(begin);
  if (!value || *value > kMax + (negative ? 1 : 0)) {
    return Refuse(span, "number-range", "the number is out of the range of int (64 bits)",
                  "a uint literal ends with u: 18446744073709551615u");
  }
  ExprNode node = NewNode(ExprKind::kInt, begin, span);
  // Two's complement: 2^63 becomes the least int.
  node.int_value = static_cast<std::int64_t>(negative ? ~*value + 1 : *value);
  return builder_.Add(node);
}

NodeId CelParser::ParseUint() {
  const TextSpan span = lexer_.span();
  const std::optional<std::uint64_t> value = ParseUnsigned(lexer_.text());
  lexer_.Next();
  if (!value) return Refuse(span, "number-range", "the number is out of the range of uint");
  ExprNode node = NewNode(ExprKind::kUint, span.begin, span);
  node.uint_value = *value;
  return builder_.Add(node);
}

NodeId CelParser::ParseString() {
  const TextSpan span = lexer_.span();
  const std::string_view spelling = lexer_.text();
  lexer_.Next();
  std::optional<LiteralError> error;
  const TextRef text = builder_.InternWith(
      [&](std::string* pool) { error = DecodeString(spelling, pool); });
  if (error) {
    return Refuse({span.begin + error->span.begin, span.begin + error->span.end}, error->code,
                  error->message, error->hint);
  }
  ExprNode node = NewNode(ExprKind::kString, span.begin, span);
  node.text = text;
  return builder_.Add(node);
}

}  // namespace sluice::rules
