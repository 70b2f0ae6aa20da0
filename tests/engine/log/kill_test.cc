// A process that writes a log and is killed, on the real disk: what it said was acknowledged is there.
#include "tests/engine/log/small_log.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/limits.h"

namespace sluice::log {
namespace {

// Writes until it is killed; says each acknowledged sequence on `to_parent`. Ends itself with a code where it cannot.
[[noreturn]] void WriteForEver(const LogOptions& options, int to_parent, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  auto opened = LogWriter::Open(options);
  if (!opened.ok() || !Introduce(opened->get()).ok()) _exit(2);
  LogWriter& writer = **opened;
  for (std::uint64_t next = writer.found().end.sequence + 1;;) {
    const std::size_t count = 1 + random() % 100;
    if (!writer.AppendBatch(SmallBatch(next, count, random() % 300).logged()).ok()) _exit(3);
    next += count;
    if (random() % 4 != 0) continue;
    if (!writer.Commit().ok()) _exit(4);
    const std::uint64_t acknowledged = writer.acknowledged_sequence();
    if (::write(to_parent, &acknowledged, sizeof(acknowledged)) != sizeof(acknowledged)) _exit(5);
  }
}

TEST(KillTest, WhatAKilledWriterAcknowledgedIsInTheLog) {
  const char* const rounds = std::getenv("SLUICE_ROUNDS");
  const int kills = rounds == nullptr ? 25 : std::atoi(rounds);
  LogOptions options;
  options.directory = testing::TempDir() + "/sluice_kill_" + std::to_string(::getpid());
  options.segment_bytes = 4 * limits::kLogSegmentBytesMin;
  options.retention.segments_max = 20;
  std::filesystem::remove_all(options.directory);
  std::mt19937_64 random(static_cast<std::uint64_t>(kills));
  std::uint64_t acknowledged = 0;
  int torn = 0;
  for (int kill = 0; kill < kills; ++kill) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const std::uint64_t seed = random();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(ends[0]);
      WriteForEver(options, ends[1], seed);
    }
    ::close(ends[1]);
    std::uint64_t said = 0;
    // Every other one only when it is at work: a slow machine takes its time to begin.
    if (kill % 2 == 0 && ::read(ends[0], &said, sizeof(said)) == sizeof(said)) acknowledged = said;
    ::usleep(static_cast<useconds_t>(random() % 60'000));
    ::kill(child, SIGKILL);
    while (::read(ends[0], &said, sizeof(said)) == sizeof(said)) acknowledged = std::max(acknowledged, said);
    ::close(ends[0]);
    int how = 0;
    ASSERT_EQ(::waitpid(child, &how, 0), child);
    ASSERT_TRUE(WIFSIGNALED(how)) << "the writer ended itself with " << WEXITSTATUS(how);
    if (acknowledged == 0) continue;
    const WholeLog whole = ReadWhole(options.directory, &RealDisk());
    ASSERT_TRUE(whole.status.ok()) << whole.status.message();
    ASSERT_GE(whole.summary.end.sequence, acknowledged);
    ASSERT_TRUE(whole.summary.losses.empty());
    for (const Tear& tear : whole.summary.tears) torn += tear.recorded ? 0 : 1;
  }
  EXPECT_GT(acknowledged, 0u);
  RecordProperty("torn", torn);
  std::filesystem::remove_all(options.directory);
}

TEST(KillTest, OneProcessWritesALogAtATime) {
  LogOptions options;
  options.directory = testing::TempDir() + "/sluice_lock_" + std::to_string(::getpid());
  options.segment_bytes = limits::kLogSegmentBytesMin;
  std::filesystem::remove_all(options.directory);
  {
    const auto writer = LogWriter::Open(options);
    ASSERT_TRUE(writer.ok()) << writer.status().message();
    const auto other = LogWriter::Open(options);
    ASSERT_FALSE(other.ok());
    EXPECT_NE(other.status().message().find("another process writes this log"), std::string::npos);
  }
  EXPECT_TRUE(LogWriter::Open(options).ok());
  std::filesystem::remove_all(options.directory);
}

TEST(RealDiskTest, ADirectoryThatCannotBeMadeIsSaid) {
  LogOptions options;
  options.directory = "/proc/no_log_here";
  const auto writer = LogWriter::Open(options);
  ASSERT_FALSE(writer.ok());
  EXPECT_NE(writer.status().message().find("/proc/no_log_here: cannot make: "), std::string::npos);
}

}  // namespace
}  // namespace sluice::log
