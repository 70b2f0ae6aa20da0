// What the log asks of the system, and nothing more: one seam, so that tests can make a disk fail as disks do.
//
// Thread-safety: a Disk may be used by several threads at a time, each on names of its own; of a DiskFile, Write
// belongs to one thread, and Sync may run beside it.   Ownership: a DiskFile closes itself.
// Errors: negative numbers of errno.h (-ENOSPC), as a log thread can compare them without taking memory.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <sluice/status.h>

namespace sluice::log {

class DiskFile {
 public:
  virtual ~DiskFile() = default;
  /// Writes at most all of `bytes` at `offset`; how many, or an error. Fewer than asked is no error.
  virtual std::int64_t Write(std::uint64_t offset, std::span<const std::uint8_t> bytes) = 0;
  /// Reads at most bytes.size(); 0 at the end of the file.
  virtual std::int64_t Read(std::uint64_t offset, std::span<std::uint8_t> bytes) = 0;
  /// Returns 0 when everything written before is on the medium.
  virtual int Sync() = 0;
  virtual std::int64_t Size() = 0;
  virtual int Truncate(std::uint64_t bytes) = 0;
};

class Disk {
 public:
  virtual ~Disk() = default;
  /// A new, empty file; what had the name before is gone. Null, and the error in `*error`, where it cannot be made.
  virtual std::unique_ptr<DiskFile> Create(const std::string& path, int* error) = 0;
  /// An existing file, to read.
  virtual std::unique_ptr<DiskFile> Open(const std::string& path, int* error) = 0;
  /// Holds the file's lock, which nobody else has while `*held` lives; -EWOULDBLOCK while somebody has. Makes the file.
  virtual int Lock(const std::string& path, std::unique_ptr<DiskFile>* held) = 0;
  virtual int Rename(const std::string& from, const std::string& to) = 0;
  virtual int Remove(const std::string& path) = 0;
  /// The names of `directory` are on the medium.
  virtual int SyncDirectory(const std::string& directory) = 0;
  /// Makes it where it is not there yet; its parent must be.
  virtual int MakeDirectory(const std::string& directory) = 0;
  /// Names of the files in it, in no order.
  virtual int List(const std::string& directory, std::vector<std::string>* names) = 0;
};

/// The system's own. One object, alive as long as the process.
Disk& RealDisk();

/// "DIR/FILE: cannot write: No space left on device"; `error` is negative. kNotFound for a file that is not there.
Status DiskError(const std::string& path, const char* what, int error);

/// Writes all of `bytes`, in as many pieces as the disk likes; 0 or the error.
int WriteAll(DiskFile* file, std::uint64_t offset, std::span<const std::uint8_t> bytes);
/// Reads until `bytes` is full or the file ends; how many, or the error.
std::int64_t ReadUpTo(DiskFile* file, std::uint64_t offset, std::span<std::uint8_t> bytes);

}  // namespace sluice::log
