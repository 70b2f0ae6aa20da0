// What is written is read, how a log goes on, and what its writer promises, on a disk in memory.
#include "tests/engine/log/small_log.h"

#include <cstdio>
#include <fstream>

#include <unistd.h>

#include "engine/base/limits.h"
#include "engine/base/time_text.h"
#include "engine/log/log_hasher.h"
#include "tests/support/simulated_disk.h"

namespace sluice::log {
namespace {

class LogTest : public testing::Test {
 protected:
  LogTest() : disk_(1) {
    options_.directory = "log";
    options_.site = "4600";
    options_.aside = false;
    options_.segment_bytes = limits::kLogSegmentBytesMin;
  }

  std::unique_ptr<LogWriter> Open() {
    auto writer = LogWriter::Open(options_, &disk_);
    EXPECT_TRUE(writer.ok()) << writer.status().message();
    const Status status = Introduce(writer->get());
    EXPECT_TRUE(status.ok()) << status.message();
    return *std::move(writer);
  }
  void Append(LogWriter* writer, std::uint64_t first, std::size_t count, std::size_t rest_bytes = 20) {
    const Status status = writer->AppendBatch(SmallBatch(first, count, rest_bytes).logged());
    ASSERT_TRUE(status.ok()) << status.message();
  }
  WholeLog Read() { return ReadWhole("log", &disk_, options_.kind); }
  LogSummary ReadSound() {
    const WholeLog whole = Read();
    EXPECT_TRUE(whole.status.ok()) << whole.status.message();
    return whole.summary;
  }

