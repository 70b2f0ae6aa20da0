#include "tests/support/oracle/text_search.h"

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <boost/rational.hpp>
#include <map>
#include <regex>
#include <set>
#include <vector>

#include "engine/base/check.h"

namespace sluice::oracle {

namespace {

using icu::UnicodeString;
using Fraction = boost::rational<std::int64_t>;

UnicodeString Fold(const std::string& text) {
  UErrorCode error = U_ZERO_ERROR;
  const UnicodeString folded =
      icu::Normalizer2::getNFKCCasefoldInstance(error)->normalize(UnicodeString::fromUTF8(text), error);
  SLUICE_CHECK(U_SUCCESS(error));
  return folded;
}

UScriptCode ScriptOf(UChar32 c) {
  UErrorCode error = U_ZERO_ERROR;
  return uscript_getScript(c, &error);
}

// --- containsAny -------------------------------------------------------------------------------------

/// A letter for each class of characters that the annex tells apart.
char WordClass(UChar32 c) {
  if (c == ':' || c == 0xFE55 || c == 0xFF1A) return 'o';  // as LANGUAGE.md says, not as the annex
  static const std::map<std::int32_t, char> kClasses = {
      {U_WB_CR, 'c'},      {U_WB_LF, 'l'},        {U_WB_NEWLINE, 'n'},      {U_WB_EXTEND, 'x'},
      {U_WB_FORMAT, 'x'},  {U_WB_ZWJ, 'z'},       {U_WB_KATAKANA, 'K'},     {U_WB_HEBREW_LETTER, 'H'},
      {U_WB_ALETTER, 'A'}, {U_WB_MIDLETTER, 'M'}, {U_WB_MIDNUM, 'm'},       {U_WB_MIDNUMLET, 'b'},
      {U_WB_NUMERIC, 'N'}, {U_WB_WSEGSPACE, 'W'}, {U_WB_EXTENDNUMLET, 'E'}, {U_WB_SINGLE_QUOTE, 's'},
      {U_WB_REGIONAL_INDICATOR, 'R'},             {U_WB_DOUBLE_QUOTE, 'd'}};
  const auto found = kClasses.find(u_getIntPropertyValue(c, UCHAR_WORD_BREAK));
  return found == kClasses.end() ? 'o' : found->second;
}

/// Rules WB5 to WB16: no break between a left and a right side, where ignored characters are taken out.
bool JoinedByRule(const std::string& left, const std::string& right) {
  static const std::vector<std::pair<std::regex, std::regex>> kRules = [] {
    std::vector<std::pair<std::regex, std::regex>> rules;
    const std::pair<const char*, const char*> kTexts[] = {
        {".*[AH]", "[AH].*"}, {".*[AH]", "[Mbs][AH].*"}, {".*[AH][Mbs]", "[AH].*"}, {".*H", "s.*"},
        {".*H", "dH.*"},      {".*Hd", "H.*"},           {".*N", "N.*"},            {".*[AH]", "N.*"},
        {".*N", "[AH].*"},    {".*N[mbs]", "N.*"},       {".*N", "[mbs]N.*"},       {".*K", "K.*"},
        {".*[AHNKE]", "E.*"}, {".*E", "[AHNK].*"},       {"(|.*[^R])(RR)*R", "R.*"}};
    for (const auto& [a, b] : kTexts) rules.emplace_back(std::regex(a), std::regex(b));
    return rules;
  }();
  return std::any_of(kRules.begin(), kRules.end(), [&](const auto& rule) {
    return std::regex_match(left, rule.first) && std::regex_match(right, rule.second);
  });
}

}  // namespace

bool IsWordBoundaryAt(const icu::UnicodeString& text, std::int32_t at) {
  if (at == 0 || at == text.length()) return true;
  std::string left, right;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    (i < at ? left : right) += WordClass(text.char32At(i));
  }
  const auto is = [](char c, const char* classes) { return std::string(classes).find(c) != std::string::npos; };
  if (left.back() == 'c' && right.front() == 'l') return false;
  if (is(left.back(), "cln") || is(right.front(), "cln")) return true;
  if (left.back() == 'z' && u_hasBinaryProperty(text.char32At(at), UCHAR_EXTENDED_PICTOGRAPHIC)) return false;
  if (left.back() == 'W' && right.front() == 'W') return false;
  if (is(right.front(), "xz")) return false;
  std::erase_if(left, [&](char c) { return is(c, "xz"); });
  std::erase_if(right, [&](char c) { return is(c, "xz"); });
  return !JoinedByRule(left, right);
}

