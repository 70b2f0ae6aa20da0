#include <sluice/engine.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <thread>

#include "engine/decide/judge.h"
#include "tests/engine/pipeline/small_stream.h"

namespace sluice {
namespace {

using pipeline::MemorySource;
using pipeline::SmallParcel;
using pipeline::SmallRules;
using testing::HasSubstr;

constexpr auto kLong = std::chrono::milliseconds(20'000);

std::vector<std::uint8_t> RecordOf(const SmallParcel& parcel) {
  MemorySource source;
  source.Add(parcel);
  pipeline::RecordBlock block;
  EXPECT_TRUE(source.Read(1, &block).ok());
  return {block.records[0].bytes.begin(), block.records[0].bytes.end()};
}

/// What a test keeps of a delivered decision.
struct Kept {
  std::uint64_t sequence = 0;
  std::uint64_t tag = 0;
  std::uint64_t duplicate_of = 0;
  std::uint32_t generation = 0;
  std::string id;
  std::string lane;
  std::string delivered_lane;
  bool late = false;
  std::uint8_t outcomes = 0;
  std::vector<std::uint8_t> canonical;
};

Kept Keep(const Decision& decision) {
  return {decision.sequence,
          decision.tag,
          decision.duplicate_of,
          decision.generation,
          std::string(decision.parcel_id),
          std::string(decision.lane),
          std::string(decision.delivered_lane),
          decision.late,
          decision.outcomes,
          {decision.canonical.begin(), decision.canonical.end()}};
}

class EngineTest : public testing::Test {
 protected:
  void Start(EngineOptions options = {}) {
    options.agents = options.agents == 0 ? 2 : options.agents;
    auto engine = Engine::Start(RuleSet(book_.Finished()), options);
    ASSERT_TRUE(engine.ok()) << engine.status().message();
    engine_ = *std::move(engine);
  }

  std::unique_ptr<Producer> OpenProducer() {
    auto producer = engine_->OpenProducer();
    EXPECT_TRUE(producer.ok()) << producer.status().message();
    return *std::move(producer);
  }

  std::unique_ptr<Consumer> OpenConsumer(const ConsumerOptions& options = {}) {
    auto consumer = engine_->OpenConsumer(options);
    EXPECT_TRUE(consumer.ok()) << consumer.status().message();
    return *std::move(consumer);
  }

  /// Everything that `count` decisions say, in the order in which they come.
  std::vector<Kept> Take(Consumer* consumer, std::size_t count) {
    std::vector<Kept> kept;
    while (kept.size() < count) {
      if (!consumer->Wait(kLong)) {
        ADD_FAILURE() << "only " << kept.size() << " of " << count << " decisions came";
        break;
      }
      consumer->Poll(count - kept.size(), [&](const Decision& decision) { kept.push_back(Keep(decision)); });
    }
    return kept;
  }

  void Submit(Producer* producer, const SmallParcel& parcel, std::uint64_t tag = 0) {
    const auto record = RecordOf(parcel);
    ASSERT_EQ(producer->SubmitWithin({record, tag}, kLong), Admission::kAccepted);
  }

  SmallRules book_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(EngineTest, ALoneParcelIsDecidedAtOnce) {
  Start();
  const auto consumer = OpenConsumer();
  const auto producer = OpenProducer();
  Submit(producer.get(), {.id = "A", .weight_g = 2000}, 17);
  const auto kept = Take(consumer.get(), 1);
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].id, "A");
  EXPECT_EQ(kept[0].sequence, 1u);
  EXPECT_EQ(kept[0].tag, 17u);
  EXPECT_EQ(kept[0].lane, "inspect");
  EXPECT_EQ(kept[0].generation, 1u);
  ASSERT_TRUE(engine_->Drain(kLong).ok());
  const EngineStatus status = engine_->status();
  ASSERT_FALSE(status.rules.empty());
  EXPECT_EQ(status.rules.front().rule, "HEAVY");
  EXPECT_EQ(status.rules.front().matched, 1u);
}

// The oracle: the records in sequence order, screened as a file.
std::vector<std::vector<std::uint8_t>> ScreenedInBulk(SmallRules& book, const std::vector<SmallParcel>& parcels) {
  MemorySource source;
  for (const SmallParcel& parcel : parcels) source.Add(parcel);
  pipeline::MemorySink sink;
  const auto rules = book.Finished();
  EXPECT_TRUE(pipeline::Screen(rules, draw::TestEpochKey(), {}, &source, &sink).ok());
  std::vector<std::vector<std::uint8_t>> decisions;
  for (const decide::Decision& decision : sink.written) {
    decide::AppendCanonical(*rules, decision, &decisions.emplace_back());
  }
  return decisions;
}

TEST_F(EngineTest, ManyProducersAreDecidedAsOneStream) {
  for (const int agents : {1, 2, 5}) {
    SCOPED_TRACE(agents);
    EngineOptions options;
    options.agents = agents;
    options.batch_rows_max = agents == 1 ? 512 : 7;
    Start(options);
    const auto consumer = OpenConsumer();
    constexpr int kProducers = 4;
    constexpr int kEach = 3000;
    const auto parcel_of = [](std::uint64_t tag) {
      tag %= 5000;  // some come again, as they were
      return SmallParcel{.id = "P" + std::to_string(tag),
                         .weight_g = static_cast<std::int64_t>(tag * 37 % 1500),
                         .pieces = static_cast<std::int64_t>(tag % 11),
                         .items = static_cast<int>(tag % 3)};
    };
    std::vector<std::thread> threads;
    for (int p = 0; p < kProducers; ++p) {
      threads.emplace_back([&, p] {
        const auto producer = OpenProducer();
        for (int i = 0; i < kEach; ++i) {
          const auto tag = static_cast<std::uint64_t>(p * kEach + i);
          Submit(producer.get(), parcel_of(tag), tag);
        }
      });
    }
    const auto kept = Take(consumer.get(), kProducers * kEach);
    for (std::thread& thread : threads) thread.join();
    std::vector<SmallParcel> in_order;
    std::set<std::uint64_t> tags;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      ASSERT_EQ(kept[i].sequence, i + 1);
      EXPECT_TRUE(tags.insert(kept[i].tag).second);
      in_order.push_back(parcel_of(kept[i].tag));
    }
    const auto expected = ScreenedInBulk(book_, in_order);
    ASSERT_EQ(kept.size(), expected.size());
    for (std::size_t i = 0; i < kept.size(); ++i) ASSERT_EQ(kept[i].canonical, expected[i]) << i;
    EXPECT_GT(engine_->status().duplicates, 0u);
    EXPECT_TRUE(engine_->Stop(kLong).ok());
  }
}

TEST_F(EngineTest, AConsumerThatDoesNotTakeHoldsUpTheProducersAndNothingIsLost) {
  EngineOptions options;
  options.producer_ring_records = 64;
  Start(options);
  const auto consumer = OpenConsumer({.ring_decisions = 16});
  const auto producer = OpenProducer();
  const auto record = RecordOf({.id = "A"});
  int refusals = 0;
  std::uint64_t submitted = 0;
  while (refusals < 100) {
    const Admission admission = producer->Submit({record, submitted});
    if (admission == Admission::kAccepted) {
      ++submitted;
      continue;
    }
    ASSERT_EQ(admission, Admission::kFull);
    ++refusals;
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  EXPECT_EQ(producer->accepted(), submitted);
  EXPECT_EQ(producer->refused(), 100u);
  EXPECT_THAT(engine_->Drain(std::chrono::milliseconds(20)).message(), HasSubstr("consumer 0 does not take"));
  const auto kept = Take(consumer.get(), submitted);
  for (std::size_t i = 0; i < kept.size(); ++i) EXPECT_EQ(kept[i].tag, i);
  EXPECT_TRUE(engine_->Drain(kLong).ok());
  const EngineStatus status = engine_->status();
  EXPECT_EQ(status.accepted, status.decided);
  EXPECT_EQ(status.accepted + status.refused, submitted + 100);
}

TEST_F(EngineTest, ConsumersGetTheirLanesInOrder) {
  Start();
  const auto inspect = OpenConsumer({.lanes = {"inspect"}});
  const auto others = OpenConsumer({.lanes = {"pass", "document", "hold"}});
  const auto producer = OpenProducer();
  for (int i = 0; i < 100; ++i) {
    Submit(producer.get(), {.id = "P" + std::to_string(i), .weight_g = i % 2 == 0 ? 2000 : 10});
  }
  ASSERT_TRUE(engine_->Drain(kLong).ok());
  const auto inspected = Take(inspect.get(), 50);
  const auto rest = Take(others.get(), 50);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(inspected[i].sequence, static_cast<std::uint64_t>(2 * i + 1));
    EXPECT_EQ(rest[i].sequence, static_cast<std::uint64_t>(2 * i + 2));
  }
  EXPECT_THAT(engine_->OpenConsumer({.lanes = {"nowhere"}}).status().message(), HasSubstr("nowhere"));
}

TEST_F(EngineTest, AConsumerWaitsThroughBatchesThatAreNotForIt) {
  Start();
  const auto inspect = OpenConsumer({.lanes = {"inspect"}});
  const auto producer = OpenProducer();
  std::thread others([&] {
    for (int i = 0; i < 50; ++i) {
      Submit(producer.get(), {.id = "P" + std::to_string(i), .weight_g = 10});
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    Submit(producer.get(), {.id = "A", .weight_g = 2000});
  });
  EXPECT_TRUE(inspect->Wait(kLong));
  others.join();
  EXPECT_FALSE(OpenConsumer()->Wait(std::chrono::milliseconds(1)));
}

TEST_F(EngineTest, AGenerationBeginsBetweenTwoParcels) {
  Start();
  const auto consumer = OpenConsumer();
  const auto producer = OpenProducer();
  SmallRules strict;
  strict.rules.rules[SmallRules::kHeavy].lane = SmallRules::kHold;
  const RuleSet rule_sets[] = {RuleSet(book_.Finished()), RuleSet(strict.Finished())};
  std::map<std::uint32_t, std::string> lane_of = {{1, "inspect"}};
  std::thread parcels([&] {
    for (int i = 0; i < 20'000; ++i) {
      Submit(producer.get(), {.id = "P" + std::to_string(i), .weight_g = 2000});
    }
  });
  std::vector<Kept> kept;
  std::thread taking([&] { kept = Take(consumer.get(), 20'000); });
  for (int i = 0; i < 30; ++i) {
    const auto published = engine_->Publish(rule_sets[(i + 1) % 2], {.wait = kLong});
    ASSERT_TRUE(published.ok()) << published.status().message();
    EXPECT_TRUE(published->passed);
    lane_of[published->number] = i % 2 == 0 ? "hold" : "inspect";
  }
  parcels.join();
  taking.join();
  ASSERT_EQ(kept.size(), 20'000u);
  std::uint32_t generation = 1;
  for (const Kept& decision : kept) {
    EXPECT_GE(decision.generation, generation) << "generations never go back";
    generation = decision.generation;
    EXPECT_EQ(decision.lane, lane_of[decision.generation]);
  }
  EXPECT_EQ(engine_->status().generation, 31u);
  EXPECT_EQ(engine_->status().generations_in_memory, 1);
}

TEST_F(EngineTest, ADuplicateRepeatsTheDecisionOfAnEarlierGenerationByName) {
  Start();
  const auto consumer = OpenConsumer();
  const auto producer = OpenProducer();
  Submit(producer.get(), {.id = "A", .weight_g = 2000});
  ASSERT_TRUE(engine_->Drain(kLong).ok());
  SmallRules other;  // lanes in another order, under other names
  other.rules.lanes = {{"hold", 30}, {"look", 25}, {"green", 0, true}, {"hold2", 40}};
  other.rules.controls = {"bench", "table"};
  other.rules.outcome_lanes.fill(0);
  other.rules.default_lane = 2;
  const auto published = engine_->Publish(RuleSet(other.Finished()), {.wait = kLong});
  ASSERT_TRUE(published.ok()) << published.status().message();
  Submit(producer.get(), {.id = "A", .weight_g = 2000});
  const auto kept = Take(consumer.get(), 2);
  EXPECT_EQ(kept[1].duplicate_of, 1u);
  EXPECT_EQ(kept[1].lane, "inspect");
  EXPECT_EQ(kept[1].generation, 2u);
  Decision decision;
  ASSERT_TRUE(ParseDecision(kept[1].canonical, &decision).ok());
  std::string_view desk;
  ASSERT_TRUE(decision.controls.Next(&desk));
  EXPECT_EQ(desk, "desk");
  EXPECT_FALSE(decision.controls.Next(&desk));
}

TEST_F(EngineTest, ARecordThatIsTooLongIsDecidedAndNeverReleased) {
  Start();
  const auto consumer = OpenConsumer();
  const auto producer = OpenProducer();
  const std::vector<std::uint8_t> record((1u << 20) + 1);
  EXPECT_EQ(producer->SubmitWithin({record}, kLong), Admission::kAccepted);
  const auto kept = Take(consumer.get(), 1);
  EXPECT_EQ(kept[0].outcomes, kUnreadable);
  EXPECT_EQ(kept[0].lane, "hold");
}

TEST_F(EngineTest, WhatIsDecidedAfterItsDeadlineIsDeliveredAsTheSafeLane) {
  Start();
  const auto consumer = OpenConsumer();
  const auto producer = OpenProducer();
  const auto record = RecordOf({.id = "A", .weight_g = 2000});
  EXPECT_EQ(producer->Submit({.record = record, .deadline_ns = SteadyNowNs() - 1}), Admission::kAccepted);
  EXPECT_EQ(producer->Submit({.record = record, .deadline_ns = SteadyNowNs() + kLong / std::chrono::nanoseconds(1)}),
            Admission::kAccepted);
  const auto kept = Take(consumer.get(), 2);
  EXPECT_TRUE(kept[0].late);
  EXPECT_EQ(kept[0].lane, "inspect") << "deadlines never enter a decision";
  EXPECT_EQ(kept[0].delivered_lane, "hold");
  EXPECT_FALSE(kept[1].late);
  EXPECT_EQ(kept[1].delivered_lane, "inspect");
  EXPECT_EQ(engine_->status().late, 1u);
}

TEST_F(EngineTest, LookupWaitsForTheDecisionAndElseSaysTheSafeLane) {
  Start();
  EXPECT_EQ(engine_->Lookup("A", SteadyNowNs() + 1'000'000).lane, "hold");
  EXPECT_FALSE(engine_->Lookup("A", 0).decided);
  Delivery delivery;
  std::thread asking([&] { delivery = engine_->Lookup("A", SteadyNowNs() + kLong / std::chrono::nanoseconds(1)); });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const auto producer = OpenProducer();
  Submit(producer.get(), {.id = "A", .weight_g = 2000});
  asking.join();
  EXPECT_TRUE(delivery.decided);
  EXPECT_EQ(delivery.lane, "inspect");
  EXPECT_EQ(delivery.sequence, 1u);
}

TEST_F(EngineTest, StoppingDecidesWhatWasAcceptedAndRefusesTheRest) {
  Start();
  const auto consumer = OpenConsumer({.ring_decisions = 1u << 17});
  std::atomic<std::uint64_t> accepted = 0;
  std::atomic<int> stopped = 0;
  std::vector<std::thread> threads;
  for (int p = 0; p < 3; ++p) {
    threads.emplace_back([&] {
      const auto producer = OpenProducer();
      const auto record = RecordOf({.id = "A"});
      while (true) {
        const Admission admission = producer->Submit({record});
        if (admission == Admission::kAccepted) accepted.fetch_add(1);
        if (admission == Admission::kStopped) break;
      }
      stopped.fetch_add(1);
    });
  }
  while (accepted.load() < 1000) std::this_thread::yield();
  std::uint64_t taken = 0;
  std::thread taking([&] {
    while (stopped.load() < 3 || taken < accepted.load()) {
      taken += consumer->Poll(1000, [](const Decision&) {});
    }
  });
  EXPECT_TRUE(engine_->Stop(kLong).ok());
  for (std::thread& thread : threads) thread.join();
  taking.join();
  EXPECT_EQ(engine_->status().delivered, accepted.load());
  EXPECT_FALSE(engine_->OpenProducer().ok());
}

TEST_F(EngineTest, AClosedProducersRingIsUsedAgain) {
  EngineOptions options;
  options.producers_max = 2;
  Start(options);
  const auto keeps = OpenProducer();
  for (int i = 0; i < 20; ++i) {
    const auto producer = OpenProducer();
    Submit(producer.get(), {.id = "A"});
    EXPECT_EQ(producer->accepted(), 1u) << "counts from its own opening";
    EXPECT_THAT(engine_->OpenProducer().status().message(), HasSubstr("producers_max"));
    ASSERT_TRUE(engine_->Drain(kLong).ok());
  }
}

TEST_F(EngineTest, OptionsOutOfRangeAreNamed) {
  EngineOptions options;
  options.batch_rows_max = 513;
  const auto engine = Engine::Start(RuleSet(book_.Finished()), options);
  EXPECT_THAT(engine.status().message(), HasSubstr("batch_rows_max must be 1 to 512, and is 513"));
}

}  // namespace
}  // namespace sluice
