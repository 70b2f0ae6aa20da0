#include "engine/wire/parcels_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "engine/base/limits.h"

namespace sluice::wire {
namespace {

using parcel::ReadError;
using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kHeaderBytes = 128;
constexpr std::size_t kFrameHeaderBytes = 16;

// Records that say their own number, of many lengths.
Bytes RecordOf(std::size_t number) {
  Bytes record(1 + number * 37 % 900);
  for (std::size_t i = 0; i < record.size(); ++i)
    record[i] = static_cast<std::uint8_t>(number * 31 + i);
  return record;
}

Bytes FileOf(std::size_t records) {
  base::MemorySink sink;
  ParcelsWriter writer(sink);
  EXPECT_TRUE(writer.Begin({parcel::InputKind::kParcel, "Parcel", {1, 2, 3}, records}).ok());
  for (std::size_t i = 0; i < records; ++i) EXPECT_TRUE(writer.Append(RecordOf(i)).ok());
  EXPECT_TRUE(writer.Finish().ok());
  return sink.bytes();
}

// Where each frame begins.
std::vector<std::size_t> FrameOffsets(std::size_t records) {
  std::vector<std::size_t> offsets;
  std::size_t at = kHeaderBytes;
  for (std::size_t i = 0; i <= records; ++i) {
    offsets.push_back(at);
    at += kFrameHeaderBytes + (RecordOf(i).size() + 7) / 8 * 8;
  }
  return offsets;
}

// Gives at most `step` bytes a read, as a pipe does.
class SlowSource : public base::ByteSource {
 public:
  SlowSource(const Bytes& bytes, std::size_t step) : memory_(bytes), step_(step) {}
  Result<std::size_t> Read(std::span<std::uint8_t> buffer) override {
    return memory_.Read(buffer.first(std::min(step_, buffer.size())));
  }

 private:
  base::MemorySource memory_;
  std::size_t step_;
};

struct Frame {
  std::uint64_t offset;
  ReadError error;
  Bytes record;
};

struct ReadAll {
  explicit ReadAll(const Bytes& file, std::size_t step = 1 << 20)
      : source(file, step), reader(source) {
    open = reader.Open();
    if (!open.ok()) return;
    ParcelsBlock block;
    while (*reader.Next(block)) {
      for (const ParcelsFrame& frame : block.frames) {
        frames.push_back(
            {frame.file_offset, frame.error, Bytes(frame.record.begin(), frame.record.end())});
      }
    }
  }

  std::size_t Count(ReadError error) const {
    return static_cast<std::size_t>(
        std::count_if(frames.begin(), frames.end(),
                      [error](const Frame& frame) { return frame.error == error; }));
  }

