// A disk that takes no more, made by the system itself: files may not grow beyond a size (RLIMIT_FSIZE).
#include <sluice/engine.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>
#include <thread>

#include "engine/live/replay.h"
#include "tests/engine/pipeline/small_stream.h"

namespace sluice {
namespace {

using pipeline::MemorySource;
using testing::HasSubstr;

constexpr auto kLong = std::chrono::milliseconds(20'000);

/// No file of the process grows while it lives.
class FullDisk {
 public:
  explicit FullDisk(rlim_t file_bytes_max) {
    before_handler_ = signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{file_bytes_max, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, before_handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  sighandler_t before_handler_ = SIG_DFL;
};

TEST(FullDiskTest, NothingIsAcknowledgedThatIsNotLoggedAndTheEngineGoesOnWhenThereIsRoom) {
  const std::string directory = testing::TempDir() + "/sluice_full_disk_log";
  std::filesystem::remove_all(directory);
  pipeline::SmallRules book;
  const auto rules = book.Finished();
  EngineOptions options;
  options.agents = 1;
  options.producer_ring_records = 256;
  options.batch_rows_max = 16;
  options.log.directory = directory;
  options.log.durability = Durability::kGroup;
  options.log.journal = true;
  auto engine = *Engine::Start(RuleSet(rules), options);
  const auto producer = *engine->OpenProducer();
  const auto consumer = *engine->OpenConsumer();
  MemorySource source;
  source.Add({.id = "A", .weight_g = 2000});
  pipeline::RecordBlock block;
  ASSERT_TRUE(source.Read(1, &block).ok());
  std::uint64_t acknowledged = 0;
  const auto take = [&](const Decision& decision) { acknowledged = decision.sequence; };
  std::uint64_t accepted = 0;
  const std::int64_t until_ns = SteadyNowNs() + kLong / std::chrono::nanoseconds(1);
  {
    const FullDisk full(64 << 10);
    // Until the engine says so and takes no more.
    for (int refused = 0; refused < 200 || engine->status().trouble.empty();) {
      ASSERT_LT(SteadyNowNs(), until_ns) << "a full disk was not noticed";
      if (producer->Submit({block.records[0].bytes}) == Admission::kAccepted) {
        ++accepted;
      } else {
        ++refused;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      consumer->Poll(1000, take);
    }
    EXPECT_THAT(engine->status().trouble, HasSubstr("the log cannot be written"));
    EXPECT_LT(acknowledged, accepted);
    EXPECT_FALSE(engine->Drain(std::chrono::milliseconds(50)).ok());
  }
  EXPECT_TRUE(engine->Drain(kLong).ok()) << "there is room again";
  while (consumer->Poll(1000, take) != 0) {
  }
  EXPECT_EQ(acknowledged, accepted);
  EXPECT_EQ(engine->status().trouble, "");
  ASSERT_TRUE(engine->Stop(kLong).ok());
  live::ReplayOptions replay;
  replay.directory = directory;
  replay.rule_set_of = [&](const base::Hash256&) { return rules; };
  const auto report = live::Replay(replay);
  ASSERT_TRUE(report.ok()) << report.status().message();
  EXPECT_EQ(report->equal, accepted);
  EXPECT_EQ(report->difference_count, 0u);
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace sluice
