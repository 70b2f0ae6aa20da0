// A process that is killed at any moment, again and again over one log: what was acknowledged is in the log, the log is
// sound, and replay decides alike. SLUICE_STRESS_CRASHES makes it long.
#include <sluice/engine.h>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include "engine/live/replay.h"
#include "engine/log/log_reader.h"
#include "tests/engine/pipeline/small_stream.h"

namespace sluice {
namespace {

using pipeline::MemorySource;
using pipeline::SmallRules;

constexpr auto kLong = std::chrono::milliseconds(20'000);
constexpr int kParcels = 2000;  // different ones
constexpr int kReplayEvery = 20;

class CrashTest : public testing::Test {
 protected:
  CrashTest() : directory_(testing::TempDir() + "/sluice_crash_log") {
    std::filesystem::remove_all(directory_);
    MemorySource source;
    for (int i = 0; i < kParcels; ++i) {
      source.Add({.id = "P" + std::to_string(i), .weight_g = i % 2000, .items = i % 3});
    }
    EXPECT_TRUE(source.Read(kParcels, &block_).ok());
    for (const auto& record : block_.records) records_.emplace_back(record.bytes.begin(), record.bytes.end());
    rules_ = book_.Finished();
  }
  ~CrashTest() override { if (!HasFailure()) std::filesystem::remove_all(directory_); }

  /// The child: submits as fast as it can; writes the sequence of each delivered decision to the pipe.
  [[noreturn]] void RunUntilKilled(int acknowledged) {
    EngineOptions options;
    options.agents = 2;
    options.log.directory = directory_;
    options.log.durability = Durability::kGroup;
    options.log.journal = true;
    options.log.segment_bytes = 1u << 20;
    auto engine = Engine::Start(RuleSet(rules_), options);
    if (!engine.ok()) {
      const std::string why = engine.status().message() + "\n";
      static_cast<void>(!write(STDERR_FILENO, why.data(), why.size()));
      _exit(9);
    }
    const auto consumer = (*engine)->OpenConsumer();
    std::thread submitting([&] {
      const auto producer = (*engine)->OpenProducer();
      for (std::size_t i = 0;; i = (i + 7) % records_.size()) {
        static_cast<void>((*producer)->SubmitWithin({records_[i]}, kLong));
      }
    });
    while (true) {
      (*consumer)->Wait(kLong);
      std::uint64_t last = 0;
      (*consumer)->Poll(4096, [&](const Decision& decision) { last = decision.sequence; });
      if (last != 0 && write(acknowledged, &last, sizeof last) != sizeof last) _exit(8);
    }
  }

  /// Starts a child, kills it after `life`; the last sequence that it acknowledged, 0 for none.
  std::uint64_t LiveAndDie(std::chrono::microseconds life) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      RunUntilKilled(ends[1]);
    }
    close(ends[1]);
    std::uint64_t last = 0;
    std::uint64_t sequence = 0;
    std::thread killer([&] {
      std::this_thread::sleep_for(life);
      kill(child, SIGKILL);
    });
    while (read(ends[0], &sequence, sizeof sequence) == sizeof sequence) last = sequence;
    killer.join();
    int state = 0;
    waitpid(child, &state, 0);
    EXPECT_TRUE(WIFSIGNALED(state)) << "the child ended by itself: " << WEXITSTATUS(state);
    close(ends[0]);
    return last;
  }

  log::LogSummary Verified() {
    auto reader = log::LogReader::Open(directory_, log::LogKind::kAudit);
    if (!reader.ok()) {
      EXPECT_EQ(reader.status().code(), StatusCode::kNotFound) << reader.status().message();
      return {};
    }
    log::Frame frame;
    while (true) {
      const auto next = (*reader)->Next(&frame);
      EXPECT_TRUE(next.ok()) << next.status().message();
      if (!next.ok() || !*next) break;
    }
    EXPECT_TRUE((*reader)->Finish().ok());
    EXPECT_TRUE((*reader)->summary().losses.empty());
    return (*reader)->summary();
  }

  void ExpectReplayIsEqual() {
    live::ReplayOptions options;
    options.directory = directory_;
    options.rule_set_of = [&](const base::Hash256&) { return rules_; };
    const auto report = live::Replay(options);
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(report->equal, report->parcels);
    EXPECT_EQ(report->without_record, 0u);
    for (const auto& difference : report->differences) ADD_FAILURE() << difference.sequence << ": " << difference.what;
  }

  SmallRules book_;
  ruleset::RuleSetPtr rules_;
  std::string directory_;
  pipeline::RecordBlock block_;
  std::vector<std::vector<std::uint8_t>> records_;
};

TEST_F(CrashTest, WhatWasAcknowledgedIsInTheLog) {
  const char* setting = std::getenv("SLUICE_STRESS_CRASHES");
  const int crashes = setting == nullptr ? 6 : std::atoi(setting);
  std::mt19937_64 random(42);
  std::uint64_t acknowledged = 0;
  for (int i = 0; i < crashes; ++i) {
    SCOPED_TRACE(i);
    const auto life = std::chrono::microseconds(random() % 600'000);
    acknowledged = std::max(acknowledged, LiveAndDie(life));
    const log::LogSummary summary = Verified();
    ASSERT_GE(summary.end.sequence, acknowledged);
    if (i % kReplayEvery == kReplayEvery - 1 || i + 1 == crashes) ExpectReplayIsEqual();
    if (HasFailure()) return;
  }
  EXPECT_GT(acknowledged, 0u) << "no child lived long enough to decide anything";
  RecordProperty("parcels", std::to_string(Verified().parcels));
}

}  // namespace
}  // namespace sluice
