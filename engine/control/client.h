// The other end of the control socket: asks, and waits for the answer.
//
// Thread-safety: one thread at a time.   Ownership: closes itself.
// Errors: those of ConnectUnix; kIo, kTimedOut, kCorrupt (what answers does not speak the protocol).
#pragma once

#include <sluice/status.h>

#include <chrono>
#include <string>

#include "engine/control/protocol.h"

namespace sluice::control {

/// What the other end says of a request.
struct Reply {
  std::string error;  // a name of FORMAT.md; empty: it was done
  std::string message;
  Json result;
};

class ControlClient {
 public:
  static Result<ControlClient> Connect(const std::string& socket);
  ~ControlClient();
  ControlClient(ControlClient&& other) noexcept : fd_(other.fd_), in_(std::move(other.in_)) { other.fd_ = -1; }
  ControlClient(const ControlClient&) = delete;
  ControlClient& operator=(const ControlClient&) = delete;

  /// `request` is an object with "request" and what belongs to it.
  Result<Reply> Ask(Json request, std::chrono::milliseconds wait);

 private:
  explicit ControlClient(int fd) : fd_(fd) {}
  Status Write(std::string_view bytes);
  Result<std::string> ReadLine(std::chrono::steady_clock::time_point until);

  int fd_;
  std::string in_;
  std::int64_t last_id_ = 0;
};

}  // namespace sluice::control
