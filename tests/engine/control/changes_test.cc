#include "tests/engine/control/control_fixture.h"

namespace sluice::control {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class ChangesTest : public ControlTest {
 protected:
  Json Disable(const std::string& rule, std::int64_t seconds) {
    return Done({{"request", "disable"}, {"rule", rule}, {"until", InSeconds(seconds)}, {"reason", "hits all"}});
  }
  Json Add(std::vector<std::string> keys, std::int64_t seconds) {
    return Done({{"request", "list_add"}, {"list", "watched"}, {"keys", keys}, {"until", InSeconds(seconds)}});
  }
  Json Changes() { return Done({{"request", "status"}})["control"]["changes"]; }
};

TEST_F(ChangesTest, ADisabledRuleIsOffUntilItsTime) {
  Start();
  EXPECT_EQ(LaneOf("a1", 5000), "inspect");
  EXPECT_EQ(Disable("HEAVY", 4)["generation"], 2);
  EXPECT_NE(LaneOf("a2", 5000), "inspect");
  EXPECT_THAT(Changes(), SizeIs(1));
  WaitForGeneration(3);
  EXPECT_EQ(LaneOf("a3", 5000), "inspect");
  EXPECT_EQ(engine_->status().rule_set_hash, RuleSet(Rules("first")).hash());
  for (int i = 0; i < 1000 && !Changes().empty(); ++i) std::this_thread::yield();
  EXPECT_THAT(Changes(), IsEmpty());
  const Json list = Done({{"request", "generations"}})["generations"];
  EXPECT_EQ(list[2]["who"], "sluice");
  EXPECT_THAT(list[2]["cause"], HasSubstr("HEAVY is no longer disabled"));
}

TEST_F(ChangesTest, AKeyIsInTheListUntilItsTime) {
  Start();
  EXPECT_NE(LaneOf("k0"), "hold");
  EXPECT_EQ(Add({"k1", "k2"}, 4)["generation"], 2);
  EXPECT_EQ(LaneOf("k1"), "hold");
  EXPECT_EQ(LaneOf("b"), "hold");  // of the book
  WaitForGeneration(3);
  EXPECT_NE(LaneOf("k2"), "hold");
  EXPECT_EQ(LaneOf("d"), "hold");
}

TEST_F(ChangesTest, TheLogNamesListsAndNoKeys) {
  Start();
  Add({"ZHANG WEI"}, 100);
  const Json generation = Done({{"request", "generations"}})["generations"][1];
  EXPECT_THAT(generation["cause"], HasSubstr("list add watched, 1 key"));
  EXPECT_THAT(generation["cause"], Not(HasSubstr("ZHANG")));
}

TEST_F(ChangesTest, WhatCannotBeMeantChangesNothing) {
  Start();
  const std::string soon = InSeconds(100);
  const std::pair<Json, std::string> bad[] = {
      {{{"request", "disable"}, {"rule", "NONE"}, {"until", soon}, {"reason", "r"}}, "no rule 'NONE'"},
      {{{"request", "list_add"}, {"list", "none"}, {"keys", {"a"}}, {"until", soon}}, "'none'; there are watched"},
      {{{"request", "list_add"}, {"list", "watched"}, {"keys", {""}}, {"until", soon}}, "cannot be empty"},
      {{{"request", "disable"}, {"rule", "HEAVY"}, {"until", InSeconds(-1)}, {"reason", "r"}}, "is past"},
      {{{"request", "disable"}, {"rule", "HEAVY"}, {"until", InSeconds(400 * 86'400)}, {"reason", "r"}}, "366 days"},
      {{{"request", "disable"}, {"rule", "HEAVY"}, {"until", "tomorrow"}, {"reason", "r"}}, "must be a time"},
      {{{"request", "disable"}, {"rule", "HEAVY"}, {"until", soon}}, "\"reason\" is missing"}};
  for (const auto& [request, words] : bad) EXPECT_THAT(Ask(request).message, HasSubstr(words));
  EXPECT_EQ(engine_->status().generation, 1u);
  EXPECT_THAT(Changes(), IsEmpty());
}

TEST_F(ChangesTest, TheSameChangeAgainHasANewTime) {
  Start();
  Disable("HEAVY", 100);
  Disable("HEAVY", 200);
  EXPECT_THAT(Changes(), SizeIs(1));
  EXPECT_EQ(Disable("RND", 50)["generation"], 4);
  EXPECT_THAT(Changes(), SizeIs(2));
}

TEST_F(ChangesTest, TheyStayOverReloadAndRestart) {
  Start();
  Disable("HEAVY", 100);
  Add({"k1", "k2"}, 100);
  Reload(Bundle("second"));
  EXPECT_NE(LaneOf("a1", 5000), "inspect");
  EXPECT_EQ(LaneOf("k1"), "hold");
  const std::string rule_set = engine_->status().rule_set_hash;
  Restart();
  EXPECT_EQ(engine_->status().rule_set_hash, rule_set);
  EXPECT_NE(LaneOf("a2", 5000), "inspect");
  EXPECT_EQ(LaneOf("k2"), "hold");
  EXPECT_THAT(Changes(), SizeIs(3));
}

TEST_F(ChangesTest, WhatEndedWhileTheProcessWasDownIsNotInForceAfterwards) {
  Start();
  Disable("HEAVY", 2);
  Add({"k1"}, 100);
  const std::string rule_set = engine_->status().rule_set_hash;
  server_.reset();
  engine_.reset();
  std::this_thread::sleep_for(std::chrono::milliseconds(3100));
  EXPECT_EQ(ReadStoredRules(options_.store, rule_set)->rules.hash(), rule_set);  // a replay needs what was in force
  Restart();
  EXPECT_EQ(LaneOf("a1", 5000), "inspect");
  EXPECT_EQ(LaneOf("k1"), "hold");
  EXPECT_THAT(Changes(), SizeIs(1));
}

TEST_F(ChangesTest, ATimeAtWhichAChangeEndsIsKeptByTheNextProcess) {
  Start();
  Disable("HEAVY", 6);
  Restart();
  EXPECT_NE(LaneOf("a1", 5000), "inspect");
  WaitForGeneration(4);
  EXPECT_EQ(LaneOf("a2", 5000), "inspect");
}

TEST_F(ChangesTest, RollbackTakesChangesBack) {
  Start();
  Add({"k1"}, 100);
  EXPECT_EQ(Done({{"request", "rollback"}})["rule_set"], RuleSet(Rules("first")).hash());
  EXPECT_NE(LaneOf("k1"), "hold");
  EXPECT_THAT(Changes(), IsEmpty());
}

}  // namespace
}  // namespace sluice::control
