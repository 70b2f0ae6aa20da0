// Names alike: the cases of the language page, the oracle, and the index against comparing with all.
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "engine/text/name_index.h"
#include "engine/text/name_similarity.h"
#include "tests/support/oracle/text_search.h"

namespace sluice::text {
namespace {

std::uint32_t Similarity(std::string_view text, std::string_view listed) {
  Name a, b;
  a.Assign(text);
  b.Assign(listed);
  return NameSimilarity(a, b);
}

struct Case {
  std::string text, listed;
  std::uint32_t similarity;
};

/// Lines `text | listed | per mille` of the page's block "names".
std::vector<Case> CasesOfThePage() {
  std::vector<Case> cases;
  std::ifstream page(SLUICE_SOURCE_DIR "/rules/LANGUAGE.md");
  std::string line;
  while (std::getline(page, line) && line != "```names") {
  }
  while (std::getline(page, line) && line != "```") {
    const std::size_t first = line.find(" | "), second = line.find(" | ", first + 3);
    const auto trimmed = [](std::string text) { return text.substr(0, text.find_last_not_of(' ') + 1); };
    cases.push_back({trimmed(line.substr(0, first)), trimmed(line.substr(first + 3, second - first - 3)),
                     static_cast<std::uint32_t>(std::stoul(line.substr(second + 3)))});
  }
  return cases;
}

TEST(NameTest, TheCasesOfTheLanguagePageHold) {
  const std::vector<Case> cases = CasesOfThePage();
  EXPECT_GE(cases.size(), 30u);
  for (const Case& one : cases) {
    EXPECT_EQ(Similarity(one.text, one.listed), one.similarity) << one.text << " | " << one.listed;
    EXPECT_EQ(oracle::SimilarityOfNames(one.text, one.listed), one.similarity) << one.text << " | " << one.listed;
  }
}

TEST(NameTest, ANameWithoutLettersIsAlikeToNone) {
  EXPECT_EQ(Similarity("", ""), 0u);
  EXPECT_EQ(Similarity("--", "--"), 0u);
  EXPECT_EQ(Similarity("📦", "Wang"), 0u);
}

TEST(NameTest, WhatIsBeyondTheLimitsDoesNotCount) {
  std::string many, more;
  for (int i = 0; i < 16; ++i) many += "token" + std::to_string(i) + " ";
  more = many + "another";
  EXPECT_EQ(Similarity(more, many), 1000u);
  const std::string letters(32, 'a');
  EXPECT_EQ(Similarity(letters + "bbb", letters + "ccc"), 1000u);
  EXPECT_EQ(Similarity(std::string(60'000, 'x') + " y", std::string(2'000, 'x')), 1000u);
}

TEST(NameTest, InvisibleCharactersBeforeANameDoNotHideIt) {
  for (const std::size_t count : {1'365u, 1'366u, 21'000u}) {
    std::string hidden;
    for (std::size_t i = 0; i < count; ++i) hidden += "\u200B";
    EXPECT_EQ(Similarity(hidden + "John Smith", "John Smith"), 1000u) << count;
    EXPECT_EQ(oracle::SimilarityOfNames(hidden + "John Smith", "John Smith"), 1000) << count;
  }
}

TEST(NameTest, OnlyWholeCharactersOfTheFirstBytesAreRead) {
  const std::string filler(1'022, '-');  // each of the characters below takes three bytes
  for (const std::string& text : {filler + "王", filler + "-王", "-" + filler.substr(2) + "王", filler.substr(1) + "王"}) {
    EXPECT_EQ(Similarity(text, "Wang"), oracle::SimilarityOfNames(text, "Wang")) << text.size();
  }
  EXPECT_EQ(Similarity(filler.substr(1) + "王", "Wang"), 1000u);
  EXPECT_EQ(Similarity(filler + "王", "Wang"), 0u);
}

/// Names of few syllables, so that many are nearly alike, in several scripts.
class Names {
 public:
  explicit Names(std::uint32_t seed) : random_(seed) {}

  std::string Make() {
    static const std::vector<std::string> kScripts[] = {
        {"ka", "an", "li", "mo", "ren", "shi", "ab", "o", "ha", "d", "1"},
        {"王", "小", "明", "曉", "晓", "欧", "阳", "陽", "李"},
        {"김", "철", "수", "이"},
        {"ю", "ри", "й", "га", "га", "щ", "ъ"},
        {"ü", "ø", "ß", "É", "ñ", "ł", "Ｗ", "ﬁ", "đ"},
        {"أ", "حمد", "ما", "と", "きょ", "γγ", "α", "न", "ि"}};
    std::string name;
    for (std::size_t token = 1 + Below(4); token > 0; --token) {
      const auto& parts = kScripts[Below(3) == 0 ? Below(6) : Below(2)];
      for (std::size_t i = 1 + Below(5); i > 0; --i) name += parts[Below(parts.size())];
      static const std::vector<std::string> kGaps = {" ", " ", "-", "'", ", ", "·", ""};
      if (token > 1) name += kGaps[Below(kGaps.size())];
    }
    return name;
  }
  std::string Changed(std::string name) {
    if (name.size() < 2) return name;
    const std::size_t at = Below(name.size() - 1);
    switch (Below(3)) {
      case 0: std::swap(name[at], name[at + 1]); return name;
      case 1: return name.erase(at, 1);
      default: return name.insert(at, 1, static_cast<char>('a' + Below(26)));
    }
  }
  std::size_t Below(std::size_t n) { return random_() % n; }

 private:
  std::mt19937 random_;
};

TEST(NameTest, AgreesWithTheOracleOnRandomNames) {
  Names names(3);
  for (int round = 0; round < 4'000; ++round) {
    const std::string listed = names.Make();
    const std::string text = names.Below(3) == 0 ? names.Make() : names.Changed(listed);
    ASSERT_EQ(Similarity(text, listed), oracle::SimilarityOfNames(text, listed)) << text << " | " << listed;
  }
}

TEST(NameIndexTest, FindsWhatComparingWithAllFinds) {
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    Names names(seed);
    NameIndex index;
    std::vector<Name> listed;
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < 150; ++i) {
      texts.push_back(names.Make());
      index.Add(texts.back());
      listed.emplace_back().Assign(texts.back());
    }
    index.Prepare();
    NameIndex::Query query;
    for (int round = 0; round < 150; ++round) {
      const std::string text = names.Below(2) == 0 ? names.Make() : names.Changed(texts[names.Below(texts.size())]);
      Name name;
      name.Assign(text);
      std::uint32_t best = 0;
      for (const Name& one : listed) best = std::max(best, NameSimilarity(name, one));
      for (const std::uint32_t threshold : {1u, 500u, 800u, 850u, 900u, 920u, 950u, 1000u, best, best + 1}) {
        if (threshold < 1 || threshold > 1000) continue;
        ASSERT_EQ(index.HasAlike(name, threshold, &query), best >= threshold)
            << "seed " << seed << ", " << text << " at " << threshold;
      }
    }
  }
}

TEST(NameIndexTest, AnEmptyListFindsNothing) {
  NameIndex index;
  index.Add("--");
  index.Prepare();
  NameIndex::Query query;
  Name name;
  name.Assign("Wang");
  EXPECT_FALSE(index.HasAlike(name, 1, &query));
}

}  // namespace
}  // namespace sluice::text
