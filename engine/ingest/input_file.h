// What every file source shares: an input file that counts its bytes, and blocks filled record by record.
//
// Belongs to the reading thread; counters may be read by it alone.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/byte_stream.h"
#include "engine/pipeline/stream.h"

namespace sluice::ingest {

class InputFile : public base::ByteSource {
 public:
  /// "-": standard input, whose size is not known.
  Status Open(const std::string& path);
  Result<std::size_t> Read(std::span<std::uint8_t> buffer) override;
  /// Drops the first `done` bytes of `buffer` and appends what the file has next; false at its end.
  Result<bool> Refill(std::size_t done, std::string* buffer);

  std::uint64_t bytes_read() const { return bytes_read_; }
  std::uint64_t bytes_total() const { return bytes_total_; }  // 0: not known

 private:
  base::FileSource file_;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t bytes_total_ = 0;
};

/// Appends the bytes of one record after the other to a vector that moves while it grows, and gives the records
/// their spans when all are there.
class BlockFiller {
 public:
  void Start(std::vector<std::uint8_t>* bytes) {
    bytes_ = bytes;
    ends_.clear();
  }
  /// The bytes of the next record; may be none.
  void Append(std::span<const std::uint8_t> bytes) {
    bytes_->insert(bytes_->end(), bytes.begin(), bytes.end());
    ends_.push_back(bytes_->size());
  }
  /// Sets the spans of all records that have bytes; the others keep theirs.
  void Seal(std::vector<pipeline::RawRecord>* records) const;

 private:
  std::vector<std::uint8_t>* bytes_ = nullptr;
  std::vector<std::size_t> ends_;  // one a record
};

/// A record as it was read at `place`; its bytes come with BlockFiller::Seal.
inline pipeline::RawRecord RecordAt(std::uint64_t place, parcel::ReadError error = parcel::ReadError::kNone) {
  pipeline::RawRecord record;
  record.place = place;
  record.error = error;
  return record;
}

/// Marks record `index` as unreadable, with what to tell of it.
void SetFlaw(std::uint32_t index, parcel::ReadError error, std::string text, pipeline::RecordBlock* block);

inline std::span<const std::uint8_t> AsBytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace sluice::ingest
