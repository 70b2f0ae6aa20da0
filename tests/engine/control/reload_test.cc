#include <future>

#include "tests/engine/control/control_fixture.h"

namespace sluice::control {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class ReloadTest : public ControlTest {
 protected:
  std::uint32_t Generation() { return engine_->status().generation; }
};

TEST_F(ReloadTest, ABundleComesIntoForceAsTheNextGeneration) {
  Start();
  const Json result = Reload(Bundle("second"));
  EXPECT_EQ(result["generation"], 2);
  EXPECT_EQ(result["name"], "second");
  EXPECT_EQ(result["passed"], true);
  EXPECT_EQ(result["rule_set"], RuleSet(Rules("second")).hash());
  EXPECT_EQ(engine_->status().rule_set_name, "second");
}

TEST_F(ReloadTest, WhatIsNoBundleChangesNothingAndSaysWhy) {
  Start();
  std::string flipped = folder_ + "/flipped.bundle";
  auto bytes = ruleset::EncodeBundle(*Rules("second"));
  bytes[bytes.size() / 2] ^= 0x10;
  std::ofstream(flipped, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()),
                                                 static_cast<std::streamsize>(bytes.size()));
  const std::string pipe = folder_ + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::tuple<std::string, std::string, std::string> bad[] = {
      {folder_ + "/nothing", "not_found", "there is no such file"},
      {folder_, "invalid", "it is no file"},
      {pipe, "invalid", "it is no file"},
      {File("text", "rules"), "corrupt", "shorter than the header"},
      {flipped, "corrupt", "damaged"}};
  for (const auto& [path, error, words] : bad) {
    const Reply reply = Ask({{"request", "reload"}, {"bundle", path}});
    EXPECT_EQ(reply.error, error) << path;
    EXPECT_THAT(reply.message, HasSubstr(words));
    EXPECT_THAT(reply.message, HasSubstr(path));
  }
  EXPECT_EQ(Generation(), 1u);
  EXPECT_EQ(engine_->status().rule_set_name, "first");
  EXPECT_THAT(Done({{"request", "generations"}})["generations"], SizeIs(1));
}

TEST_F(ReloadTest, WhomNotToBelieveIsDecidedByTheHost) {
  options_.load = [](std::span<const std::uint8_t>) -> Result<RuleSet> {
    return Status(StatusCode::kPermissionDenied, "not signed by a key that is trusted");
  };
  Start();
  const Reply reply = Ask({{"request", "reload"}, {"bundle", Bundle("second")}, {"force", true}});
  EXPECT_EQ(reply.error, "denied");
  EXPECT_THAT(reply.message, HasSubstr("not signed"));
  EXPECT_EQ(Generation(), 1u);
}

TEST_F(ReloadTest, WhatTheRehearsalFindsIsOverriddenByForceAlone) {
  options_.rehearse = [](const RuleSet& next, const RuleSet& in_force) {
    EXPECT_EQ(next.name(), "second");
    EXPECT_EQ(in_force.name(), "first");
    return Status(StatusCode::kInvalidArgument, "3 of 10 golden cases fail");
  };
  Start();
  const Reply reply = Ask({{"request", "reload"}, {"bundle", Bundle("second")}});
  EXPECT_EQ(reply.error, "findings");
  EXPECT_THAT(reply.message, HasSubstr("3 of 10 golden cases fail"));
  EXPECT_EQ(Generation(), 1u);
  const Json result = Done({{"request", "reload"}, {"bundle", Bundle("second")}, {"force", true}});
  EXPECT_EQ(result["generation"], 2);
  EXPECT_THAT(result["notes"].dump(), HasSubstr("3 of 10 golden cases fail"));
  EXPECT_THAT(Done({{"request", "generations"}})["generations"][1]["cause"], HasSubstr("(forced)"));
}

// The first reload is held up while it loads; of those that come meanwhile the newest is carried out.
TEST_F(ReloadTest, OfReloadsThatWaitTheNewestIsCarriedOutAndTheOthersAreTold) {
  std::promise<void> loading, go_on;
  std::atomic<int> loads{0};
  options_.load = [&](std::span<const std::uint8_t> bytes) {
    if (++loads == 1) {
      loading.set_value();
      go_on.get_future().wait();
    }
    return RuleSet::FromBytes(bytes);
  };
  Start();
  const auto ask = [&](const char* name) {
    const std::string bundle = Bundle(name);
    return std::async(std::launch::async, [&, bundle] { return Ask({{"request", "reload"}, {"bundle", bundle}}); });
  };
  auto a = ask("a");
  loading.get_future().wait();
  auto b = ask("b");
  while (Done({{"request", "status"}})["control"]["queued"] != 1) std::this_thread::yield();
  auto disabled = std::async(std::launch::async, [&] {
    return Ask({{"request", "disable"}, {"rule", "HEAVY"}, {"until", InSeconds(100)}, {"reason", "r"}});
  });
  while (Done({{"request", "status"}})["control"]["queued"] != 2) std::this_thread::yield();
  auto c = ask("c");
  EXPECT_EQ(b.get().error, "superseded");
  EXPECT_EQ(Done({{"request", "status"}})["control"]["running"], "reload by uid " + std::to_string(::geteuid()));
  go_on.set_value();
  EXPECT_EQ(a.get().result["generation"], 2);
  EXPECT_EQ(disabled.get().result["generation"], 3);
  EXPECT_EQ(c.get().result["generation"], 4);
  EXPECT_EQ(engine_->status().rule_set_name, "c");
  EXPECT_EQ(LaneOf("x", 5000) == "inspect", false);  // what was disabled stays so over the reload
}

