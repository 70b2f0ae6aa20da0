#include "engine/decide/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/decide/small_book.h"

namespace sluice::decide {
namespace {

using ruleset::Hit;
using ruleset::Outcome;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(JudgeTest, AParcelThatNothingMatchesGoesToTheDefaultLane) {
  SmallBook book;
  book.rule_set.default_lane = SmallBook::kInspect;
  const Decision decision = Case(book).Judged();
  EXPECT_EQ(decision.lane, SmallBook::kInspect);
  EXPECT_EQ(decision.parcel_id, "P1");
  EXPECT_EQ(decision.outcomes, 0);
  EXPECT_TRUE(decision.test_key);
}

TEST(JudgeTest, TheMostSevereLaneStandsAndControlsAreASet) {
  SmallBook book;
  const auto hold = book.Add("A", SmallBook::kHold, 5);
  const auto inspect = book.Add("B", SmallBook::kInspect, 7);
  book.rule(hold).controls = 0b001;
  book.rule(inspect).controls = 0b101;
  Case parcel(book);
  parcel.hits = {hold, inspect};
  const Decision decision = parcel.Judged();
  EXPECT_EQ(decision.lane, SmallBook::kHold);
  EXPECT_EQ(decision.controls, 0b101u);
  EXPECT_EQ(decision.score, 12u);
  EXPECT_THAT(decision.matched, ElementsAre(Hit{hold, 5}, Hit{inspect, 7}));
}

TEST(JudgeTest, OfEquallySevereLanesTheFirstOfTheBookStands) {
  SmallBook book;
  book.rule_set.lanes[SmallBook::kHold].severity =
      book.rule_set.lanes[SmallBook::kInspect].severity;
  const auto a = book.Add("A", SmallBook::kHold);
  const auto b = book.Add("B", SmallBook::kInspect);
  Case parcel(book);
  parcel.hits = {a, b};
  EXPECT_EQ(parcel.Judged().lane, SmallBook::kInspect);
}

TEST(JudgeTest, ARuleWithoutALaneOnlyScores) {
  SmallBook book;
  Case parcel(book);
  parcel.hits = {book.Add("A", ruleset::kNoLane, 9)};
  EXPECT_EQ(parcel.Judged().lane, SmallBook::kPass);
  EXPECT_EQ(parcel.Judged().score, 9u);
}

TEST(ScoreTest, TheLastStepReachedGivesTheLane) {
  SmallBook book;
  book.rule_set.score_lanes = {{50, SmallBook::kDocument}, {80, SmallBook::kInspect}};
  const auto a = book.Add("A", ruleset::kNoLane, 49);
  const auto b = book.Add("B", ruleset::kNoLane, 1);
  const auto c = book.Add("C", ruleset::kNoLane, 30);
  Case parcel(book);
  parcel.hits = {a};
  EXPECT_EQ(parcel.Judged().lane, SmallBook::kPass);
  parcel.hits = {a, b};
  EXPECT_EQ(parcel.Judged().lane, SmallBook::kDocument);
  parcel.hits = {a, b, c};
  EXPECT_EQ(parcel.Judged().lane, SmallBook::kInspect);
}

TEST(ScoreTest, TheSumSaturates) {
  SmallBook book;
  Case parcel(book);
  for (int i = 0; i < 150; ++i) {
    parcel.hits.push_back(book.Add("R" + std::to_string(i), ruleset::kNoLane, limits::kScoreMax));
  }
  EXPECT_EQ(parcel.Judged().score, limits::kScoreSumMax);
}

TEST(ShadowTest, AShadowMatchIsRecordedAndChangesNothing) {
  SmallBook book;
  const auto shadow = book.Add("S", SmallBook::kHold, 100);
  book.rule(shadow).mode = ruleset::RuleMode::kShadow;
  book.rule(shadow).controls = 1;
  book.rule(shadow).waives = 1;
  book.rule(shadow).probability = 10;
  const auto live = book.Add("L", SmallBook::kDocument);
  book.rule(live).tags = 1;
  Case parcel(book);
  parcel.hits = {shadow, live};
  parcel.errors = {shadow};
  const Decision decision = parcel.Judged();
  EXPECT_EQ(decision.lane, SmallBook::kDocument);
  EXPECT_EQ(decision.score, 0u);
  EXPECT_EQ(decision.controls, 0u);
  EXPECT_EQ(decision.outcomes, 0);
  EXPECT_THAT(decision.shadow, ElementsAre(Hit{shadow, 100}));
  EXPECT_THAT(decision.matched, ElementsAre(Hit{live, 0}));
  EXPECT_THAT(decision.draws, IsEmpty());
  EXPECT_THAT(decision.errors, ElementsAre(shadow));
}

TEST(WaiverTest, SuppressesByTagAndKeepsItOnRecord) {
  SmallBook book;
  const auto tagged = book.Add("A", SmallBook::kHold, 40);
  book.rule(tagged).tags = 0b10;
  book.rule(tagged).controls = 1;
  const auto other = book.Add("B", SmallBook::kDocument, 3);
  book.rule(other).tags = 0b01;
  const auto waiver = book.Add("W", ruleset::kNoLane);
  book.rule(waiver).waives = 0b10;
  Case parcel(book);
  parcel.hits = {tagged, other, waiver};
  const Decision decision = parcel.Judged();
  EXPECT_EQ(decision.lane, SmallBook::kDocument);
  EXPECT_EQ(decision.score, 3u);
  EXPECT_EQ(decision.controls, 0u);
  EXPECT_THAT(decision.suppressed, ElementsAre(tagged));
  EXPECT_THAT(decision.matched, ElementsAre(Hit{other, 3}, Hit{waiver, 0}));
}

TEST(WaiverTest, NeverSuppressesMandatoryOrMustInspectRules) {
  SmallBook book;
  const auto mandatory = book.Add("A", SmallBook::kHold);
  book.rule(mandatory).tags = 1;
  book.rule(mandatory).mandatory = true;
  const auto must_inspect = book.Add("B", SmallBook::kInspect);
  book.rule(must_inspect).tags = 1;
  book.rule(must_inspect).must_inspect = true;
  const auto waiver = book.Add("W", ruleset::kNoLane);
  book.rule(waiver).waives = 1;
  Case parcel(book);
  parcel.hits = {mandatory, must_inspect, waiver};
  const Decision decision = parcel.Judged();
  EXPECT_THAT(decision.suppressed, IsEmpty());
  EXPECT_EQ(decision.lane, SmallBook::kHold);
  EXPECT_TRUE(decision.must_inspect);
}

TEST(WaiverTest, ASuppressedWaiverStillWaives) {
  SmallBook book;
  const auto first = book.Add("W1", ruleset::kNoLane);
  book.rule(first).waives = 0b01;
  const auto second = book.Add("W2", ruleset::kNoLane);
  book.rule(second).waives = 0b10;
  book.rule(second).tags = 0b01;
  const auto tagged = book.Add("A", SmallBook::kHold);
  book.rule(tagged).tags = 0b10;
  Case parcel(book);
  parcel.hits = {first, second, tagged};
  EXPECT_THAT(parcel.Judged().suppressed, ElementsAre(second, tagged));
}

TEST(OutcomeTest, ARuleThatErrsSendsTheParcelToItsLane) {
  SmallBook book;
  const auto erring = book.Add("A", SmallBook::kDocument);
  const auto absent = book.Add("B", SmallBook::kDocument);
  Case parcel(book);
  parcel.absent = {absent};
  EXPECT_EQ(parcel.Judged().outcomes, 0);
  EXPECT_THAT(parcel.Judged().absent, ElementsAre(absent));
  parcel.errors = {erring};
  EXPECT_TRUE(parcel.Judged().Has(Outcome::kRuleError));
  EXPECT_EQ(parcel.Judged().lane, SmallBook::kHold);
  EXPECT_THAT(parcel.Judged().errors, ElementsAre(erring));
}

TEST(OutcomeTest, AnUnreadableRecordHasNothingElse) {
  SmallBook book;
  book.Require(0, parcel::kAllPhases, "parcel_id");
  Case parcel(book);
  parcel.batch.facts[0].read_error = parcel::ReadError::kBadUtf8;
  parcel.hits = {book.Add("A", SmallBook::kDocument, 5)};
  const Decision decision = parcel.Judged();
  EXPECT_EQ(decision.outcomes, 1u << static_cast<int>(Outcome::kUnreadable));
  EXPECT_EQ(decision.lane, SmallBook::kHold);
  EXPECT_EQ(decision.read_error, parcel::ReadError::kBadUtf8);
  EXPECT_EQ(decision.parcel_id, "");
  EXPECT_EQ(decision.score, 0u);
  EXPECT_THAT(decision.matched, IsEmpty());
}

TEST(OutcomeTest, AddedAfterwardsItRaisesTheLaneAndNeverLowersIt) {
  SmallBook book;
  Case parcel(book);
  parcel.hits = {book.Add("A", SmallBook::kInspect)};
  Decision decision = parcel.Judged();
  AddOutcome(book.rule_set, Outcome::kIncomplete, &decision);
  EXPECT_EQ(decision.lane, SmallBook::kInspect);
  AddOutcome(book.rule_set, Outcome::kConflict, &decision);
  EXPECT_EQ(decision.lane, SmallBook::kHold);
  EXPECT_TRUE(decision.Has(Outcome::kConflict));
  EXPECT_TRUE(decision.Has(Outcome::kIncomplete));
}

TEST(OutcomeTest, AddedAfterwardsItReplacesEvenAMoreSevereDefaultLane) {
  SmallBook book;
  book.rule_set.default_lane = SmallBook::kHold;
  Decision decision = Case(book).Judged();
  EXPECT_EQ(decision.lane, SmallBook::kHold);
  AddOutcome(book.rule_set, Outcome::kIncomplete, &decision);
  EXPECT_EQ(decision.lane, SmallBook::kDocument);
}

TEST(IncompleteTest, AFieldIsAskedForAtItsPhaseOnly) {
  SmallBook book;
  book.rule_set.columns.columns.push_back(SmallBook::Spec(0, parcel::ValueType::kInt));
  book.Require(0, parcel::kAllPhases, "parcel_id");
  book.Require(1, parcel::PhaseBit(parcel::Phase::kScanned), "scan.weight_g");
  Case parcel(book);
  EXPECT_EQ(parcel.Judged().outcomes, 0);
  parcel.batch.facts[0].phase = parcel::Phase::kScanned;
  const Decision decision = parcel.Judged();
  EXPECT_TRUE(decision.Has(Outcome::kIncomplete));
  EXPECT_EQ(decision.lane, SmallBook::kDocument);
  EXPECT_THAT(decision.missing, ElementsAre(1u));
  parcel::SetBit(parcel.batch.columns[1].present, 0);
  EXPECT_EQ(parcel.Judged().outcomes, 0);
}

TEST(IncompleteTest, OneElementWithoutTheFieldIsEnough) {
  SmallBook book;
  // Items below the parcel, documents below an item; the parcel judged is the second of three.
  book.rule_set.columns.domains.resize(3);
  book.rule_set.columns.domains[2].parent = 1;
  book.rule_set.columns.columns.push_back(SmallBook::Spec(2, parcel::ValueType::kString));
  book.Require(1, parcel::kAllPhases, "items.documents.number");
  Case parcel(book);
  parcel::Batch& batch = parcel.batch;
  batch.domains[0].count = 1;
  batch.domains[1].count = 2;
  batch.domains[1].first[0] = 0;
  batch.domains[1].first[1] = 2;
  batch.domains[2].count = 3;
  batch.domains[2].first[0] = 0;
  batch.domains[2].first[1] = 1;
  batch.domains[2].first[2] = 3;
  EXPECT_TRUE(parcel.Judged().Has(Outcome::kIncomplete));
  parcel::SetBit(batch.columns[1].present, 0);
  parcel::SetBit(batch.columns[1].present, 1);
  EXPECT_TRUE(parcel.Judged().Has(Outcome::kIncomplete));
  parcel::SetBit(batch.columns[1].present, 2);
  EXPECT_FALSE(parcel.Judged().Has(Outcome::kIncomplete));
  batch.domains[1].first[1] = 0;  // no items at all: nothing that lacks it
  batch.columns[1].present[0] = 0;
  EXPECT_FALSE(parcel.Judged().Has(Outcome::kIncomplete));
}

TEST(DrawnRuleTest, AFailedDrawKeepsTheScoreNotTheLaneOrControls) {
  SmallBook book;
  const auto rule = book.Add("A", SmallBook::kHold, 15);
  book.rule(rule).controls = 1;
  book.rule(rule).must_inspect = true;
  book.rule(rule).probability = 0;
  Case parcel(book);
  parcel.hits = {rule};
  const Decision decision = parcel.Judged();
  EXPECT_EQ(decision.lane, SmallBook::kPass);
  EXPECT_EQ(decision.controls, 0u);
  EXPECT_FALSE(decision.must_inspect);
  EXPECT_EQ(decision.score, 15u);
  ASSERT_EQ(decision.draws.size(), 1u);
  EXPECT_FALSE(decision.draws[0].selected);
  EXPECT_EQ(decision.draws[0].threshold, 0u);
}

TEST(DrawnRuleTest, TheTicketIsTheOneAnAuditorDerives) {
  SmallBook book;
  const auto rule = book.Add("RND-1", SmallBook::kInspect);
  book.rule(rule).probability = 500'000;
  Case parcel(book, "RR1CN");
  parcel.hits = {rule};
  const draw::EpochKey key = draw::TestEpochKey();
  const Decision decision = parcel.Judged(key);
  ASSERT_EQ(decision.draws.size(), 1u);
  EXPECT_EQ(decision.draws[0].ticket, RuleTicket(key, SeedOf(key, "RR1CN"), "RND-1"));
  EXPECT_EQ(decision.draws[0].threshold, std::uint64_t{1} << 63);
  EXPECT_EQ(decision.draws[0].selected, decision.draws[0].ticket >> 63 == 0);
}

TEST(DrawnRuleTest, TheBookMayNameAnotherDrawIdThanTheParcelId) {
  SmallBook book;
  book.rule_set.columns.columns.push_back(SmallBook::Spec(0, parcel::ValueType::kString));
  book.rule_set.system.draw_id = 1;
  const auto rule = book.Add("RND-1", SmallBook::kInspect);
  book.rule(rule).probability = 1;
  Case parcel(book, "RR1CN");
  parcel::SetBit(parcel.batch.columns[1].present, 0);
  parcel.batch.columns[1].texts[0] = "consignment 7";
  parcel.hits = {rule};
  const draw::EpochKey key = draw::TestEpochKey();
  EXPECT_EQ(parcel.Judged(key).draws.at(0).ticket,
            RuleTicket(key, SeedOf(key, "consignment 7"), "RND-1"));
}

TEST(DrawnRuleTest, AParcelWithoutADrawIdCountsAsSelected) {
  SmallBook book;
  const auto rule = book.Add("A", SmallBook::kInspect);
  book.rule(rule).probability = 1;
  Case parcel(book, "");
  parcel.hits = {rule};
  EXPECT_EQ(parcel.Judged().lane, SmallBook::kInspect);
  EXPECT_EQ(parcel.Judged().draws.at(0).ticket, 0u);
  parcel.batch.columns[0].present[0] = 0;
  EXPECT_EQ(parcel.Judged().lane, SmallBook::kInspect);
}

TEST(DrawnRuleTest, ASuppressedRuleIsNotDrawn) {
  SmallBook book;
  const auto rule = book.Add("A", SmallBook::kInspect);
  book.rule(rule).probability = 10;
  book.rule(rule).tags = 1;
  const auto waiver = book.Add("W", ruleset::kNoLane);
  book.rule(waiver).waives = 1;
  Case parcel(book);
  parcel.hits = {rule, waiver};
  EXPECT_THAT(parcel.Judged().draws, IsEmpty());
}

class SplitTest : public testing::Test {
 protected:
  void SetShares(const std::vector<ruleset::SplitShare>& shares) {
    book_.rule_set.split_shares = shares;
    rule_ = book_.Add("SPLIT", ruleset::kNoLane, 3);
    book_.rule(rule_).split_count = static_cast<std::uint32_t>(shares.size());
  }
  Decision Of(const std::string& id) {
    Case parcel(book_, id);
    parcel.hits = {rule_};
    return parcel.Judged();
  }

