// Logs: a first byte 0xFF is followed by a segment's file as it is; else its lowest bit says whether edits (edits.h)
// are of the file of a sound log, or of its payload, whose blocks and links are then made right, so that what is behind
// them is met, too. What is read is read again by a writer that goes on from it.
#include <algorithm>
#include <cstring>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/log/log_reader.h"
#include "engine/log/log_writer.h"
#include "tests/fuzz/edits.h"
#include "tests/fuzz/target.h"
#include "tests/support/simulated_disk.h"

namespace sluice::fuzz {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint8_t kAsItIs = 0xFF;
constexpr std::size_t kDecisionBytes = 60;
const std::string kFirst = "log/audit-0000000001.log";
const std::string kSecond = "log/audit-0000000002.log";

log::LogOptions Options() {
  log::LogOptions options;
  options.directory = "log";
  options.aside = false;
  options.prewrite = false;
  options.segment_bytes = limits::kLogSegmentBytesMin;
  options.clock = [] { return base::Timestamp{1, 0}; };
  return options;
}

void WriteSome(log::LogWriter* writer, std::uint64_t first) {
  log::GenerationRecord generation;
  generation.generation = 1;
  SLUICE_CHECK(writer->AppendConfiguration({{}, "0.1.0", "2024a", "{}"}).ok());
  SLUICE_CHECK(writer->AppendGeneration(generation).ok());
  const std::vector<log::ParcelEntry> parcels(3);
  const Bytes decisions(3 * kDecisionBytes);
  const std::vector<std::size_t> ends = {kDecisionBytes, 2 * kDecisionBytes, 3 * kDecisionBytes};
  SLUICE_CHECK(writer->AppendBatch({first, 1, parcels, decisions, ends}).ok());
  SLUICE_CHECK(writer->AppendDelivery({first, 1, 2, {}, "hold"}).ok());
  SLUICE_CHECK(writer->Commit().ok());
}

// Two segments.
const std::pair<Bytes, Bytes>& SoundLog() {
  static const auto log = [] {
    test::SimulatedDisk disk(1);
    for (const std::uint64_t first : {1, 4}) {
      const auto writer = log::LogWriter::Open(Options(), &disk);
      SLUICE_CHECK(writer.ok());
      WriteSome(writer->get(), first);
    }
    return std::pair(disk.Contents(kFirst), disk.Contents(kSecond));
  }();
  return log;
}

log::SegmentHeader HeaderOf(const Bytes& file) {
  const auto header = log::DecodeHeader(std::span<const std::uint8_t, log::kBlockBytes>(file.data(), log::kBlockBytes),
                                        log::LogKind::kAudit);
  SLUICE_CHECK(header.ok());
  return *header;
}

Bytes PayloadOf(const Bytes& file) {
  Bytes payload;
  for (std::size_t at = log::kBlockBytes; at < file.size(); at += log::kBlockBytes) {
    std::uint16_t used = 0;
    std::memcpy(&used, file.data() + at + 8, sizeof(used));
    const auto begin = file.begin() + static_cast<std::ptrdiff_t>(at + log::kBlockHeadBytes);
    payload.insert(payload.end(), begin, begin + used);
  }
  return payload;
}

void MakeLinksRight(const log::SegmentHeader& header, Bytes* payload) {
  base::Hash256 link = log::ChainStart(header, header.chain);
  std::size_t unit = 0;
  for (std::size_t at = 0; at + log::kFrameHeadBytes <= payload->size();) {
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, payload->data() + at, sizeof(bytes));
    const std::size_t end = at + log::kFrameHeadBytes + bytes;
    if (end > payload->size()) return;
    if ((*payload)[at + 4] == static_cast<std::uint8_t>(log::FrameKind::kSeal) && bytes == link.size()) {
      base::Blake2b hash;
      hash.Update(link);
      hash.Update(std::span(*payload).subspan(unit, at - unit));
      link = hash.Digest();
      std::copy(link.begin(), link.end(), payload->begin() + static_cast<std::ptrdiff_t>(at + log::kFrameHeadBytes));
      unit = end;
    }
    at = end;
  }
}

Bytes FileOf(const Bytes& header_block, const log::SegmentHeader& header, const Bytes& payload) {
  Bytes file(header_block.begin(), header_block.begin() + log::kBlockBytes);
  const std::uint32_t seed = log::BlockSeed(header.log_id, header.number);
  for (std::size_t at = 0; at < payload.size(); at += log::kBlockPayloadBytes) {
    const std::size_t used = std::min(log::kBlockPayloadBytes, payload.size() - at);
    std::array<std::uint8_t, log::kBlockBytes> block{};
    std::copy_n(payload.begin() + static_cast<std::ptrdiff_t>(at), used, block.begin() + log::kBlockHeadBytes);
    const auto index = static_cast<std::uint32_t>(file.size() / log::kBlockBytes);
    log::SealBlock({0, static_cast<std::uint16_t>(used)}, seed, index, block);
    file.insert(file.end(), block.begin(), block.end());
  }
  return file;
}

bool Reads(test::SimulatedDisk* disk) {
  const auto reader = log::LogReader::Open("log", log::LogKind::kAudit, {}, disk);
  if (!reader.ok()) {
    SLUICE_CHECK(!reader.status().message().empty());
    return false;
  }
  log::Frame frame;
  while (true) {
    const auto more = (*reader)->Next(&frame);
    if (!more.ok()) {
      SLUICE_CHECK(!more.status().message().empty());
      return false;
    }
    if (!*more) break;
    if (const auto ingest = log::ReadIngest(frame.payload); ingest && ingest->count > 0) (void)ingest->entry(0);
  }
  return (*reader)->Finish().ok();
}

void Try(const Bytes& second) {
  test::SimulatedDisk disk(1);
  int error = 0;
  (void)disk.Create(kFirst, &error);
  (void)disk.Create(kSecond, &error);
  disk.Contents(kFirst) = SoundLog().first;
  disk.Contents(kSecond) = second;
  if (!Reads(&disk)) return;
  // What is a log can be gone on with, and is one then.
  const auto writer = log::LogWriter::Open(Options(), &disk);
  SLUICE_CHECK(writer.ok());
  WriteSome(writer->get(), (*writer)->found().end.sequence + 1);
  SLUICE_CHECK(Reads(&disk));
}

}  // namespace
}  // namespace sluice::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::fuzz;
  if (size == 0) return 0;
  const std::span rest(data + 1, size - 1);
  const auto& sound = SoundLog().second;
  if (data[0] == kAsItIs) {
    Try({rest.begin(), rest.end()});
  } else if (data[0] % 2 == 0) {
    Try(Edited(sound, rest));
  } else {
    const auto header = HeaderOf(sound);
    auto payload = Edited(PayloadOf(sound), rest);
    MakeLinksRight(header, &payload);
    Try(FileOf(sound, header, payload));
  }
  return 0;
}
