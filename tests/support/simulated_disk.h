// A disk in memory that fails as disks do: calls that err, writes that stop half-way, a sync that fails and leaves its
// pages marked clean, and a loss of power after which each sector that was not synced is the old one or the new one.
//
// Thread-safety: one lock for everything; a crash must not race with calls.   Errors: as engine/log/disk.h.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/log/disk.h"

namespace sluice::test {

enum class DiskCall : std::uint8_t {
  kCreate, kOpen, kWrite, kRead, kSync, kTruncate, kRename, kRemove, kSyncDirectory
};

/// What a call is to do instead of its work.
struct Fault {
  int error = 0;                 // negative errno; 0: none
  std::size_t bytes_first = 0;   // of a write: so many are written; without an error it returns them
  bool partial = false;          // bytes_first counts
};

class SimulatedDisk : public log::Disk {
 public:
  static constexpr std::size_t kSectorBytes = 512;

  explicit SimulatedDisk(std::uint64_t seed) : random_(seed) {}

  /// Asked before each call; `path` of the file.
  std::function<Fault(DiskCall call, const std::string& path, std::size_t bytes)> on_call;
  /// Bytes that all files together may have; writes beyond give ENOSPC.
  std::uint64_t space = UINT64_MAX;

  std::unique_ptr<log::DiskFile> Create(const std::string& path, int* error) override;
  std::unique_ptr<log::DiskFile> Open(const std::string& path, int* error) override;
  int Lock(const std::string& path, std::unique_ptr<log::DiskFile>* held) override;
  int Rename(const std::string& from, const std::string& to) override;
  int Remove(const std::string& path) override;
  int SyncDirectory(const std::string& directory) override;
  int MakeDirectory(const std::string& directory) override;
  int List(const std::string& directory, std::vector<std::string>* names) override;

  /// Power is lost: what was not synced is there or not, sector by sector; names are those of some moment since the
  /// last sync of the directory. Open files are gone.
  void LosePower();

  /// The bytes of a file as they would be read now; to look at and to damage.
  std::vector<std::uint8_t>& Contents(const std::string& path);
  std::vector<std::string> Names() const;
  std::uint64_t calls() const { return calls_; }

 private:
  friend class SimulatedFile;
  struct Inode {
    std::vector<std::uint8_t> cached;
    std::vector<std::uint8_t> medium;
    std::set<std::size_t> dirty;  // sectors that differ, perhaps
  };
  using NameMap = std::map<std::string, std::shared_ptr<Inode>>;

  Fault Ask(DiskCall call, const std::string& path, std::size_t bytes = 0);
  void SyncSector(Inode* inode, std::size_t sector);
  std::uint64_t Used() const;
  bool Chance() { return (random_() & 1) != 0; }

  mutable std::recursive_mutex mutex_;
  std::mt19937_64 random_;
  NameMap names_;
  std::vector<NameMap> since_sync_;  // states of the directory, the first one on the medium
  std::uint64_t calls_ = 0;
};

}  // namespace sluice::test