  SmallBook book_;
  ruleset::RuleIndex rule_ = 0;
};

TEST_F(SplitTest, SharesOfOneTicketFollowTheirProbabilities) {
  SetShares({{SmallBook::kInspect, 100'000}, {SmallBook::kDocument, 300'000}});
  Case parcel(book_);
  parcel.hits = {rule_};
  double counts[4] = {};
  constexpr int kParcels = 20'000;
  for (int i = 0; i < kParcels; ++i) {
    parcel.SetId("P" + std::to_string(i));
    ++counts[parcel.Judged().lane];
  }
  const double expected[4] = {0.6 * kParcels, 0.3 * kParcels, 0.1 * kParcels, 0};
  double chi_square = 0;
  for (int lane = 0; lane < 3; ++lane) {
    chi_square += std::pow(counts[lane] - expected[lane], 2) / expected[lane];
  }
  EXPECT_LT(chi_square, 13.8);  // 2 degrees of freedom, p = 0.001
  EXPECT_EQ(counts[SmallBook::kHold], 0);
}

TEST_F(SplitTest, TheRecordedThresholdIsWhereTheShareEnds) {
  SetShares({{SmallBook::kInspect, 250'000}, {SmallBook::kDocument, 250'000}});
  bool seen[3] = {};
  for (int i = 0; i < 50; ++i) {
    const Decision decision = Of("P" + std::to_string(i));
    const Draw& draw = decision.draws.at(0);
    const std::uint64_t quarter = draw.ticket >> 62;
    EXPECT_EQ(decision.lane, quarter == 0   ? SmallBook::kInspect
                             : quarter == 1 ? SmallBook::kDocument
                                            : SmallBook::kPass);
    EXPECT_EQ(draw.threshold, std::uint64_t{quarter == 0 ? 1u : 2u} << 62);
    EXPECT_EQ(draw.selected, quarter < 2);
    EXPECT_EQ(draw.lane, quarter < 2 ? decision.lane : ruleset::kNoLane);
    EXPECT_EQ(decision.score, 3u);
    seen[std::min<std::uint64_t>(quarter, 2)] = true;
  }
  EXPECT_TRUE(seen[0] && seen[1] && seen[2]);
}

TEST_F(SplitTest, AFullSplitLeavesNobodyOut) {
  SetShares({{SmallBook::kInspect, 1}, {SmallBook::kDocument, 999'999}});
  for (int i = 0; i < 200; ++i) {
    const Decision decision = Of("P" + std::to_string(i));
    EXPECT_TRUE(decision.draws.at(0).selected);
    EXPECT_NE(decision.lane, SmallBook::kPass);
  }
}

TEST_F(SplitTest, WithoutADrawIdTheMostSevereShareIsTaken) {
  SetShares({{SmallBook::kDocument, 900'000}, {SmallBook::kHold, 1'000}});
  EXPECT_EQ(Of("").lane, SmallBook::kHold);
  EXPECT_EQ(Of("").draws.at(0).lane, SmallBook::kHold);
}

}  // namespace
}  // namespace sluice::decide
