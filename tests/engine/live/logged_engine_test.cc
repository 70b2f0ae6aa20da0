#include <sluice/engine.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include "engine/live/replay.h"
#include "engine/log/log_reader.h"
#include "tests/engine/pipeline/small_stream.h"

namespace sluice {
namespace {

using pipeline::MemorySource;
using pipeline::SmallParcel;
using pipeline::SmallRules;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kLong = std::chrono::milliseconds(20'000);

class LoggedEngineTest : public testing::Test {
 protected:
  LoggedEngineTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    directory_ = std::filesystem::path(testing::TempDir()) / ("sluice_live_log_" + std::string(test->name()));
    std::filesystem::remove_all(directory_);
  }
  ~LoggedEngineTest() override {
    engine_.reset();
    std::filesystem::remove_all(directory_);
  }

  void Start(Durability durability = Durability::kAsync, bool journal = true) {
    EngineOptions options;
    options.agents = 2;
    options.log.directory = directory_;
    options.log.durability = durability;
    options.log.journal = journal;
    options.log.segment_bytes = 1u << 20;
    rule_sets_[book_.Finished()->hash] = book_.Finished();
    auto engine = Engine::Start(RuleSet(book_.Finished()), options);
    ASSERT_TRUE(engine.ok()) << engine.status().message();
    engine_ = *std::move(engine);
  }

  void Stop() { ASSERT_TRUE(engine_->Stop(kLong).ok()); }

  void Submit(const std::vector<SmallParcel>& parcels) {
    MemorySource source;
    for (const SmallParcel& parcel : parcels) source.Add(parcel);
    pipeline::RecordBlock block;
    ASSERT_TRUE(source.Read(parcels.size(), &block).ok());
    const auto producer = engine_->OpenProducer();
    for (const pipeline::RawRecord& record : block.records) {
      ASSERT_EQ((*producer)->SubmitWithin({record.bytes}, kLong), Admission::kAccepted);
    }
    ASSERT_TRUE(engine_->Drain(kLong).ok());
  }

  std::vector<SmallParcel> Some(int first, int count) {
    std::vector<SmallParcel> parcels;
    for (int i = first; i < first + count; ++i) {
      parcels.push_back({.id = "P" + std::to_string(i), .weight_g = i * 37 % 2000, .pieces = i % 7,
                         .gift = i % 5 == 0});
    }
    return parcels;
  }

  log::LogSummary Verified() {
    auto reader = log::LogReader::Open(directory_, log::LogKind::kAudit);
    EXPECT_TRUE(reader.ok()) << reader.status().message();
    log::Frame frame;
    while (true) {
      const auto next = (*reader)->Next(&frame);
      EXPECT_TRUE(next.ok()) << next.status().message();
      if (!next.ok() || !*next) break;
    }
    const Status status = (*reader)->Finish();
    EXPECT_TRUE(status.ok()) << status.message();
    return (*reader)->summary();
  }

  live::ReplayReport Replayed() {
    live::ReplayOptions options;
    options.directory = directory_;
    options.rule_set_of = [&](const base::Hash256& hash) {
      const auto found = rule_sets_.find(hash);
      return found == rule_sets_.end() ? nullptr : found->second;
    };
    const auto report = live::Replay(options);
    EXPECT_TRUE(report.ok()) << report.status().message();
    if (!report.ok()) return {};
    for (const auto& difference : report->differences) ADD_FAILURE() << difference.sequence << ": " << difference.what;
    return *report;
  }

  std::string directory_;
  SmallRules book_;
  std::map<base::Hash256, ruleset::RuleSetPtr> rule_sets_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(LoggedEngineTest, EveryParcelIsInTheLogAndDecidedAlikeByReplay) {
  for (const Durability durability : {Durability::kAsync, Durability::kGroup}) {
    std::filesystem::remove_all(directory_);
    Start(durability);
    Submit(Some(0, 3000));
    Submit(Some(1000, 500));  // again
    Stop();
    const log::LogSummary summary = Verified();
    EXPECT_EQ(summary.parcels, 3500u);
    EXPECT_TRUE(summary.closed);
    const live::ReplayReport report = Replayed();
    EXPECT_EQ(report.parcels, 3500u);
    EXPECT_EQ(report.equal, 3500u);
    EXPECT_EQ(report.generations, 1u);
  }
}

TEST_F(LoggedEngineTest, AnEngineGoesOnWhereItsLogEnds) {
  Start();
  Submit(Some(0, 100));
  Stop();
  Start();
  const auto consumer = engine_->OpenConsumer();
  Submit(Some(50, 100));  // half of them again
  std::vector<std::uint64_t> duplicates;
  std::uint64_t sequence = 100;
  (*consumer)->Poll(1000, [&](const Decision& decision) {
    EXPECT_EQ(decision.sequence, ++sequence);
    EXPECT_EQ(decision.generation, 2u);
    if (decision.duplicate_of != 0) duplicates.push_back(decision.duplicate_of);
  });
  EXPECT_EQ(sequence, 200u);
  ASSERT_EQ(duplicates.size(), 50u);
  EXPECT_EQ(duplicates.front(), 51u);
  EXPECT_TRUE(engine_->Lookup("P3", 0).decided) << "decided before the restart";
  Stop();
  EXPECT_EQ(Verified().parcels, 200u);
  EXPECT_EQ(Replayed().equal, 200u);
}

TEST_F(LoggedEngineTest, GenerationsAreInTheLogWithWhoAndWhy) {
  Start();
  Submit(Some(0, 10));
  SmallRules strict;
  strict.rules.rules[SmallRules::kHeavy].lane = SmallRules::kHold;
  const auto rules = strict.Finished();
  rule_sets_[rules->hash] = rules;
  ASSERT_TRUE(engine_->Publish(RuleSet(rules), {.cause = "reload", .who = "uid 7", .wait = kLong}).ok());
  Submit(Some(10, 10));
  Stop();
  auto reader = log::LogReader::Open(directory_, log::LogKind::kAudit);
  std::vector<std::string> causes;
  log::Frame frame;
  while (*(*reader)->Next(&frame)) {
    if (frame.kind != log::FrameKind::kGeneration) continue;
    const auto record = log::ReadGeneration(frame.payload);
    causes.push_back(std::to_string(record->generation) + " " + std::string(record->cause) + " " +
                     std::string(record->who));
  }
  EXPECT_THAT(causes, testing::ElementsAre("1 start ", "2 reload uid 7"));
  EXPECT_EQ(Replayed().generations, 2u);
}

TEST_F(LoggedEngineTest, ReplayNamesADecisionThatIsNotWhatTheRulesSay) {
  Start();
  Submit(Some(0, 50));
  Stop();
  SmallRules other;
  other.rules.rules[SmallRules::kHeavy].score = 31;
  live::ReplayOptions options;
  options.directory = directory_;
  options.rule_set_of = [&](const base::Hash256&) { return other.Finished(); };
  const auto report = live::Replay(options);
  ASSERT_TRUE(report.ok());
  EXPECT_GT(report->difference_count, 0u);
  EXPECT_EQ(report->equal + report->difference_count, 50u);
  EXPECT_THAT(report->differences.front().what, HasSubstr("score 31"));
  options.rule_set_of = [](const base::Hash256&) { return nullptr; };
  EXPECT_THAT(live::Replay(options).status().message(), HasSubstr("of which there is no bundle"));
}

TEST_F(LoggedEngineTest, NothingPersonalIsInTheAuditLog) {
  Start(Durability::kAsync, false);
  Submit({{.id = "SECRETPARCELID"}});
  Stop();
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(bytes.find("SECRETPARCELID"), std::string::npos) << entry.path();
  }
}

TEST_F(LoggedEngineTest, LateDeliveriesAreInTheLogBesideTheDecision) {
  Start();
  MemorySource source;
  source.Add({.id = "A", .weight_g = 2000});
  pipeline::RecordBlock block;
  ASSERT_TRUE(source.Read(1, &block).ok());
  const auto producer = engine_->OpenProducer();
  (*producer)->Submit({.record = block.records[0].bytes, .deadline_ns = SteadyNowNs() - 1});
  ASSERT_TRUE(engine_->Drain(kLong).ok());
  EXPECT_FALSE(engine_->Lookup("B", SteadyNowNs() - 1).decided);
  Stop();
  const log::LogSummary summary = Verified();
  EXPECT_EQ(summary.frames[static_cast<std::size_t>(log::FrameKind::kDelivery)], 2u)
      << "one late decision, one parcel that nobody had seen at its deadline";
  EXPECT_EQ(Replayed().equal, 1u);
}

TEST_F(LoggedEngineTest, ADetachedConsumerHoldsNobodyUpAndKnowsFromWhere) {
  Start();
  const auto slow = engine_->OpenConsumer({.when_full = WhenFull::kDetach, .ring_decisions = 10});
  const auto other = engine_->OpenConsumer();
  Submit(Some(0, 100));
  std::size_t got = (*slow)->Poll(1000, [](const Decision&) {});
  EXPECT_EQ(got, 10u);
  EXPECT_TRUE((*slow)->detached());
  EXPECT_EQ((*slow)->detached_at(), 11u);
  EXPECT_EQ((*other)->Poll(1000, [](const Decision&) {}), 100u);
  EXPECT_EQ(engine_->status().detached_consumers, 1u);
}

}  // namespace
}  // namespace sluice
