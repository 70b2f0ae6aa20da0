// What is written is read: frames, segments, the chain, and how a log goes on.
#include <cstring>
#include <filesystem>
#include <gtest/gtest.h>

#include <unistd.h>

#include "engine/log/log_reader.h"
#include "engine/log/log_writer.h"

namespace sluice::log {
namespace {

class LogTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = testing::TempDir() + "/log_" + std::to_string(getpid()) + "_" +
                 testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(directory_);
    options_.directory = directory_;
    options_.site = "4600";
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  // Of one parcel: a decision with its id, as decide/FORMAT.md lays it out.
  static std::vector<std::uint8_t> Decision(std::uint64_t sequence, std::size_t rest_bytes) {
    std::vector<std::uint8_t> bytes(32);
    bytes[0] = 1;
    std::memcpy(bytes.data() + 16, &sequence, 8);
    const std::string id = "CB" + std::to_string(sequence);
    bytes.insert(bytes.end(), {static_cast<std::uint8_t>(id.size()), 0, 0, 0});
    bytes.insert(bytes.end(), id.begin(), id.end());
    for (std::size_t i = 0; i < rest_bytes; ++i) bytes.push_back(static_cast<std::uint8_t>(sequence * 7 + i));
    return bytes;
  }
  static void Append(LogWriter* writer, std::uint64_t first, std::size_t count, std::size_t rest_bytes = 60) {
    std::vector<ParcelEntry> parcels(count);
    std::vector<std::uint8_t> decisions;
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i < count; ++i) {
      parcels[i].now_seconds = static_cast<std::int64_t>(first + i);
      parcels[i].record_hash[0] = static_cast<std::uint8_t>(first + i);
      const auto one = Decision(first + i, rest_bytes);
      decisions.insert(decisions.end(), one.begin(), one.end());
      ends.push_back(decisions.size());
    }
    const Status status = writer->AppendBatch({first, 1, parcels, decisions, ends});
    ASSERT_TRUE(status.ok()) << status.message();
  }
  std::unique_ptr<LogWriter> Open() {
    auto writer = LogWriter::Open(options_);
    EXPECT_TRUE(writer.ok()) << writer.status().message();
    GenerationRecord generation;
    generation.generation = 1;
    generation.cause = "start";
    EXPECT_TRUE((*writer)->AppendConfiguration({{}, "0.1.0", "2024a", "{}"}).ok());
    EXPECT_TRUE((*writer)->AppendGeneration(generation).ok());
    return *std::move(writer);
  }
  LogSummary Read() {
    auto reader = LogReader::Open(directory_, LogKind::kAudit);
    EXPECT_TRUE(reader.ok()) << reader.status().message();
    Frame frame;
    while (true) {
      const auto more = (*reader)->Next(&frame);
      EXPECT_TRUE(more.ok()) << more.status().message();
      if (!more.ok() || !*more) break;
    }
    const Status status = (*reader)->Finish();
    EXPECT_TRUE(status.ok()) << status.message();
    return (*reader)->summary();
  }

  std::string directory_;
  LogOptions options_;
};

TEST_F(LogTest, WhatIsWrittenIsRead) {
  auto writer = Open();
  Append(writer.get(), 1, 512);
  ASSERT_TRUE(writer->Commit().ok());
  EXPECT_EQ(writer->acknowledged_sequence(), 512u);
  Append(writer.get(), 513, 3);
  ASSERT_TRUE(writer->Close().ok());
  const LogSummary summary = Read();
  EXPECT_EQ(summary.parcels, 515u);
  EXPECT_EQ(summary.end.sequence, 515u);
  EXPECT_TRUE(summary.closed);
  EXPECT_TRUE(summary.tears.empty());
  EXPECT_EQ(summary.end.chain, writer->appended().chain);
}

TEST_F(LogTest, SegmentsFollowOneAnother) {
  options_.segment_bytes = 64 * 1024;
  {
    auto writer = Open();
    for (std::uint64_t i = 0; i < 200; ++i) Append(writer.get(), 1 + 10 * i, 10);
    ASSERT_TRUE(writer->Close().ok());
  }
  LogSummary summary = Read();
  EXPECT_EQ(summary.parcels, 2000u);
  EXPECT_GT(summary.last_segment, 3u);
  {
    auto writer = Open();
    EXPECT_EQ(writer->found().end.sequence, 2000u);
    EXPECT_TRUE(writer->found().closed);
    Append(writer.get(), 2001, 10);
    ASSERT_TRUE(writer->Commit().ok());
  }
  summary = Read();
  EXPECT_EQ(summary.parcels, 2010u);
  EXPECT_FALSE(summary.closed);
}

}  // namespace
}  // namespace sluice::log
