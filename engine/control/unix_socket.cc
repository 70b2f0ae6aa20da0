// Unix sockets by path: to listen at, and to connect to.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>

#include "engine/control/socket_loop.h"

namespace sluice::control {
namespace {

constexpr int kWaitingMax = 64;  // clients that the system lets wait to be accepted

Status SocketError(const std::string& path, const char* what, int error) {
  return {StatusCode::kIo, path + ": cannot " + what + ": " + std::generic_category().message(error)};
}

std::optional<sockaddr_un> AddressOf(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) return std::nullopt;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Status PathTooLong(const std::string& path) {
  return {StatusCode::kInvalidArgument, "'" + path + "': the path of a socket has 1 to " +
                                            std::to_string(sizeof(sockaddr_un::sun_path) - 1) + " bytes"};
}

// A socket that was left behind is in the way of a new one; a socket in use, or another file, is left alone.
Status MakeRoom(const std::string& path) {
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0) return Status::Ok();
  if (!S_ISSOCK(facts.st_mode)) return {StatusCode::kInvalidArgument, path + ": there is a file, and no socket"};
  const Result<int> other = ConnectUnix(path);
  if (other.ok()) {
    ::close(*other);
    return {StatusCode::kUnavailable, path + ": another process listens there"};
  }
  if (other.status().code() != StatusCode::kUnavailable) return other.status();
  ::unlink(path.c_str());
  return Status::Ok();
}

}  // namespace

Result<int> ListenUnix(const std::string& path, unsigned mode) {
  const auto address = AddressOf(path);
  if (!address) return PathTooLong(path);
  if (Status status = MakeRoom(path); !status.ok()) return status;
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return SocketError(path, "make a socket", errno);
  // Nobody can connect before it listens; until then it has the permissions that it should have.
  const char* what = "bind";
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&*address), sizeof(*address)) == 0) {
    what = "listen";
    if (::chmod(path.c_str(), static_cast<mode_t>(mode)) == 0 && ::listen(fd, kWaitingMax) == 0) return fd;
    ::unlink(path.c_str());
  }
  const int error = errno;
  ::close(fd);
  return SocketError(path, what, error);
}

Result<int> ConnectUnix(const std::string& path) {
  const auto address = AddressOf(path);
  if (!address) return PathTooLong(path);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return SocketError(path, "make a socket", errno);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&*address), sizeof(*address)) == 0) return fd;
  const int error = errno;
  ::close(fd);
  if (error == ENOENT) return Status(StatusCode::kNotFound, path + ": there is no such socket");
  if (error == ECONNREFUSED) return Status(StatusCode::kUnavailable, path + ": no process listens there");
  return SocketError(path, "connect", error);
}

}  // namespace sluice::control
