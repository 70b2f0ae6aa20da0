// A flipped bit is found wherever it is, and is never taken for a crash; a crash is never taken for damage.
#include "tests/engine/log/small_log.h"

#include "engine/base/limits.h"
#include "tests/support/simulated_disk.h"

namespace sluice::log {
namespace {

constexpr std::size_t kZerosBytes = 1024;  // of what was written ahead, kept

class DamageTest : public testing::Test {
 protected:
  DamageTest() : disk_(1) {
    options_.directory = "log";
    options_.aside = false;
    options_.segment_bytes = limits::kLogSegmentBytesMin;
  }

  // Two segments: the first left by a crash with a torn unit behind its end, the second closed or not.
  void Write(bool close) {
    {
      auto writer = Started();
      ASSERT_TRUE(writer->AppendBatch(SmallBatch(1, 5).logged()).ok());
      ASSERT_TRUE(writer->Commit().ok());
      ASSERT_TRUE(writer->AppendBatch(SmallBatch(6, 5).logged()).ok());
      ASSERT_TRUE(writer->Flush().ok());
    }
    auto& first = disk_.Contents(Name(1));
    Shorten(&first);
    Tear(&first);
    auto writer = Started();
    ASSERT_TRUE(writer->found().torn);
    for (std::uint64_t i = 0; i < 3; ++i) {
      ASSERT_TRUE(writer->AppendBatch(SmallBatch(6 + 5 * i, 5).logged()).ok());
      ASSERT_TRUE(writer->Commit().ok());
    }
    if (close) {
      ASSERT_TRUE(writer->Close().ok());
    }
    writer.reset();
    Shorten(&disk_.Contents(Name(2)));
    const WholeLog whole = Read();
    ASSERT_TRUE(whole.status.ok()) << whole.status.message();
    ASSERT_EQ(whole.summary.parcels, 20u);
    ASSERT_EQ(whole.summary.closed, close);
    ASSERT_EQ(whole.summary.tears.size(), 1u);
    EXPECT_TRUE(whole.summary.tears[0].recorded);
  }
  std::unique_ptr<LogWriter> Started() {
    auto writer = LogWriter::Open(options_, &disk_);
    EXPECT_TRUE(writer.ok()) << writer.status().message();
    EXPECT_TRUE(Introduce(writer->get()).ok());
    return *std::move(writer);
  }
  WholeLog Read() { return ReadWhole("log", &disk_); }
  static std::string Name(std::uint32_t number) { return "log/" + SegmentName(LogKind::kAudit, number); }
  static std::size_t WrittenBytes(const std::vector<std::uint8_t>& file) {
    std::size_t bytes = file.size();
    while (bytes > 0 && file[bytes - 1] == 0) --bytes;
    return (bytes + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
  }
  static void Shorten(std::vector<std::uint8_t>* file) {
    file->resize(std::min(file->size(), WrittenBytes(*file) + kZerosBytes));
  }
  // The last block but one did not reach the disk.
  static void Tear(std::vector<std::uint8_t>* file) {
    const std::size_t end = WrittenBytes(*file);
    std::fill_n(file->begin() + static_cast<std::ptrdiff_t>(end - 2 * kBlockBytes), kBlockBytes, std::uint8_t{0});
  }
  void FlipEveryBit() {
    std::size_t flips = 0;
    for (const std::uint32_t number : {1u, 2u}) {
      auto& file = disk_.Contents(Name(number));
      for (std::size_t bit = 0; bit < file.size() * 8; ++bit, ++flips) {
        file[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        const WholeLog whole = Read();
        ASSERT_EQ(whole.status.code(), StatusCode::kCorrupt) << "segment " << number << ", bit " << bit;
        ASSERT_EQ(whole.status.message().rfind(Name(number), 0), 0u) << whole.status.message();
        file[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      }
    }
    ASSERT_TRUE(Read().status.ok());
    EXPECT_GT(flips, 50'000u);
  }

  test::SimulatedDisk disk_;
  LogOptions options_;
};

TEST_F(DamageTest, EveryFlippedBitOfAClosedLogIsCorruption) {
  Write(true);
  FlipEveryBit();
}

TEST_F(DamageTest, EveryFlippedBitOfALogThatWasLeftIsCorruption) {
  Write(false);
  FlipEveryBit();
}

TEST_F(DamageTest, EveryPrefixOfTheLastSegmentIsAWholeLogThatWasTorn) {
  Write(true);
  auto& file = disk_.Contents(Name(2));
  const std::vector<std::uint8_t> all = file;
  std::uint64_t parcels_before = 0;
  for (std::size_t bytes = 0; bytes <= all.size(); ++bytes) {
    file.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(bytes));
    const WholeLog whole = Read();
    if (bytes < kBlockBytes) {  // a segment has its name when its header is there
      ASSERT_EQ(whole.status.code(), StatusCode::kCorrupt) << bytes;
      continue;
    }
    ASSERT_TRUE(whole.status.ok()) << bytes << ": " << whole.status.message();
    ASSERT_GE(whole.summary.parcels, parcels_before) << bytes;
    ASSERT_TRUE(bytes >= WrittenBytes(all) || !whole.summary.closed) << bytes;
    parcels_before = whole.summary.parcels;
    if (bytes % kBlockBytes != 0 && bytes < WrittenBytes(all)) {
      ASSERT_EQ(whole.summary.tears.size(), 2u) << bytes;
    }
  }
  EXPECT_EQ(parcels_before, 20u);
}

TEST_F(DamageTest, EveryPrefixOfAnEarlierSegmentIsCorruption) {
  Write(true);
  auto& file = disk_.Contents(Name(1));
  const std::vector<std::uint8_t> all = file;
  auto last = LogReader::Open("log", LogKind::kAudit, {ReadExtent::kNewest, 0}, &disk_);
  ASSERT_TRUE(last.ok());
  std::size_t sound = 0;
  for (std::size_t bytes = 0; bytes <= all.size(); ++bytes) {
    file.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(bytes));
    const WholeLog whole = Read();
    if (whole.status.ok()) {
      ++sound;
      ASSERT_EQ(whole.summary.parcels, 20u) << bytes;
    } else {
      ASSERT_EQ(whole.status.code(), StatusCode::kCorrupt) << bytes;
      ASSERT_EQ(sound, 0u) << bytes;
    }
  }
  EXPECT_GT(sound, 0u);
}

TEST_F(DamageTest, BlocksThatWereOnTheMediumAndAreGoneAreCorruption) {
  Write(false);
  auto& file = disk_.Contents(Name(2));
  const std::vector<std::uint8_t> all = file;
  // All but the last commit is known by later blocks to be on the medium.
  for (std::size_t block = 1; block + 2 < WrittenBytes(all) / kBlockBytes; ++block) {
    file = all;
    std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(block * kBlockBytes), kBlockBytes, std::uint8_t{0});
    const WholeLog whole = Read();
    const bool last_commit = whole.status.ok() && whole.summary.parcels == 15;
    EXPECT_TRUE(whole.status.code() == StatusCode::kCorrupt || last_commit) << block;
  }
}

TEST_F(DamageTest, BlocksInEachOthersPlaceAreCorruption) {
  Write(true);
  auto& file = disk_.Contents(Name(2));
  std::swap_ranges(file.begin() + kBlockBytes, file.begin() + 2 * kBlockBytes, file.begin() + 2 * kBlockBytes);
  EXPECT_EQ(Read().status.code(), StatusCode::kCorrupt);
}

TEST_F(DamageTest, ASegmentOfAnotherLogIsCorruption) {
  Write(true);
  const std::vector<std::uint8_t> other = disk_.Contents(Name(2));
  test::SimulatedDisk elsewhere(2);
  std::swap(disk_.Contents(Name(2)), disk_.Contents(Name(1)));
  EXPECT_EQ(Read().status.code(), StatusCode::kCorrupt);
}

TEST_F(DamageTest, AFrameThatIsTooLongOrUnknownIsCorruption) {
  Write(true);
  auto& file = disk_.Contents(Name(2));
  const std::span<const std::uint8_t, kBlockBytes> first(file.data(), kBlockBytes);
  const auto header = DecodeHeader(first, LogKind::kAudit);
  ASSERT_TRUE(header.ok());
  const auto message = [&](std::uint32_t bytes, std::uint8_t kind) {
    std::array<std::uint8_t, kBlockBytes> block{};
    std::memcpy(block.data() + kBlockHeadBytes, &bytes, sizeof(bytes));
    block[kBlockHeadBytes + 4] = kind;
    SealBlock({0, kBlockPayloadBytes}, BlockSeed(header->log_id, 2), 1, block);
    std::copy(block.begin(), block.end(), file.begin() + kBlockBytes);
    return Read().status.message();
  };
  const std::string place = Name(2) + ": byte 524: ";
  EXPECT_EQ(message(limits::kLogUnitBytesMax - kFrameHeadBytes + 1, 3), place + "the frame is too long");
  EXPECT_EQ(message(8, static_cast<std::uint8_t>(kLastFrameKind) + 1), place + "no frame begins here");
  EXPECT_EQ(message(8, 0), place + "no frame begins here");
}

TEST_F(DamageTest, AWriterDoesNotGoOnAfterDamage) {
  Write(true);
  disk_.Contents(Name(2))[600] ^= 1;
  const auto writer = LogWriter::Open(options_, &disk_);
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.status().code(), StatusCode::kCorrupt);
}

}  // namespace
}  // namespace sluice::log
