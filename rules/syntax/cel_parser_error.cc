// What the parser says when it meets something else than it expects.
#include <utility>

#include "engine/base/limits.h"
#include "rules/syntax/cel_parser_impl.h"

namespace sluice::rules {
namespace {

struct WordHint {
  std::string_view word;
  std::string_view hint;
};

constexpr WordHint kWordHints[] = {
    {"and", "write '&&' for \"and\""},      {"AND", "write '&&' for \"and\""},
    {"or", "write '||' for \"or\""},        {"OR", "write '||' for \"or\""},
    {"not", "write '!' for \"not\""},       {"NOT", "write '!' for \"not\""},
    {"is", "write '==' to compare"},        {"IN", "write 'in' in small letters"},
    {"like", "use s.contains(\"x\") or s.matches(\"pattern\")"},
    {"LIKE", "use s.contains(\"x\") or s.matches(\"pattern\")"},
    {"between", "write a >= 1 && a <= 9"},  {"BETWEEN", "write a >= 1 && a <= 9"},
    {"then", "write condition ? value : other"},
};

std::string HintForWord(std::string_view word) {
  for (const WordHint& hint : kWordHints) {
    if (hint.word == word) return std::string(hint.hint);
  }
  return {};
}

constexpr std::size_t kShownBytesMax = 40;

}  // namespace

NodeId CelParser::Fail(TextSpan span, std::string message, std::string hint) {
  if (!failed_) {
    errors_.push_back({span, "syntax", std::move(message), std::move(hint), {}, {}});
  }
  failed_ = true;
  return kNoNode;
}

NodeId CelParser::Refuse(TextSpan span, std::string code, std::string message, std::string hint) {
  errors_.push_back({span, std::move(code), std::move(message), std::move(hint), {}, {}});
  // A stand-in, so that parsing goes on and finds more; no tree leaves a parse with errors.
  ExprNode node;
  node.span = span;
  node.name_span = span;
  return builder_.Add(node);
}

std::string CelParser::FoundToken() const {
  if (lexer_.token() == Token::kEnd) return "the end of the expression";
  const std::string_view text = lexer_.text();
  if (text.size() > kShownBytesMax) return "a long literal";
  return "'" + std::string(text) + "'";
}

NodeId CelParser::FailAtToken(std::string_view expected, std::string hint) {
  if (failed_) return kNoNode;
  if (lexer_.token() == Token::kBad) {
    return Fail(lexer_.span(), lexer_.error().message, lexer_.error().hint);
  }
  if (hint.empty() && lexer_.token() == Token::kIdent) hint = HintForWord(lexer_.text());
  // "not x" is a name followed by a name: the mistake is the first of the two.
  const std::string_view before = text_.substr(0, lexer_.previous_end());
  const bool after_not = before.ends_with("not") || before.ends_with("NOT");
  if (hint.empty() && after_not) hint = HintForWord("not");
  return Fail(lexer_.span(), "expected " + std::string(expected) + ", found " + FoundToken(),
              std::move(hint));
}

bool CelParser::Close(Token token, std::string_view close, TextSpan open) {
  if (failed_) return false;
  if (Accept(token)) return true;
  const std::string opened(text_.substr(open.begin, open.end - open.begin));
  FailAtToken("'" + std::string(close) + "' to close '" + opened + "'");
  errors_.back().related = open;
  errors_.back().related_message = "'" + opened + "' is opened here";
  return false;
}

void CelParser::NoteOverflow() {
  const bool depth = builder_.overflow() == AstBuilder::Overflow::kDepth;
  const std::size_t limit = depth ? limits::kExpressionDepthMax : limits::kExpressionNodesMax;
  CelError error;
  error.span = {0, static_cast<std::uint32_t>(text_.size())};
  error.code = "expression-too-large";
  error.message = depth ? "the expression is nested too deeply: at most " + std::to_string(limit) +
                              " operators within each other are possible"
                        : "the expression is too large: at most " + std::to_string(limit) +
                              " values and operators are possible";
  error.hint = "put many values into a list or a table";
  errors_.push_back(std::move(error));
}

}  // namespace sluice::rules
