// The flat workloads mean the same in their neutral form and to the engine.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bench/workloads/flat_book.h"
#include "engine/match/evaluator.h"
#include "engine/match/index_kernels.h"

namespace sluice::bench {
namespace {

std::vector<std::string> NeutralMatches(const FlatModel& model, std::size_t parcel) {
  std::vector<std::string> ids;
  for (std::uint32_t rule = 0; rule < model.rules.size(); ++rule) {
    if (Holds(model.rules[rule], model.parcels[parcel])) ids.push_back(FlatRuleId(rule));
  }
  return ids;
}

// Compares every parcel's matches; returns how many there are.
std::size_t ExpectSameMatches(const FlatKnobs& knobs) {
  const FlatModel model = MakeFlatModel(knobs);
  const Workload workload = MakeFlatWorkload(model);
  const ruleset::RuleSet& rules = *workload.rule_set;
  match::Evaluator evaluator(match::MakeMatcher(workload.rule_set));
  ruleset::BatchMatches matches;
  std::size_t parcel = 0, count = 0;
  for (const auto& batch : DecodeBatches(workload, 100, 100)) {
    evaluator.Evaluate(*batch, &matches);
    EXPECT_EQ(matches.errors.size(), 0u);
    for (std::size_t row = 0; row < batch->row_count(); ++row, ++parcel) {
      std::vector<std::string> ids;
      for (const ruleset::Hit& hit : matches.hits.Row(row)) ids.emplace_back(rules.Text(rules.rules[hit.rule].id));
      EXPECT_EQ(ids, NeutralMatches(model, parcel)) << "parcel " << parcel;
      count += ids.size();
    }
  }
  EXPECT_EQ(parcel, knobs.parcels);
  return count;
}

TEST(FlatWorkloadTest, TheEngineFindsTheMatchesOfTheNeutralForm) {
  EXPECT_GT(ExpectSameMatches({.rules = 6'000, .parcels = 400}), 400u);
}

TEST(FlatWorkloadTest, HeavyUnselectiveAndLongListsMatchAlike) {
  EXPECT_GT(ExpectSameMatches({.rules = 1'000, .parcels = 300, .heavy_percent = 50}), 300u);
  EXPECT_GT(ExpectSameMatches({.rules = 1'000, .parcels = 300, .unselective_percent = 50}), 300u);
  EXPECT_GT(ExpectSameMatches({.rules = 3'000, .parcels = 300, .large_in_percent = 50, .list_keys = 3'000}), 200u);
}

TEST(FlatWorkloadTest, AnAbsentFieldMatchesNothing) {
  const FlatKnobs knobs{.rules = 2'000, .parcels = 400, .heavy_percent = 100};
  FlatKnobs absent = knobs;
  absent.absent_percent = 30;
  const std::size_t with_all = ExpectSameMatches(knobs), with_absent = ExpectSameMatches(absent);
  EXPECT_GT(with_absent, 100u);
  EXPECT_LT(with_absent, with_all);
}

TEST(FlatWorkloadTest, DigestsDoNotDependOnHowManyParcelsWait) {
  const FlatModel model = MakeFlatModel({.rules = 500, .parcels = 512, .heavy_percent = 50});
  const Workload workload = MakeFlatWorkload(model);
  const std::uint64_t digest = DigestMatches(workload, 512, 512);
  for (const std::uint32_t fill : {1u, 7u, 64u, 100u}) EXPECT_EQ(DigestMatches(workload, 512, fill), digest) << fill;
}

TEST(FlatWorkloadTest, DigestsDoNotDependOnTheInstructionSet) {
  const FlatModel model = MakeFlatModel({.rules = 2'000, .parcels = 600, .heavy_percent = 50, .absent_percent = 10});
  const Workload workload = MakeFlatWorkload(model);
  const std::uint64_t digest = DigestMatches(workload, 600, 512);
  const std::vector<std::string> sets = match::InstructionSets();
  EXPECT_FALSE(sets.empty());
  for (const std::string& set : sets) {
    match::UseInstructionSet(set);
    EXPECT_EQ(DigestMatches(workload, 600, 512), digest) << set;
    EXPECT_EQ(DigestMatches(workload, 600, 200), digest) << set;
  }
  match::UseInstructionSet("");
}

}  // namespace
}  // namespace sluice::bench
