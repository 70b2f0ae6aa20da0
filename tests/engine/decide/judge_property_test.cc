// What must hold of every decision, on random books and matches.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <utility>

#include "tests/engine/decide/small_book.h"

namespace sluice::decide {
namespace {

using ruleset::Outcome;
using ruleset::RuleIndex;
using Random = std::mt19937_64;

constexpr int kRounds = 2000;

bool OneIn(Random& random, unsigned n) { return random() % n == 0; }

void AddRandomRule(Random& random, int number, SmallBook* book) {
  const auto lane = static_cast<ruleset::LaneIndex>(random() % 5);
  const RuleIndex index =
      book->Add("R" + std::to_string(number), lane == 4 ? ruleset::kNoLane : lane,
                static_cast<std::uint32_t>(random() % 60));
  ruleset::Rule& rule = book->rule(index);
  if (OneIn(random, 5)) rule.mode = ruleset::RuleMode::kShadow;
  rule.mandatory = OneIn(random, 6);
  rule.must_inspect = OneIn(random, 6);
  if (OneIn(random, 3)) rule.tags = random() % 8;
  if (OneIn(random, 5)) rule.waives = random() % 8;
  if (OneIn(random, 3)) rule.probability = static_cast<std::uint32_t>(random() % 1'000'001);
  if (OneIn(random, 3)) rule.controls = random() % 8;
  if (OneIn(random, 6)) {
    rule.split_first = static_cast<std::uint32_t>(book->rule_set.split_shares.size());
    rule.split_count = 2;
    book->rule_set.split_shares.push_back({SmallBook::kInspect, 300'000});
    book->rule_set.split_shares.push_back({SmallBook::kDocument, 200'000});
  }
}

SmallBook RandomBook(Random& random) {
  SmallBook book;
  for (auto& lane : book.rule_set.outcome_lanes)
    lane = static_cast<ruleset::LaneIndex>(random() % 4);
  for (auto& lane : book.rule_set.lanes) lane.severity = static_cast<std::int32_t>(random() % 3);
  if (OneIn(random, 2))
    book.rule_set.score_lanes = {{40, SmallBook::kDocument}, {90, SmallBook::kHold}};
  book.Require(0, parcel::kAllPhases, "parcel_id");
  for (int i = 0; i < 8; ++i) AddRandomRule(random, i, &book);
  return book;
}

void AddRandomMatches(Random& random, Case* parcel) {
  if (OneIn(random, 8)) parcel->batch.columns[0].present[0] = 0;
  for (RuleIndex rule = 0; rule < parcel->rule_set->rules.size(); ++rule) {
    switch (random() % 6) {
      case 0:
      case 1:
      case 2: parcel->hits.push_back(rule); break;
      case 3: parcel->absent.push_back(rule); break;
      case 4:
        if (OneIn(random, 4)) parcel->errors.push_back(rule);
        break;
      default: break;
    }
  }
}

TEST(JudgePropertyTest, TheLaneIsNeverMilderThanAnyOutcomesLane) {
  Random random(1);
  for (int round = 0; round < kRounds; ++round) {
    const SmallBook book = RandomBook(random);
    Case parcel(book, "P" + std::to_string(round));
    AddRandomMatches(random, &parcel);
    Decision decision = parcel.Judged();
    AddOutcome(book.rule_set, static_cast<Outcome>(random() % ruleset::kOutcomeCount), &decision);
    for (int i = 0; i < ruleset::kOutcomeCount; ++i) {
      if (!decision.Has(static_cast<Outcome>(i))) continue;
      const auto outcome_lane = book.rule_set.outcome_lanes[static_cast<std::size_t>(i)];
      ASSERT_GE(book.rule_set.lanes[decision.lane].severity,
                book.rule_set.lanes[outcome_lane].severity);
    }
  }
}

TEST(JudgePropertyTest, EveryMatchIsOnRecordExactlyOnceAndWaiversSpareWhatTheyMust) {
  Random random(2);
  for (int round = 0; round < kRounds; ++round) {
    const SmallBook book = RandomBook(random);
    Case parcel(book);
    AddRandomMatches(random, &parcel);
    const Decision decision = parcel.Judged();
    std::vector<RuleIndex> recorded = decision.suppressed;
    for (const auto& hit : decision.matched) recorded.push_back(hit.rule);
    for (const auto& hit : decision.shadow) recorded.push_back(hit.rule);
    std::sort(recorded.begin(), recorded.end());
    ASSERT_EQ(recorded, parcel.hits);
    ASSERT_EQ(decision.errors, parcel.errors);
    ASSERT_EQ(decision.absent, parcel.absent);
    for (const RuleIndex rule : decision.suppressed) {
      ASSERT_FALSE(book.rule_set.rules[rule].mandatory || book.rule_set.rules[rule].must_inspect);
    }
  }
}

/// The same rules in another order, matching alike.
SmallBook Reordered(const SmallBook& book, const std::vector<RuleIndex>& order) {
  SmallBook other = book;
  for (std::size_t i = 0; i < order.size(); ++i) {
    other.rule_set.rules[order[i]] = book.rule_set.rules[i];
  }
  return other;
}

std::vector<RuleIndex> Renumbered(const std::vector<RuleIndex>& rules,
                                  const std::vector<RuleIndex>& order) {
  std::vector<RuleIndex> renumbered;
  for (const RuleIndex rule : rules) renumbered.push_back(order[rule]);
  std::sort(renumbered.begin(), renumbered.end());
  return renumbered;
}

TEST(JudgePropertyTest, TheOrderOfRulesDoesNotMatter) {
  Random random(3);
  for (int round = 0; round < kRounds; ++round) {
    const SmallBook book = RandomBook(random);
    Case parcel(book, "P" + std::to_string(round));
    AddRandomMatches(random, &parcel);
    std::vector<RuleIndex> order(book.rule_set.rules.size());
    std::iota(order.begin(), order.end(), 0u);
    std::shuffle(order.begin(), order.end(), random);
    const SmallBook other = Reordered(book, order);
    Case other_parcel(other, parcel.id);
    other_parcel.batch.columns[0].present = parcel.batch.columns[0].present;
    other_parcel.hits = Renumbered(parcel.hits, order);
    other_parcel.absent = Renumbered(parcel.absent, order);
    other_parcel.errors = Renumbered(parcel.errors, order);
    std::vector<std::uint8_t> bytes;
    std::vector<std::uint8_t> other_bytes;
    AppendCanonical(book.rule_set, parcel.Judged(), &bytes);
    AppendCanonical(other.rule_set, other_parcel.Judged(), &other_bytes);
    ASSERT_EQ(bytes, other_bytes);
  }
}

TEST(JudgePropertyTest, AHigherProbabilityNeverDeselects) {
  Random random(4);
  SmallBook book;
  const RuleIndex rule = book.Add("A", SmallBook::kInspect);
  Case parcel(book);
  parcel.hits = {rule};
  for (int round = 0; round < kRounds; ++round) {
    parcel.SetId("P" + std::to_string(round));
    auto low = static_cast<std::uint32_t>(random() % 1'000'001);
    auto high = static_cast<std::uint32_t>(random() % 1'000'001);
    if (low > high) std::swap(low, high);
    book.rule(rule).probability = low;
    const bool selected_low = parcel.Judged().lane == SmallBook::kInspect;
    book.rule(rule).probability = high;
    const bool selected_high = parcel.Judged().lane == SmallBook::kInspect;
    ASSERT_LE(selected_low, selected_high) << low << " " << high;
  }
}

TEST(JudgePropertyTest, AFurtherMatchNeverLowersTheLaneUnlessItWaives) {
  Random random(5);
  for (int round = 0; round < kRounds; ++round) {
    SmallBook book = RandomBook(random);
    for (ruleset::Rule& rule : book.rule_set.rules) rule.waives = 0;
    book.rule_set.score_lanes.clear();  // a higher sum may be mapped to a milder lane
    book.rule_set.default_lane = 0;
    book.rule_set.lanes[0].severity = -1;
    Case parcel(book, "P" + std::to_string(round));
    AddRandomMatches(random, &parcel);
    std::int32_t severity = std::numeric_limits<std::int32_t>::min();
    const std::vector<RuleIndex> all = std::exchange(parcel.hits, {});
    for (const RuleIndex rule : all) {
      parcel.hits.push_back(rule);
      const std::int32_t now = book.rule_set.lanes[parcel.Judged().lane].severity;
      ASSERT_GE(now, severity);
      severity = now;
    }
  }
}

}  // namespace
}  // namespace sluice::decide
