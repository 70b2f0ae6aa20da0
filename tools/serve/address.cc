#include "tools/serve/address.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string_view>
#include <system_error>

#include "engine/control/socket_loop.h"

namespace sluice::serve {
namespace {

constexpr int kWaitingMax = 128;  // clients that the system lets wait to be accepted

constexpr unsigned kOwnMode = 0600;

// Of a TCP socket.
struct SocketName {
  sockaddr_storage storage{};
  socklen_t bytes = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketName NameOf(const Address& address) {
  SocketName name;
  if (address.v6) {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&name.storage);
    v6->sin6_family = AF_INET6;
    v6->sin6_addr = in6addr_loopback;
    v6->sin6_port = htons(address.port);
    name.bytes = sizeof(sockaddr_in6);
  } else {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&name.storage);
    v4->sin_family = AF_INET;
    v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    v4->sin_port = htons(address.port);
    name.bytes = sizeof(sockaddr_in);
  }
  return name;
}

Status Failed(const Address& address, const char* what, int error) {
  const bool nobody = error == ECONNREFUSED || error == ENOENT;
  const bool taken = error == EADDRINUSE;
  return {nobody || taken ? StatusCode::kUnavailable : StatusCode::kIo,
          AddressText(address) + ": cannot " + what + ": " + std::generic_category().message(error)};
}

Result<int> Socket(const Address& address) {
  const int fd = ::socket(address.v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return Failed(address, "make a socket", errno);
  const int one = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
  return fd;
}

void DoNotBlock(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

}  // namespace

Result<Address> ParseAddress(const std::string& text) {
  const Status wrong(StatusCode::kInvalidArgument,
                     "'" + text + "' is no address; write unix:PATH or tcp:127.0.0.1:PORT");
  std::string_view rest = text;
  Address address;
  if (rest.starts_with("unix:")) {
    address.path = rest.substr(5);
    if (address.path.empty()) return wrong;
    if (address.path.size() < sizeof(sockaddr_un::sun_path)) return address;
    return Status(StatusCode::kInvalidArgument, "'" + text + "': the path of a socket has at most " +
                                                    std::to_string(sizeof(sockaddr_un::sun_path) - 1) + " bytes");
  }
  if (!rest.starts_with("tcp:")) return wrong;
  rest.remove_prefix(4);
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos) return wrong;
  const std::string_view host = rest.substr(0, colon);
  const std::string_view port = rest.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (port.empty() || error != std::errc() || end != port.data() + port.size()) return wrong;
  address.v6 = host == "[::1]";
  if (address.v6 || host == "127.0.0.1" || host == "localhost") return address;
  return Status(StatusCode::kInvalidArgument,
                "'" + text + "': only this machine's own addresses, 127.0.0.1 and [::1]: nothing is encrypted");
}

std::string AddressText(const Address& address) {
  if (!address.path.empty()) return "unix:" + address.path;
  return (address.v6 ? "tcp:[::1]:" : "tcp:127.0.0.1:") + std::to_string(address.port);
}

Result<int> Listen(const Address& address) {
  if (!address.path.empty()) return control::ListenUnix(address.path, kOwnMode);
  const Result<int> fd = Socket(address);
  if (!fd.ok()) return fd;
  DoNotBlock(*fd);
  const SocketName name = NameOf(address);
  const char* what = "bind";
  if (::bind(*fd, name.get(), name.bytes) == 0) {
    what = "listen";
    if (::listen(*fd, kWaitingMax) == 0) return fd;
  }
  const int error = errno;
  ::close(*fd);
  return Failed(address, what, error);
}

std::uint16_t PortOf(int listener) {
  sockaddr_storage name{};
  socklen_t bytes = sizeof(name);
  if (::getsockname(listener, reinterpret_cast<sockaddr*>(&name), &bytes) != 0) return 0;
  if (name.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6*>(&name)->sin6_port);
  return ntohs(reinterpret_cast<sockaddr_in*>(&name)->sin_port);
}

Result<int> Connect(const Address& address) {
  if (!address.path.empty()) {
    const Result<int> local = control::ConnectUnix(address.path);
    if (local.ok()) DoNotBlock(*local);
    return local;
  }
  const Result<int> fd = Socket(address);
  if (!fd.ok()) return fd;
  const SocketName name = NameOf(address);
  if (::connect(*fd, name.get(), name.bytes) != 0) {
    const int error = errno;
    ::close(*fd);
    return Failed(address, "connect", error);
  }
  DoNotBlock(*fd);
  const int one = 1;
  ::setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  return fd;
}

}  // namespace sluice::serve
