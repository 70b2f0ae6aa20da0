#include "engine/base/byte_stream.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace sluice::base {
namespace {

constexpr mode_t kNewFileMode = 0666;  // narrowed by the user's umask

Status IoError(const std::string& path, const char* what, int error) {
  return {StatusCode::kIo,
          path + ": cannot " + what + ": " + std::generic_category().message(error)};
}

}  // namespace

FileSource::~FileSource() {
  if (owned_) ::close(fd_);
}

Status FileSource::Open(const std::string& path) {
  path_ = path;
  if (path == "-") {
    path_ = "standard input";
    fd_ = STDIN_FILENO;
    return Status::Ok();
  }
  fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd_ < 0) return IoError(path_, "open", errno);
  owned_ = true;
  return Status::Ok();
}

Result<std::size_t> FileSource::Read(std::span<std::uint8_t> buffer) {
  while (true) {
    const ssize_t got = ::read(fd_, buffer.data(), buffer.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return IoError(path_, "read", errno);
  }
}

FileSink::~FileSink() {
  if (owned_) ::close(fd_);
}

Status FileSink::Open(const std::string& path) {
  path_ = path;
  if (path == "-") {
    path_ = "standard output";
    fd_ = STDOUT_FILENO;
    return Status::Ok();
  }
  fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kNewFileMode);
  if (fd_ < 0) return IoError(path_, "write", errno);
  owned_ = true;
  return Status::Ok();
}

Status FileSink::Write(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return IoError(path_, "write", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return Status::Ok();
}

Status FileSink::Close() {
  if (!owned_) return Status::Ok();
  owned_ = false;
  return ::close(fd_) == 0 ? Status::Ok() : IoError(path_, "close", errno);
}

Result<std::size_t> MemorySource::Read(std::span<std::uint8_t> buffer) {
  const std::size_t count = std::min(buffer.size(), rest_.size());
  if (count != 0) std::memcpy(buffer.data(), rest_.data(), count);
  rest_ = rest_.subspan(count);
  return count;
}

Status MemorySink::Write(std::span<const std::uint8_t> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return Status::Ok();
}

}  // namespace sluice::base
