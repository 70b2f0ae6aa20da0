#include "engine/pipeline/screener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/decide/judge.h"
#include "tests/engine/pipeline/small_stream.h"

namespace sluice::pipeline {
namespace {

using testing::ElementsAre;

std::vector<std::uint8_t> RecordOf(const SmallParcel& parcel) {
  MemorySource source;
  source.Add(parcel);
  RecordBlock block;
  EXPECT_TRUE(source.Read(1, &block).ok());
  return {block.records[0].bytes.begin(), block.records[0].bytes.end()};
}

class ScreenerTest : public testing::Test {
 protected:
  SmallRules book_;
  Screener screener_{book_.Finished(), draw::TestEpochKey()};
};

TEST_F(ScreenerTest, DecidesLikeTheBulkPath) {
  const SmallParcel parcel{.id = "A", .received = 77, .weight_g = 2000};
  const auto record = RecordOf(parcel);
  const decide::Decision decision = screener_.Screen(record);
  MemorySource source;
  source.Add(parcel);
  MemorySink sink;
  ASSERT_TRUE(Screen(book_.Finished(), draw::TestEpochKey(), {}, &source, &sink).ok());
  std::vector<std::uint8_t> bytes;
  std::vector<std::uint8_t> bulk_bytes;
  decide::AppendCanonical(book_.rules, decision, &bytes);
  decide::AppendCanonical(book_.rules, sink.written.at(0), &bulk_bytes);
  EXPECT_EQ(bytes, bulk_bytes);
  EXPECT_EQ(decision.now, (base::Timestamp{77, 0}));
}

TEST_F(ScreenerTest, EachRecordStandsForItself) {
  const auto record = RecordOf({.id = "A"});
  EXPECT_EQ(screener_.Screen(record).duplicate_of, 0u);
  EXPECT_EQ(screener_.Screen(record).duplicate_of, 0u);
  EXPECT_EQ(screener_.Screen(record).revision, 1u);
}

TEST_F(ScreenerTest, TheCallerMaySayTimeAndPhase) {
  const auto record = RecordOf({.id = "A", .received = 5});
  const decide::Decision& decision = screener_.Screen(record, {.sequence = 9,
                                                               .generation = 4,
                                                               .now = base::Timestamp{99, 1},
                                                               .phase = parcel::Phase::kScanned});
  EXPECT_EQ(decision.sequence, 9u);
  EXPECT_EQ(decision.generation, 4u);
  EXPECT_EQ(decision.now, (base::Timestamp{99, 1}));
  EXPECT_EQ(decision.phase, parcel::Phase::kScanned);
  EXPECT_EQ(decision.cause, decide::Cause::kScanned);
}

TEST_F(ScreenerTest, ShowsTheColumnsAndMatchesBehindTheDecision) {
  const auto record = RecordOf({.id = "A", .weight_g = 700});
  screener_.Screen(record);
  EXPECT_EQ(screener_.batch().row_count(), 1u);
  EXPECT_THAT(screener_.matches().hits.Row(0), ElementsAre(ruleset::Hit{SmallRules::kRandom, 0},
                                                           ruleset::Hit{SmallRules::kShadow, 0}));
}

TEST_F(ScreenerTest, ARecordThatCannotBeReadIsADecision) {
  const std::vector<std::uint8_t> torn = {1, 2};
  const decide::Decision& decision = screener_.Screen(torn);
  EXPECT_TRUE(decision.Has(ruleset::Outcome::kUnreadable));
  EXPECT_EQ(decision.lane, SmallRules::kHold);
}

}  // namespace
}  // namespace sluice::pipeline
