// Plane: data. Names alike, by way of their tokens.
//
// THE SIMPLE STORY
//   for each name of the list: is it alike?
//
// WHAT THE CODE ADDS TO THE STORY
//   1. Letters of tokens that are assigned to nothing are lost. A name that may lose only so many cannot lose its
//      longest token; so the list's name must have a token that is alike to that one. Where one token is short,
//      several are taken.
//   2. Listed tokens that may be alike to a token begin with the same three letters, and lie beside each other in
//      by_beginning_; or they lack few of its letters, which is counted for 64 of them at once, in words of bits.
#include "engine/text/name_index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <tuple>

#include "engine/base/utf8.h"

namespace sluice::text {
namespace {

constexpr std::size_t kBeginning = 3;    // letters; tokens that share fewer are found by their letters
constexpr std::size_t kWordBits = 64;

}  // namespace

// --- building ----------------------------------------------------------------------------------------

std::uint32_t NameIndex::NumberOf(const Token& token) {
  std::string key(token.Text());
  if (token.written != 0) base::AppendUtf8(token.written, &key);
  const auto [at, added] = token_of_.try_emplace(std::move(key), static_cast<std::uint32_t>(tokens_.size()));
  if (added) tokens_.push_back(token);
  return at->second;
}

void NameIndex::Add(std::string_view text) {
  Name name;
  name.Assign(text);
  if (name.forms().empty()) return;
  joined_[name.has_syllables() ? 1 : 0].insert(name.joined());
  for (const Name::Form& form : name.forms()) {
    const bool is_joined = &form != name.forms().data();
    forms_.push_back({static_cast<std::uint32_t>(form_tokens_.size()), form.count, form.letters, is_joined,
                      name.has_syllables()});
    letters_most_ = std::max<std::uint64_t>(letters_most_, form.letters);
    for (std::uint32_t i = 0; i < form.count; ++i) form_tokens_.push_back(NumberOf(name.tokens()[form.first + i]));
  }
}

// Tokens of a group come together, and each group begins a word of bits.
void NameIndex::SortTokens() {
  std::vector<std::uint32_t> order(tokens_.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) {
    const auto key = [&](std::uint32_t i) {
      const Token& token = tokens_[i];
      return std::tuple(token.size, std::popcount(token.has), token.Text(), token.written);
    };
    return key(a) < key(b);
  });
  std::vector<std::uint32_t> moved_to(tokens_.size());
  std::vector<Token> sorted;
  for (const std::uint32_t old : order) {
    const std::uint8_t size = tokens_[old].size;
    const auto different = static_cast<std::uint8_t>(std::popcount(tokens_[old].has));
    if (groups_.empty() || groups_.back().size != size || groups_.back().different != different) {
      sorted.resize((sorted.size() + kWordBits - 1) / kWordBits * kWordBits);
      groups_.push_back({size, different, static_cast<std::uint32_t>(sorted.size()), 0});
    }
    ++groups_.back().count;
    moved_to[old] = static_cast<std::uint32_t>(sorted.size());
    sorted.push_back(tokens_[old]);
  }
  tokens_ = std::move(sorted);
  for (std::uint32_t& token : form_tokens_) token = moved_to[token];
  token_of_ = {};
}

void NameIndex::FillLetters() {
  words_ = (tokens_.size() + kWordBits - 1) / kWordBits;
  letters_.assign(kAlphabet * words_, 0);
  for (std::size_t slot = 0; slot < tokens_.size(); ++slot) {
    if (tokens_[slot].size != 0) by_beginning_.push_back(static_cast<std::uint32_t>(slot));
    for (std::uint64_t has = tokens_[slot].has; has != 0; has &= has - 1) {
      const auto letter = static_cast<std::size_t>(std::countr_zero(has));
      letters_[letter * words_ + slot / kWordBits] |= std::uint64_t{1} << (slot % kWordBits);
    }
  }
  std::sort(by_beginning_.begin(), by_beginning_.end(),
            [&](auto a, auto b) { return tokens_[a].Text() < tokens_[b].Text(); });
}

void NameIndex::FillForms() {
  first_form_of_.assign(tokens_.size() + 1, 0);
  for (const std::uint32_t token : form_tokens_) ++first_form_of_[token + 1];
  std::partial_sum(first_form_of_.begin(), first_form_of_.end(), first_form_of_.begin());
  forms_of_.resize(form_tokens_.size());
  std::vector<std::uint32_t> next(first_form_of_.begin(), first_form_of_.end() - 1);
  for (std::uint32_t form = 0; form < forms_.size(); ++form) {
    for (std::uint32_t i = 0; i < forms_[form].count; ++i) {
      forms_of_[next[form_tokens_[forms_[form].first + i]]++] = form;
    }
  }
}

