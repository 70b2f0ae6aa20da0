#include "engine/match/literal_search.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace sluice::match {
namespace {

std::string LowerAscii(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

std::string RandomText(std::mt19937* random, std::size_t bytes_max, const std::string& alphabet) {
  std::string text;
  for (std::size_t i = (*random)() % (bytes_max + 1); i > 0; --i) text += alphabet[(*random)() % alphabet.size()];
  return text;
}

// Overlapping and nested literals over a small alphabet, so that suffixes matter; texts of all lengths, some absent.
void CompareWithContains(std::uint32_t seed, bool fold) {
  std::mt19937 random(seed);
  const std::string letters = fold ? "aAbBc\xE7\x89" : "abc\xE7\x89";
  LiteralSearch search(0, fold, 64);
  std::set<std::string> literals;
  while (literals.size() < 40) {
    const std::string literal = RandomText(&random, 5, "abc\xE7\x89");
    if (!literal.empty()) literals.insert(literal);
  }
  std::vector<std::pair<std::string, std::uint32_t>> numbered;
  for (const std::string& literal : literals) numbered.emplace_back(literal, search.Add(literal));
  search.Prepare();
  FoundRows rows_found = search.MakeRoom();
  for (std::uint32_t batch = 1; batch <= 20; ++batch) {
    std::vector<std::string> texts;
    parcel::Column column;
    column.present.assign(1, 0);
    const std::size_t rows = random() % 64;
    for (std::size_t row = 0; row < rows; ++row) {
      texts.push_back(RandomText(&random, 30, letters));
      if (random() % 5 != 0) parcel::SetBit(column.present, row);
    }
    column.texts.assign(texts.begin(), texts.end());
    search.Search(column, rows, batch, &rows_found);
    for (const auto& [literal, number] : numbered) {
      const Word* found = rows_found.RowsOf(number);
      for (std::size_t row = 0; row < rows; ++row) {
        const std::string text = fold ? LowerAscii(texts[row]) : texts[row];
        const bool expected = column.Has(row) && text.find(literal) != std::string::npos;
        ASSERT_EQ(found != nullptr && BitAt(found, row), expected)
            << "seed " << seed << ", text " << texts[row] << ", literal " << literal;
      }
    }
  }
}

TEST(LiteralSearchTest, FindsWhatContainsFinds) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    CompareWithContains(seed, false);
    CompareWithContains(seed, true);
  }
}

TEST(LiteralSearchTest, TheSameLiteralHasOneNumber) {
  LiteralSearch search(0, false, 64);
  EXPECT_EQ(search.Add("gun"), search.Add("gun"));
  EXPECT_NE(search.Add("gun"), search.Add("gu"));
  EXPECT_EQ(search.literal_bytes(), 5u);
}

}  // namespace
}  // namespace sluice::match
