// The payload of one segment's blocks, read from the front, and what ends it.
//
// Thread-safety: one thread.   Ownership: reads a file that its caller keeps open.   Memory: one piece of the file.
// Errors: kCorrupt with the byte of a damaged block, kIo. Messages begin with the file's path.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sluice/status.h>

#include "engine/log/disk.h"
#include "engine/log/segment.h"

namespace sluice::log {

class BlockStream {
 public:
  BlockStream();
  /// Begins at position 0 of a segment whose header was read.
  void Start(DiskFile* file, std::string path, std::uint32_t seed);

  /// Appends payload that was not given yet to `*out`, at most a piece. False: there is no more now. A segment that is
  /// still written to may have more later.
  Result<bool> ReadMore(std::vector<std::uint8_t>* out);

  /// Goes through what follows the end up to the end of the file: blocks never written, and blocks that a crash left
  /// out of order. A damaged one is an error.
  Status CheckRest();

  /// Position up to which payload was given.
  std::uint64_t position() const { return std::uint64_t{index_ - 1} * kBlockPayloadBytes + taken_; }
  /// Of all blocks seen, the highest position that one knew to be on the medium.
  std::uint32_t durable() const { return durable_; }
  /// Blocks, or a part of one, that stand after the end.
  bool strays() const { return strays_; }

 private:
  enum class Step : std::uint8_t { kMore, kEnd };

  /// Reads blocks from `index` on into piece_; how many are whole.
  Result<std::size_t> ReadPiece(std::uint32_t index);
  Status Damaged(std::uint32_t index) const;

  DiskFile* file_ = nullptr;
  std::string path_;
  std::uint32_t seed_ = 0;
  std::uint32_t index_ = 1;   // of the block to read next
  std::uint32_t taken_ = 0;   // of its payload, given before
  std::uint32_t durable_ = 0;
  bool strays_ = false;
  std::size_t part_bytes_ = 0;  // of a block that the file's end cuts, in the last piece
  std::vector<std::uint8_t> piece_;
};

}  // namespace sluice::log
