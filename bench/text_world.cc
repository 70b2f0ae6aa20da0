#include "bench/text_world.h"

#include <algorithm>

#include "engine/base/utf8.h"
#include "engine/text/name.h"

namespace sluice::bench {
namespace {

constexpr std::size_t kGivenNames = 6'000;
constexpr std::size_t kFamilyNames = 20'000;
constexpr std::size_t kMiddleNames = 6'000;
constexpr char32_t kFirstHan = 0x4E00;
constexpr std::size_t kHan = 3'000;

std::string Syllable(std::mt19937* random) {
  static const std::vector<std::string> kBegin = {"b", "br", "d", "dr", "f", "g", "gr", "h", "j", "k", "kr", "l", "m",
                                                  "n", "p", "r", "s", "sh", "st", "t", "tr", "v", "z", "ch", "th", ""};
  static const std::vector<std::string> kMiddle = {"a", "e", "i", "o", "u", "ai", "ei", "ou"};
  static const std::vector<std::string> kEnd = {"", "", "", "n", "r", "l", "s", "m", "nd", "k", "t"};
  const auto pick = [&](const std::vector<std::string>& parts) { return parts[(*random)() % parts.size()]; };
  std::string syllable = pick(kBegin);
  syllable += pick(kMiddle);
  return syllable += pick(kEnd);
}

std::string Capital(std::string word) {
  if (word[0] >= 'a' && word[0] <= 'z') word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

std::vector<std::string> SplitWords(const std::string& text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (c == ' ') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

std::string JoinWords(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

NameWorld::NameWorld(std::uint32_t seed, std::size_t listed) : random_(seed) {
  given_ = Words(kGivenNames, 2, 3);
  family_ = Words(kFamilyNames, 3, 4);
  middle_ = Words(kMiddleNames, 2, 3);
  while (listed_.size() < listed) {
    const std::string name = Make();
    if (known_.insert(name).second) listed_.push_back(name);
  }
}

std::string NameWorld::Word(std::size_t syllables) {
  std::string word;
  for (; syllables > 0; --syllables) word += Syllable(&random_);
  return Capital(word);
}

std::vector<std::string> NameWorld::Words(std::size_t count, std::size_t syllables_min, std::size_t syllables_max) {
  std::vector<std::string> words;
  for (; count > 0; --count) words.push_back(Word(syllables_min + Below(syllables_max - syllables_min + 1)));
  return words;
}

std::string NameWorld::Han() {
  std::string name;
  for (std::size_t i = 2 + Below(3); i > 0; --i) {
    base::AppendUtf8(static_cast<char32_t>(kFirstHan + Below(kHan)), &name);
  }
  return name;
}

std::string NameWorld::Make() {
  const std::size_t kind = Below(10);
  if (kind >= 8) return Han();
  std::string name = given_[Below(given_.size())];
  if (kind >= 6) name += " " + middle_[Below(middle_.size())];
  return name + " " + family_[Below(family_.size())];
}

std::string NameWorld::Misspelt(std::string name, Edit edit) {
  for (;;) {
    const std::size_t at = Below(name.size() - 1);
    if (name[at] == ' ' || name[at + 1] == ' ' || name[at] == name[at + 1]) continue;
    if (edit == Edit::kDrop) return name.erase(at, 1);
    std::swap(name[at], name[at + 1]);
    return name;
  }
}

// As a passport has it: the family name, and the rest in one word.
std::string NameWorld::Pinyin(const std::string& name) {
  text::Name read;
  read.Assign(name);
  const text::Name::Form& form = read.forms().size() > 1 ? read.forms()[1] : read.forms()[0];
  std::vector<std::string> words;
  for (std::uint32_t i = 0; i < form.count; ++i) {
    words.push_back(Capital(std::string(read.tokens()[form.first + i].Text())));
  }
  if (Below(2) == 0) std::rotate(words.begin(), words.begin() + 1, words.end());
  return JoinWords(words);
}

EditedName NameWorld::EditOf(const std::string& name) {
  if (static_cast<unsigned char>(name[0]) >= 0x80) return {Pinyin(name), Edit::kPinyin};
  const auto edit = static_cast<Edit>(Below(3));
  if (edit != Edit::kOrder) return {Misspelt(name, edit), edit};
  std::vector<std::string> words = SplitWords(name);
  std::rotate(words.begin(), words.begin() + 1, words.end());
  return {JoinWords(words), edit};
}

std::vector<EditedName> NameWorld::Edited(std::size_t count) {
  std::vector<EditedName> edited;
  for (; count > 0; --count) edited.push_back(EditOf(listed_[Below(listed_.size())]));
  return edited;
}

std::vector<std::string> NameWorld::Others(std::size_t count) {
  std::vector<std::string> others;
  while (others.size() < count) {
    std::string name = Make();
    if (!known_.contains(name)) others.push_back(std::move(name));
  }
  return others;
}

std::vector<std::string> Literals(std::uint32_t seed, std::size_t count) {
  std::mt19937 random(seed);
  std::unordered_set<std::string> known;
  std::vector<std::string> literals;
  while (literals.size() < count) {
    std::string literal;
    for (std::size_t words = random() % 8 == 0 ? 2 : 1; words > 0; --words) {
      if (!literal.empty()) literal += ' ';
      for (std::size_t i = 2 + random() % 3; i > 0; --i) literal += Syllable(&random);
    }
    if (literal.size() >= 3 && known.insert(literal).second) literals.push_back(literal);
  }
  return literals;
}

std::vector<std::string> Descriptions(std::uint32_t seed, std::size_t count, std::size_t bytes,
                                      const std::vector<std::string>& literals) {
  std::mt19937 random(seed);
  std::vector<std::string> texts;
  for (std::size_t n = 0; n < count; ++n) {
    std::string text;
    if (random() % 10 == 0) text += Capital(literals[random() % literals.size()]);
    const bool han = random() % 10 == 0;
    while (text.size() < bytes) {
      if (!text.empty()) text += ' ';
      if (han) base::AppendUtf8(static_cast<char32_t>(kFirstHan + random() % kHan), &text);
      std::string word;
      for (std::size_t i = 1 + random() % 3; i > 0; --i) word += Syllable(&random);
      text += random() % 4 == 0 ? Capital(word) : word;
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace sluice::bench