  SlowSource source;
  ParcelsReader reader;
  Status open;
  std::vector<Frame> frames;
};

// Every good frame holds a record that was written, in the order of writing.
bool GoodFramesAreWhatWasWritten(const ReadAll& read, std::size_t records) {
  std::size_t next = 0;
  for (const Frame& frame : read.frames) {
    if (frame.error != ReadError::kNone) continue;
    while (next < records && RecordOf(next) != frame.record) ++next;
    if (next++ == records) return false;
  }
  return true;
}

TEST(ParcelsFileTest, WhatIsWrittenIsReadBack) {
  const ReadAll read(FileOf(5000));
  ASSERT_TRUE(read.open.ok()) << read.open.message();
  EXPECT_EQ(read.reader.header().root_name, "Parcel");
  EXPECT_EQ(read.reader.header().record_count, 5000u);
  EXPECT_EQ(read.reader.header().fingerprint[2], 3);
  ASSERT_EQ(read.frames.size(), 5000u);
  EXPECT_EQ(read.Count(ReadError::kNone), 5000u);
  EXPECT_TRUE(GoodFramesAreWhatWasWritten(read, 5000));
  EXPECT_TRUE(read.reader.has_end_mark());
}

TEST(ParcelsFileTest, ReadsOfAnySizeGiveTheSameFrames) {
  const Bytes file = FileOf(40);
  for (const std::size_t step : {1, 7, 16, 100, 4096}) {
    const ReadAll read(file, step);
    EXPECT_EQ(read.frames.size(), 40u) << step;
    EXPECT_TRUE(GoodFramesAreWhatWasWritten(read, 40)) << step;
  }
}

TEST(ParcelsFileTest, AnEmptyFileOfRecordsIsComplete) {
  const ReadAll read(FileOf(0));
  EXPECT_TRUE(read.open.ok());
  EXPECT_TRUE(read.frames.empty());
  EXPECT_TRUE(read.reader.has_end_mark());
}

TEST(ParcelsFileTest, TheLargestRecordFitsAndALargerOneDoesNot) {
  base::MemorySink sink;
  ParcelsWriter writer(sink);
  ASSERT_TRUE(writer.Begin({}).ok());
  const Bytes largest(limits::kRecordBytesMax, 42);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(writer.Append(largest).ok());
  EXPECT_EQ(writer.Append(Bytes(limits::kRecordBytesMax + 1)).code(), StatusCode::kLimitExceeded);
  EXPECT_EQ(writer.Append({}).code(), StatusCode::kLimitExceeded);
  ASSERT_TRUE(writer.Finish().ok());
  const ReadAll read(sink.bytes());
  ASSERT_EQ(read.frames.size(), 3u);
  EXPECT_EQ(read.frames[2].record, largest);
}

TEST(ParcelsFileTest, AFlippedBitInAFrameHeaderCostsThatRecordAlone) {
  const Bytes file = FileOf(50);
  const std::vector<std::size_t> offsets = FrameOffsets(50);
  for (std::size_t bit = 0; bit < kFrameHeaderBytes * 8; ++bit) {
    Bytes damaged = file;
    damaged[offsets[20] + bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    const ReadAll read(damaged);
    ASSERT_EQ(read.frames.size(), 50u) << bit;
    EXPECT_EQ(read.Count(ReadError::kBadFrame), 1u) << bit;
    EXPECT_EQ(read.frames[20].offset, offsets[20]) << bit;
    EXPECT_EQ(read.Count(ReadError::kNone), 49u) << bit;
    EXPECT_TRUE(GoodFramesAreWhatWasWritten(read, 50)) << bit;
  }
}

TEST(ParcelsFileTest, AnAlteredRecordIsSeenAndItsNeighboursAreNotTouched) {
  Bytes file = FileOf(50);
  file[FrameOffsets(50)[20] + kFrameHeaderBytes] ^= 1;
  const ReadAll read(file);
  ASSERT_EQ(read.frames.size(), 50u);
  EXPECT_EQ(read.frames[20].error, ReadError::kBadChecksum);
  EXPECT_EQ(read.Count(ReadError::kNone), 49u);
}

TEST(ParcelsFileTest, MissingBytesCostTheRecordsTheyBelongedToAndEachIsCounted) {
  Bytes file = FileOf(50);
  const std::vector<std::size_t> offsets = FrameOffsets(50);
  file.erase(file.begin() + static_cast<std::ptrdiff_t>(offsets[10] + 5),
             file.begin() + static_cast<std::ptrdiff_t>(offsets[13] + 3));
  const ReadAll read(file);
  ASSERT_EQ(read.frames.size(), 50u);
  EXPECT_EQ(read.Count(ReadError::kBadFrame), 4u);
  EXPECT_TRUE(GoodFramesAreWhatWasWritten(read, 50));
  EXPECT_TRUE(read.reader.has_end_mark());
}

TEST(ParcelsFileTest, InsertedBytesCostNoRecord) {
  Bytes file = FileOf(50);
  file.insert(file.begin() + static_cast<std::ptrdiff_t>(FrameOffsets(50)[10]), 1001,
              std::uint8_t{0});
  const ReadAll read(file);
  EXPECT_EQ(read.frames.size(), 50u);
  EXPECT_EQ(read.Count(ReadError::kNone), 50u);
}

TEST(ParcelsFileTest, AFileThatIsCutOffAnywhereHasNoEndMarkAndOneBrokenRecordAsItsLast) {
  const Bytes file = FileOf(12);
  const std::vector<std::size_t> offsets = FrameOffsets(12);
  for (std::size_t length = kHeaderBytes; length < file.size(); ++length) {
    const ReadAll read(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length)));
    ASSERT_TRUE(read.open.ok());
    EXPECT_FALSE(read.reader.has_end_mark()) << length;
    const auto whole = static_cast<std::size_t>(
        std::upper_bound(offsets.begin(), offsets.end(), length) - offsets.begin() - 1);
    EXPECT_EQ(read.Count(ReadError::kNone), whole) << length;
    EXPECT_EQ(read.Count(ReadError::kBadFrame), 1u) << length;
    EXPECT_EQ(read.frames.back().error, ReadError::kBadFrame) << length;
    EXPECT_TRUE(read.reader.was_cut()) << length;
  }
}

TEST(ParcelsFileTest, RandomDamageNeverInventsRecordsAndNeverLosesOneUncounted) {
  const Bytes file = FileOf(200);
  std::mt19937_64 random(11);
  for (int round = 0; round < 300; ++round) {
    Bytes damaged = file;
    const std::size_t flips = random() % 8 + 1;
    for (std::size_t i = 0; i < flips; ++i) {
      const std::size_t at =
          kHeaderBytes + random() % (damaged.size() - kHeaderBytes - kFrameHeaderBytes);
      damaged[at] ^= static_cast<std::uint8_t>(1u << (random() % 8));
    }
    const ReadAll read(damaged);
    ASSERT_EQ(read.frames.size(), 200u) << round;
    EXPECT_GE(read.Count(ReadError::kNone), 200u - flips) << round;
    EXPECT_TRUE(GoodFramesAreWhatWasWritten(read, 200)) << round;
  }
}

TEST(ParcelsFileTest, AHeaderThatIsDamagedOrOfAnotherFormatIsRefused) {
  const Bytes file = FileOf(1);
  EXPECT_EQ(ReadAll({}).open.code(), StatusCode::kCorrupt);
  EXPECT_EQ(ReadAll(Bytes(file.begin(), file.begin() + 100)).open.code(), StatusCode::kCorrupt);
  for (std::size_t at = 0; at < kHeaderBytes; ++at) {
    Bytes damaged = file;
    damaged[at] ^= 0x40;
    const Status status = ReadAll(damaged).open;
    EXPECT_FALSE(status.ok()) << at;
    EXPECT_EQ(status.code(), at >= 8 && at < 12 ? StatusCode::kUnsupported : StatusCode::kCorrupt)
        << at;
  }
}

}  // namespace
}  // namespace sluice::wire
