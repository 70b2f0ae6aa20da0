#include "engine/control/client.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "engine/control/limits.h"
#include "engine/control/socket_loop.h"

namespace sluice::control {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;

Status SystemError(const char* what) {
  return {StatusCode::kIo, std::string("cannot ") + what + ": " + std::generic_category().message(errno)};
}

Status NoReply() { return {StatusCode::kCorrupt, "what answers does not speak the protocol of a control socket"}; }

}  // namespace

Result<ControlClient> ControlClient::Connect(const std::string& socket) {
  const auto fd = ConnectUnix(socket);
  if (!fd.ok()) return fd.status();
  return ControlClient(*fd);
}

ControlClient::~ControlClient() {
  if (fd_ >= 0) ::close(fd_);
}

Status ControlClient::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return SystemError("ask");
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return Status::Ok();
}

Result<std::string> ControlClient::ReadLine(std::chrono::steady_clock::time_point until) {
  std::array<char, kReadBytes> bytes;
  while (true) {
    if (const std::size_t end = in_.find('\n'); end != in_.npos) {
      std::string line = in_.substr(0, end);
      in_.erase(0, end + 1);
      return line;
    }
    if (in_.size() > limits::kControlReplyBytesMax) return NoReply();
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    if (left <= 0) return Status(StatusCode::kTimedOut, "no answer in time");
    pollfd ready{fd_, POLLIN, 0};
    const int count = ::poll(&ready, 1, static_cast<int>(std::min<std::int64_t>(left, 1 << 30)));
    if (count < 0 && errno != EINTR) return SystemError("wait for the answer");
    if (count <= 0) continue;
    const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (got == 0) return Status(StatusCode::kUnavailable, "the other end hung up without an answer");
    if (got < 0 && errno != EINTR) return SystemError("read the answer");
    if (got > 0) in_.append(bytes.data(), static_cast<std::size_t>(got));
  }
}

Result<Reply> ControlClient::Ask(Json request, std::chrono::milliseconds wait) {
  const auto until = std::chrono::steady_clock::now() + wait;
  request["id"] = ++last_id_;
  const Status asked = Write(request.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
  while (true) {
    // Who is refused at the door may be cut off while it asks: the reason is there to be read all the same.
    const auto line = ReadLine(until);
    if (!line.ok()) return asked.ok() ? line.status() : asked;
    const Json json = Json::parse(*line, nullptr, false);
    if (!json.is_object() || !json.contains("ok") || !json["ok"].is_boolean()) return NoReply();
    if (json.contains("id") && json["id"].is_number() && json["id"] != last_id_) continue;  // of one that was given up
    if (json["ok"].get<bool>()) return Reply{{}, {}, json.value("result", Json())};
    const Json error = json.value("error", Json::object());
    if (!error.is_object()) return NoReply();
    return Reply{error.value("code", "unknown"), error.value("message", ""), {}};
  }
}

}  // namespace sluice::control