  test::SimulatedDisk disk_;
  LogOptions options_;
};

TEST_F(LogTest, WhatIsWrittenIsRead) {
  options_.segment_bytes = 1u << 20;
  auto writer = Open();
  Append(writer.get(), 1, 512);
  ASSERT_TRUE(writer->Commit().ok());
  EXPECT_EQ(writer->acknowledged_sequence(), 512u);
  Append(writer.get(), 513, 3);
  ASSERT_TRUE(writer->AppendDelivery({514, 1, 2500, {5, 6}, "hold"}).ok());
  ASSERT_TRUE(writer->Close().ok());
  const WholeLog whole = Read();
  ASSERT_TRUE(whole.status.ok()) << whole.status.message();
  EXPECT_EQ(whole.summary.parcels, 515u);
  EXPECT_EQ(whole.summary.end.sequence, 515u);
  EXPECT_EQ(whole.summary.site, "4600");
  EXPECT_TRUE(whole.summary.closed);
  EXPECT_TRUE(whole.summary.tears.empty());
  EXPECT_EQ(whole.summary.end.chain, writer->appended().chain);
  const std::vector<std::string> expected = {"configuration", "seal",     "generation", "seal",  "ingest",
                                             "decision",      "seal",     "ingest",     "decision", "seal",
                                             "delivery",      "seal",     "close",      "seal"};
  EXPECT_EQ(whole.frames, expected);
}

TEST_F(LogTest, NothingIsAcknowledgedBeforeCommit) {
  auto writer = Open();
  Append(writer.get(), 1, 10);
  ASSERT_TRUE(writer->Flush().ok());
  EXPECT_EQ(writer->acknowledged_sequence(), 0u);
  ASSERT_TRUE(writer->Sync().ok());
  EXPECT_EQ(writer->acknowledged_sequence(), 10u);
}

TEST_F(LogTest, AsyncAcknowledgesWhatTheSystemHas) {
  options_.durability = Durability::kAsync;
  auto writer = Open();
  Append(writer.get(), 1, 10);
  ASSERT_TRUE(writer->Commit().ok());
  EXPECT_EQ(writer->acknowledged_sequence(), 10u);
  EXPECT_EQ(writer->durable().sequence, 0u);
}

TEST_F(LogTest, SegmentsFollowOneAnotherAndEachCanBeReadAlone) {
  auto writer = Open();
  for (std::uint64_t i = 0; i < 300; ++i) Append(writer.get(), 1 + 10 * i, 10);
  ASSERT_TRUE(writer->Close().ok());
  const LogSummary summary = ReadSound();
  EXPECT_EQ(summary.parcels, 3000u);
  ASSERT_GT(summary.last_segment, 3u);
  auto newest = LogReader::Open("log", LogKind::kAudit, {ReadExtent::kNewest, 0}, &disk_);
  ASSERT_TRUE(newest.ok());
  Frame frame;
  ASSERT_TRUE(*(*newest)->Next(&frame));
  EXPECT_EQ(frame.kind, FrameKind::kConfiguration);
  ASSERT_TRUE(*(*newest)->Next(&frame));
  ASSERT_EQ(frame.kind, FrameKind::kGeneration);
  EXPECT_EQ(ReadGeneration(frame.payload)->who, "uid 1000");
}

TEST_F(LogTest, ALogThatIsOpenedAgainGoesOn) {
  {
    auto writer = Open();
    Append(writer.get(), 1, 10);
    ASSERT_TRUE(writer->AppendGeneration(GenerationOf(7)).ok());
    ASSERT_TRUE(writer->AppendBatch(SmallBatch(11, 10, 20, 7).logged()).ok());
    ASSERT_TRUE(writer->Close().ok());
  }
  auto again = LogWriter::Open(options_, &disk_);
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE((*again)->found().existed);
  EXPECT_TRUE((*again)->found().closed);
  EXPECT_FALSE((*again)->found().torn);
  EXPECT_EQ((*again)->found().end.sequence, 20u);
  EXPECT_EQ((*again)->found().end.generation, 7u);
  EXPECT_EQ((*again)->found().end.rule_set, GenerationOf(7).rule_set);
  EXPECT_EQ((*again)->acknowledged_sequence(), 20u);
  ASSERT_TRUE((*again)->AppendBatch(SmallBatch(21, 5, 20, 7).logged()).ok());
  ASSERT_TRUE((*again)->Commit().ok());
  const LogSummary summary = ReadSound();
  EXPECT_EQ(summary.parcels, 25u);
  EXPECT_FALSE(summary.closed);
}

TEST_F(LogTest, NoParcelIdIsInTheAuditLog) {
  {
    auto writer = Open();
    Append(writer.get(), 1, 100);
    Append(writer.get(), 101, 1, limits::kLoggedDecisionBytesMax + 1);
    ASSERT_TRUE(writer->Close().ok());
  }
  for (const std::string& name : disk_.Names()) {
    const auto& bytes = disk_.Contents(name);
    const std::string text(bytes.begin(), bytes.end());
    EXPECT_EQ(text.find("PARCEL"), std::string::npos) << name;
  }
}

TEST_F(LogTest, ALongDecisionIsLoggedByItsHash) {
  const std::size_t rest_bytes = limits::kLoggedDecisionBytesMax - 36;
  {
    auto writer = Open();
    Append(writer.get(), 1, 1, rest_bytes);
    Append(writer.get(), 2, 1, rest_bytes + 1);
    ASSERT_TRUE(writer->Close().ok());
  }
  auto reader = LogReader::Open("log", LogKind::kAudit, {}, &disk_);
  ASSERT_TRUE(reader.ok());
  Frame frame;
  std::vector<bool> hashed;
  while (*(*reader)->Next(&frame)) {
    if (frame.kind != FrameKind::kDecision) continue;
    auto decisions = *ReadDecisions(frame.payload);
    const auto decision = *decisions.Next();
    hashed.push_back(decision.hashed);
    if (!decision.hashed) continue;
    const Hash256 hash = base::Blake2b256(DecisionOf(2, rest_bytes + 1, ""));
    EXPECT_TRUE(std::equal(hash.begin(), hash.end(), decision.bytes.begin(), decision.bytes.end()));
  }
  EXPECT_EQ(hashed, (std::vector<bool>{false, true}));
}

TEST_F(LogTest, ABatchOfManyBytesIsSeveralUnits) {
  options_.segment_bytes = 64u << 20;
  auto writer = Open();
  Append(writer.get(), 1, 100, 100'000);
  ASSERT_TRUE(writer->Close().ok());
  const LogSummary summary = ReadSound();
  EXPECT_EQ(summary.parcels, 100u);
  EXPECT_GE(summary.frames[static_cast<int>(FrameKind::kIngest)], 10u);
}

TEST_F(LogTest, WhatDoesNotFollowIsRefused) {
  auto writer = Open();
  EXPECT_EQ(writer->AppendBatch(SmallBatch(2, 1).logged()).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(writer->AppendBatch(SmallBatch(1, 1, 20, 2).logged()).code(), StatusCode::kInvalidArgument);
  const std::string long_text(limits::kLogTextBytesMax, 'x');
  EXPECT_EQ(writer->AppendConfiguration({{}, long_text, "", ""}).code(), StatusCode::kLimitExceeded);
  EXPECT_FALSE(writer->failed());
  Append(writer.get(), 1, 4);
  Append(writer.get(), 1, 6);  // the first four were taken
  ASSERT_TRUE(writer->Close().ok());
  EXPECT_EQ(ReadSound().parcels, 6u);
}

TEST_F(LogTest, OptionsAreChecked) {
  const auto refused = [&](const LogOptions& options) {
    const auto writer = LogWriter::Open(options, &disk_);
    return !writer.ok() && writer.status().code() == StatusCode::kInvalidArgument;
  };
  LogOptions options = options_;
  options.site.assign(limits::kLogSiteBytesMax + 1, 'x');
  EXPECT_TRUE(refused(options));
  options = options_;
  options.segment_bytes = limits::kLogSegmentBytesMin - 1;
  EXPECT_TRUE(refused(options));
  options.segment_bytes = limits::kLogSegmentBytesMax + 1;
  EXPECT_TRUE(refused(options));
  options = options_;
  options.buffer_bytes = limits::kLogBufferBytesMin - 1;
  EXPECT_TRUE(refused(options));
  options = options_;
  options.kind = LogKind::kJournal;
  EXPECT_TRUE(refused(options)) << "neither keys nor plain on purpose";
}

TEST_F(LogTest, RetentionSaysWhatItRemovesAndAMissingSegmentIsCorruption) {
  options_.retention.segments_max = 3;
  {
    auto writer = Open();
    for (std::uint64_t i = 0; i < 500; ++i) Append(writer.get(), 1 + 10 * i, 10);
    ASSERT_TRUE(writer->Close().ok());
  }
  const LogSummary summary = ReadSound();
  EXPECT_EQ(summary.last_segment - summary.first_segment + 1, 3u);
  EXPECT_EQ(summary.removed_before, summary.first_segment);
  ASSERT_EQ(disk_.Remove("log/" + SegmentName(LogKind::kAudit, summary.first_segment)), 0);
  EXPECT_EQ(Read().status.code(), StatusCode::kCorrupt);
}

TEST_F(LogTest, RetentionByBytesAndByAge) {
  static std::int64_t now_s;
  now_s = 1000;
  options_.clock = [] { return base::Timestamp{now_s, 0}; };
  options_.retention.bytes_max = 5 * limits::kLogSegmentBytesMin;
  {
    auto writer = Open();
    for (std::uint64_t i = 0; i < 1000; ++i) Append(writer.get(), 1 + 10 * i, 10);
    ASSERT_TRUE(writer->Commit().ok());
  }
  LogSummary summary = ReadSound();
  EXPECT_EQ(summary.last_segment - summary.first_segment, 4u) << "four of the bound, and the one being written";
  options_.retention = {};
  options_.retention.age_max_s = 60;
  auto writer = Open();
  now_s += 61;
  for (std::uint64_t i = 0; i < 200; ++i) Append(writer.get(), 10'001 + 10 * i, 10);
  ASSERT_TRUE(writer->Commit().ok());
  EXPECT_GT(ReadSound().first_segment, summary.last_segment);
}

TEST_F(LogTest, AMissingSegmentInBetweenIsCorruption) {
  {
    auto writer = Open();
    for (std::uint64_t i = 0; i < 300; ++i) Append(writer.get(), 1 + 10 * i, 10);
  }
  ASSERT_EQ(disk_.Remove("log/" + SegmentName(LogKind::kAudit, 2)), 0);
  const WholeLog whole = Read();
  EXPECT_EQ(whole.status.code(), StatusCode::kCorrupt);
  EXPECT_NE(whole.status.message().find("audit-0000000002.log: the segment is missing"), std::string::npos);
}

TEST_F(LogTest, ALiveReaderFollowsTheWriterThroughSegmentsAndFailures) {
  auto writer = Open();
  auto reader = LogReader::Open("log", LogKind::kAudit, {ReadExtent::kLive, 0}, &disk_);
  ASSERT_TRUE(reader.ok());
  std::uint64_t seen = 0;
  const auto catch_up = [&] {
    Frame frame;
    while (true) {
      const auto more = (*reader)->Next(&frame);
      ASSERT_TRUE(more.ok()) << more.status().message();
      if (!*more) return;
      if (frame.kind != FrameKind::kIngest) continue;
      const auto ingest = *ReadIngest(frame.payload);
      EXPECT_EQ(ingest.first_sequence, seen + 1);
      seen += ingest.count;
    }
  };
  std::uint64_t next = 1;
  for (int round = 0; round < 300; ++round) {
    Append(writer.get(), next, 7);
    next += 7;
    if (round % 50 == 49) {
      // Written, read, and then refused by the disk: it stands in the next segment once more.
      ASSERT_TRUE(writer->Flush().ok());
      catch_up();
      disk_.on_call = [](test::DiskCall call, const std::string&, std::size_t) {
        return call == test::DiskCall::kSync ? test::Fault{-EIO, 0, false} : test::Fault{};
      };
      EXPECT_FALSE(writer->Sync().ok());
      disk_.on_call = nullptr;
      ASSERT_TRUE(writer->Recover().ok());
    }
    ASSERT_TRUE(writer->Commit().ok());
    catch_up();
    EXPECT_EQ(seen, next - 1);
  }
}

TEST_F(LogTest, TheJournalKeepsRecordsAsTheyWere) {
  const std::string a(64, 'a'), b(64, 'b');
  const auto keys = DayKeys::Parse("# keys\n2026-03-14 " + a + "\n2026-03-15 " + b + "\n", "keys");
  ASSERT_TRUE(keys.ok()) << keys.status().message();
  options_.kind = LogKind::kJournal;
  options_.keys = &*keys;
  const std::string records = "onetwothree";
  const std::vector<std::size_t> ends = {3, 6, 11};
  const Bytes bytes(reinterpret_cast<const std::uint8_t*>(records.data()), records.size());
  const base::Timestamp day{1773446400, 0};  // 2026-03-14
  {
    auto writer = LogWriter::Open(options_, &disk_);
    ASSERT_TRUE(writer.ok()) << writer.status().message();
    ASSERT_TRUE((*writer)->AppendRecords({1, day, bytes, ends}).ok());
    ASSERT_TRUE((*writer)->AppendRecords({4, {day.seconds + 86400, 0}, bytes, ends}).ok());
    EXPECT_EQ((*writer)->AppendRecords({7, {day.seconds - 1, 0}, bytes, ends}).code(), StatusCode::kNotFound);
    EXPECT_FALSE((*writer)->failed());
    ASSERT_TRUE((*writer)->Close().ok());
  }
  const auto& file = disk_.Contents("log/journal-0000000001.log");
  EXPECT_EQ(std::string(file.begin(), file.end()).find("three"), std::string::npos);
  auto reader = LogReader::Open("log", LogKind::kJournal, {}, &disk_);
  ASSERT_TRUE(reader.ok());
  Frame frame;
  std::string read;
  OpenedRecords opened;
  while (*(*reader)->Next(&frame)) {
    if (frame.kind != FrameKind::kRecords) continue;
    const LogId& id = (*reader)->summary().log_id;
    EXPECT_EQ(opened.Open(frame.payload, id, nullptr).code(), StatusCode::kNotFound);
    EXPECT_EQ(opened.Open(frame.payload, LogId{}, &*keys).code(), StatusCode::kCorrupt);
    const Status status = opened.Open(frame.payload, id, &*keys);
    ASSERT_TRUE(status.ok()) << status.message();
    for (std::size_t i = 0; i < opened.count(); ++i) read.append(opened.record(i).begin(), opened.record(i).end());
  }
  EXPECT_EQ(read, records + records);
  EXPECT_EQ((*reader)->summary().parcels, 6u);
}

TEST_F(LogTest, KeyFilesAreRefusedWithTheirLine) {
  const std::string line = "2026-03-14 " + std::string(64, 'a') + "\n";
  const auto message = [](const std::string& text) { return DayKeys::Parse(text, "keys").status().message(); };
  EXPECT_EQ(message(line + line), "keys:2: the day has a key already");
  EXPECT_EQ(message("\n2026-02-30 " + std::string(64, 'a')).substr(0, 7), "keys:2:");
  EXPECT_EQ(message("2026-03-14 " + std::string(63, 'a') + "g").substr(0, 7), "keys:1:");
  EXPECT_EQ(message("2026-03-14 " + std::string(62, 'a')).substr(0, 7), "keys:1:");
}

TEST_F(LogTest, KeyFilesAndRecordsHaveLimits) {
  std::string text;
  const std::string key = " " + std::string(64, 'a') + "\n";
  for (std::size_t day = 0; day <= limits::kJournalKeysMax; ++day) {
    text += base::TimestampText({static_cast<std::int64_t>(day) * 86'400, 0}).substr(0, 10) + key;
  }
  EXPECT_EQ(DayKeys::Parse(text, "keys").status().code(), StatusCode::kLimitExceeded);
  text.resize(limits::kJournalKeysMax * 76);
  const auto keys = DayKeys::Parse(text, "keys");
  ASSERT_TRUE(keys.ok()) << keys.status().message();
  EXPECT_EQ(keys->size(), limits::kJournalKeysMax);
  const std::string path = testing::TempDir() + "/sluice_keys_" + std::to_string(::getpid());
  std::ofstream(path) << std::string(limits::kJournalKeyFileBytesMax + 1, '\n');
  EXPECT_EQ(DayKeys::Load(path).status().code(), StatusCode::kLimitExceeded);
  std::remove(path.c_str());
  options_.kind = LogKind::kJournal;
  options_.plain = true;
  auto writer = LogWriter::Open(options_, &disk_);
  ASSERT_TRUE(writer.ok());
  const std::vector<std::uint8_t> record(limits::kLogUnitBytesMax);
  const std::vector<std::size_t> ends = {record.size()};
  EXPECT_EQ((*writer)->AppendRecords({1, {}, record, ends}).code(), StatusCode::kInvalidArgument);
  EXPECT_FALSE((*writer)->failed());
}

TEST_F(LogTest, HashesStandForIdsAndRecordsUnderAKey) {
  const LogHasher hasher(base::Key256{1}), other(base::Key256{2});
  EXPECT_EQ(hasher.OfId("A"), hasher.OfId("A"));
  EXPECT_NE(hasher.OfId("A"), hasher.OfId("B"));
  EXPECT_NE(hasher.OfId("A"), other.OfId("A"));
  EXPECT_EQ(hasher.OfId(""), IdHash{});
  const std::uint8_t record[] = {'A'};
  EXPECT_NE(hasher.OfRecord(record), other.OfRecord(record));
}

}  // namespace
}  // namespace sluice::log
