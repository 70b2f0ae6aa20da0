// A disk that refuses, and power that is lost: what was acknowledged is in the log, and the log says what happened.
#include "tests/engine/log/small_log.h"

#include <atomic>
#include <cerrno>
#include <random>

#include <unistd.h>

#include "engine/base/limits.h"
#include "tests/support/simulated_disk.h"

namespace sluice::log {
namespace {

using test::DiskCall;
using test::Fault;

class FaultTest : public testing::Test {
 protected:
  FaultTest() : disk_(1) {
    options_.directory = "log";
    options_.aside = false;
    options_.segment_bytes = limits::kLogSegmentBytesMin;
  }
  std::unique_ptr<LogWriter> Started() {
    auto writer = LogWriter::Open(options_, &disk_);
    EXPECT_TRUE(writer.ok()) << writer.status().message();
    EXPECT_TRUE(Introduce(writer->get()).ok());
    EXPECT_TRUE((*writer)->Commit().ok());
    return *std::move(writer);
  }
  void FailOnce(DiskCall call, Fault fault) {
    disk_.on_call = [this, call, fault](DiskCall asked, const std::string&, std::size_t) {
      if (asked != call || fired_) return Fault{};
      fired_ = true;
      return fault;
    };
    fired_ = false;
  }

  test::SimulatedDisk disk_;
  LogOptions options_;
  bool fired_ = false;
};

TEST_F(FaultTest, AfterARefusedSyncNothingIsAcknowledgedUntilANewSegmentHasIt) {
  auto writer = Started();
  ASSERT_TRUE(writer->AppendBatch(SmallBatch(1, 10).logged()).ok());
  ASSERT_TRUE(writer->Commit().ok());
  ASSERT_TRUE(writer->AppendBatch(SmallBatch(11, 10).logged()).ok());
  FailOnce(DiskCall::kSync, {-EIO, 0, false});
  const Status refused = writer->Commit();
  EXPECT_EQ(refused.code(), StatusCode::kIo);
  EXPECT_NE(refused.message().find("audit-0000000001.log: cannot bring to the medium"), std::string::npos);
  EXPECT_TRUE(writer->failed());
  EXPECT_EQ(writer->failure().message(), refused.message());
  EXPECT_EQ(writer->acknowledged_sequence(), 10u);
  const std::uint64_t calls = disk_.calls();
  EXPECT_FALSE(writer->Commit().ok());
  EXPECT_FALSE(writer->Sync().ok());
  EXPECT_FALSE(writer->AppendBatch(SmallBatch(21, 10).logged()).ok());
  EXPECT_EQ(disk_.calls(), calls) << "the disk is left alone";
  ASSERT_TRUE(writer->Recover().ok());
  EXPECT_EQ(writer->acknowledged_sequence(), 20u);
  ASSERT_TRUE(writer->AppendBatch(SmallBatch(21, 10).logged()).ok());
  ASSERT_TRUE(writer->Commit().ok());
  disk_.LosePower();
  const WholeLog whole = ReadWhole("log", &disk_);
  ASSERT_TRUE(whole.status.ok()) << whole.status.message();
  EXPECT_EQ(whole.summary.end.sequence, 30u);
  EXPECT_TRUE(whole.summary.losses.empty());
  EXPECT_EQ(whole.summary.frames[static_cast<int>(FrameKind::kIncident)], 1u);
}

TEST_F(FaultTest, AFullDiskIsSaidAndGoneOnFromWhenThereIsRoomAgain) {
  options_.prewrite = false;
  auto writer = Started();
  disk_.space = 40'000;
  std::uint64_t next = 1;
  Status status;
  while (status.ok()) {
    status = writer->AppendBatch(SmallBatch(next, 10).logged());
    if (status.ok()) next += 10;
    if (status.ok()) status = writer->Commit();
  }
  EXPECT_NE(status.message().find("No space left on device"), std::string::npos) << status.message();
  const std::uint64_t acknowledged = writer->acknowledged_sequence();
  EXPECT_FALSE(writer->Recover().ok());
  EXPECT_TRUE(writer->failed());
  EXPECT_FALSE(writer->Recover().ok());
  EXPECT_EQ(writer->acknowledged_sequence(), acknowledged);
  disk_.space = 1u << 20;
  ASSERT_TRUE(writer->Recover().ok());
  EXPECT_EQ(writer->acknowledged_sequence(), next - 1);
  ASSERT_TRUE(writer->Close().ok());
  const WholeLog whole = ReadWhole("log", &disk_);
  ASSERT_TRUE(whole.status.ok()) << whole.status.message();
  EXPECT_EQ(whole.summary.end.sequence, next - 1);
}

TEST_F(FaultTest, WhatWasWrittenAheadNeedsNoRoomLater) {
  auto writer = Started();
  disk_.space = 0;
  for (std::uint64_t i = 0; i < 20; ++i) {
    ASSERT_TRUE(writer->AppendBatch(SmallBatch(1 + 10 * i, 10).logged()).ok());
    ASSERT_TRUE(writer->Commit().ok());
  }
}

TEST_F(FaultTest, ShortWritesAreCompleted) {
  auto writer = Started();
  disk_.on_call = [](DiskCall call, const std::string&, std::size_t bytes) {
    return call == DiskCall::kWrite && bytes > 1 ? Fault{0, bytes / 2, true} : Fault{};
  };
  ASSERT_TRUE(writer->AppendBatch(SmallBatch(1, 100).logged()).ok());
  ASSERT_TRUE(writer->Commit().ok());
  disk_.LosePower();
  EXPECT_EQ(ReadWhole("log", &disk_).summary.parcels, 100u);
}

TEST_F(FaultTest, AnEarlierGenerationStaysInForceInWhatIsWrittenAgain) {
  auto writer = Started();
  ASSERT_TRUE(writer->AppendBatch(SmallBatch(1, 10).logged()).ok());
  ASSERT_TRUE(writer->AppendGeneration(GenerationOf(2)).ok());
  ASSERT_TRUE(writer->AppendBatch(SmallBatch(11, 10, 20, 2).logged()).ok());
  FailOnce(DiskCall::kWrite, {-EIO, 700, true});
  ASSERT_FALSE(writer->Commit().ok());
  ASSERT_TRUE(writer->Recover().ok());
  disk_.LosePower();
  const WholeLog whole = ReadWhole("log", &disk_);
  ASSERT_TRUE(whole.status.ok()) << whole.status.message();
  EXPECT_EQ(whole.summary.parcels, 20u);
  EXPECT_EQ(whole.summary.end.generation, 2u);
}

TEST_F(FaultTest, WhatAsyncMayHaveLostIsSaid) {
  options_.durability = Durability::kAsync;
  auto writer = Started();
  ASSERT_TRUE(writer->AppendBatch(SmallBatch(1, 10).logged()).ok());
  ASSERT_TRUE(writer->Sync().ok() && writer->Commit().ok() && writer->Sync().ok());
  ASSERT_TRUE(writer->AppendBatch(SmallBatch(11, 200).logged()).ok());
  ASSERT_TRUE(writer->Commit().ok());
  EXPECT_EQ(writer->acknowledged_sequence(), 210u);
  FailOnce(DiskCall::kSync, {-EIO, 0, false});
  ASSERT_FALSE(writer->Sync().ok());
  ASSERT_TRUE(writer->Recover().ok());
  ASSERT_TRUE(writer->AppendBatch(SmallBatch(211, 10).logged()).ok());
  ASSERT_TRUE(writer->Commit().ok() && writer->Sync().ok());
  disk_.LosePower();
  const WholeLog whole = ReadWhole("log", &disk_);
  ASSERT_TRUE(whole.status.ok()) << whole.status.message();
  ASSERT_EQ(whole.summary.losses.size(), 1u);
  EXPECT_EQ(whole.summary.losses[0].first_sequence, 11u);
  EXPECT_EQ(whole.summary.losses[0].last_sequence, 210u);
  EXPECT_EQ(whole.summary.frames[static_cast<int>(FrameKind::kIncident)], 1u);
  EXPECT_EQ(whole.summary.end.sequence, 220u);
}

TEST_F(FaultTest, AsyncBringsToTheMediumBesideTheWriterAndSaysWhereThatFails) {
  options_.durability = Durability::kAsync;
  options_.aside = true;
  options_.async_sync_ms = 1;
  std::atomic<bool> broken{false};
  disk_.on_call = [&](DiskCall call, const std::string&, std::size_t) {
    return broken && call == DiskCall::kSync ? Fault{-EIO, 0, false} : Fault{};
  };
  auto writer = Started();
  std::uint64_t next = 1;
  const auto step = [&] {
    if (writer->AppendBatch(SmallBatch(next, 1, 0).logged()).ok()) ++next;
    (void)writer->Commit();
    ::usleep(1000);
  };
  for (int i = 0; i < 5000 && writer->durable().sequence == 0; ++i) step();
  EXPECT_GT(writer->durable().sequence, 0u);
  broken = true;
  for (int i = 0; i < 5000 && !writer->failed(); ++i) step();
  ASSERT_TRUE(writer->failed());
  EXPECT_NE(writer->failure().message().find("cannot bring to the medium"), std::string::npos);
  broken = false;
  ASSERT_TRUE(writer->Recover().ok());
  step();
  EXPECT_EQ(writer->acknowledged_sequence(), next - 1);
}

// One life of a log after another on a disk that fails by chance, each ended by a loss of power, all against what the
// log's user was told.
class Lives {
 public:
  Lives(std::uint64_t seed, bool prewrite, bool retain) : random_(seed), disk_(seed * 3 + 1) {
    options_.directory = "log";
    options_.aside = false;
    options_.prewrite = prewrite;
    options_.segment_bytes = limits::kLogSegmentBytesMin;
    if (retain) options_.retention.segments_max = 4;
  }

