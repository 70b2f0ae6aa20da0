// Rules exchanged again and again while many producers submit: nothing is lost, each decision is that of the rules of
// its generation, and memory does not grow. SLUICE_STRESS_PARCELS and SLUICE_STRESS_RELOADS make it long.
#include <sluice/engine.h>
#include <sluice/screener.h>

#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <map>
#include <thread>

#include "engine/ruleset/bundle.h"
#include "tests/engine/pipeline/small_stream.h"

namespace sluice {
namespace {

using pipeline::MemorySource;
using pipeline::SmallRules;

constexpr auto kLong = std::chrono::milliseconds(60'000);
constexpr std::uint64_t kProducers = 4;
constexpr std::size_t kKinds = 97;  // of parcels

std::uint64_t Setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::stoull(text);
}

std::size_t ResidentBytes() {
  malloc_trim(0);
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// What rules say of a parcel, whichever it is and whenever: canonical bytes without number, generation and id. Parcels
/// have no ids of the book's own, so that none repeats another.
std::vector<std::uint8_t> Meaning(const Decision& decision) {
  std::vector<std::uint8_t> bytes(decision.canonical.begin(), decision.canonical.end());
  constexpr std::size_t kGeneration = 8;
  constexpr std::size_t kSequence = 16;
  if (bytes.size() < kSequence + 8) return bytes;
  std::fill_n(bytes.begin() + kGeneration, 4, std::uint8_t{0});
  std::fill_n(bytes.begin() + kSequence, 8, std::uint8_t{0});
  return bytes;
}

class ReloadStressTest : public testing::Test {
 protected:
  struct Version {
    std::vector<std::uint8_t> bundle;
    std::array<std::vector<std::uint8_t>, kKinds> meanings;
  };

  ReloadStressTest() {
    MemorySource source;
    for (std::size_t i = 0; i < kKinds; ++i) {
      source.Add({.id = "", .weight_g = static_cast<std::int64_t>(i * 31 % 1500),
                  .pieces = static_cast<std::int64_t>(i % 8), .gift = i % 7 == 0, .items = static_cast<int>(i % 4)});
    }
    pipeline::RecordBlock block;
    EXPECT_TRUE(source.Read(kKinds, &block).ok());
    for (const auto& record : block.records) records_.emplace_back(record.bytes.begin(), record.bytes.end());
    for (int i = 0; i < 3; ++i) versions_.push_back(MakeVersion(i));
  }

  Version MakeVersion(int number) {
    SmallRules book;
    book.rules.rules[SmallRules::kHeavy].lane = number == 1 ? SmallRules::kHold : SmallRules::kInspect;
    book.rules.rules[SmallRules::kHeavy].score = static_cast<std::uint32_t>(30 + number);
    if (number == 2) book.rules.rules[SmallRules::kRandom].mode = ruleset::RuleMode::kShadow;
    Version version;
    version.bundle = ruleset::EncodeBundle(*book.Finished());
    auto screener = Screener::Make(*RuleSet::FromBytes(version.bundle));
    for (std::size_t i = 0; i < kKinds; ++i) version.meanings[i] = Meaning(screener->Screen(records_[i]));
    return version;
  }

  void Produce(std::uint64_t producer_number, std::uint64_t parcels) {
    const auto producer = engine_->OpenProducer();
    for (std::uint64_t i = 0; i < parcels; ++i) {
      const std::uint64_t tag = i * kProducers + producer_number;
      ASSERT_EQ((*producer)->SubmitWithin({records_[tag % kKinds], tag}, kLong), Admission::kAccepted);
    }
  }

  /// Each sequence once, in order; each tag once, in its producer's order; each decision that of its generation.
  void Consume(Consumer* consumer, std::uint64_t parcels) {
    std::array<std::uint64_t, kProducers> next_tag{};
    for (std::uint64_t i = 0; i < kProducers; ++i) next_tag[i] = i;
    std::uint64_t sequence = 0;
    std::uint32_t generation = 1;
    while (sequence < parcels) {
      ASSERT_TRUE(consumer->Wait(kLong)) << "after " << sequence;
      consumer->Poll(4096, [&](const Decision& decision) {
        ASSERT_EQ(decision.sequence, ++sequence);
        std::uint64_t& tag = next_tag[decision.tag % kProducers];
        ASSERT_EQ(decision.tag, tag);
        tag += kProducers;
        ASSERT_GE(decision.generation, generation);
        generation = decision.generation;
        const int version = version_of_[generation].load();
        ASSERT_TRUE(Meaning(decision) == versions_[static_cast<std::size_t>(version)].meanings[decision.tag % kKinds])
            << "sequence " << sequence << " generation " << generation << " version " << version;
      });
      if (HasFatalFailure()) return;
    }
  }

  /// Valid, invalid, forth and back.
  void Reload(std::uint64_t number) {
    const auto version = static_cast<int>(number * 7 % 3);
    std::vector<std::uint8_t> bundle = versions_[static_cast<std::size_t>(version)].bundle;
    if (number % 3 == 2) bundle[number * 131 % bundle.size()] ^= 1;
    const auto rules = RuleSet::FromBytes(bundle);
    if (number % 3 == 2) {
      EXPECT_FALSE(rules.ok()) << "a flipped bit is found";
      return;
    }
    version_of_[engine_->status().generation + 1].store(version);
    const auto published = engine_->Publish(*rules, {.wait = kLong});
    ASSERT_TRUE(published.ok()) << published.status().message();
    EXPECT_TRUE(published->passed);
  }

  std::vector<std::vector<std::uint8_t>> records_;
  std::vector<Version> versions_;
  std::unique_ptr<Engine> engine_;
  std::array<std::atomic<int>, 4096> version_of_{};  // by generation
};

TEST_F(ReloadStressTest, NothingIsLostWhileRulesAreExchanged) {
  const std::uint64_t parcels = Setting("SLUICE_STRESS_PARCELS", 200'000) / kProducers * kProducers;
  const std::uint64_t reloads = Setting("SLUICE_STRESS_RELOADS", 60);
  EngineOptions options;
  options.agents = 3;
  options.producer_ring_bytes = 1u << 20;
  engine_ = *Engine::Start(*RuleSet::FromBytes(versions_[0].bundle), options);
  const auto consumer = engine_->OpenConsumer({.ring_bytes = 1u << 20});
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < kProducers; ++i) threads.emplace_back([&, i] { Produce(i, parcels / kProducers); });
  std::thread consuming([&] { Consume(consumer->get(), parcels); });
  std::size_t resident_before = 0;
  for (std::uint64_t i = 0; i < reloads; ++i) {
    if (i == reloads / 10) resident_before = ResidentBytes();
    // Spread over the whole stream.
    while (engine_->status().delivered < parcels * i / (reloads + 1)) {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
      if (HasFatalFailure()) break;
    }
    Reload(i);
  }
  const std::size_t resident_after = ResidentBytes();
  for (std::thread& thread : threads) thread.join();
  consuming.join();
  const EngineStatus status = engine_->status();
  EXPECT_EQ(status.accepted, parcels);
  EXPECT_EQ(status.decided, parcels);
  EXPECT_EQ(status.generation, 1 + reloads - reloads / 3);
  EXPECT_LE(resident_after, resident_before + resident_before / 20)
      << "memory before " << resident_before << ", after " << resident_after;
  RecordProperty("resident_before", std::to_string(resident_before));
  RecordProperty("resident_after", std::to_string(resident_after));
}

}  // namespace
}  // namespace sluice
