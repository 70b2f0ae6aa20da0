#include "engine/base/file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace sluice::base {
namespace {

constexpr mode_t kNewFileMode = 0666;  // narrowed by the user's umask
constexpr std::size_t kGrowBytes = 64 * 1024;

Status IoError(const std::string& path, const char* what) {
  const StatusCode code = errno == ENOENT ? StatusCode::kNotFound : StatusCode::kIo;
  return {code, path + ": cannot " + what + ": " + std::generic_category().message(errno)};
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  bool Close() {
    const int fd = fd_;
    fd_ = -1;
    return ::close(fd) == 0;
  }

 private:
  int fd_;
};

bool WriteAll(int fd, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return true;
}

// Messages name `path`, which the caller asked for, not the file beside it.
Status WriteAndSync(const std::string& file_name, std::span<const std::uint8_t> bytes, const std::string& path) {
  Descriptor file(::open(file_name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kNewFileMode));
  if (file.get() < 0 || !WriteAll(file.get(), bytes)) return IoError(path, "write");
  if (::fsync(file.get()) != 0 || !file.Close()) return IoError(path, "write");
  return Status::Ok();
}

// A device or pipe takes the bytes; a file renamed to its name would be put in its place. A folder is refused.
Status WriteInPlace(const std::string& path, std::span<const std::uint8_t> bytes) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.get() < 0 || !WriteAll(file.get(), bytes) || !file.Close()) return IoError(path, "write");
  return Status::Ok();
}

// A name is on disk only when its folder is.
Status SyncFolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || ::fsync(opened.get()) != 0) return IoError(folder, "write");
  return Status::Ok();
}

}  // namespace

Result<std::vector<std::uint8_t>> ReadWholeFile(const std::string& path, std::uint64_t bytes_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts {};
  if (file.get() < 0 || ::fstat(file.get(), &facts) != 0) return IoError(path, "open");
  const auto expected = static_cast<std::uint64_t>(std::max<off_t>(facts.st_size, 0));
  const Status too_long(StatusCode::kLimitExceeded,
                        path + ": longer than " + std::to_string(bytes_max) + " bytes");
  if (expected > bytes_max) return too_long;
  // One byte more than expected, so that the end shows without another allocation; the size is a
  // guess: the file may be a pipe or grow.
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(expected) + 1);
  std::size_t size = 0;
  while (true) {
    if (size == bytes.size()) bytes.resize(size + std::max(size / 2, kGrowBytes));
    const ssize_t got = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return IoError(path, "read");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size > bytes_max) return too_long;
  }
  bytes.resize(size);
  return bytes;
}

Status ReplaceFile(const std::string& path, std::span<const std::uint8_t> bytes) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode)) return WriteInPlace(path, bytes);
  const std::string beside = path + ".tmp." + std::to_string(::getpid());
  Status status = WriteAndSync(beside, bytes, path);
  if (status.ok() && ::rename(beside.c_str(), path.c_str()) != 0) status = IoError(path, "write");
  if (!status.ok()) {
    ::unlink(beside.c_str());
    return status;
  }
  return SyncFolderOf(path);
}

}  // namespace sluice::base