namespace {

bool ContainsLiteral(const UnicodeString& text, const UnicodeString& literal, bool whole_words) {
  for (std::int32_t at = 0; (at = text.indexOf(literal, at)) >= 0; ++at) {
    if (!whole_words || (IsWordBoundaryAt(text, at) && IsWordBoundaryAt(text, at + literal.length()))) return true;
  }
  return false;
}

// --- similarTo ---------------------------------------------------------------------------------------

bool IsSyllable(UChar32 c) { return ScriptOf(c) == USCRIPT_HAN || (c >= 0xAC00 && c <= 0xD7A3); }

UnicodeString Latin(UnicodeString text) {
  UErrorCode error = U_ZERO_ERROR;
  static const icu::Transliterator& latin =
      *icu::Transliterator::createInstance("Any-Latin; Latin-ASCII; Lower", UTRANS_FORWARD, error);
  latin.transliterate(text);
  return text;
}

/// Letters and digits stay, what separates becomes one space, the rest vanishes.
std::string Plain(const UnicodeString& latin) {
  std::string plain;
  for (std::int32_t i = 0; i < latin.length(); i = latin.moveIndex32(i, 1)) {
    const UChar32 c = latin.char32At(i);
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const std::uint32_t word_parts = U_GC_M_MASK | U_GC_LM_MASK | U_GC_CF_MASK;
    const bool of_word = c >= 0x80 && (u_isalpha(c) || (U_GET_GC_MASK(c) & word_parts) != 0);
    const bool vanishes = of_word || c == '\'' || c == '"' || c == '`';
    if (kept) {
      plain += static_cast<char>(c);
    } else if (!vanishes) {
      plain += ' ';
    }
  }
  return plain;
}

UChar32 Simplified(UChar32 c) {
  UErrorCode error = U_ZERO_ERROR;
  static const icu::Transliterator& simplified =
      *icu::Transliterator::createInstance("Traditional-Simplified", UTRANS_FORWARD, error);
  UnicodeString text(c);
  simplified.transliterate(text);
  return text.countChar32() == 1 ? text.char32At(0) : c;
}

struct Token {
  std::string letters;
  UChar32 written = 0;  // of a syllable
};

struct Written {
  std::vector<Token> tokens;
  std::size_t runs = 0, run = 0, run_size = 0;  // rows of syllables; the last one's tokens
};

/// At most the tokens that count.
Written Read(const std::string& text) {
  Written written;
  const UnicodeString folded = Fold(text);
  std::string bytes;
  folded.toUTF8String(bytes);
  std::size_t end = std::min<std::size_t>(bytes.size(), 1024);
  while (end < bytes.size() && end > 0 && (static_cast<unsigned char>(bytes[end]) & 0xC0) == 0x80) --end;
  const UnicodeString name = UnicodeString::fromUTF8(bytes.substr(0, end));
  bool open = false, in_run = false;
  const auto take_plain = [&](const UnicodeString& part) {
    for (const char c : Plain(Latin(part))) {
      if (c == ' ') {
        open = in_run = false;
        continue;
      }
      if (!open) written.tokens.emplace_back();
      open = true;
      in_run = false;
      written.tokens.back().letters += c;
    }
  };
  UnicodeString plain;
  for (std::int32_t i = 0; i < name.length(); i = name.moveIndex32(i, 1)) {
    const UChar32 c = name.char32At(i);
    if (!IsSyllable(c)) {
      plain.append(c);
      continue;
    }
    take_plain(plain);
    plain.remove();
    std::string reading = Plain(Latin(UnicodeString(Simplified(c))));
    std::erase(reading, ' ');
    if (reading.empty()) continue;
    if (!in_run) {
      ++written.runs;
      written.run = written.tokens.size();
      written.run_size = 0;
    }
    written.tokens.push_back({reading, Simplified(c)});
    ++written.run_size;
    in_run = true;
    open = false;
  }
  take_plain(plain);
  return written;
}

using Form = std::vector<Token>;

std::string Cut(const std::string& token) { return token.substr(0, 32); }

std::vector<Form> FormsOf(Written written) {
  const bool whole = written.tokens.size() <= 16;
  if (!whole) written.tokens.resize(16);
  for (Token& token : written.tokens) token.letters = Cut(token.letters);
  std::vector<Form> forms{written.tokens};
  const bool person = whole && written.runs == 1 && (written.run_size == 3 || written.run_size == 4);
  for (std::size_t family = 1; person && family <= 2; ++family) {
    Form form;
    for (std::size_t i = 0; i < written.tokens.size(); ++i) {
      const bool inside = i > written.run && i < written.run + written.run_size;
      if (inside && i != written.run + family) {
        form.back() = {Cut(form.back().letters + written.tokens[i].letters), 0};
      } else {
        form.push_back(written.tokens[i]);
      }
    }
    forms.push_back(form);
  }
  return forms;
}

std::int64_t TokenSimilarity(const Token& of_a, const Token& of_b) {
  if (of_a.written != 0 && of_b.written != 0) return of_a.written == of_b.written ? 1000 : 0;
  const std::string& text = of_a.letters;
  const std::string& listed = of_b.letters;
  const auto a = static_cast<std::int64_t>(text.size()), b = static_cast<std::int64_t>(listed.size());
  const std::int64_t longer = std::max(a, b);
  const std::int64_t reach = longer < 3 ? 0 : longer == 3 ? 1 : longer / 2 - 1;
  std::vector<bool> taken(text.size());
  std::string from_listed, from_text;
  for (std::int64_t j = 0; j < b; ++j) {
    for (std::int64_t i = std::max<std::int64_t>(0, j - reach); i <= std::min(a - 1, j + reach); ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (taken[at] || text[at] != listed[static_cast<std::size_t>(j)]) continue;
      taken[at] = true;
      from_listed += text[at];
      break;
    }
  }
  for (std::size_t i = 0; i < text.size(); ++i) from_text += taken[i] ? std::string(1, text[i]) : "";
  const auto m = static_cast<std::int64_t>(from_text.size());
  if (m == 0) return 0;
  std::int64_t different = 0;
  for (std::size_t i = 0; i < from_text.size(); ++i) different += from_text[i] != from_listed[i] ? 1 : 0;
  const Fraction jaro = (Fraction(m, a) + Fraction(m, b) + Fraction(m - different / 2, m)) / 3;
  std::int64_t prefix = 0;
  while (prefix < 4 && prefix < std::min(a, b) &&
         text[static_cast<std::size_t>(prefix)] == listed[static_cast<std::size_t>(prefix)]) {
    ++prefix;
  }
  const Fraction winkler = jaro < Fraction(7, 10) ? jaro : jaro + Fraction(prefix, 20) * (1 - jaro);
  return boost::rational_cast<std::int64_t>(winkler * 1000);
}

/// The best sum over tokens [first, …) of `a`, each assigned to a token of `b` that is free, or to none.
std::int64_t BestSum(const std::vector<std::vector<std::int64_t>>& values, std::size_t first, std::uint32_t used,
                     std::map<std::pair<std::size_t, std::uint32_t>, std::int64_t>* known) {
  if (first == values.size()) return 0;
  const auto [at, added] = known->try_emplace({first, used}, 0);
  if (!added) return at->second;
  std::int64_t best = BestSum(values, first + 1, used, known);
  for (std::size_t j = 0; j < values[first].size(); ++j) {
    if ((used >> j & 1) != 0 || values[first][j] == 0) continue;
    best = std::max(best, values[first][j] + BestSum(values, first + 1, used | 1u << j, known));
  }
  return (*known)[{first, used}] = best;
}

std::int64_t FormSimilarity(const Form& a, const Form& b) {
  std::vector<std::vector<std::int64_t>> values;
  std::int64_t letters = 0;
  for (const Token& token : b) letters += static_cast<std::int64_t>(token.letters.size());
  for (const Token& token : a) {
    letters += static_cast<std::int64_t>(token.letters.size());
    values.emplace_back();
    for (const Token& other : b) {
      const std::int64_t similarity = TokenSimilarity(token, other);
      const auto size = static_cast<std::int64_t>(token.letters.size() + other.letters.size());
      const std::int64_t least = token.letters.size() > 3 || other.letters.size() > 3 ? 900 : 880;
      const auto longer = std::max(token.letters.size(), other.letters.size());
      const auto difference = longer - std::min(token.letters.size(), other.letters.size());
      const bool fit = difference <= 1 || difference * 5 <= longer;
      values.back().push_back(similarity < least || !fit ? 0 : similarity * size);
    }
  }
  std::map<std::pair<std::size_t, std::uint32_t>, std::int64_t> known;
  return BestSum(values, 0, 0, &known) / letters;
}

std::string Joined(const Form& form) {
  std::string joined;
  for (const Token& token : form) joined += token.letters;
  return joined;
}

bool HasSyllables(const Form& form) {
  return std::any_of(form.begin(), form.end(), [](const Token& token) { return token.written != 0; });
}

const std::vector<Form>& RememberedForms(const std::string& text) {
  static std::map<std::string, std::vector<Form>>& known = *new std::map<std::string, std::vector<Form>>;
  const auto [at, added] = known.try_emplace(text);
  if (added) at->second = FormsOf(Read(text));
  return at->second;
}

}  // namespace

