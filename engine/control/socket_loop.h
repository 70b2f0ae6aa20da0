// A loop of sockets: one thread that accepts clients, reads what they send, and writes what they are told. What the
// bytes mean is its handler's business.
//
//   listeners ─→ accept ─→ OnOpen ─→ bytes ─→ OnBytes ─→ … ─→ OnClose
//                                       Send, Finish: from any thread ─→ bytes out
//
// A client that sends more than it may at once, does not read its replies, is silent too long, or leaves a message
// unfinished too long, is cut off; the others do not notice. One that closes its way of sending is taken to have gone.
// Thread-safety: Send and Finish, any thread. The handler is called by the loop's thread alone.
// Ownership: listeners are closed with the loop; the handler outlives it.   Errors: kIo, kLimitExceeded.
#pragma once

#include <sluice/status.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::control {

using ClientId = std::uint64_t;  // from 1; never used again

struct LoopLimits {
  std::size_t clients_max = 0;
  std::size_t input_bytes_max = 0;   // that the handler has not taken: more than the longest message
  std::size_t output_bytes_max = 0;  // that the client has not read
  std::chrono::milliseconds message{};  // from its first byte until the handler takes it
  std::chrono::milliseconds idle{};     // without a byte in or out
  std::string full;                     // what a client that is one too many is told
};

class SocketHandler {
 public:
  virtual ~SocketHandler() = default;
  /// A client has come; `fd` is its socket, for what it says of the peer.
  virtual void OnOpen(ClientId client, int fd) = 0;
  /// Takes whole messages off the front; how many bytes it took. Nothing: the client is cut off.
  virtual std::optional<std::size_t> OnBytes(ClientId client, std::string_view bytes) = 0;
  virtual void OnClose(ClientId client) = 0;
};

class SocketLoop {
 public:
  /// `listeners` are sockets that listen, and the loop's from now on.
  SocketLoop(std::vector<int> listeners, const LoopLimits& limits, SocketHandler* handler);
  ~SocketLoop();
  SocketLoop(const SocketLoop&) = delete;
  SocketLoop& operator=(const SocketLoop&) = delete;

  /// Starts the thread; the handler may be called from now on. Once.
  Status Start();
  /// Ends the thread; clients are cut off, and the handler is not called any more. As the destructor does.
  void Stop();

  /// Nothing happens where the client has gone.
  void Send(ClientId client, std::string bytes);
  /// Reads no more of the client, and closes once it has what it was sent.
  void Finish(ClientId client);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// A Unix socket that listens at `path`, with file permissions `mode`. One that nobody listens at any more is replaced.
/// Errors: kInvalidArgument (the path is too long), kUnavailable (a process listens there), kIo.
Result<int> ListenUnix(const std::string& path, unsigned mode);
/// Connects to it. Errors: kNotFound, kUnavailable (nobody listens), kIo.
Result<int> ConnectUnix(const std::string& path);

}  // namespace sluice::control
