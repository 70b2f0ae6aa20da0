// A running engine with a control socket in a folder of its own, and a client for it.
#pragma once

#include <sluice/control.h>
#include <sluice/engine.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "engine/base/time_text.h"
#include "engine/control/client.h"
#include "engine/control/control_server.h"
#include "engine/control/timed_changes.h"
#include "engine/ruleset/bundle.h"
#include "tests/engine/pipeline/small_stream.h"

namespace sluice::control {

inline constexpr auto kLong = std::chrono::milliseconds(20'000);

inline std::string InSeconds(std::int64_t seconds) {
  return base::TimestampText({NowSeconds() + seconds, 0});
}

class ControlTest : public testing::Test {
 protected:
  ControlTest() {
    char name[] = "/tmp/sluice_control_XXXXXX";
    folder_ = ::mkdtemp(name);
    options_.socket = folder_ + "/socket";
    options_.store = folder_ + "/store";
  }
  ~ControlTest() override {
    server_.reset();
    engine_.reset();
    std::filesystem::remove_all(folder_);
  }

  /// The small book, and WATCHED: whose id is in the list "watched" is held. Rule sets differ in their name.
  static ruleset::RuleSetPtr Rules(const std::string& name) {
    pipeline::SmallRules book;
    ruleset::RuleSet& rules = book.rules;
    rules.name = name;
    ruleset::ReferenceList& list = rules.lists.emplace_back();
    list.name = "watched";
    for (const char* key : {"b", "d"}) list.texts.Add(key);
    const auto text = ruleset::ScalarTypeId(parcel::ValueType::kString);
    const auto node = static_cast<ruleset::NodeIndex>(rules.program.nodes.size());
    rules.program.nodes.push_back({ruleset::Op::kColumn, text, rules.system.id, 0, 0});
    rules.program.nodes.push_back({ruleset::Op::kInList, ruleset::ScalarTypeId(parcel::ValueType::kBool), node, 0, 0});
    ruleset::Rule& rule = rules.rules.emplace_back();
    rule.id = rules.texts.Add("WATCHED");
    rule.condition = node + 1;
    rule.lane = pipeline::SmallRules::kHold;
    return book.Finished();
  }
  std::string Bundle(const std::string& name) {
    const std::string path = folder_ + "/" + name + ".bundle";
    EXPECT_TRUE(ruleset::WriteBundle(*Rules(name), path).ok());
    return path;
  }
  std::string File(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << bytes;
    return folder_ + "/" + name;
  }

  void StartEngine(const RuleSet& rules, std::uint32_t generation_after = 0) {
    EngineOptions options;
    options.agents = 2;
    options.generation_after = generation_after;
    auto engine = Engine::Start(rules, options);
    ASSERT_TRUE(engine.ok()) << engine.status().message();
    engine_ = *std::move(engine);
  }
  void Start() {
    if (engine_ == nullptr) StartEngine(RuleSet(Rules("first")));
    auto server = ControlServer::Start(engine_.get(), options_, peer_of_);
    ASSERT_TRUE(server.ok()) << server.status().message();
    server_ = *std::move(server);
  }
  /// As a process that ends and starts again: with what its store has, if it has something.
  void Restart() {
    server_.reset();
    engine_.reset();
    auto stored = ReadStoredRules(options_.store);
    ASSERT_TRUE(stored.ok()) << stored.status().message();
    StartEngine(stored->rules, stored->generation);
    Start();
  }

  ControlClient Connect() {
    auto client = ControlClient::Connect(options_.socket);
    EXPECT_TRUE(client.ok()) << client.status().message();
    return *std::move(client);
  }
  Reply Ask(Json request) {
    ControlClient client = Connect();
    auto reply = client.Ask(std::move(request), kLong);
    EXPECT_TRUE(reply.ok()) << reply.status().message();
    return reply.ok() ? *reply : Reply{"none", reply.status().message(), {}};
  }
  /// Expects that it is done.
  Json Done(Json request) {
    Reply reply = Ask(std::move(request));
    EXPECT_EQ(reply.error, "") << reply.message;
    return reply.result;
  }
  Json Reload(const std::string& bundle) { return Done({{"request", "reload"}, {"bundle", bundle}}); }

  /// Lane of a parcel that was not there before, decided by what is in force.
  std::string LaneOf(const std::string& id, std::int64_t weight_g = 100) {
    pipeline::MemorySource source;
    source.Add({.id = id, .weight_g = weight_g});
    pipeline::RecordBlock block;
    EXPECT_TRUE(source.Read(1, &block).ok());
    auto producer = engine_->OpenProducer();
    EXPECT_TRUE(producer.ok());
    EXPECT_EQ((*producer)->SubmitWithin({.record = block.records[0].bytes}, kLong), Admission::kAccepted);
    return engine_->Lookup(id, SteadyNowNs() + 10'000'000'000).lane;
  }
  void WaitForGeneration(std::uint32_t number) {
    for (int i = 0; i < 1000 && engine_->status().generation < number; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_EQ(engine_->status().generation, number);
  }

  std::string folder_;
  ControlOptions options_;
  PeerFunction peer_of_ = PeerOf;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<ControlServer> server_;
};

}  // namespace sluice::control