  void Live(int lives) {
    for (int life = 0; life < lives && !testing::Test::HasFailure(); ++life) {
      One();
      disk_.on_call = nullptr;
      disk_.LosePower();
      Check();
    }
  }
  std::uint64_t faults() const { return faults_; }
  std::uint64_t acknowledged() const { return acknowledged_; }

 private:
  std::uint64_t Below(std::uint64_t bound) { return random_() % bound; }

  Fault FaultFor(DiskCall call, std::size_t bytes) {
    if (call == DiskCall::kOpen || call == DiskCall::kRead || Below(60) != 0) return {};
    ++faults_;
    const int error = Below(2) == 0 ? -ENOSPC : -EIO;
    if (call != DiskCall::kWrite || Below(2) == 0) return {error, 0, false};
    // What stops half-way stops between sectors.
    return {error, static_cast<std::size_t>(Below(bytes / 512 + 1)) * 512, true};
  }

  void One() {
    disk_.on_call = nullptr;
    auto opened = LogWriter::Open(options_, &disk_);
    ASSERT_TRUE(opened.ok()) << opened.status().message();
    LogWriter& writer = **opened;
    ASSERT_GE(writer.found().end.sequence, acknowledged_);
    std::uint64_t next = writer.found().end.sequence + 1;
    disk_.on_call = [this](DiskCall call, const std::string&, std::size_t bytes) { return FaultFor(call, bytes); };
    while (!Introduce(&writer).ok()) (void)writer.Recover();
    const std::uint64_t steps = 1 + Below(80);
    for (std::uint64_t step = 0; step < steps; ++step) {
      Step(&writer, &next);
      const std::uint64_t now = writer.acknowledged_sequence();
      ASSERT_GE(now, acknowledged_);
      ASSERT_LT(now, next);
      acknowledged_ = now;
    }
  }

