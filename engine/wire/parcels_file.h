// The .parcels format: a header, then records, each behind a checked frame header. Specified in
// FORMAT.md.
//
// Damage costs the records it touches and no others: every lost or altered record is one frame with
// an error. Thread-safety: objects belong to one thread at a time.   Ownership: sink and source
// outlive writer and reader; frames point into their block.   Errors: Status for the file as a
// whole, Frame::error for a single record.
#pragma once

#include <sluice/status.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/blake2b.h"
#include "engine/base/byte_stream.h"
#include "engine/parcel/batch.h"
#include "engine/parcel/types.h"

namespace sluice::wire {

inline constexpr std::uint32_t kParcelsFormatVersion = 1;

struct ParcelsHeader {
  parcel::InputKind kind = parcel::InputKind::kParcel;
  std::string root_name;           // schema root, e.g. "Parcel"
  base::Hash256 fingerprint{};     // CatalogFingerprint of the writer's schema
  std::uint64_t record_count = 0;  // 0: not known when the file was begun
};

class ParcelsWriter {
 public:
  explicit ParcelsWriter(base::ByteSink& sink);

  Status Begin(const ParcelsHeader& header);
  /// `record`: 1 to kRecordBytesMax bytes.
  Status Append(std::span<const std::uint8_t> record);
  /// Writes the end mark and what is buffered. Without it readers call the file incomplete.
  Status Finish();

 private:
  Status Flush();

  base::ByteSink& sink_;
  std::vector<std::uint8_t> buffer_;
  std::uint64_t seed_ = 0;   // of the frames' checks: the check of the file's header
  std::uint64_t count_ = 0;  // records so far
};

/// One record of the file, or the place of one that cannot be read.
struct ParcelsFrame {
  std::uint64_t file_offset = 0;         // of the frame's header, bytes
  std::span<const std::uint8_t> record;  // empty unless error is kNone or kBadChecksum
  parcel::ReadError error = parcel::ReadError::kNone;
};

/// Bytes and the frames in them; reuse one for many reads, or keep several while batches read from
/// them.
struct ParcelsBlock {
  std::vector<std::uint8_t> bytes;
  std::vector<ParcelsFrame> frames;
};

class ParcelsReader {
 public:
  explicit ParcelsReader(base::ByteSource& source);

  /// Reads the header. kCorrupt: not a .parcels file; kUnsupported: a later version or an unknown
  /// input kind.
  Status Open();
  const ParcelsHeader& header() const { return header_; }

  /// The next frames, at least one; false at the end, when nothing is left.
  Result<bool> Next(ParcelsBlock& block);

  /// After the end: the writer's end mark was there. Without it the file was cut off, or is still
  /// being written.
  bool has_end_mark() const { return has_end_mark_; }
  /// The file ended without its end mark; the last frame given is the bad_frame that says so.
  bool was_cut() const { return finished_ && !has_end_mark_; }

 private:
  Status Fill(ParcelsBlock& block);
  void TakeFrames(ParcelsBlock& block);
  bool FrameAt(ParcelsBlock& block, std::size_t* at);
  void ReportLost(std::uint64_t count, std::uint64_t offset, ParcelsBlock& block);
  void EndOfFile(ParcelsBlock& block, std::size_t at);

  base::ByteSource& source_;
  ParcelsHeader header_;
  std::uint64_t seed_ = 0;           // of the frames' checks
  std::vector<std::uint8_t> carry_;  // bytes read but not framed yet
  std::uint64_t carry_offset_ = 0;   // in the file, of the next block's first byte
  std::uint64_t next_number_ = 0;    // of the record expected next
  std::uint64_t lost_offset_ = 0;    // where framing broke, while is_lost_
  bool is_lost_ = false;
  bool at_end_ = false;
  bool finished_ = false;
  bool has_end_mark_ = false;
};

}  // namespace sluice::wire
