// parcel-2-items means the same in its neutral form and to the engine.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "bench/workloads/parcel_book.h"
#include "engine/match/evaluator.h"

namespace sluice::bench {
namespace {

class ParcelWorkloadTest : public ::testing::Test {
 protected:
  ParcelWorkloadTest()
      : model_(MakeParcelModel({.profiles = 4'000, .parcels = 600})), workload_(MakeParcelWorkload(model_)) {}

  std::vector<std::string> NeutralMatches(std::size_t parcel) const {
    std::vector<std::string> ids;
    for (std::uint32_t number = 0; number < model_.profiles.size(); ++number) {
      if (Holds(model_, model_.profiles[number], model_.parcels[parcel])) ids.push_back(ProfileRuleId(model_, number));
    }
    std::ranges::sort(ids);
    return ids;
  }

  ParcelModel model_;
  Workload workload_;
};

TEST_F(ParcelWorkloadTest, TheEngineFindsTheProfilesOfTheNeutralForm) {
  const ruleset::RuleSet& rules = *workload_.rule_set;
  match::Evaluator evaluator(match::MakeMatcher(workload_.rule_set));
  ruleset::BatchMatches matches;
  std::size_t parcel = 0, count = 0, of_words = 0;
  for (const auto& batch : DecodeBatches(workload_, 100, 100)) {
    evaluator.Evaluate(*batch, &matches);
    for (std::size_t row = 0; row < batch->row_count(); ++row, ++parcel) {
      std::vector<std::string> ids;
      for (const ruleset::Hit& hit : matches.hits.Row(row)) {
        const std::string id(rules.Text(rules.rules[hit.rule].id));
        if (!id.starts_with("BEN-")) continue;
        ids.push_back(id);
        const auto number = std::stoul(id.substr(id.find('P') + 1));
        of_words += model_.profiles[number].word.empty() ? 0 : 1;
      }
      std::ranges::sort(ids);
      EXPECT_EQ(ids, NeutralMatches(parcel)) << "parcel " << parcel;
      count += ids.size();
    }
  }
  EXPECT_EQ(parcel, 600u);
  EXPECT_GT(count, 300u);
  EXPECT_GT(of_words, 10u);
}

TEST_F(ParcelWorkloadTest, EachParcelHasTwoItemsWithDescriptionsOfSixtyBytes) {
  for (const generator::Draft& parcel : model_.parcels) {
    ASSERT_EQ(parcel.items.size(), 2u);
    for (const generator::DraftItem& item : parcel.items) EXPECT_EQ(item.description.size(), 60u);
  }
}

}  // namespace
}  // namespace sluice::bench
