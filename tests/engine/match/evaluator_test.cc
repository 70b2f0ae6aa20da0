// What the evaluator promises beside the value of a condition: to which parcels a rule applies, scores, lists, order.
#include "engine/match/evaluator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "engine/base/limits.h"
#include "tests/engine/match/test_batches.h"
#include "tests/support/program_builder.h"

namespace sluice::testing {
namespace {

using ruleset::Hit;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class EvaluatorTest : public ::testing::Test {
 protected:
  EvaluatorTest() {
    b_.rules().system.office = kOffice;
    b_.rules().system.direction = kDirection;
  }

  /// Evaluates `rows` parcels; `fill` sets what they hold.
  template <typename Fill>
  void Evaluate(std::uint32_t rows, Fill fill) {
    const ruleset::RuleSetPtr rules = b_.Finish();
    parcel::Batch batch(rules->columns);
    batch.Clear();
    batch.domains[kParcels].count = rows;
    for (parcel::DomainIndex d = kItems; d <= kParts; ++d) {
      SetRows(&batch, d, std::vector<std::uint32_t>(batch.domains[d == kParts ? kItems : kParcels].count));
    }
    fill(&batch);
    match::Evaluator(match::MakeMatcher(rules)).Evaluate(batch, &matches_);
  }
  static void SetInt(parcel::Batch* batch, parcel::ColumnIndex column, std::size_t row, std::int64_t value) {
    parcel::SetBit(batch->columns[column].present, row);
    batch->columns[column].ints[row] = value;
  }
  std::vector<std::size_t> RowsHit(ruleset::RuleIndex rule) const {
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < matches_.hits.row_count(); ++row) {
      for (const Hit& hit : matches_.hits.Row(row)) {
        if (hit.rule == rule) rows.push_back(row);
      }
    }
    return rows;
  }

