#include "rules/syntax/cel_lexer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/utf8.h"

namespace sluice::rules {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool IsWordPart(char c) { return IsWordStart(c) || IsDigit(c); }
bool IsQuote(char c) { return c == '"' || c == '\''; }

constexpr std::array<std::string_view, 17> kReservedWords = {
    "as",      "break", "const", "continue", "else", "for", "function", "if",   "import",
    "let",     "loop",  "package", "namespace", "return", "var", "void", "while"};

Token WordToken(std::string_view word) {
  if (word == "true") return Token::kTrue;
  if (word == "false") return Token::kFalse;
  if (word == "null") return Token::kNull;
  if (word == "in") return Token::kIn;
  const bool reserved =
      std::find(kReservedWords.begin(), kReservedWords.end(), word) != kReservedWords.end();
  return reserved ? Token::kReserved : Token::kIdent;
}

struct Operator {
  std::string_view text;
  Token token;
};

// Longer operators stand before those that they begin with.
constexpr std::array kOperators = {
    Operator{"==", Token::kEqual},       Operator{"!=", Token::kNotEqual},
    Operator{"<=", Token::kLessEqual},   Operator{">=", Token::kGreaterEqual},
    Operator{"&&", Token::kAnd},         Operator{"||", Token::kOr},
    Operator{"<", Token::kLess},         Operator{">", Token::kGreater},
    Operator{"!", Token::kNot},          Operator{"+", Token::kPlus},
    Operator{"-", Token::kMinus},        Operator{"*", Token::kStar},
    Operator{"/", Token::kSlash},        Operator{"%", Token::kPercent},
    Operator{"?", Token::kQuestion},     Operator{":", Token::kColon},
    Operator{".", Token::kDot},          Operator{",", Token::kComma},
    Operator{"(", Token::kLeftParen},    Operator{")", Token::kRightParen},
    Operator{"[", Token::kLeftBracket},  Operator{"]", Token::kRightBracket},
    Operator{"{", Token::kLeftBrace},    Operator{"}", Token::kRightBrace},
};

struct Mistake {
  std::string_view text;
  std::string_view hint;
};

// What people write who know another language; longer ones first.
constexpr std::array kMistakes = {
    Mistake{"===", "write '==' to compare"},
    Mistake{"!==", "write '!=' to compare"},
    Mistake{"<>", "write '!=' for \"not equal\""},
    Mistake{"=<", "write '<=' for \"less or equal\""},
    Mistake{"=>", "write '>=' for \"greater or equal\""},
    Mistake{":=", "write '==' to compare"},
    Mistake{"**", "there is no power operator"},
};

}  // namespace

void CelLexer::Take(Token token, std::size_t end) {
  token_ = token;
  span_.end = static_cast<std::uint32_t>(end);
  at_ = end;
}

void CelLexer::Bad(std::size_t end, std::string message, std::string hint) {
  Take(Token::kBad, end);
  at_ = span_.begin;
  error_.message = std::move(message);
  error_.hint = std::move(hint);
}

void CelLexer::Next() {
  previous_end_ = span_.end;
  SkipBlanks();
  span_.begin = static_cast<std::uint32_t>(at_);
  Scan();
}

void CelLexer::SkipBlanks() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
      ++at_;
    } else if (c == '/' && Peek(at_ + 1) == '/') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      return;
    }
  }
}

void CelLexer::Scan() {
  if (at_ >= text_.size()) return Take(Token::kEnd, at_);
  const char c = text_[at_];
  if (IsWordStart(c)) return ScanWord();
  if (IsDigit(c) || (c == '.' && IsDigit(Peek(at_ + 1)))) return ScanNumber();
  if (IsQuote(c)) return ScanString(at_, false, false);
  if (c == '`') return ScanQuotedIdent();
  ScanOperator();
}

void CelLexer::ScanWord() {
  std::size_t end = at_;
  while (IsWordPart(Peek(end))) ++end;
  const std::string_view word = text_.substr(at_, end - at_);
  if (IsQuote(Peek(end)) && word.size() <= 2) {
    const auto has = [word](char lower, char upper) {
      return word.find(lower) != word.npos || word.find(upper) != word.npos;
    };
    const bool raw = has('r', 'R');
    const bool bytes = has('b', 'B');
    if (word.size() == static_cast<std::size_t>(raw) + static_cast<std::size_t>(bytes)) {
      return ScanString(end, raw, bytes);
    }
  }
  Take(WordToken(word), end);
}

