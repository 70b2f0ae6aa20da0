#include "engine/log/disk.h"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace sluice::log {
namespace {

constexpr mode_t kFileMode = 0640;  // an audit log is not for everybody
constexpr mode_t kDirectoryMode = 0750;

int Outcome(int result) { return result == 0 ? 0 : -errno; }

class RealFile : public DiskFile {
 public:
  explicit RealFile(int fd) : fd_(fd) {}
  ~RealFile() override { ::close(fd_); }
  RealFile(const RealFile&) = delete;
  RealFile& operator=(const RealFile&) = delete;

  int fd() const { return fd_; }
  std::int64_t Write(std::uint64_t offset, std::span<const std::uint8_t> bytes) override {
    const ssize_t put = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    return put < 0 ? -errno : put;
  }
  std::int64_t Read(std::uint64_t offset, std::span<std::uint8_t> bytes) override {
    const ssize_t got = ::pread(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    return got < 0 ? -errno : got;
  }
  int Sync() override { return Outcome(::fdatasync(fd_)); }
  std::int64_t Size() override {
    struct stat facts {};
    return ::fstat(fd_, &facts) == 0 ? static_cast<std::int64_t>(facts.st_size) : -errno;
  }
  int Truncate(std::uint64_t bytes) override { return Outcome(::ftruncate(fd_, static_cast<off_t>(bytes))); }

 private:
  const int fd_;
};

class SystemDisk : public Disk {
 public:
  std::unique_ptr<DiskFile> Create(const std::string& path, int* error) override {
    return Opened(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, kFileMode), error);
  }
  std::unique_ptr<DiskFile> Open(const std::string& path, int* error) override {
    return Opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC), error);
  }
  int Lock(const std::string& path, std::unique_ptr<DiskFile>* held) override {
    int error = 0;
    *held = Opened(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode), &error);
    if (*held == nullptr) return error;
    return Outcome(::flock(static_cast<RealFile*>(held->get())->fd(), LOCK_EX | LOCK_NB));
  }
  int Rename(const std::string& from, const std::string& to) override {
    return Outcome(::rename(from.c_str(), to.c_str()));
  }
  int Remove(const std::string& path) override { return Outcome(::unlink(path.c_str())); }
  int SyncDirectory(const std::string& directory) override {
    const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return -errno;
    const int outcome = Outcome(::fsync(fd));
    ::close(fd);
    return outcome;
  }
  int MakeDirectory(const std::string& directory) override {
    const int outcome = Outcome(::mkdir(directory.c_str(), kDirectoryMode));
    return outcome == -EEXIST ? 0 : outcome;
  }
  int List(const std::string& directory, std::vector<std::string>* names) override {
    DIR* const opened = ::opendir(directory.c_str());
    if (opened == nullptr) return -errno;
    errno = 0;
    while (const dirent* const entry = ::readdir(opened)) names->emplace_back(entry->d_name);
    const int outcome = -errno;
    ::closedir(opened);
    return outcome;
  }

 private:
  static std::unique_ptr<DiskFile> Opened(int fd, int* error) {
    *error = fd < 0 ? -errno : 0;
    return fd < 0 ? nullptr : std::make_unique<RealFile>(fd);
  }
};

}  // namespace

Disk& RealDisk() {
  static SystemDisk disk;
  return disk;
}

Status DiskError(const std::string& path, const char* what, int error) {
  const StatusCode code = error == -ENOENT ? StatusCode::kNotFound : StatusCode::kIo;
  return {code, path + ": cannot " + what + ": " + std::generic_category().message(-error)};
}

int WriteAll(DiskFile* file, std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const std::int64_t put = file->Write(offset, bytes);
    if (put == -EINTR) continue;
    if (put < 0) return static_cast<int>(put);
    if (put == 0) return -EIO;  // no progress, and no reason given
    offset += static_cast<std::uint64_t>(put);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return 0;
}

std::int64_t ReadUpTo(DiskFile* file, std::uint64_t offset, std::span<std::uint8_t> bytes) {
  std::size_t got = 0;
  while (got < bytes.size()) {
    const std::int64_t more = file->Read(offset + got, bytes.subspan(got));
    if (more == -EINTR) continue;
    if (more < 0) return more;
    if (more == 0) break;
    got += static_cast<std::size_t>(more);
  }
  return static_cast<std::int64_t>(got);
}

}  // namespace sluice::log
