// The end of the segment that is being written: payload in, blocks with checksums out.
//
// Thread-safety: one thread.   Ownership: owns the file.   Memory: all of it from the start.
// Errors: negative numbers of errno.h. After one, nothing more is to be appended.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/log/disk.h"
#include "engine/log/segment.h"

namespace sluice::log {

class SegmentOutput {
 public:
  SegmentOutput();

  /// `file`: with its header, and no payload yet.
  void Start(std::unique_ptr<DiskFile> file, std::string path, std::uint32_t seed);
  bool open() const { return file_ != nullptr; }
  const std::string& path() const { return path_; }

  /// Writes payload after what was written, the block that was not full once more. `durable`: position that is known to
  /// be on the medium.
  int Append(std::span<const std::uint8_t> payload, std::uint32_t durable);
  int Sync() { return file_->Sync(); }
  DiskFile* file() { return file_.get(); }
  /// Gives the space behind the payload back.
  int Truncate() { return file_->Truncate(SegmentFileBytes(position_)); }

 private:
  /// Fills blocks_; how many.
  std::size_t FillBlocks(std::span<const std::uint8_t>* payload, std::uint32_t index, std::uint32_t durable);

  std::unique_ptr<DiskFile> file_;
  std::string path_;
  std::uint32_t seed_ = 0;
  std::uint64_t position_ = 0;
  std::vector<std::uint8_t> tail_;    // payload of the last block, where that is not full
  std::vector<std::uint8_t> blocks_;  // on their way to the disk
};

}  // namespace sluice::log
