#include <gtest/gtest.h>

#include "tests/support/sample_rule_set.h"

namespace sluice::ruleset {
namespace {

TEST(DumpTest, ConditionsReadAsOneLine) {
  const RuleSet set = testing::SampleRuleSet();
  const auto dump = [&](std::size_t rule) { return DumpNode(set.program, set.rules[rule].condition); };
  EXPECT_EQ(dump(0),
            "(exists (rows - 1) (and (startsWith (field (local 0) 7) (const \"85\")) "
            "(< (field (local 0) 9) (const 10.0))) 0)");
  EXPECT_EQ(dump(1),
            "(or (> (to (column 4) CNY) (const 5000.00 CNY)) (in-set (column 3) {\"4600\" \"4604\"}))");
  EXPECT_EQ(dump(2), "(and (has 5) (list-prefix (column 6) 0) (matches (column 6) \"^[A-Z]+( [A-Z]+)*$\"))");
  EXPECT_EQ(dump(3),
            "(and (< (time-part (now) Asia/Shanghai getHours) (const 6)) "
            "(exists (rows - 2) (== (local 0) (const \"x\")) 0))");
  EXPECT_EQ(DumpNode(set.program, set.rules[1].score_node),
            "(cell (row 0 (const \"4600\") (column 3) (const 12.5)) 2)");
}

TEST(DumpTest, SharedNodesDoNotMakeItEndless) {
  RuleSet set = testing::SampleRuleSet();
  testing::NodeMaker nodes(&set.program);
  NodeIndex sum = nodes.Int(1);
  for (int i = 0; i < 60; ++i) sum = nodes.Add(Op::kAdd, ScalarTypeId(ValueType::kInt), sum, sum);
  EXPECT_LT(DumpNode(set.program, sum).size(), 1'000'000u);
}

TEST(DumpTest, TextsAreEscaped) {
  RuleSet set = testing::SampleRuleSet();
  testing::NodeMaker nodes(&set.program);
  EXPECT_EQ(DumpNode(set.program, nodes.Text("a\"b\\c\nd")), "(const \"a\\\"b\\\\c\\nd\")");
}

}  // namespace
}  // namespace sluice::ruleset
