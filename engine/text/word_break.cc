#include "engine/text/word_break.h"

#include <unicode/uchar.h>

#include <array>
#include <cstdint>

#include "engine/base/utf8.h"

namespace sluice::text {
namespace {

enum class Kind : std::uint8_t {
  kOther, kCr, kLf, kNewline, kExtend, kFormat, kZwj, kRegional, kKatakana, kHebrew, kLetter, kMidLetter, kMidNumber,
  kMidBoth, kNumber, kJoiner, kSpace, kSingleQuote, kDoubleQuote,
  kEdge,  // before the first character, after the last
};

Kind KindByProperty(UChar32 c) {
  if (c == ':' || c == 0xFE55 || c == 0xFF1A) return Kind::kOther;  // ICU's tailoring of MidLetter
  switch (u_getIntPropertyValue(c, UCHAR_WORD_BREAK)) {
    case U_WB_CR: return Kind::kCr;
    case U_WB_LF: return Kind::kLf;
    case U_WB_NEWLINE: return Kind::kNewline;
    case U_WB_EXTEND: return Kind::kExtend;
    case U_WB_FORMAT: return Kind::kFormat;
    case U_WB_ZWJ: return Kind::kZwj;
    case U_WB_REGIONAL_INDICATOR: return Kind::kRegional;
    case U_WB_KATAKANA: return Kind::kKatakana;
    case U_WB_HEBREW_LETTER: return Kind::kHebrew;
    case U_WB_ALETTER: return Kind::kLetter;
    case U_WB_MIDLETTER: return Kind::kMidLetter;
    case U_WB_MIDNUM: return Kind::kMidNumber;
    case U_WB_MIDNUMLET: return Kind::kMidBoth;
    case U_WB_NUMERIC: return Kind::kNumber;
    case U_WB_EXTENDNUMLET: return Kind::kJoiner;
    case U_WB_WSEGSPACE: return Kind::kSpace;
    case U_WB_SINGLE_QUOTE: return Kind::kSingleQuote;
    case U_WB_DOUBLE_QUOTE: return Kind::kDoubleQuote;
    default: return Kind::kOther;
  }
}

Kind KindOf(char32_t c) {
  static const std::array<Kind, 128> ascii = [] {
    std::array<Kind, 128> kinds{};
    for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] = KindByProperty(static_cast<UChar32>(i));
    return kinds;
  }();
  return c < ascii.size() ? ascii[c] : KindByProperty(static_cast<UChar32>(c));
}

bool IsIgnored(Kind kind) { return kind == Kind::kExtend || kind == Kind::kFormat || kind == Kind::kZwj; }
bool IsNewline(Kind kind) { return kind == Kind::kCr || kind == Kind::kLf || kind == Kind::kNewline; }
bool IsLetter(Kind kind) { return kind == Kind::kLetter || kind == Kind::kHebrew; }
bool IsQuoteOrBoth(Kind kind) { return kind == Kind::kMidBoth || kind == Kind::kSingleQuote; }

/// Goes over characters in both directions, by kind; WB4's ignored ones are skipped by the steps named so.
class Cursor {
 public:
  Cursor(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  Kind Forward(char32_t* c = nullptr) {
    if (at_ >= text_.size()) return Kind::kEdge;
    const base::CodePoint point = base::DecodeUtf8(text_, at_);
    at_ += point.size;
    if (c != nullptr) *c = point.value;
    return KindOf(point.value);
  }
  Kind Backward() {
    if (at_ == 0) return Kind::kEdge;
    std::size_t start = at_ - 1;
    while (start > 0 && at_ - start < 4 && (static_cast<unsigned char>(text_[start]) & 0xC0) == 0x80) --start;
    at_ = start;
    return KindOf(base::DecodeUtf8(text_, start).value);
  }
  Kind ForwardSkipping() {
    Kind kind = Forward();
    while (IsIgnored(kind)) kind = Forward();
    return kind;
  }
  Kind BackwardSkipping() {
    Kind kind = Backward();
    while (IsIgnored(kind)) kind = Backward();
    return kind;
  }

 private:
  std::string_view text_;
  std::size_t at_;
};

// WB15, WB16: regional indicators go in pairs.
bool SplitsPair(std::string_view text, std::size_t at) {
  Cursor cursor(text, at);
  std::size_t before = 0;
  while (cursor.BackwardSkipping() == Kind::kRegional) ++before;
  return before % 2 == 1;
}

// WB6, WB7, WB7b, WB7c, WB11, WB12: a mark joins what stands on both of its sides.
bool IsWithinMarkedWord(Kind before, Kind left, Kind right, Kind after) {
  const bool letters_mark = right == Kind::kMidLetter || IsQuoteOrBoth(right);
  if (IsLetter(left) && letters_mark && IsLetter(after)) return true;
  const bool letter_marked = left == Kind::kMidLetter || IsQuoteOrBoth(left);
  if (IsLetter(before) && letter_marked && IsLetter(right)) return true;
  if (left == Kind::kHebrew && right == Kind::kDoubleQuote && after == Kind::kHebrew) return true;
  if (before == Kind::kHebrew && left == Kind::kDoubleQuote && right == Kind::kHebrew) return true;
  const bool number_marked = left == Kind::kMidNumber || IsQuoteOrBoth(left);
  if (before == Kind::kNumber && number_marked && right == Kind::kNumber) return true;
  const bool numbers_mark = right == Kind::kMidNumber || IsQuoteOrBoth(right);
  return left == Kind::kNumber && numbers_mark && after == Kind::kNumber;
}

// WB5, WB8 to WB10, WB13 to WB13b; WB7a.
bool Joins(Kind left, Kind right) {
  const bool left_word = IsLetter(left) || left == Kind::kNumber;
  const bool right_word = IsLetter(right) || right == Kind::kNumber;
  if (left_word && right_word) return true;
  if (left == Kind::kHebrew && right == Kind::kSingleQuote) return true;
  if (left == Kind::kKatakana && right == Kind::kKatakana) return true;
  if (right == Kind::kJoiner) return left_word || left == Kind::kKatakana || left == Kind::kJoiner;
  return left == Kind::kJoiner && (right_word || right == Kind::kKatakana);
}

}  // namespace

bool IsWordBoundaryByRules(std::string_view text, std::size_t at) {
  if (at == 0 || at >= text.size()) return true;
  Cursor behind(text, at), ahead(text, at);
  const Kind direct = behind.Backward();
  char32_t next = 0;
  const Kind right = ahead.Forward(&next);
  if (direct == Kind::kCr && right == Kind::kLf) return false;              // WB3
  if (IsNewline(direct) || IsNewline(right)) return true;                    // WB3a, WB3b
  const bool picture = next >= 0x80 && u_hasBinaryProperty(static_cast<UChar32>(next), UCHAR_EXTENDED_PICTOGRAPHIC);
  if (direct == Kind::kZwj && picture) return false;                         // WB3c
  if (direct == Kind::kSpace && right == Kind::kSpace) return false;         // WB3d
  if (IsIgnored(right)) return false;                                        // WB4
  const Kind left = IsIgnored(direct) ? behind.BackwardSkipping() : direct;
  if (Joins(left, right)) return false;
  if (left == Kind::kRegional && right == Kind::kRegional) return !SplitsPair(text, at);
  return !IsWithinMarkedWord(behind.BackwardSkipping(), left, right, ahead.ForwardSkipping());
}

}  // namespace sluice::text
