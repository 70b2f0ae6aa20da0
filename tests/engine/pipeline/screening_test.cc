#include "engine/pipeline/screening.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/base/limits.h"
#include "tests/engine/pipeline/small_stream.h"

namespace sluice::pipeline {
namespace {

using ruleset::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Answer {
  ScreenSummary summary;
  std::vector<decide::Decision> decisions;
};

class ScreeningTest : public testing::Test {
 protected:
  Answer Screened(const ScreenOptions& options = {}) {
    MemorySink sink;
    source_.Rewind();
    const auto summary = Screen(book_.Finished(), key_, options, &source_, &sink);
    EXPECT_TRUE(summary.ok()) << summary.status().message();
    EXPECT_TRUE(sink.finished);
    return {*summary, std::move(sink.written)};
  }

  SmallRules book_;
  MemorySource source_;
  draw::EpochKey key_ = draw::TestEpochKey();
};

std::uint64_t Count(const ScreenSummary& summary, Outcome outcome) {
  return summary.outcomes[static_cast<std::size_t>(outcome)];
}

TEST_F(ScreeningTest, AnEmptyInputIsAnEmptySummary) {
  const Answer answer = Screened();
  EXPECT_EQ(answer.summary.parcels, 0u);
  EXPECT_EQ(answer.summary.decision_digest, base::Blake2b256(std::string_view()));
  EXPECT_THAT(answer.summary.lanes, ElementsAre(0, 0, 0, 0));
}

TEST_F(ScreeningTest, DecisionsComeInOrderWithWhatMatched) {
  book_.rules.rules[SmallRules::kRandom].probability = 0;
  source_.Add(SmallParcel{.id = "A", .received = 50, .weight_g = 2000});
  source_.Add(SmallParcel{.id = "B", .received = 40, .weight_g = 600});
  source_.Add(SmallParcel{.id = "C", .weight_g = 1001, .gift = true});
  const Answer answer = Screened();
  ASSERT_EQ(answer.decisions.size(), 3u);
  const decide::Decision& heavy = answer.decisions[0];
  EXPECT_EQ(heavy.parcel_id, "A");
  EXPECT_EQ(heavy.sequence, 1u);
  EXPECT_EQ(heavy.lane, SmallRules::kInspect);
  EXPECT_EQ(heavy.score, 30u);
  EXPECT_EQ(heavy.controls, 1u);
  EXPECT_EQ(heavy.now, (base::Timestamp{50, 0}));
  EXPECT_EQ(heavy.generation, 1u);
  const decide::Decision& light = answer.decisions[1];
  EXPECT_EQ(light.lane, SmallRules::kPass);
  EXPECT_THAT(light.shadow, ElementsAre(ruleset::Hit{SmallRules::kShadow, 0}));
  EXPECT_EQ(light.now, (base::Timestamp{50, 0})) << "now never decreases";
  const decide::Decision& gift = answer.decisions[2];
  EXPECT_THAT(gift.suppressed, ElementsAre(SmallRules::kHeavy));
  EXPECT_EQ(gift.now, (base::Timestamp{50, 0})) << "no received time: that of the one before";
  EXPECT_EQ(answer.summary.without_received, 1u);
}

TEST_F(ScreeningTest, TheSummaryCountsWhatTheDecisionsSay) {
  source_.Add(SmallParcel{.id = "A", .weight_g = 2000});
  source_.Add(SmallParcel{.id = "B", .weight_g = 2000, .gift = true});
  source_.Add(SmallParcel{.id = "C", .weight_g = {}, .pieces = 0});
  const ScreenSummary summary = Screened().summary;
  EXPECT_EQ(summary.parcels, 3u);
  EXPECT_EQ(summary.decided, 3u);
  EXPECT_EQ(summary.rules[SmallRules::kHeavy].matched, 1u);
  EXPECT_EQ(summary.rules[SmallRules::kHeavy].suppressed, 1u);
  EXPECT_EQ(summary.rules[SmallRules::kHeavy].absent, 1u);
  EXPECT_EQ(summary.rules[SmallRules::kShadow].shadow, 2u);
  EXPECT_EQ(summary.rules[SmallRules::kRandom].matched, 3u);
  EXPECT_EQ(summary.rules[SmallRules::kErring].errors, 1u);
  EXPECT_EQ(summary.matches, 6u);
  EXPECT_EQ(Count(summary, Outcome::kRuleError), 1u);
  EXPECT_EQ(Count(summary, Outcome::kIncomplete), 1u);
  EXPECT_TRUE(summary.test_key);
  EXPECT_EQ(summary.rule_set, book_.Finished()->hash);
}

TEST_F(ScreeningTest, TheSameRecordAgainRepeatsItsDecisionAndCountsNothing) {
  source_.Add(SmallParcel{.id = "A", .weight_g = 2000});
  source_.Add(SmallParcel{.id = "B"});
  source_.Add(SmallParcel{.id = "A", .weight_g = 2000});
  for (const std::size_t batch_rows : {1u, 256u}) {
    const Answer answer = Screened({.batch_rows = batch_rows});
    const decide::Decision& repeated = answer.decisions.at(2);
    EXPECT_EQ(repeated.duplicate_of, 1u);
    EXPECT_EQ(repeated.sequence, 3u);
    EXPECT_EQ(repeated.revision, 1u);
    EXPECT_EQ(repeated.parcel_id, "A");
    EXPECT_EQ(repeated.lane, SmallRules::kInspect);
    EXPECT_EQ(repeated.score, answer.decisions[0].score);
    EXPECT_EQ(repeated.controls, 1u);
    EXPECT_THAT(repeated.matched, IsEmpty());
    EXPECT_EQ(answer.summary.duplicates, 1u);
    EXPECT_EQ(answer.summary.decided, 3u);
    EXPECT_EQ(answer.summary.lanes[SmallRules::kInspect], 2u);
    EXPECT_EQ(answer.summary.rules[SmallRules::kHeavy].matched, 1u);
  }
}

/// Everything but the time that it took.
void ExpectSame(const ScreenSummary& side, const ScreenSummary& alone) {
  EXPECT_EQ(side.decision_digest, alone.decision_digest);
  EXPECT_EQ(side.rule_set, alone.rule_set);
  EXPECT_EQ(side.parcels, alone.parcels);
  EXPECT_EQ(side.refused, alone.refused);
  EXPECT_EQ(side.duplicates, alone.duplicates);
  EXPECT_EQ(side.lanes, alone.lanes);
  EXPECT_EQ(side.outcomes, alone.outcomes);
  EXPECT_EQ(side.matches, alone.matches);
  EXPECT_EQ(side.rules, alone.rules);
  EXPECT_EQ(side.labelled, alone.labelled);
  EXPECT_EQ(side.read_failure_count, alone.read_failure_count);
}

TEST_F(ScreeningTest, EachSideIsWhatItIsAloneWhateverTheOthersRead) {
  for (int i = 0; i < 60; ++i) {
    const SmallParcel parcel{.id = "P" + std::to_string(i % 50), .weight_g = i * 40, .pieces = i % 3, .items = i * 17,
                             .fraud = i % 4 == 0};
    source_.Add(parcel);
  }
  source_.Add(std::vector<std::uint8_t>{1, 2, 3});
  source_.Add(std::vector<std::uint8_t>{}, parcel::ReadError::kBadCell);
  SmallRules alike;  // the same fields, so one decoding
  alike.rules.rules[SmallRules::kHeavy].lane = SmallRules::kHold;
  SmallRules other;
  other.ReadItems();
  const std::vector<ruleset::RuleSetPtr> rules = {book_.Finished(), alike.Finished(), other.Finished()};
  for (const std::size_t batch_rows : {5u, 512u}) {
    const ScreenOptions options{.threads = 2, .batch_rows = batch_rows, .label_fields = {"fraud"}};
    source_.Rewind();
    MemorySink sink;
    const auto sides =
        ScreenSides({{rules[0], &source_}, {rules[1], &source_, &sink}, {rules[2], &source_}}, key_, options);
    ASSERT_TRUE(sides.ok()) << sides.status().message();
    for (std::size_t i = 0; i < rules.size(); ++i) {
      source_.Rewind();
      const auto alone = Screen(rules[i], key_, options, &source_, nullptr);
      ExpectSame((*sides)[i], *alone);
    }
    EXPECT_EQ(sink.written.size(), 62u);
    EXPECT_TRUE(sink.finished);
    EXPECT_NE((*sides)[0].decision_digest, (*sides)[1].decision_digest);
  }
}

TEST_F(ScreeningTest, SidesOfOneSourceHaveItsSchemaAndSidesOfTwoTheSameRecords) {
  MemorySource shorter;
  source_.Add(SmallParcel{.id = "A"});
  const ruleset::RuleSetPtr rules = book_.Finished();
  const auto uneven = ScreenSides({{rules, &source_}, {rules, &shorter}}, key_, {});
  EXPECT_THAT(uneven.status().message(), HasSubstr("the same records"));
  SmallRules renamed;
  renamed.rules.catalog.records[renamed.rules.catalog.root].fields[0].name = "identity";
  source_.Rewind();
  const auto unlike = ScreenSides({{rules, &source_}, {renamed.Finished(), &source_}}, key_, {});
  EXPECT_THAT(unlike.status().message(), HasSubstr("different schemas"));
}

TEST_F(ScreeningTest, WorkIsCountedByOfficeAndRulesByTheFirstLabel) {
  const auto family = *parcel::FindPath(book_.rules.catalog, "family");
  book_.rules.system.office = book_.rules.columns.AddColumn(book_.rules.catalog, parcel::kParcelDomain, family);
  book_.rules.rules[SmallRules::kRandom].probability = 0;
  source_.Add(SmallParcel{.id = "A", .weight_g = 2000, .family = "4600", .fraud = true});
  source_.Add(SmallParcel{.id = "B", .weight_g = 3000, .family = "4600"});
  source_.Add(SmallParcel{.id = "B", .weight_g = 3000, .family = "4600"});
  source_.Add(SmallParcel{.id = "C", .weight_g = 600, .fraud = true});
  source_.Add(std::vector<std::uint8_t>{}, parcel::ReadError::kBadCell);
  const ScreenSummary summary = Screened({.label_fields = {"fraud"}, .by_office = true}).summary;
  EXPECT_THAT(summary.offices, ElementsAre(testing::Pair("", ElementsAre(1, 0, 0, 1)),
                                           testing::Pair("4600", ElementsAre(0, 0, 2, 0))));
  EXPECT_EQ(summary.rules[SmallRules::kHeavy].matched, 2u);
  EXPECT_EQ(summary.rules[SmallRules::kHeavy].matched_positive, 1u);
  EXPECT_EQ(summary.rules[SmallRules::kShadow].shadow_positive, 2u);
  EXPECT_THAT(Screened().summary.offices, IsEmpty());
}

TEST_F(ScreeningTest, OfficesBeyondTheLimitAreCountedTogether) {
  const auto id = *parcel::FindPath(book_.rules.catalog, "id");
  book_.rules.system.office = book_.rules.columns.AddColumn(book_.rules.catalog, parcel::kParcelDomain, id);
  for (std::size_t i = 0; i < limits::kLabelGroupsMax + 5; ++i) source_.Add(SmallParcel{.id = std::to_string(i)});
  const ScreenSummary summary = Screened({.by_office = true}).summary;
  EXPECT_EQ(summary.offices.size(), limits::kLabelGroupsMax + 1);
  std::uint64_t beyond = 0;
  for (const std::uint64_t count : summary.offices.at(kOtherLabels)) beyond += count;
  EXPECT_EQ(beyond, 5u);
}

TEST_F(ScreeningTest, OtherContentUnderTheSameIdIsAConflict) {
  source_.Add(SmallParcel{.id = "A"});
  source_.Add(SmallParcel{.id = "A", .weight_g = 101});
  source_.Add(SmallParcel{.id = "A", .weight_g = 101});
  const Answer answer = Screened();
  EXPECT_EQ(answer.decisions[0].outcomes, 0);
  EXPECT_TRUE(answer.decisions[1].Has(Outcome::kConflict));
  EXPECT_EQ(answer.decisions[1].revision, 2u);
  EXPECT_EQ(answer.decisions[1].lane, SmallRules::kHold);
  EXPECT_EQ(answer.decisions[2].duplicate_of, 2u);
  EXPECT_EQ(answer.decisions[2].lane, SmallRules::kHold);
  EXPECT_TRUE(answer.decisions[2].Has(Outcome::kConflict));
  EXPECT_EQ(Count(answer.summary, Outcome::kConflict), 1u);
}

TEST_F(ScreeningTest, TheScanIsASecondRevisionWithItsCause) {
  source_.Add(SmallParcel{.id = "A"});
  source_.Add(SmallParcel{.id = "A", .phase = 1, .weight_g = 1500});
  const Answer answer = Screened();
  EXPECT_EQ(answer.decisions[0].cause, decide::Cause::kDeclared);
  const decide::Decision& scanned = answer.decisions[1];
  EXPECT_EQ(scanned.cause, decide::Cause::kScanned);
  EXPECT_EQ(scanned.phase, parcel::Phase::kScanned);
  EXPECT_EQ(scanned.revision, 2u);
  EXPECT_FALSE(scanned.Has(Outcome::kConflict));
  EXPECT_EQ(scanned.lane, SmallRules::kInspect);
}

TEST_F(ScreeningTest, BadRecordsAreOutcomesWithTheirPlaceAndTheRestIsScreened) {
  source_.Add(SmallParcel{.id = "A"});
  source_.Add({0xFF, 0xFF, 0xFF}, parcel::ReadError::kNone);
  source_.Add({}, parcel::ReadError::kBadFrame);
  source_.Add(SmallParcel{.id = "B", .phase = 7});
  source_.Add(SmallParcel{.id = "C"});
  const Answer answer = Screened();
  EXPECT_EQ(Count(answer.summary, Outcome::kUnreadable), 3u);
  EXPECT_EQ(answer.decisions[1].read_error, parcel::ReadError::kTooShort);
  EXPECT_EQ(answer.decisions[1].lane, SmallRules::kHold);
  EXPECT_EQ(answer.decisions[2].read_error, parcel::ReadError::kBadFrame);
  EXPECT_EQ(answer.decisions[3].read_error, parcel::ReadError::kBadPhase);
  EXPECT_EQ(answer.decisions[4].parcel_id, "C");
  EXPECT_EQ(answer.summary.read_failure_count, 3u);
  ASSERT_EQ(answer.summary.read_failures.size(), 3u);
  EXPECT_EQ(answer.summary.read_failures[1].place, "memory:2");
  EXPECT_EQ(answer.summary.read_failures[1].flaw, "it is torn");
  EXPECT_EQ(answer.summary.read_failures[1].sequence, 3u);
}

TEST_F(ScreeningTest, KindsOfInputThatAreNotBuiltAreRefused) {
  source_.Add({1, 2, 3}, parcel::ReadError::kNone, parcel::InputKind::kAmendment);
  source_.Add(SmallParcel{.id = "A"});
  source_.Add({}, parcel::ReadError::kNone, parcel::InputKind::kTick);
  const Answer answer = Screened({.batch_rows = 1});
  EXPECT_EQ(answer.summary.parcels, 3u);
  EXPECT_EQ(answer.summary.refused, 2u);
  EXPECT_EQ(answer.summary.decided, 1u);
  EXPECT_EQ(answer.decisions.at(0).sequence, 1u);
}

TEST_F(ScreeningTest, ParcelsWithoutAnIdAreNeverDuplicates) {
  source_.Add(SmallParcel{});
  source_.Add(SmallParcel{});
  const Answer answer = Screened();
  EXPECT_EQ(answer.summary.duplicates, 0u);
  EXPECT_EQ(answer.decisions[1].revision, 1u);
}

TEST_F(ScreeningTest, ItemsThatFillABatchSpillAndChangeNothing) {
  book_.ReadItems();
  for (int i = 0; i < 20; ++i) {
    source_.Add(
        SmallParcel{.id = "P" + std::to_string(i), .weight_g = 900 + 20 * i, .items = 1000});
  }
  const Answer many = Screened({.batch_rows = 256});
  const Answer single = Screened({.batch_rows = 1});
  EXPECT_EQ(many.summary.decided, 20u);
  EXPECT_EQ(many.summary.decision_digest, single.summary.decision_digest);
  EXPECT_EQ(many.summary.rules[SmallRules::kHeavy].matched, 14u);
}

TEST_F(ScreeningTest, LabelsAreCountedByLane) {
  book_.rules.rules[SmallRules::kRandom].probability = 0;
  source_.Add(SmallParcel{.id = "A", .weight_g = 2000, .family = "limits", .fraud = true});
  source_.Add(SmallParcel{.id = "B", .weight_g = 2000, .family = "limits"});
  source_.Add(SmallParcel{.id = "C"});
  source_.Add(SmallParcel{.id = "C"});
  source_.Add({}, parcel::ReadError::kBadFrame);
  const ScreenSummary summary = Screened({.label_fields = {"family", "fraud"}}).summary;
  EXPECT_THAT(summary.labelled,
              ElementsAre(testing::Pair(LabelValues{"", "false"},
                                        LabelGroup{{1, 0, 0, 0}, 1}),  // by RND, though its draw passed it over
                          testing::Pair(LabelValues{"limits", "false"}, LabelGroup{{0, 0, 1, 0}, 1}),
                          testing::Pair(LabelValues{"limits", "true"}, LabelGroup{{0, 0, 1, 0}, 1})));
  const std::vector<LabelCounts> fraud = CountLabel(summary, 1);
  EXPECT_EQ(fraud[SmallRules::kInspect].count, 2u);
  EXPECT_EQ(fraud[SmallRules::kInspect].positive, 1u);
  EXPECT_EQ(CountLabel(summary, 0)[SmallRules::kInspect].positive, 2u);
  EXPECT_EQ(fraud[SmallRules::kPass].count, 1u);
}

TEST_F(ScreeningTest, TooManyLabelTextsAreCountedTogether) {
  for (std::size_t i = 0; i < limits::kLabelGroupsMax + 10; ++i) {
    source_.Add(SmallParcel{.id = "P" + std::to_string(i), .family = "f" + std::to_string(i)});
  }
  const ScreenSummary summary = Screened({.label_fields = {"family"}}).summary;
  ASSERT_EQ(summary.labelled.size(), limits::kLabelGroupsMax + 1);
  std::uint64_t others = 0;
  for (const std::uint64_t count : summary.labelled.at({kOtherLabels}).lanes) others += count;
  EXPECT_EQ(others, 10u);
}

TEST_F(ScreeningTest, WrongOptionsAreNamed) {
  const auto message = [&](const ScreenOptions& options) {
    return Screen(book_.Finished(), key_, options, &source_, nullptr).status().message();
  };
  EXPECT_THAT(message({.threads = -1}), HasSubstr("threads must be 0 to 256"));
  EXPECT_THAT(message({.batch_rows = 0}), HasSubstr("batch size must be 1 to 512"));
  EXPECT_THAT(message({.batch_rows = 513}), HasSubstr("batch size must be 1 to 512"));
  EXPECT_THAT(message({.label_fields = {"colour"}}), HasSubstr("\"colour\" is not a field"));
  EXPECT_THAT(message({.label_fields = {"received"}}), HasSubstr("is a timestamp"));
}

TEST_F(ScreeningTest, AnErrorOfTheSourceEndsTheRunWithItsMessage) {
  for (int i = 0; i < 100; ++i) source_.Add(SmallParcel{.id = "P" + std::to_string(i)});
  source_.FailAt(50);
  MemorySink sink;
  const auto summary = Screen(book_.Finished(), key_, {.batch_rows = 8}, &source_, &sink);
  EXPECT_EQ(summary.status().code(), StatusCode::kIo);
  EXPECT_EQ(summary.status().message(), "the disk is gone");
  EXPECT_FALSE(sink.finished);
  EXPECT_EQ(sink.written.size(), 48u) << "what was read before is decided";
}

TEST_F(ScreeningTest, AnErrorOfTheSinkEndsTheRunWithItsMessage) {
  for (int i = 0; i < 5000; ++i) source_.Add(SmallParcel{.id = "P" + std::to_string(i)});
  MemorySink sink;
  sink.FailAfter(3);
  const auto summary = Screen(book_.Finished(), key_, {.batch_rows = 8}, &source_, &sink);
  EXPECT_EQ(summary.status().message(), "no space left");
  EXPECT_EQ(sink.written.size(), 24u);
}

TEST_F(ScreeningTest, ProgressNeverRunsAheadOfTheEnd) {
  for (int i = 0; i < 60'000; ++i) source_.Add(SmallParcel{.id = "P" + std::to_string(i % 999)});
  std::vector<std::uint64_t> reports;
  ScreenOptions options;
  options.progress = [&](const Progress& progress) { reports.push_back(progress.decided); };
  Screened(options);
  EXPECT_GE(reports.size(), 2u);
  EXPECT_TRUE(std::is_sorted(reports.begin(), reports.end()));
  EXPECT_LE(reports.back(), 60'000u);
}

void AddRandomParcels(int count, MemorySource* source) {
  std::mt19937 random(11);
  for (int i = 0; i < count; ++i) {
    const auto number = static_cast<int>(random() % static_cast<unsigned>(count));
    if (random() % 50 == 0) {
      source->Add({1, 2, 3}, parcel::ReadError::kNone);
      continue;
    }
    const bool changed = random() % 10 == 0;
    source->Add(SmallParcel{.id = "P" + std::to_string(number),
                            .received = 1000 + number % 100 + (changed ? 50 : 0),
                            .phase = random() % 5 == 0,
                            .weight_g = 100 * (number % 20),
                            .pieces = number % 7,
                            .gift = number % 5 == 0,
                            .items = number % 3 == 0 ? number % 40 : 0});
  }
}

TEST_F(ScreeningTest, OneAnswerForAnyNumberOfThreadsAndAnyBatch) {
  book_.ReadItems();
  AddRandomParcels(6000, &source_);
  const ScreenSummary expected = Screened({.threads = 1, .batch_rows = 1}).summary;
  EXPECT_GT(expected.duplicates, 100u);
  EXPECT_GT(Count(expected, Outcome::kConflict), 100u);
  for (const int threads : {1, 2, 5}) {
    for (const std::size_t batch_rows : {1u, 7u, 256u, 512u}) {
      const Answer answer = Screened({.threads = threads, .batch_rows = batch_rows});
      EXPECT_EQ(answer.summary.decision_digest, expected.decision_digest)
          << threads << " threads, batches of " << batch_rows;
      EXPECT_EQ(answer.summary.lanes, expected.lanes);
      EXPECT_EQ(answer.summary.outcomes, expected.outcomes);
      EXPECT_EQ(answer.summary.matches, expected.matches);
      for (std::size_t i = 0; i < answer.decisions.size(); ++i) {
        ASSERT_EQ(answer.decisions[i].sequence, i + 1);
      }
    }
  }
}

}  // namespace
}  // namespace sluice::pipeline
