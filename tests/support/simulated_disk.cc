#include "tests/support/simulated_disk.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sluice::test {

class SimulatedFile : public log::DiskFile {
 public:
  SimulatedFile(SimulatedDisk* disk, std::string path, std::shared_ptr<SimulatedDisk::Inode> inode)
      : disk_(disk), path_(std::move(path)), inode_(std::move(inode)) {}

  std::int64_t Write(std::uint64_t offset, std::span<const std::uint8_t> bytes) override {
    const std::lock_guard lock(disk_->mutex_);
    const Fault fault = disk_->Ask(DiskCall::kWrite, path_, bytes.size());
    if (fault.partial) bytes = bytes.first(std::min(fault.bytes_first, bytes.size()));
    if (fault.error != 0 && !fault.partial) return fault.error;
    auto& cached = inode_->cached;
    std::uint64_t room = UINT64_MAX;
    if (disk_->space != UINT64_MAX) {
      const std::uint64_t used = disk_->Used();
      room = (used < disk_->space ? disk_->space - used : 0) + std::max<std::uint64_t>(cached.size(), offset) - offset;
    }
    if (room == 0 && !bytes.empty()) return -ENOSPC;
    bytes = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), room)));
    if (cached.size() < offset + bytes.size()) cached.resize(offset + bytes.size());
    std::copy(bytes.begin(), bytes.end(), cached.begin() + static_cast<std::ptrdiff_t>(offset));
    if (!bytes.empty()) {
      const std::size_t last = (offset + bytes.size() - 1) / SimulatedDisk::kSectorBytes;
      for (std::size_t s = offset / SimulatedDisk::kSectorBytes; s <= last; ++s) inode_->dirty.insert(s);
    }
    return fault.error != 0 ? fault.error : static_cast<std::int64_t>(bytes.size());
  }

  std::int64_t Read(std::uint64_t offset, std::span<std::uint8_t> bytes) override {
    const std::lock_guard lock(disk_->mutex_);
    if (const Fault fault = disk_->Ask(DiskCall::kRead, path_, bytes.size()); fault.error != 0) return fault.error;
    const auto& cached = inode_->cached;
    if (offset >= cached.size()) return 0;
    const std::size_t count = std::min<std::size_t>(bytes.size(), cached.size() - offset);
    std::memcpy(bytes.data(), cached.data() + offset, count);
    return static_cast<std::int64_t>(count);
  }

  int Sync() override {
    const std::lock_guard lock(disk_->mutex_);
    const Fault fault = disk_->Ask(DiskCall::kSync, path_);
    if (fault.error == 0) {
      for (const std::size_t sector : inode_->dirty) disk_->SyncSector(inode_.get(), sector);
    } else {
      // Some pages reached the medium, some did not; all are marked clean, and no later sync writes them.
      for (const std::size_t sector : inode_->dirty) {
        if (disk_->Chance()) disk_->SyncSector(inode_.get(), sector);
      }
    }
    inode_->dirty.clear();
    return fault.error;
  }

  std::int64_t Size() override { return static_cast<std::int64_t>(inode_->cached.size()); }

  int Truncate(std::uint64_t bytes) override {
    const std::lock_guard lock(disk_->mutex_);
    if (const Fault fault = disk_->Ask(DiskCall::kTruncate, path_); fault.error != 0) return fault.error;
    inode_->cached.resize(bytes);
    inode_->medium.resize(std::min<std::size_t>(inode_->medium.size(), bytes));
    return 0;
  }

 private:
  SimulatedDisk* const disk_;
  const std::string path_;
  const std::shared_ptr<SimulatedDisk::Inode> inode_;
};

Fault SimulatedDisk::Ask(DiskCall call, const std::string& path, std::size_t bytes) {
  ++calls_;
  return on_call ? on_call(call, path, bytes) : Fault{};
}