  ProgramBuilder b_;
  ruleset::BatchMatches matches_;
};

TEST_F(EvaluatorTest, ListsAscendByRuleWithinAParcel) {
  b_.Rule(b_.Compare(Op::kGt, b_.Column(kNumber), b_.Int(0))).score = 5;
  b_.Rule(b_.Column(kFlag));
  b_.Rule(b_.Bool(true)).score = 7;
  b_.Rule(b_.Column(kFlag)).absent_is_error = true;
  Evaluate(2, [](parcel::Batch* batch) {
    SetInt(batch, kNumber, 0, 1);
    SetInt(batch, kFlag, 0, 1);
  });
  EXPECT_THAT(matches_.hits.Row(0), ElementsAre(Hit{0, 5}, Hit{1, 0}, Hit{2, 7}, Hit{3, 0}));
  EXPECT_THAT(matches_.hits.Row(1), ElementsAre(Hit{2, 7}));
  EXPECT_THAT(matches_.absent.Row(0), IsEmpty());
  EXPECT_THAT(matches_.absent.Row(1), ElementsAre(0, 1));
  EXPECT_THAT(matches_.errors.Row(1), ElementsAre(3));
}

TEST_F(EvaluatorTest, OtherErrorsOfAConditionAreErrors) {
  const NodeIndex divided = b_.Make(Op::kDiv, ValueType::kInt, b_.Int(1), b_.Column(kNumber));
  b_.Rule(b_.Compare(Op::kEq, divided, b_.Int(1)));
  Evaluate(3, [](parcel::Batch* batch) {
    SetInt(batch, kNumber, 0, 0);
    SetInt(batch, kNumber, 1, 1);
  });
  EXPECT_THAT(matches_.errors.Row(0), ElementsAre(0));
  EXPECT_THAT(matches_.hits.Row(1), ElementsAre(Hit{0, 0}));
  EXPECT_THAT(matches_.absent.Row(2), ElementsAre(0));
}

TEST_F(EvaluatorTest, ComputedScoresAreCutToTheirRange) {
  b_.Rule(b_.Bool(true)).score_node = b_.Column(kNumber);
  b_.Rule(b_.Bool(true)).score_node = b_.Make(Op::kDiv, ValueType::kInt, b_.Int(6), b_.Column(kNumber));
  Evaluate(4, [](parcel::Batch* batch) {
    SetInt(batch, kNumber, 0, 3);
    SetInt(batch, kNumber, 1, -3);
    SetInt(batch, kNumber, 2, 0);
  });
  EXPECT_THAT(matches_.hits.Row(0), ElementsAre(Hit{0, 3}, Hit{1, 2}));
  EXPECT_THAT(matches_.hits.Row(1), ElementsAre(Hit{0, 0}, Hit{1, 0}));
  EXPECT_THAT(matches_.hits.Row(2), ElementsAre(Hit{0, 0}, Hit{1, 0}));
  EXPECT_THAT(matches_.errors.Row(2), ElementsAre(1));
  EXPECT_THAT(matches_.hits.Row(3), ElementsAre(Hit{0, 0}, Hit{1, 0}));
  EXPECT_THAT(matches_.errors.Row(3), IsEmpty());
}

TEST_F(EvaluatorTest, RulesApplyByDirectionAndAnAbsentOneIsNoneOfThem) {
  b_.Rule(b_.Bool(true)).directions = parcel::DirectionBit(parcel::Direction::kImport);
  b_.Rule(b_.Bool(true)).directions = parcel::DirectionBit(parcel::Direction::kExport);
  b_.Rule(b_.Bool(true));
  Evaluate(3, [](parcel::Batch* batch) {
    SetInt(batch, kDirection, 0, 0);
    SetInt(batch, kDirection, 1, 1);
  });
  EXPECT_THAT(RowsHit(0), ElementsAre(0));
  EXPECT_THAT(RowsHit(1), ElementsAre(1));
  EXPECT_THAT(RowsHit(2), ElementsAre(0, 1, 2));
}

TEST_F(EvaluatorTest, RulesApplyByOffice) {
  b_.rules().office_sets = {{"4600", "4604"}, {"4604"}};
  b_.Rule(b_.Bool(true)).offices = 0;
  b_.Rule(b_.Bool(true)).offices = 1;
  Evaluate(4, [](parcel::Batch* batch) {
    constexpr std::string_view kOffices[] = {"4600", "4604", "9999"};
    for (std::size_t row = 0; row < 3; ++row) {
      parcel::SetBit(batch->columns[kOffice].present, row);
      batch->columns[kOffice].texts[row] = kOffices[row];
    }
  });
  EXPECT_THAT(RowsHit(0), ElementsAre(0, 1));
  EXPECT_THAT(RowsHit(1), ElementsAre(1));
}

TEST_F(EvaluatorTest, RulesApplyByPhaseAndWithinTheirValidity) {
  b_.Rule(b_.Bool(true)).phases = parcel::PhaseBit(parcel::Phase::kScanned);
  ruleset::Rule& dated = b_.Rule(b_.Bool(true));
  dated.valid_from = {100, 0};
  dated.valid_until = {102, 0};
  Evaluate(4, [](parcel::Batch* batch) {
    for (std::size_t row = 0; row < 4; ++row) {
      batch->facts[row].now = {99 + static_cast<std::int64_t>(row), 0};
      batch->facts[row].phase = row == 2 ? parcel::Phase::kScanned : parcel::Phase::kDeclared;
    }
  });
  EXPECT_THAT(RowsHit(0), ElementsAre(2));
  EXPECT_THAT(RowsHit(1), ElementsAre(1, 2));
}

TEST_F(EvaluatorTest, UnreadableParcelsHaveNoEntries) {
  b_.Rule(b_.Bool(true));
  b_.Rule(b_.Column(kFlag));
  Evaluate(2, [](parcel::Batch* batch) { batch->facts[0].read_error = parcel::ReadError::kOutOfBounds; });
  EXPECT_THAT(matches_.hits.Row(0), IsEmpty());
  EXPECT_THAT(matches_.absent.Row(0), IsEmpty());
  EXPECT_THAT(matches_.hits.Row(1), ElementsAre(Hit{0, 0}));
}

TEST_F(EvaluatorTest, ABatchLeavesNothingBehindForTheNext) {
  const NodeIndex beta = b_.Compare(Op::kEq, b_.Column(kText), b_.Text("Beta"));
  const NodeIndex sum = b_.Make(Op::kAdd, ValueType::kInt, b_.Column(kNumber), b_.Int(1));
  b_.Rule(b_.And({beta, b_.Compare(Op::kGt, sum, b_.Int(1))}));
  b_.Rule(b_.Or({beta, b_.Compare(Op::kEq, sum, b_.Int(3))}));
  const ruleset::RuleSetPtr rules = b_.Finish();
  match::Evaluator kept(match::MakeMatcher(rules));
  parcel::Batch batch(rules->columns);
  RandomBatch random(5);
  for (const std::uint32_t rows : {512u, 1u, 64u, 0u, 65u, 256u}) {
    random.Fill(rules->columns, rows, 3, &batch);
    ruleset::BatchMatches fresh;
    kept.Evaluate(batch, &matches_);
    match::Evaluator(match::MakeMatcher(rules)).Evaluate(batch, &fresh);
    EXPECT_TRUE(matches_.hits == fresh.hits);
    EXPECT_TRUE(matches_.absent == fresh.absent);
    EXPECT_TRUE(matches_.errors == fresh.errors);
  }
}

// Texts by code, by prefix, by literal, numbers by bounds: all that a Matcher shares, asked of different batches.
TEST_F(EvaluatorTest, ThreadsThatShareAMatcherFindWhatEachFindsAlone) {
  const NodeIndex beta = b_.Compare(Op::kEq, b_.Column(kText), b_.Text("Beta"));
  const NodeIndex starts = b_.Make(Op::kStartsWith, ValueType::kBool, b_.Column(kText), b_.Text("Al"));
  const NodeIndex contains = b_.Make(Op::kContains, ValueType::kBool, b_.Column(kText), b_.Text("t"));
  b_.Rule(b_.And({beta, b_.Compare(Op::kGt, b_.Column(kNumber), b_.Int(0))}));
  b_.Rule(b_.Or({starts, contains}));
  const ruleset::RuleSetPtr rules = b_.Finish();
  const match::MatcherPtr shared = match::MakeMatcher(rules);
  constexpr std::size_t kThreads = 4, kBatches = 50;
  std::vector<std::vector<ruleset::BatchMatches>> found(kThreads, std::vector<ruleset::BatchMatches>(kBatches));
  const auto evaluate = [&](const match::MatcherPtr& matcher, unsigned seed, auto* matches) {
    match::Evaluator evaluator(matcher);
    RandomBatch random(seed);
    parcel::Batch batch(rules->columns);
    for (ruleset::BatchMatches& one : *matches) {
      random.Fill(rules->columns, 100, 3, &batch);
      evaluator.Evaluate(batch, &one);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < kThreads; ++t) threads.emplace_back([&, t] { evaluate(shared, t, &found[t]); });
  for (std::thread& thread : threads) thread.join();
  std::size_t hits = 0;
  for (unsigned t = 0; t < kThreads; ++t) {
    std::vector<ruleset::BatchMatches> alone(kBatches);
    evaluate(match::MakeMatcher(rules), t, &alone);
    for (std::size_t i = 0; i < kBatches; ++i) {
      ASSERT_TRUE(found[t][i].hits == alone[i].hits);
      ASSERT_TRUE(found[t][i].absent == alone[i].absent);
      hits += alone[i].hits.size();
    }
  }
  EXPECT_GT(hits, 0u);
}

}  // namespace
}  // namespace sluice::testing