void NameIndex::Prepare() {
  SortTokens();
  FillLetters();
  FillForms();
}

std::size_t NameIndex::memory_bytes() const {
  const std::size_t words = form_tokens_.size() + by_beginning_.size() + first_form_of_.size() + forms_of_.size();
  return tokens_.size() * sizeof(Token) + forms_.size() * sizeof(Form) + letters_.size() * sizeof(std::uint64_t) +
         words * sizeof(std::uint32_t);
}

// --- tokens alike ------------------------------------------------------------------------------------

void NameIndex::Consider(const TokenMatcher& token, std::uint32_t listed, std::vector<std::uint32_t>* alike) const {
  if (token.SimilarityIfAlike(tokens_[listed]) != 0) alike->push_back(listed);
}

void NameIndex::FindByBeginning(const TokenMatcher& token, std::vector<std::uint32_t>* alike) const {
  if (token.token().size < kBeginning) return;
  const std::string_view beginning = token.token().Text().substr(0, kBeginning);
  auto at = std::lower_bound(by_beginning_.begin(), by_beginning_.end(), beginning,
                             [&](std::uint32_t slot, std::string_view text) { return tokens_[slot].Text() < text; });
  for (; at != by_beginning_.end() && tokens_[*at].Text().starts_with(beginning); ++at) Consider(token, *at, alike);
}

// planes[n] has the tokens that lack at most n of the letters seen so far.
template <std::size_t kMissing>
void NameIndex::ScanLetters(const TokenMatcher& token, const Group& group, std::vector<std::uint32_t>* alike) const {
  std::array<const std::uint64_t*, kTokenLettersMax> rows;
  std::size_t count = 0;
  for (std::uint64_t has = token.token().has; has != 0; has &= has - 1) {
    rows[count++] = &letters_[static_cast<std::size_t>(std::countr_zero(has)) * words_];
  }
  const std::string_view beginning = token.token().Text().substr(0, kBeginning);
  const std::size_t first = group.first / kWordBits;
  const std::size_t words = (group.count + kWordBits - 1) / kWordBits;
  for (std::size_t word = first; word < first + words; ++word) {
    const std::size_t left = group.first + group.count - word * kWordBits;
    std::array<std::uint64_t, kMissing + 1> planes;
    planes.fill(left >= kWordBits ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1);
    for (std::size_t row = 0; row < count; ++row) {
      const std::uint64_t has = rows[row][word];
      for (std::size_t n = kMissing; n > 0; --n) planes[n] = (planes[n] & has) | planes[n - 1];
      planes[0] &= has;
    }
    for (std::uint64_t found = planes[kMissing]; found != 0; found &= found - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(found));
      const auto slot = static_cast<std::uint32_t>(word * kWordBits + bit);
      const bool by_beginning = beginning.size() == kBeginning && tokens_[slot].Text().starts_with(beginning);
      if (!by_beginning) Consider(token, slot, alike);
    }
  }
}

// If m letters must be common, the listed token may lack own - m of the token's letters, and have size - m that the
// token lacks. Those that it has of `different` ones are different - (letters of the token that it has): so both
// bound the same count.
void NameIndex::FindByLetters(const TokenMatcher& token, const Group& group, std::vector<std::uint32_t>* alike) const {
  const std::size_t own = token.token().size;
  const std::size_t common = CommonLettersMin(own, group.size, kBeginning - 1);
  if (common > std::min<std::size_t>(own, group.size)) return;
  const auto own_different = static_cast<std::size_t>(std::popcount(token.token().has));
  const std::size_t may_have = own_different + group.size - common;
  if (may_have < group.different) return;
  switch (std::min(own - common, may_have - group.different)) {
    case 0: return ScanLetters<0>(token, group, alike);
    case 1: return ScanLetters<1>(token, group, alike);
    case 2: return ScanLetters<2>(token, group, alike);
    case 3: return ScanLetters<3>(token, group, alike);
    case 4: return ScanLetters<4>(token, group, alike);
    default: return ScanLetters<kTokenLettersMax>(token, group, alike);
  }
}

void NameIndex::FindAlike(const TokenMatcher& token, std::vector<std::uint32_t>* alike) const {
  alike->clear();
  FindByBeginning(token, alike);
  for (const Group& group : groups_) FindByLetters(token, group, alike);
}