void SimulatedDisk::SyncSector(Inode* inode, std::size_t sector) {
  const std::size_t begin = sector * kSectorBytes;
  const std::size_t end = std::min(begin + kSectorBytes, inode->cached.size());
  if (begin >= end) return;
  if (inode->medium.size() < end) inode->medium.resize(end);
  std::copy(inode->cached.begin() + static_cast<std::ptrdiff_t>(begin),
            inode->cached.begin() + static_cast<std::ptrdiff_t>(end),
            inode->medium.begin() + static_cast<std::ptrdiff_t>(begin));
}

std::uint64_t SimulatedDisk::Used() const {
  std::uint64_t used = 0;
  for (const auto& [name, inode] : names_) used += inode->cached.size();
  return used;
}

std::unique_ptr<log::DiskFile> SimulatedDisk::Create(const std::string& path, int* error) {
  const std::lock_guard lock(mutex_);
  *error = Ask(DiskCall::kCreate, path).error;
  if (*error != 0) return nullptr;
  if (since_sync_.empty()) since_sync_.push_back(names_);
  const auto inode = std::make_shared<Inode>();
  names_[path] = inode;
  since_sync_.push_back(names_);
  return std::make_unique<SimulatedFile>(this, path, inode);
}

std::unique_ptr<log::DiskFile> SimulatedDisk::Open(const std::string& path, int* error) {
  const std::lock_guard lock(mutex_);
  *error = Ask(DiskCall::kOpen, path).error;
  const auto found = names_.find(path);
  if (*error == 0 && found == names_.end()) *error = -ENOENT;
  if (*error != 0) return nullptr;
  return std::make_unique<SimulatedFile>(this, path, found->second);
}

int SimulatedDisk::Lock(const std::string& path, std::unique_ptr<log::DiskFile>* held) {
  *held = std::make_unique<SimulatedFile>(this, path, std::make_shared<Inode>());
  return 0;
}

int SimulatedDisk::Rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  if (const Fault fault = Ask(DiskCall::kRename, to); fault.error != 0) return fault.error;
  const auto found = names_.find(from);
  if (found == names_.end()) return -ENOENT;
  if (since_sync_.empty()) since_sync_.push_back(names_);
  const auto inode = found->second;
  names_.erase(found);
  names_[to] = inode;
  since_sync_.push_back(names_);
  return 0;
}

int SimulatedDisk::Remove(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (const Fault fault = Ask(DiskCall::kRemove, path); fault.error != 0) return fault.error;
  if (since_sync_.empty()) since_sync_.push_back(names_);
  if (names_.erase(path) == 0) return -ENOENT;
  since_sync_.push_back(names_);
  return 0;
}

int SimulatedDisk::SyncDirectory(const std::string& directory) {
  const std::lock_guard lock(mutex_);
  if (const Fault fault = Ask(DiskCall::kSyncDirectory, directory); fault.error != 0) return fault.error;
  since_sync_.assign(1, names_);
  return 0;
}

int SimulatedDisk::MakeDirectory(const std::string& /*directory*/) { return 0; }

int SimulatedDisk::List(const std::string& directory, std::vector<std::string>* names) {
  const std::lock_guard lock(mutex_);
  for (const auto& [path, inode] : names_) {
    if (path.starts_with(directory + "/")) names->push_back(path.substr(directory.size() + 1));
  }
  return 0;
}

void SimulatedDisk::LosePower() {
  const std::lock_guard lock(mutex_);
  if (!since_sync_.empty()) {
    names_ = since_sync_[std::uniform_int_distribution<std::size_t>(0, since_sync_.size() - 1)(random_)];
  }
  since_sync_.assign(1, names_);
  for (auto& [path, old] : names_) {
    const auto inode = std::make_shared<Inode>(*old);
    // A sector that is lost leaves a hole of zeros, unless no later one kept the file long enough.
    for (const std::size_t sector : inode->dirty) {
      if (Chance()) SyncSector(inode.get(), sector);
    }
    inode->dirty.clear();
    inode->cached = inode->medium;
    old = inode;
  }
}

std::vector<std::uint8_t>& SimulatedDisk::Contents(const std::string& path) { return names_.at(path)->cached; }

std::vector<std::string> SimulatedDisk::Names() const {
  std::vector<std::string> names;
  for (const auto& [path, inode] : names_) names.push_back(path);
  return names;
}

}  // namespace sluice::test
