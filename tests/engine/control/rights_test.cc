#include <sys/wait.h>

#include "tests/engine/control/control_fixture.h"

namespace sluice::control {
namespace {

using testing::HasSubstr;

class RightsTest : public ControlTest {
 protected:
  RightsTest() {
    options_.read.gids = {500};
    options_.operate.uids = {1001, 1003};
    options_.approve.uids = {1002};
    peer_of_ = [this](int) -> Result<Peer> { return Peer{uid_.load(), {gid_.load(), 7}}; };
  }
  Reply AskAs(std::uint32_t uid, std::uint32_t gid, Json request) {
    uid_ = uid;
    gid_ = gid;
    return Ask(std::move(request));
  }

  std::atomic<std::uint32_t> uid_{0}, gid_{0};
};

TEST_F(RightsTest, WhoHasNoRightsIsRefusedAtTheDoor) {
  Start();
  const Reply reply = AskAs(1000, 100, {{"request", "status"}});
  EXPECT_EQ(reply.error, "denied");
  EXPECT_EQ(reply.message, "uid 1000 has no rights here");
}

TEST_F(RightsTest, EachRoleMayDoWhatThoseBeforeItMay) {
  Start();
  const Json reload{{"request", "reload"}, {"bundle", Bundle("second")}};
  const Json approve{{"request", "approve"}, {"rule_set", std::string(64, '0')}};
  EXPECT_EQ(AskAs(1000, 500, {{"request", "status"}}).error, "");
  EXPECT_EQ(AskAs(1000, 500, {{"request", "metrics"}}).error, "");
  EXPECT_EQ(AskAs(1000, 500, reload).message, "uid 1000: reload needs the role operate");
  EXPECT_EQ(AskAs(1000, 500, {{"request", "rollback"}}).error, "denied");
  EXPECT_EQ(engine_->status().generation, 1u);
  EXPECT_EQ(AskAs(1001, 100, {{"request", "status"}}).error, "");
  EXPECT_EQ(AskAs(1001, 100, approve).message, "uid 1001: approve needs the role approve");
  EXPECT_EQ(AskAs(1001, 100, reload).error, "");
  EXPECT_EQ(AskAs(1002, 100, reload).error, "");
  EXPECT_EQ(AskAs(1002, 100, approve).error, "not_found");
  EXPECT_EQ(Done({{"request", "generations"}})["generations"][1]["who"], "uid 1001");
}

TEST_F(RightsTest, OnlyTheProcessesUserHasRightsWhereNoneAreGiven) {
  const Rights rights = Rights::Of({});
  EXPECT_EQ(rights.RoleOf({::geteuid(), {}}), Role::kApprove);
  EXPECT_EQ(rights.RoleOf({::geteuid() + 1, {::getegid()}}), Role::kNone);
  EXPECT_FALSE(rights.OthersMayConnect());
}

TEST_F(RightsTest, ABundleNeedsASecondUserWhereTwoPersonsAreAskedFor) {
  options_.two_person = true;
  options_.approve.uids = {1001, 1002};
  Start();
  const std::string hash = RuleSet(Rules("second")).hash();
  const Json approve{{"request", "approve"}, {"rule_set", hash}};
  EXPECT_EQ(AskAs(1002, 0, approve).error, "not_found");
  const Reply asked = AskAs(1001, 0, {{"request", "reload"}, {"bundle", Bundle("second")}});
  EXPECT_EQ(asked.result["waits_for_approval"], true);
  EXPECT_EQ(asked.result["rule_set"], hash);
  EXPECT_EQ(engine_->status().generation, 1u);
  EXPECT_THAT(AskAs(1001, 0, approve).message, HasSubstr("another user must approve"));
  EXPECT_THAT(AskAs(1002, 0, {{"request", "approve"}, {"rule_set", std::string(64, 'a')}}).message, HasSubstr(hash));
  EXPECT_EQ(engine_->status().generation, 1u);
  std::filesystem::remove(folder_ + "/second.bundle");  // what was approved is what was read
  EXPECT_EQ(AskAs(1002, 0, approve).result["generation"], 2);
  EXPECT_EQ(engine_->status().rule_set_hash, hash);
  EXPECT_EQ(Done({{"request", "generations"}})["generations"][1]["who"], "uid 1001, approved by uid 1002");
  EXPECT_EQ(AskAs(1002, 0, approve).error, "not_found");
}

// The kernel's word on another user: what a child of that user is told, as one line.
int AsNobody(const std::string& socket, const char* request, std::string* error) {
  constexpr std::uint32_t kNobody = 65534;
  int told[2];
  EXPECT_EQ(::pipe(told), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) ::_exit(1);
    auto client = ControlClient::Connect(socket);
    std::string text = client.ok() ? "" : client.status().message();
    if (client.ok()) {
      const auto reply = client->Ask({{"request", request}}, kLong);
      text = reply.ok() ? reply->error : reply.status().message();
    }
    ::_exit(::write(told[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  ::close(told[1]);
  char text[256] = {};
  error->assign(text, static_cast<std::size_t>(std::max<ssize_t>(0, ::read(told[0], text, sizeof(text)))));
  ::close(told[0]);
  int state = 0;
  ::waitpid(child, &state, 0);
  return state;
}

TEST_F(RightsTest, AnotherUserIsRefusedByTheKernelsWord) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be another user";
  peer_of_ = PeerOf;
  options_.read = {{65534}, {}};
  Start();
  ASSERT_EQ(::chmod(folder_.c_str(), 0755), 0);
  std::string error;
  EXPECT_EQ(AsNobody(options_.socket, "status", &error), 0);
  EXPECT_EQ(error, "");
  EXPECT_EQ(AsNobody(options_.socket, "rollback", &error), 0);
  EXPECT_EQ(error, "denied");
}

TEST_F(RightsTest, AnotherUserCannotConnectWhereOnlyTheOwnMay) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be another user";
  peer_of_ = PeerOf;
  options_.read = options_.operate = options_.approve = {};
  Start();
  ASSERT_EQ(::chmod(folder_.c_str(), 0755), 0);
  std::string error;
  EXPECT_EQ(AsNobody(options_.socket, "status", &error), 0);
  EXPECT_THAT(error, HasSubstr("Permission denied"));
}

}  // namespace
}  // namespace sluice::control