// --- names alike -------------------------------------------------------------------------------------

// An upper bound of the letters of both forms together, where they are alike by `threshold`. A token of a letters and
// one of b, a <= b, are alike by at most (2200 + 800 a / b) / 3 per mille (all of a's letters in b, in order, four at
// the beginning). So of T letters, a of them the text's, at most (2200 T + 1600 a) / 3 are won.
std::uint64_t NameIndex::LettersMost(std::uint64_t letters, std::uint32_t threshold) const {
  const std::uint64_t all = letters + letters_most_;
  return 3 * threshold > 2200 ? std::min(all, 1600 * letters / (3 * threshold - 2200)) : all;
}

bool NameIndex::IsAlike(const Form& listed, std::span<const TokenMatcher> text, std::uint64_t letters,
                        std::uint32_t threshold) const {
  const std::uint64_t both = letters + listed.letters;
  const std::uint64_t may_lose = (kAlikeMost - threshold) * both;
  std::array<std::uint32_t, kNameTokensMax * kNameTokensMax> values;
  std::uint64_t lost = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::uint32_t size = text[i].token().size;
    bool any = false;
    for (std::uint32_t j = 0; j < listed.count; ++j) {
      const Token& token = tokens_[form_tokens_[listed.first + j]];
      const std::uint32_t similarity = text[i].SimilarityIfAlike(token);
      values[i * listed.count + j] = similarity * (size + token.size);
      any = any || similarity != 0;
    }
    lost += any ? 0 : std::uint64_t{kAlikeMost} * size;
    if (lost > may_lose) return false;
  }
  const auto all = std::span<const std::uint32_t>(values).first(text.size() * listed.count);
  return BestAssignment(all, text.size(), listed.count) >= threshold * both;
}

// Whether a listed form that has a token alike to the text's is alike.
bool NameIndex::AskToken(const Name::Form& form, std::uint32_t token, std::uint32_t threshold, Query* query) const {
  FindAlike(query->matchers[token], &query->alike);
  const auto text = std::span<const TokenMatcher>(query->matchers).subspan(form.first, form.count);
  for (const std::uint32_t listed : query->alike) {
    for (std::uint32_t i = first_form_of_[listed]; i < first_form_of_[listed + 1]; ++i) {
      if (query->asked[forms_of_[i]] == query->time) continue;
      query->asked[forms_of_[i]] = query->time;
      const Form& other = forms_[forms_of_[i]];
      if (query->has_syllables && other.has_syllables && (query->is_joined || other.is_joined)) continue;
      if (IsAlike(forms_[forms_of_[i]], text, form.letters, threshold)) return true;
    }
  }
  return false;
}

// Asks for the longest tokens until all of the others together are more than may be lost.
bool NameIndex::FormHasAlike(const Name& name, const Name::Form& form, std::uint32_t threshold, Query* query) const {
  if (++query->time == 0) {
    query->asked.assign(query->asked.size(), 0);
    query->time = 1;
  }
  query->order.resize(form.count);
  std::iota(query->order.begin(), query->order.end(), form.first);
  std::stable_sort(query->order.begin(), query->order.end(),
                   [&](auto a, auto b) { return name.tokens()[a].size > name.tokens()[b].size; });
  const std::uint64_t may_lose = (kAlikeMost - threshold) * LettersMost(form.letters, threshold);
  std::uint64_t asked = 0;
  for (const std::uint32_t token : query->order) {
    if (AskToken(form, token, threshold, query)) return true;
    asked += std::uint64_t{kAlikeMost} * name.tokens()[token].size;
    if (asked > may_lose) return false;
  }
  return false;
}

bool NameIndex::HasAlike(const Name& name, std::uint32_t threshold, Query* query) const {
  if (name.forms().empty() || forms_.empty()) return false;
  if (joined_[0].contains(name.joined())) return true;
  if (!name.has_syllables() && joined_[1].contains(name.joined())) return true;
  query->has_syllables = name.has_syllables();
  query->is_joined = false;
  query->asked.resize(std::max(query->asked.size(), forms_.size()));
  query->matchers.clear();
  for (const Token& token : name.tokens()) query->matchers.emplace_back(token);
  // Names in syllables are compared with each other by their first forms alone (NameSimilarity).
  for (const Name::Form& form : name.forms()) {
    if (FormHasAlike(name, form, threshold, query)) return true;
    query->is_joined = true;
  }
  return false;
}

}  // namespace sluice::text