void CelLexer::ScanNumber() {
  if (text_[at_] == '0' && (Peek(at_ + 1) == 'x' || Peek(at_ + 1) == 'X')) return ScanHex();
  std::size_t end = at_;
  Token token = Token::kInt;
  while (IsDigit(Peek(end))) ++end;
  if (Peek(end) == '.' && IsDigit(Peek(end + 1))) {
    token = Token::kDouble;
    ++end;
    while (IsDigit(Peek(end))) ++end;
  }
  if (Peek(end) == 'e' || Peek(end) == 'E') {
    std::size_t digits = end + 1;
    if (Peek(digits) == '+' || Peek(digits) == '-') ++digits;
    if (IsDigit(Peek(digits))) {
      token = Token::kDouble;
      end = digits;
      while (IsDigit(Peek(end))) ++end;
    }
  }
  if (token == Token::kInt && (Peek(end) == 'u' || Peek(end) == 'U')) {
    token = Token::kUint;
    ++end;
  }
  if (!IsWordPart(Peek(end))) return Take(token, end);
  const bool underscore = Peek(end) == '_';
  while (IsWordPart(Peek(end))) ++end;
  Bad(end, "this is not a number",
      underscore ? "write numbers without '_'" : "a number with a unit is text: weight(\"2 kg\")");
}

void CelLexer::ScanHex() {
  std::size_t end = at_ + 2;
  while (IsHexDigit(Peek(end))) ++end;
  const bool any = end > at_ + 2;
  Token token = Token::kInt;
  if (any && (Peek(end) == 'u' || Peek(end) == 'U')) {
    token = Token::kUint;
    ++end;
  }
  if (any && !IsWordPart(Peek(end))) return Take(token, end);
  while (IsWordPart(Peek(end))) ++end;
  Bad(end, "this is not a hexadecimal number");
}

void CelLexer::ScanString(std::size_t quote_at, bool raw, bool bytes) {
  const char quote = text_[quote_at];
  const bool triple = Peek(quote_at + 1) == quote && Peek(quote_at + 2) == quote;
  const std::size_t quotes = triple ? 3 : 1;
  const std::string_view close = text_.substr(quote_at, quotes);
  for (std::size_t i = quote_at + quotes; i < text_.size(); ++i) {
    const char c = text_[i];
    if (c == quote && text_.substr(i, quotes) == close) {
      return Take(bytes ? Token::kBytes : Token::kString, i + quotes);
    }
    if (!triple && (c == '\n' || c == '\r')) {
      return Bad(i, "the string is not closed on its line",
                 "close it with " + std::string(close) + ", or use triple quotes");
    }
    if (c == '\\' && !raw) ++i;
  }
  Bad(text_.size(), "the string is not closed", "close it with " + std::string(close));
}

void CelLexer::ScanQuotedIdent() {
  const std::size_t close = text_.find('`', at_ + 1);
  const std::string_view inside = text_.substr(at_ + 1, close - at_ - 1);
  const bool good = !inside.empty() && std::all_of(inside.begin(), inside.end(), [](char c) {
    return IsWordPart(c) || c == '-' || c == '.' || c == '/' || c == ' ';
  });
  if (close != text_.npos && good) return Take(Token::kQuotedIdent, close + 1);
  Bad(std::min(close, text_.size() - 1) + 1, "this is not a quoted field name",
      "between backquotes stand letters, digits, '_', '-', '.', '/' and blanks; a text stands "
      "between \" or '");
}

void CelLexer::ScanOperator() {
  const std::string_view rest = text_.substr(at_);
  for (const Mistake& mistake : kMistakes) {
    if (!rest.starts_with(mistake.text)) continue;
    return Bad(at_ + mistake.text.size(), "'" + std::string(mistake.text) + "' is no operator",
               std::string(mistake.hint));
  }
  for (const Operator& op : kOperators) {
    if (rest.starts_with(op.text)) return Take(op.token, at_ + op.text.size());
  }
  ScanStranger();
}

// A character that begins no token; says what was probably meant.
void CelLexer::ScanStranger() {
  const base::CodePoint point = base::DecodeUtf8(text_, at_);
  const std::size_t end = at_ + point.size;
  const std::string shown = "'" + std::string(text_.substr(at_, point.size)) + "'";
  const char32_t c = point.value;
  if (c == '=') return Bad(end, "'=' is no operator", "write '==' to compare");
  if (c == '&') return Bad(end, "'&' is no operator", "write '&&' for \"and\"");
  if (c == '|') return Bad(end, "'|' is no operator", "write '||' for \"or\"");
  if (c >= 0x2018 && c <= 0x201F) {
    return Bad(end, shown + " is a typographic quote", "use plain quotes, \" or '");
  }
  if (c >= 0xFF01 && c <= 0xFF5E) {
    const std::string plain(1, static_cast<char>(c - 0xFEE0));
    return Bad(end, shown + " is a full-width character", "write '" + plain + "'");
  }
  if (c == 0x2264 || c == 0x2265 || c == 0x2260) {
    const std::string plain = c == 0x2264 ? "<=" : c == 0x2265 ? ">=" : "!=";
    return Bad(end, shown + " is no operator", "write '" + plain + "'");
  }
  if (c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200B) || c == 0xFEFF) {
    return Bad(end, "this blank is not a plain space", "replace it by a space");
  }
  if (c < 0x20 || c == 0x7F) return Bad(end, "unexpected control character");
  Bad(end, "unexpected character " + shown,
      c >= 0x80 ? "text must stand between quotes" : "");
}

}  // namespace sluice::rules
