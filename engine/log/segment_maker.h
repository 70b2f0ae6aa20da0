// Makes the files of segments ahead, filled with zeros, and removes old ones: beside the log thread, which then waits
// for neither. A sync of bytes written over zeros moves no metadata of the file system, which halves its time.
//
// Thread-safety: Order, Take and RemoveBefore belong to the log thread; the maker has one thread of its own.
// Ownership: a file that was taken is the caller's.   Errors: none come out: what cannot be made ahead is not there to
// take, and its space is given back; what cannot be removed is tried again with the next one.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "engine/log/disk.h"
#include "engine/log/segment.h"

namespace sluice::log {

class SegmentMaker {
 public:
  /// `aside`: by a thread; else within Order and RemoveBefore. `file_bytes` 0: no files are made ahead.
  SegmentMaker(Disk* disk, const std::string& directory, LogKind kind, std::uint64_t file_bytes, bool aside);
  ~SegmentMaker();
  SegmentMaker(const SegmentMaker&) = delete;
  SegmentMaker& operator=(const SegmentMaker&) = delete;

  /// Where a file that was made ahead is.
  const std::string& path() const { return path_; }
  /// Wants a file, unless one is ready or being made.
  void Order();
  /// The file that is ready, or null.
  std::unique_ptr<DiskFile> Take();
  /// Waits for what was ordered.
  void Wait();
  /// Removes segments from `first` up to the one before `end`.
  void RemoveBefore(std::uint32_t first, std::uint32_t end);

 private:
  enum class Stage : std::uint32_t { kIdle, kOrdered, kReady };

  void Run();
  void Work();
  void Signal();
  void Remove();

  Disk* const disk_;
  const std::string directory_;
  const LogKind kind_;
  const std::uint64_t file_bytes_;
  const bool aside_;
  const std::string path_;
  std::atomic<Stage> stage_{Stage::kIdle};
  std::unique_ptr<DiskFile> file_;  // of the maker while ordered, of the log thread else
  std::atomic<std::uint32_t> remove_from_{0};
  std::atomic<std::uint32_t> remove_end_{0};
  std::atomic<bool> stop_{false};
  std::atomic<std::uint32_t> signal_{0};
  std::thread thread_;
};

}  // namespace sluice::log