std::int64_t SimilarityOfNames(const std::string& text, const std::string& listed) {
  const std::vector<Form>& of_text = RememberedForms(text);
  const std::vector<Form>& of_listed = RememberedForms(listed);
  if (of_text[0].empty() || of_listed[0].empty()) return 0;
  if (HasSyllables(of_text[0]) && HasSyllables(of_listed[0])) return FormSimilarity(of_text[0], of_listed[0]);
  if (Joined(of_text[0]) == Joined(of_listed[0])) return 1000;
  std::int64_t best = 0;
  for (const Form& a : of_text) {
    for (const Form& b : of_listed) best = std::max(best, FormSimilarity(a, b));
  }
  return best;
}

bool TextContainsAny(const ListModel& list, const std::string& text, bool whole_words) {
  const UnicodeString folded = Fold(text);
  return std::any_of(list.entries.begin(), list.entries.end(), [&](const std::string& entry) {
    return ContainsLiteral(folded, Fold(entry), whole_words);
  });
}

bool TextIsSimilarTo(const ListModel& list, const std::string& text, std::int64_t threshold) {
  return std::any_of(list.entries.begin(), list.entries.end(), [&](const std::string& entry) {
    return SimilarityOfNames(text, entry) >= threshold;
  });
}

}  // namespace sluice::oracle
