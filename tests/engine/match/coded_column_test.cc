#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "engine/match/dictionary.h"

namespace sluice::match {
namespace {

constexpr std::size_t kRowsMax = 512;

// Texts of 0 to 20 bytes of two letters: many begin alike, and are longer than what is compared at once.
std::string RandomText(std::mt19937_64* random) {
  std::string text((*random)() % 21, 'a');
  for (char& c : text) c = (*random)() % 2 == 0 ? 'a' : 'b';
  return text;
}

// A column of texts, some rows without, and what a plain map says of it.
struct RandomColumn {
  RandomColumn(const std::vector<std::string>& known, std::size_t rows, std::mt19937_64* random) : texts(rows) {
    column.type = parcel::ValueType::kString;
    column.present.resize(parcel::WordsFor(kRowsMax));
    column.texts.resize(kRowsMax);
    for (std::size_t row = 0; row < rows; ++row) {
      texts[row] = (*random)() % 2 == 0 ? known[(*random)() % known.size()] : RandomText(random);
      if ((*random)() % 5 == 0) continue;
      column.texts[row] = texts[row];
      parcel::SetBit(column.present, row);
    }
  }

  std::vector<std::string> texts;
  parcel::Column column;
};

void ExpectRowsOfMap(const std::map<std::string, std::uint32_t>& codes, const RandomColumn& random,
                     const CodedColumn& coded) {
  std::map<std::uint32_t, std::vector<std::size_t>> expected;
  for (std::size_t row = 0; row < random.texts.size(); ++row) {
    const auto known = codes.find(random.texts[row]);
    const bool has_code = random.column.Has(row) && known != codes.end();
    ASSERT_EQ(coded.row_codes()[row], has_code ? known->second : kNoCode) << random.texts[row];
    if (has_code) expected[known->second].push_back(row);
  }
  std::map<std::uint32_t, std::vector<std::size_t>> found;
  for (const std::uint32_t code : coded.seen()) {
    ForEachBit(coded.RowsOf(code), kRowsMax / 64, [&](std::size_t row) { found[code].push_back(row); });
  }
  EXPECT_EQ(found, expected);
  EXPECT_EQ(coded.seen().size(), expected.size());
  for (std::uint32_t code = 0; code < codes.size(); ++code) {
    EXPECT_EQ(coded.RowsOf(code) != nullptr, expected.count(code) != 0) << code;
  }
}

TEST(CodedColumnTest, HasTheRowsOfAPlainMapForFewCodesAndMany) {
  const auto seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  for (const std::size_t code_count : {1u, 20u, 128u, 129u, 3'000u}) {
    Dictionary dictionary(0, parcel::ValueType::kString, 0, kRowsMax);
    std::map<std::string, std::uint32_t> codes;
    std::vector<std::string> known;
    while (codes.size() < code_count) {
      const std::string text = RandomText(&random);
      if (codes.try_emplace(text, codes.size()).second) known.push_back(text);
    }
    for (const std::string& text : known) EXPECT_EQ(dictionary.Add(text), codes[text]);
    CodedColumn coded(dictionary);
    std::uint32_t batch = 0;
    for (const std::size_t rows : {512u, 1u, 130u, 64u, 512u, 7u, 300u}) {
      const RandomColumn column(known, rows, &random);
      coded.Encode(column.column, rows, ++batch);
      ExpectRowsOfMap(codes, column, coded);
    }
  }
}

}  // namespace
}  // namespace sluice::match