  void Step(LogWriter* writer, std::uint64_t* next) {
    if (writer->failed()) {
      if (Below(3) == 0) (void)writer->Recover();
      return;
    }
    switch (Below(8)) {
      case 0: (void)writer->Flush(); return;
      case 1: (void)writer->AppendDelivery({1, 1, 1, {}, "hold"}); return;
      case 2:
      case 3: (void)writer->Commit(); return;
      default: {
        const std::size_t count = 1 + Below(60);
        const SmallBatch batch(*next, count, Below(200));
        if (writer->AppendBatch(batch.logged()).ok()) *next += count;
      }
    }
  }

  void Check() {
    const WholeLog whole = ReadWhole("log", &disk_);
    ASSERT_TRUE(whole.status.ok()) << whole.status.message();
    ASSERT_GE(whole.summary.end.sequence, acknowledged_);
    ASSERT_TRUE(whole.summary.losses.empty());
  }

  std::mt19937_64 random_;
  test::SimulatedDisk disk_;
  LogOptions options_;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t faults_ = 0;
};

TEST(LogLives, WhatWasAcknowledgedOutlivesFaultsAndLossesOfPower) {
  const char* const given = std::getenv("SLUICE_SEED");
  const std::uint64_t first = given == nullptr ? 1 : std::stoull(given);
  const char* const rounds = std::getenv("SLUICE_ROUNDS");
  const std::uint64_t count = rounds == nullptr ? 60 : std::stoull(rounds);
  std::uint64_t faults = 0, acknowledged = 0;
  for (std::uint64_t seed = first; seed < first + count && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Lives lives(seed, seed % 2 == 0, seed % 3 == 0);
    lives.Live(10);
    faults += lives.faults();
    acknowledged += lives.acknowledged();
  }
  EXPECT_GT(faults, count);
  EXPECT_GT(acknowledged, 100 * count);
}

}  // namespace
}  // namespace sluice::log
