#include "engine/wire/parcels_file.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <iterator>

#include "engine/base/hash.h"
#include "engine/base/limits.h"

namespace sluice::wire {

using parcel::ReadError;

namespace {

// Layout: FORMAT.md. All numbers are little-endian, as the machines that Sluice runs on.
constexpr char kMagic[8] = {'S', 'L', 'U', 'I', 'C', 'E', 'P', '1'};
constexpr std::size_t kAlign = 8;
constexpr std::size_t kFrameHeaderBytes = 16;
constexpr std::size_t kRootNameBytes = 64;
constexpr std::size_t kWriteBlockBytes = 1u << 20;
constexpr std::size_t kReadBlockBytes = 1u << 20;
// Records that one damaged place can cost: more is not believed, so that a damaged number cannot
// invent millions.
constexpr std::uint32_t kLostRecordsMax = 1u << 20;

struct FileHeader {
  char magic[8];
  std::uint32_t version;
  std::uint32_t kind;
  std::uint64_t record_count;
  std::uint8_t fingerprint[32];
  char root_name[kRootNameBytes];  // NUL-padded
  std::uint64_t check;             // of all before
};
static_assert(sizeof(FileHeader) == 128);

struct FrameHeader {
  std::uint32_t length;  // bytes of the record; 0: the end mark
  std::uint32_t
      number;  // of the record, from 0, modulo 2^32; of the end mark: the count of records
  std::uint32_t body_check;  // of the record's bytes
  std::uint32_t check;       // of the three above, seeded with the check of the file's header
};
static_assert(sizeof(FrameHeader) == kFrameHeaderBytes);

std::size_t Padded(std::size_t bytes) { return (bytes + kAlign - 1) / kAlign * kAlign; }

template <typename T>
std::span<const std::uint8_t> BytesOf(const T& value, std::size_t count = sizeof(T)) {
  return {reinterpret_cast<const std::uint8_t*>(&value), count};
}

std::uint32_t CheckOf(const FrameHeader& header, std::uint64_t seed) {
  return static_cast<std::uint32_t>(
      base::Hash64(BytesOf(header, offsetof(FrameHeader, check)), seed));
}
std::uint32_t BodyCheckOf(std::span<const std::uint8_t> record) {
  return static_cast<std::uint32_t>(base::Hash64(record));
}
std::uint64_t CheckOf(const FileHeader& header) {
  return base::Hash64(BytesOf(header, offsetof(FileHeader, check)));
}

}  // namespace

ParcelsWriter::ParcelsWriter(base::ByteSink& sink) : sink_(sink) {}

Status ParcelsWriter::Begin(const ParcelsHeader& header) {
  if (header.root_name.size() >= kRootNameBytes) {
    return {StatusCode::kLimitExceeded,
            "the root's name has more than " + std::to_string(kRootNameBytes - 1) + " bytes"};
  }
  FileHeader bytes{};
  std::memcpy(bytes.magic, kMagic, sizeof(kMagic));
  bytes.version = kParcelsFormatVersion;
  bytes.kind = static_cast<std::uint32_t>(header.kind);
  bytes.record_count = header.record_count;
  std::copy(header.fingerprint.begin(), header.fingerprint.end(), bytes.fingerprint);
  std::memcpy(bytes.root_name, header.root_name.data(), header.root_name.size());
  bytes.check = CheckOf(bytes);
  const std::span<const std::uint8_t> all = BytesOf(bytes);
  buffer_.assign(all.begin(), all.end());
  seed_ = bytes.check;
  count_ = 0;
  return Status::Ok();
}

Status ParcelsWriter::Append(std::span<const std::uint8_t> record) {
  if (record.empty() || record.size() > limits::kRecordBytesMax) {
    return {StatusCode::kLimitExceeded, "a record of " + std::to_string(record.size()) +
                                            " bytes; from 1 to " +
                                            std::to_string(limits::kRecordBytesMax) + " fit"};
  }
  FrameHeader header{static_cast<std::uint32_t>(record.size()), static_cast<std::uint32_t>(count_),
                     BodyCheckOf(record), 0};
  header.check = CheckOf(header, seed_);
  const std::size_t frame_bytes = kFrameHeaderBytes + Padded(record.size());
  const std::size_t at = buffer_.size();
  buffer_.resize(at + frame_bytes);  // padding is zero
  std::memcpy(buffer_.data() + at, &header, kFrameHeaderBytes);
  std::memcpy(buffer_.data() + at + kFrameHeaderBytes, record.data(), record.size());
  ++count_;
  return buffer_.size() < kWriteBlockBytes ? Status::Ok() : Flush();
}

Status ParcelsWriter::Finish() {
  FrameHeader mark{0, static_cast<std::uint32_t>(count_), 0, 0};
  mark.check = CheckOf(mark, seed_);
  const std::span<const std::uint8_t> bytes = BytesOf(mark);
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  return Flush();
}

Status ParcelsWriter::Flush() {
  Status status = sink_.Write(buffer_);
  buffer_.clear();
  return status;
}

ParcelsReader::ParcelsReader(base::ByteSource& source) : source_(source) {}

Status ParcelsReader::Open() {
  FileHeader bytes{};
  std::uint8_t* to = reinterpret_cast<std::uint8_t*>(&bytes);
  std::size_t got = 0;
  while (got < sizeof(bytes)) {
    Result<std::size_t> more = source_.Read({to + got, sizeof(bytes) - got});
    if (!more.ok()) return more.status();
    if (*more == 0) break;
    got += *more;
  }
  if (got < sizeof(bytes) || std::memcmp(bytes.magic, kMagic, sizeof(kMagic)) != 0) {
    return {StatusCode::kCorrupt,
            "not a .parcels file: it does not begin with SLUICEP1 and a whole header"};
  }
  if (bytes.version != kParcelsFormatVersion) {
    return {StatusCode::kUnsupported,
            "a .parcels file of version " + std::to_string(bytes.version) +
                "; this build reads version " + std::to_string(kParcelsFormatVersion)};
  }
  if (bytes.check != CheckOf(bytes))
    return {StatusCode::kCorrupt, "the header of the .parcels file is damaged"};
  if (bytes.kind > static_cast<std::uint32_t>(parcel::InputKind::kOfficerEvent)) {
    return {StatusCode::kUnsupported,
            "a .parcels file of the unknown input kind " + std::to_string(bytes.kind)};
  }
  header_.kind = static_cast<parcel::InputKind>(bytes.kind);
  header_.record_count = bytes.record_count;
  std::copy(std::begin(bytes.fingerprint), std::end(bytes.fingerprint),
            header_.fingerprint.begin());
  header_.root_name.assign(bytes.root_name, ::strnlen(bytes.root_name, kRootNameBytes));
  seed_ = bytes.check;
  carry_offset_ = sizeof(bytes);
  return Status::Ok();
}

Result<bool> ParcelsReader::Next(ParcelsBlock& block) {
  block.frames.clear();
  while (block.frames.empty() && !finished_) {
    if (Status status = Fill(block); !status.ok()) return status;
    TakeFrames(block);
  }
  return !block.frames.empty();
}

// Puts what was carried over and a further read into the block.
Status ParcelsReader::Fill(ParcelsBlock& block) {
  const std::size_t carried = carry_.size();
  // A frame that is only begun says how much it needs; more than a usual block then.
  const std::size_t wanted = std::max(kReadBlockBytes, carried + kReadBlockBytes / 2);
  block.bytes.resize(wanted);
  std::copy(carry_.begin(), carry_.end(), block.bytes.begin());
  std::size_t size = carried;
  while (size < wanted) {
    Result<std::size_t> more = source_.Read({block.bytes.data() + size, wanted - size});
    if (!more.ok()) return more.status();
    if (*more == 0) {
      at_end_ = true;
      break;
    }
    size += *more;
  }
  block.bytes.resize(size);
  carry_.clear();
  return Status::Ok();
}

// Takes frames from the block's front; what is left over is carried into the next block.
void ParcelsReader::TakeFrames(ParcelsBlock& block) {
  std::size_t at = 0;
  while (!finished_ && FrameAt(block, &at)) {
  }
  if (at_end_ && !finished_) {
    EndOfFile(block, at);
    return;
  }
  carry_.assign(block.bytes.begin() + static_cast<std::ptrdiff_t>(at), block.bytes.end());
  carry_offset_ += at;
}

// One step at `at`: a frame, the end mark or, where no frame begins, the next byte, where one
// could. False when the block holds too little to tell.
bool ParcelsReader::FrameAt(ParcelsBlock& block, std::size_t* at) {
  const std::size_t rest = block.bytes.size() - *at;
  if (rest < kFrameHeaderBytes) return false;
  FrameHeader header;
  std::memcpy(&header, block.bytes.data() + *at, sizeof(header));
  const std::uint64_t offset = carry_offset_ + *at;
  const std::uint32_t lost = header.number - static_cast<std::uint32_t>(next_number_);
  const bool is_plausible = header.length <= limits::kRecordBytesMax && lost <= kLostRecordsMax;
  if (!is_plausible || header.check != CheckOf(header, seed_)) {
    if (!is_lost_) lost_offset_ = offset;
    is_lost_ = true;
    ++*at;
    return true;
  }
  const std::size_t frame_bytes = kFrameHeaderBytes + Padded(header.length);
  if (header.length != 0 && rest < frame_bytes) return false;
  ReportLost(lost, is_lost_ ? lost_offset_ : offset, block);
  if (header.length == 0) {
    finished_ = true;
    has_end_mark_ = true;
    return true;
  }
  const std::span<const std::uint8_t> record(block.bytes.data() + *at + kFrameHeaderBytes,
                                             header.length);
  const bool is_whole = BodyCheckOf(record) == header.body_check;
  block.frames.push_back({offset, record, is_whole ? ReadError::kNone : ReadError::kBadChecksum});
  ++next_number_;
  *at += frame_bytes;
  return true;
}

void ParcelsReader::ReportLost(std::uint64_t count, std::uint64_t offset, ParcelsBlock& block) {
  for (std::uint64_t i = 0; i < count; ++i)
    block.frames.push_back({offset, {}, ReadError::kBadFrame});
  next_number_ += count;
  is_lost_ = false;
}

// No end mark: what is missing counts as one record, for how much it was, the frames do not say. Also where the file
// ends between two frames: records may have followed, and nobody would learn of it.
void ParcelsReader::EndOfFile(ParcelsBlock& block, std::size_t at) {
  finished_ = true;
  ReportLost(1, is_lost_ ? lost_offset_ : carry_offset_ + at, block);
}

}  // namespace sluice::wire
