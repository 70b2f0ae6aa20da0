#include "engine/control/protocol.h"

#include <sys/socket.h>

#include "engine/control/limits.h"
#include "engine/control/socket_loop.h"
#include "tests/engine/control/control_fixture.h"

namespace sluice::control {
namespace {

using testing::HasSubstr;

const char* const kLines[] = {
    R"({"id":1,"request":"status","rules":3})",
    R"({"id":"a","request":"metrics"})",
    R"({"request":"generations"})",
    R"({"id":2,"request":"reload","bundle":"/nothing","wait":true,"force":false})",
    R"({"id":3,"request":"rollback","generation":7})",
    R"({"id":4,"request":"disable","rule":"NONE","until":"2026-03-11T08:00:00Z","reason":"r"})",
    R"({"id":5,"request":"list_add","list":"none","keys":["a","b"],"until":"2026-03-11T08:00:00Z"})",
    R"({"id":6,"request":"approve","rule_set":"0123456789abcdef"})"};

class ProtocolTest : public ControlTest {
 protected:
  int Open() {
    const auto fd = ConnectUnix(options_.socket);
    EXPECT_TRUE(fd.ok()) << fd.status().message();
    return *fd;
  }
  /// What is said until the other end hangs up, or a line.
  static std::string Hear(int fd) {
    std::string heard;
    char byte = 0;
    while (::recv(fd, &byte, 1, 0) == 1) {
      heard += byte;
      if (byte == '\n') break;
    }
    return heard;
  }
  static void Say(int fd, const std::string& bytes) { ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  std::string AnswerTo(const std::string& line) {
    const int fd = Open();
    Say(fd, line + "\n");
    const std::string heard = Hear(fd);
    ::close(fd);
    return heard;
  }
};

TEST_F(ProtocolTest, ALineThatCannotBeMeantIsToldWhatIsWrong) {
  Start();
  const std::pair<std::string, std::string> lines[] = {
      {"", "no JSON object"},
      {"[1]", "no JSON object"},
      {"{\"request\":\"status\"", "no JSON object"},
      {"{\"request\":\"\xFF\"}", "no JSON object"},
      {std::string(30'000, '['), "no JSON object"},
      {R"({"request":"dance"})", "must be one of status, metrics"},
      {R"({"request":"status","id":[1]})", R"(\"id\" must be)"},
      {R"({"request":"status","rule":3})", R"(\"rule\" is not known here)"},
      {R"({"request":"status","rules":-1})", R"(\"rules\" must be a whole number)"},
      {R"({"request":"status","rules":1e9})", R"(\"rules\" must be a whole number)"},
      {R"({"request":"reload"})", R"(\"bundle\" is missing)"},
      {R"({"request":"reload","bundle":"x"})", "a path from the root"},
      {R"({"request":"reload","bundle":"/x","wait":1})", "must be true or false"},
      {R"({"request":"approve","rule_set":"12"})", "at least the first 16"}};
  for (const auto& [line, words] : lines) EXPECT_THAT(AnswerTo(line), HasSubstr(words)) << line.substr(0, 80);
  EXPECT_THAT(AnswerTo(R"({"id":"x","request":"dance"})"),
              HasSubstr(R"({"id":"x","ok":false,"error":{"code":"invalid")"));
}

TEST_F(ProtocolTest, EveryPrefixOfEveryRequestIsSurvived) {
  Start();
  for (const char* line : kLines) {
    const std::string text(line);
    for (std::size_t length = 0; length <= text.size(); ++length) {
      const int fd = Open();
      Say(fd, text.substr(0, length));
      if (length % 2 == 0) {  // an unfinished line, or one that ends too soon
        Say(fd, "\n");
        EXPECT_THAT(Hear(fd), HasSubstr("\"ok\":"));
      }
      ::close(fd);
    }
  }
  EXPECT_EQ(Done({{"request", "status"}})["engine"]["generation"], 1);
}

TEST_F(ProtocolTest, RequestsMayComeInAnyPieces) {
  Start();
  const int fd = Open();
  const std::string text = std::string(kLines[0]) + "\n" + kLines[2] + "\n";
  for (const char c : text) Say(fd, std::string(1, c));
  EXPECT_THAT(Hear(fd), HasSubstr(R"({"id":1,"ok":true)"));
  EXPECT_THAT(Hear(fd), HasSubstr(R"("generations":)"));
  Say(fd, text);
  EXPECT_THAT(Hear(fd), HasSubstr(R"({"id":1,"ok":true)"));
  EXPECT_THAT(Hear(fd), HasSubstr(R"("generations":)"));
  ::close(fd);
}

TEST_F(ProtocolTest, ALineWithoutEndIsCutOff) {
  Start();
  const int fd = Open();
  Say(fd, std::string(limits::kControlLineBytesMax + 1, 'a'));
  EXPECT_THAT(Hear(fd), HasSubstr("a line has at most 65536 bytes"));
  EXPECT_EQ(Hear(fd), "");
  ::close(fd);
  EXPECT_EQ(Ask({{"request", "status"}}).error, "");
}

TEST_F(ProtocolTest, AClientTooManyIsToldAndTheOthersGoOn) {
  Start();
  std::vector<int> open;
  ControlClient first = Connect();
  EXPECT_TRUE(first.Ask({{"request", "status"}}, kLong).ok());
  for (std::size_t i = 1; i < limits::kControlClientsMax; ++i) open.push_back(Open());
  const int more = Open();
  EXPECT_THAT(Hear(more), HasSubstr("64 clients already"));
  ::close(more);
  EXPECT_TRUE(first.Ask({{"request", "status"}}, kLong).ok());
  for (const int fd : open) ::close(fd);
  for (int i = 0; i < 1000 && Ask({{"request", "status"}}).error == "unavailable"; ++i) std::this_thread::yield();
  EXPECT_EQ(Ask({{"request", "status"}}).error, "");
}

TEST_F(ProtocolTest, ASocketInUseIsLeftAloneAndOneLeftBehindIsReplaced) {
  Start();
  const auto second = ListenUnix(options_.socket, 0600);
  EXPECT_EQ(second.status().code(), StatusCode::kUnavailable);
  EXPECT_EQ(ListenUnix(File("text", "x"), 0600).status().code(), StatusCode::kInvalidArgument);
  const std::string left = folder_ + "/left";
  const auto fd = ListenUnix(left, 0600);
  ASSERT_TRUE(fd.ok());
  ::close(*fd);
  const auto again = ListenUnix(left, 0600);
  EXPECT_TRUE(again.ok()) << again.status().message();
  ::close(*again);
  server_.reset();
  EXPECT_FALSE(std::filesystem::exists(options_.socket));
  EXPECT_EQ(ControlClient::Connect(options_.socket).status().code(), StatusCode::kNotFound);
}

TEST_F(ProtocolTest, MetricsAreWhatPrometheusReads) {
  Start();
  LaneOf("a", 5000);
  const std::string text = Done({{"request", "metrics"}})["text"];
  EXPECT_THAT(text, HasSubstr("# TYPE sluice_accepted_total counter\nsluice_accepted_total 1\n"));
  EXPECT_THAT(text, HasSubstr("sluice_lane_decisions_total{lane=\"inspect\"} 1\n"));
}

// A handler that takes lines, for the loop's own limits.
class Lines : public SocketHandler {
 public:
  void OnOpen(ClientId, int) override {}
  std::optional<std::size_t> OnBytes(ClientId, std::string_view bytes) override { return bytes.rfind('\n') + 1; }
  void OnClose(ClientId) override { ++closed; }
  std::atomic<int> closed{0};
};

TEST_F(ProtocolTest, WhoIsSilentOrDoesNotFinishIsCutOffInTime) {
  const auto listener = ListenUnix(options_.socket, 0600);
  ASSERT_TRUE(listener.ok());
  Lines handler;
  LoopLimits limits{8, 100, 100, std::chrono::milliseconds(200), std::chrono::milliseconds(1500), "full\n"};
  SocketLoop loop({*listener}, limits, &handler);
  ASSERT_TRUE(loop.Start().ok());
  const int silent = Open(), unfinished = Open();
  Say(silent, "whole\n");
  const auto begin = std::chrono::steady_clock::now();
  Say(unfinished, "never end");
  EXPECT_EQ(Hear(unfinished), "");
  const auto first = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(first, std::chrono::milliseconds(1400));
  EXPECT_EQ(Hear(silent), "");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(1400));
  // The client hears of it before the handler does.
  for (int i = 0; i < 1000 && handler.closed != 2; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(handler.closed, 2);
  ::close(silent);
  ::close(unfinished);
}

}  // namespace
}  // namespace sluice::control
