// What explains and covers agrees with what decides: on generated books and records, each rule's bar, recorded
// condition and trace say what its decision says.
#include "engine/match/recorder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "engine/match/applicability.h"
#include "engine/match/inspector.h"
#include "engine/match/scopes.h"
#include "engine/pipeline/screener.h"
#include "tests/differential/book_generator.h"
#include "tests/differential/comparison.h"
#include "tests/differential/record_generator.h"

namespace sluice::differential {
namespace {

using ruleset::NodeIndex;
using ruleset::RuleIndex;

constexpr std::uint64_t kRounds = 25;
constexpr std::size_t kRecords = 40;

// Conditions that no element's variable is read in: they have one value a parcel.
std::vector<NodeIndex> WholeConditions(const ruleset::RuleSet& rules) {
  const match::Scopes scopes(rules);
  std::vector<NodeIndex> nodes;
  for (NodeIndex i = 0; i < rules.program.nodes.size(); ++i) {
    const ruleset::Node& node = rules.program.nodes[i];
    const bool is_condition = rules.program.types[node.type].kind == ruleset::ValueType::kBool;
    if (is_condition && node.op != ruleset::Op::kConst && scopes.reached(i) && scopes.scope(i).empty()) {
      nodes.push_back(i);
    }
  }
  return nodes;
}

class RecorderTest : public testing::Test {
 protected:
  void Round(std::uint64_t seed) {
    Chance chance(seed);
    const Schema& schema = chance.OneIn(2) ? DefaultSchema() : SmallSchema();
    oracle::BookModel book = BookGenerator(schema, &chance).Book();
    const auto stream = RecordGenerator(schema, &chance).Stream(kRecords);
    Coverage coverage;
    std::string failure;
    const auto rules = CompileWhatCompiles(&book, folder_, &coverage, &failure);
    ASSERT_NE(rules, nullptr) << failure;
    pipeline::Screener screener(rules, draw::TestEpochKey());
    match::Recorder recorder(rules, WholeConditions(*rules));
    match::Inspector inspector(rules);
    for (const oracle::Submission& submission : stream) {
      const decide::Decision& decision = screener.Screen(submission.bytes);
      for (RuleIndex i = 0; i < rules->rules.size(); ++i) Check(*rules, i, decision, screener, &recorder, &inspector);
    }
  }

  void Check(const ruleset::RuleSet& rules, RuleIndex index, const decide::Decision& decision,
             const pipeline::Screener& screener, match::Recorder* recorder, match::Inspector* inspector) {
    const auto hit = [&](const std::vector<ruleset::Hit>& hits) {
      return std::any_of(hits.begin(), hits.end(), [&](const ruleset::Hit& known) { return known.rule == index; });
    };
    const auto has = [&](const std::vector<RuleIndex>& list) {
      return std::find(list.begin(), list.end(), index) != list.end();
    };
    const bool matched = hit(decision.matched) || hit(decision.shadow) || has(decision.suppressed);
    const bool failed = has(decision.absent) || has(decision.errors);
    const parcel::Batch& batch = screener.batch();
    if (match::BarOf(rules, rules.rules[index], batch, 0) != match::Bar::kNone) {
      EXPECT_FALSE(matched || failed) << "it was asked";
      ++barred_;
      return;
    }
    const auto tell = [&](NodeIndex node, match::ErrorKind error, bool value) {
      ++told_;
      const match::InspectedValue seen = inspector->Inspect(batch, 0, node);
      EXPECT_EQ(seen.error, error);
      if (error != match::ErrorKind::kNone) return;
      EXPECT_EQ(seen.number != 0, value);
    };
    const bool holds = recorder->Record(batch, 0, rules.rules[index].condition, tell);
    EXPECT_EQ(holds, matched);
    const match::Trace trace = inspector->TraceOf(batch, 0, rules.rules[index].condition, {});
    const bool holds_by_trace = trace.value.error == match::ErrorKind::kNone && trace.value.number != 0;
    EXPECT_EQ(holds_by_trace, matched);
    // A score of its own may have failed.
    if (!matched) {
      EXPECT_EQ(trace.value.error != match::ErrorKind::kNone, failed);
    }
    matched_ += matched ? 1 : 0;
  }

  const std::string folder_ =
      (std::filesystem::temp_directory_path() / ("sluice-recorder-" + std::to_string(getpid()))).string();
  std::size_t barred_ = 0;
  std::size_t told_ = 0;
  std::size_t matched_ = 0;
};

TEST_F(RecorderTest, RecordedConditionsTracesAndBarsAgreeWithDecisions) {
  for (std::uint64_t seed = 1; seed <= kRounds && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Round(seed);
  }
  std::filesystem::remove_all(folder_);
  EXPECT_GT(barred_, 0u);
  EXPECT_GT(told_, 0u);
  EXPECT_GT(matched_, 0u);
}

}  // namespace
}  // namespace sluice::differential
