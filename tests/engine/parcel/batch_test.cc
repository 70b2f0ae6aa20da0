#include "engine/parcel/batch.h"

#include <set>

#include <gtest/gtest.h>

#include "engine/base/limits.h"
#include "tests/support/sample_rule_set.h"

namespace sluice::parcel {
namespace {

TEST(BatchTest, ColumnsHaveRoomForTheRowsOfTheirDomains) {
  const ruleset::RuleSet set = testing::SampleRuleSet();
  const Batch batch(set.columns);
  EXPECT_EQ(batch.row_count(), 0u);
  EXPECT_EQ(batch.facts.size(), limits::kBatchRowsMax);
  EXPECT_EQ(batch.columns[testing::kIdColumn].texts.size(), limits::kBatchRowsMax);
  EXPECT_EQ(batch.columns[testing::kPriceColumn].doubles.size(), limits::kDomainRowsMax);
  EXPECT_EQ(batch.domains[testing::kItemDomain].first.size(), limits::kBatchRowsMax + 1);
  EXPECT_EQ(batch.domains[testing::kItemDomain].parent.size(), limits::kDomainRowsMax);
  const Column& sender = batch.columns[testing::kSenderColumn];
  EXPECT_EQ(sender.present.size(), WordsFor(limits::kBatchRowsMax));
  EXPECT_TRUE(sender.ints.empty() && sender.texts.empty()) << "of a record only presence is kept";
}

TEST(BatchTest, ClearForgetsRowsAndPresence) {
  const ruleset::RuleSet set = testing::SampleRuleSet();
  Batch batch(set.columns);
  batch.domains[kParcelDomain].count = 3;
  batch.domains[testing::kItemDomain].count = 100;
  SetBit(batch.columns[testing::kPriceColumn].present, 99);
  EXPECT_TRUE(batch.columns[testing::kPriceColumn].Has(99));
  batch.Clear();
  EXPECT_EQ(batch.row_count(), 0u);
  EXPECT_EQ(batch.domains[testing::kItemDomain].count, 0u);
  EXPECT_FALSE(batch.columns[testing::kPriceColumn].Has(99));
}

TEST(BatchTest, BitsOfNeighbouringRowsAreApart) {
  BitWords words(WordsFor(130));
  ASSERT_EQ(words.size(), 3u);
  for (const std::size_t row : {std::size_t{0}, std::size_t{63}, std::size_t{64}, std::size_t{129}}) {
    SetBit(words, row);
  }
  std::size_t set_rows = 0;
  for (std::size_t row = 0; row < 130; ++row) set_rows += TestBit(words, row) ? 1 : 0;
  EXPECT_EQ(set_rows, 4u);
  EXPECT_TRUE(TestBit(words, 63) && TestBit(words, 64) && !TestBit(words, 65));
}

TEST(TypesTest, EveryReadErrorHasANameOfItsOwn) {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(ReadError::kBadCell); ++i) {
    EXPECT_TRUE(names.insert(ReadErrorName(static_cast<ReadError>(i))).second);
  }
  EXPECT_FALSE(names.contains("unknown"));
}

}  // namespace
}  // namespace sluice::parcel
