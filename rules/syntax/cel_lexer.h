// Tokens of a CEL expression.
//
// Thread-safety: none; one lexer, one thread.   Ownership: refers to the text it was given.
// Errors: a kBad token whose LexError says what is wrong; the lexer stays there.
// Source: cel-spec doc/langdef.md, "Syntax".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rules/syntax/cel_ast.h"

namespace sluice::rules {

enum class Token : std::uint8_t {
  kEnd, kBad, kIdent, kQuotedIdent, kReserved, kTrue, kFalse, kNull, kIn,
  kInt, kUint, kDouble, kString, kBytes,
  kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kAnd, kOr, kNot,
  kPlus, kMinus, kStar, kSlash, kPercent, kQuestion, kColon, kDot, kComma,
  kLeftParen, kRightParen, kLeftBracket, kRightBracket, kLeftBrace, kRightBrace,
};

struct LexError {
  std::string code = "syntax";
  std::string message;
  std::string hint;
};

class CelLexer {
 public:
  /// `text` is valid UTF-8.
  explicit CelLexer(std::string_view text) : text_(text) { Next(); }

  Token token() const { return token_; }
  TextSpan span() const { return span_; }
  std::string_view text() const { return text_.substr(span_.begin, span_.end - span_.begin); }
  /// End of the token before this one.
  std::uint32_t previous_end() const { return previous_end_; }
  const LexError& error() const { return error_; }
  void Next();

 private:
  void SkipBlanks();
  void Scan();
  void ScanWord();
  void ScanNumber();
  void ScanHex();
  void ScanString(std::size_t quote_at, bool raw, bool bytes);
  void ScanQuotedIdent();
  void ScanOperator();
  void ScanStranger();
  void Bad(std::size_t end, std::string message, std::string hint = {});
  void Take(Token token, std::size_t end);
  char Peek(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }

  std::string_view text_;
  std::size_t at_ = 0;
  Token token_ = Token::kEnd;
  TextSpan span_;
  std::uint32_t previous_end_ = 0;
  LexError error_;
};

}  // namespace sluice::rules
