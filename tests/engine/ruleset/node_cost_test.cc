// What nodes cost: lists within lists, operands gone over, and the same node under ranges of different lengths.
#include "engine/ruleset/node_cost.h"

#include <gtest/gtest.h>

#include "tests/support/sample_rule_set.h"

namespace sluice::ruleset {
namespace {

constexpr TypeId kInt = ScalarTypeId(ValueType::kInt);

class NodeCostTest : public ::testing::Test {
 protected:
  NodeCostTest() : set_(testing::SampleRuleSet()), nodes_(&set_.program) {
    ints_ = nodes_.Type({.kind = ValueType::kList, .element = kInt});
    lists_ = nodes_.Type({.kind = ValueType::kList, .element = ints_});
    map_ = nodes_.Type({.kind = ValueType::kMap, .key = kInt, .element = ints_});
    one_ = nodes_.Int(1);
  }

  NodeIndex Ints(std::uint32_t count) { return nodes_.AddList(Op::kListLiteral, ints_, std::vector(count, one_)); }
  NodeIndex Within(NodeIndex list) { return nodes_.AddList(Op::kListLiteral, lists_, {list}); }
  NodeIndex Local(TypeId type, std::uint32_t slot) { return nodes_.Add(Op::kLocal, type, slot); }
  std::uint64_t WorkOf(NodeIndex node) {
    NodeCosts costs(set_.program, set_.columns, &set_.catalog);
    costs.Extend(static_cast<NodeIndex>(set_.program.nodes.size() - 1));
    return costs[node].work;
  }
  /// list.all(a, list.all(b, a < b)) of the list in slot 0.
  NodeIndex Pairs() {
    const NodeIndex list = Local(ints_, 0);
    const NodeIndex less = nodes_.Bool(Op::kLt, Local(kInt, 1), Local(kInt, 2));
    return nodes_.Bool(Op::kAll, list, nodes_.Bool(Op::kAll, list, less, 2), 1);
  }

  RuleSet set_;
  testing::NodeMaker nodes_;
  TypeId ints_ = 0, lists_ = 0, map_ = 0;
  NodeIndex one_ = 0;
};

TEST_F(NodeCostTest, AListWithinAListCountsAsLongAsItIs) {
  const NodeIndex pairs = Pairs();
  const NodeIndex few = nodes_.Bool(Op::kExists, Within(Ints(10)), pairs, 0);
  const NodeIndex many = nodes_.Bool(Op::kExists, Within(Ints(5'000)), pairs, 0);  // the body is the same node
  EXPECT_LT(WorkOf(few), 1'000u);
  EXPECT_GT(WorkOf(many), 5'000u * 5'000);
  EXPECT_LT(WorkOf(many), 5 * 5'000u * 5'000);
}

TEST_F(NodeCostTest, WhatMacrosMakeOfListsWithinListsCountsToo) {
  const NodeIndex list = Local(ints_, 0);
  const NodeIndex twice = nodes_.Add(Op::kAdd, ints_, list, list);
  const NodeIndex doubled = nodes_.Add(Op::kMap, lists_, Within(Ints(3'000)), twice, 0);
  EXPECT_GT(WorkOf(nodes_.Bool(Op::kExists, doubled, Pairs(), 0)), 6'000u * 6'000);
  const NodeIndex second = nodes_.Add(Op::kIndex, ints_, Within(Ints(3'000)), one_);
  const NodeIndex inner = nodes_.Bool(Op::kAll, second, nodes_.Bool(Op::kLt, Local(kInt, 1), one_), 1);
  EXPECT_GT(WorkOf(nodes_.Bool(Op::kAll, second, inner, 0)), 3'000u * 3'000);
}

TEST_F(NodeCostTest, AListOfAMapCountsAsLongAsItIs) {
  const NodeIndex map = nodes_.AddList(Op::kMapLiteral, map_, {one_, Ints(3'000)});
  const NodeIndex list = Local(ints_, 1);
  const NodeIndex less = nodes_.Bool(Op::kLt, Local(kInt, 2), one_);
  const NodeIndex all = nodes_.Bool(Op::kAll, list, less, 2);
  EXPECT_GT(WorkOf(nodes_.Bool(Op::kExistsPair, map, all, 0)), 3 * 3'000u);
}

TEST_F(NodeCostTest, WhatGoesOverAListCostsItsLength) {
  const std::uint64_t list = WorkOf(Ints(2'000));
  EXPECT_GE(WorkOf(nodes_.Bool(Op::kInValues, one_, Ints(2'000))), list + 2'000);
  EXPECT_GE(WorkOf(nodes_.Bool(Op::kEq, Ints(2'000), Ints(2'000))), 2 * list + 2'000);
  EXPECT_LT(WorkOf(nodes_.Bool(Op::kEq, Ints(2'000), Ints(1))), list + 100);
  EXPECT_GE(WorkOf(nodes_.Bool(Op::kNe, Within(Ints(2'000)), Within(Ints(2'000)))), 2 * list + 2'000);
  EXPECT_GE(WorkOf(nodes_.Add(Op::kAdd, ints_, Ints(2'000), Ints(2'000))), 2 * list + 4'000);
}

TEST_F(NodeCostTest, MapsCostTheirKeys) {
  std::vector<NodeIndex> entries;
  for (int i = 0; i < 500; ++i) entries.insert(entries.end(), {nodes_.Int(i), Ints(1)});
  const NodeIndex map = nodes_.AddList(Op::kMapLiteral, map_, entries);
  EXPECT_GE(WorkOf(nodes_.Add(Op::kIndex, ints_, map, one_)), WorkOf(map) + 500);
  EXPECT_GE(WorkOf(nodes_.Bool(Op::kEq, map, map)), 2 * WorkOf(map) + 500 * 500);
}

TEST_F(NodeCostTest, GoingOverATextCostsMoreThanANumber) {
  const NodeIndex text = nodes_.Text("a");
  const std::uint64_t number = WorkOf(nodes_.Bool(Op::kLt, one_, one_));
  EXPECT_GE(WorkOf(nodes_.Bool(Op::kContains, text, text)), 20u);
  EXPECT_GE(WorkOf(nodes_.Bool(Op::kMatches, text, 0)), 100u);
  const auto replace = static_cast<std::uint32_t>(Function::kReplace);
  const TypeId string = ScalarTypeId(ValueType::kString);
  EXPECT_GE(WorkOf(nodes_.AddList(Op::kCall, string, {text, text, text, one_}, replace)), 20u);
  EXPECT_LT(number, 5u);
}

// Each node reads the one before twice: what is walked is bounded by the steps, not by the paths.
TEST_F(NodeCostTest, OpenNodesThatDoubleAreRefusedWithoutBeingWalked) {
  NodeIndex list = Local(ints_, 0);
  for (int i = 0; i < 200; ++i) list = nodes_.Add(Op::kAdd, ints_, list, list);
  const NodeIndex size = nodes_.Add(Op::kSize, kInt, list);
  const NodeIndex root = nodes_.Bool(Op::kExists, Within(Ints(1)), nodes_.Bool(Op::kLt, size, one_), 0);
  EXPECT_GT(WorkOf(root), limits::kExpressionWorkMax);
}

}  // namespace
}  // namespace sluice::ruleset