TEST_F(ReloadTest, WhoDoesNotWaitIsToldThatItIsTaken) {
  Start();
  const Json result = Done({{"request", "reload"}, {"bundle", Bundle("second")}, {"wait", false}});
  EXPECT_EQ(result["queued"], true);
  WaitForGeneration(2);
  while (Done({{"request", "status"}})["control"]["last"].empty()) std::this_thread::yield();
  EXPECT_EQ(Done({{"request", "status"}})["control"]["last"][0]["generation"], 2);
}

TEST_F(ReloadTest, RollbackBringsBackWhatWasInForceUnderANewNumber) {
  Start();
  Reload(Bundle("second"));
  Reload(Bundle("third"));
  Json result = Done({{"request", "rollback"}});
  EXPECT_EQ(result["generation"], 4);
  EXPECT_EQ(result["name"], "second");
  result = Done({{"request", "rollback"}, {"generation", 1}});
  EXPECT_EQ(result["generation"], 5);
  EXPECT_EQ(result["rule_set"], RuleSet(Rules("first")).hash());
  const Reply unknown = Ask({{"request", "rollback"}, {"generation", 77}});
  EXPECT_EQ(unknown.error, "not_found");
  EXPECT_EQ(Generation(), 5u);
}

TEST_F(ReloadTest, TheLastTenGenerationsAreKept) {
  Start();
  for (int i = 0; i < 13; ++i) Reload(Bundle("rules-" + std::to_string(i)));
  const Json list = Done({{"request", "generations"}})["generations"];
  ASSERT_THAT(list, SizeIs(10));
  EXPECT_EQ(list[0]["generation"], 5);
  EXPECT_EQ(list[9]["generation"], 14);
  for (const char* part : {"/bundles", "/generations"}) {
    std::filesystem::directory_iterator files(options_.store + part);
    EXPECT_EQ(std::distance(begin(files), end(files)), 10) << part;
  }
  EXPECT_EQ(Ask({{"request", "rollback"}, {"generation", 4}}).error, "not_found");
  EXPECT_EQ(Done({{"request", "rollback"}, {"generation", 5}})["name"], "rules-3");
}

TEST_F(ReloadTest, WithoutAStoreChangesWorkAndRollbackSaysWhyNot) {
  options_.store.clear();
  Start();
  Reload(Bundle("second"));
  const Json disable{{"request", "disable"}, {"rule", "HEAVY"}, {"until", InSeconds(100)}, {"reason", "r"}};
  EXPECT_EQ(Done(disable)["generation"], 3);
  const Reply reply = Ask({{"request", "rollback"}});
  EXPECT_EQ(reply.error, "unavailable");
  EXPECT_THAT(reply.message, HasSubstr("without a store"));
}

TEST_F(ReloadTest, ARestartGoesOnWithTheLastGeneration) {
  Start();
  Reload(Bundle("second"));
  Restart();
  EXPECT_EQ(Generation(), 3u);
  EXPECT_EQ(engine_->status().rule_set_name, "second");
  EXPECT_EQ(Done({{"request", "rollback"}})["name"], "first");
}

TEST_F(ReloadTest, AnEngineThatCountsFromOneAgainIsRefusedByItsStore) {
  Start();
  Reload(Bundle("second"));
  server_.reset();
  engine_.reset();
  StartEngine(RuleSet(Rules("first")));
  const auto server = ControlServer::Start(engine_.get(), options_);
  ASSERT_FALSE(server.ok());
  EXPECT_THAT(server.status().message(), HasSubstr("generation_after"));
}

TEST_F(ReloadTest, WhatTheHostPublishesItselfIsKnownToRollback) {
  Start();
  ASSERT_TRUE(engine_->Publish(RuleSet(Rules("by the host"))).ok());
  EXPECT_EQ(Reload(Bundle("third"))["generation"], 3);
  EXPECT_EQ(Done({{"request", "rollback"}})["name"], "by the host");
}

TEST_F(ReloadTest, AProcessReloadsByItselfAndChangesStay) {
  auto control = Control::Open((StartEngine(RuleSet(Rules("first"))), engine_.get()), options_);
  ASSERT_TRUE(control.ok()) << control.status().message();
  Done({{"request", "disable"}, {"rule", "HEAVY"}, {"until", InSeconds(100)}, {"reason", "r"}});
  const auto info = (*control)->Reload(RuleSet(Rules("second")), "SIGHUP");
  ASSERT_TRUE(info.ok()) << info.status().message();
  EXPECT_EQ(info->number, 3u);
  EXPECT_EQ(info->rule_set_name, "second");
  EXPECT_EQ(Done({{"request", "generations"}})["generations"][2]["cause"], "SIGHUP");
  EXPECT_NE(LaneOf("a", 5000), "inspect");
}

}  // namespace
}  // namespace sluice::control
