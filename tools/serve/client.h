// One client of the host: what came of it and is not taken yet, what it has not read yet, and how far it is.
//
// Thread-safety: one thread, that of the loop.   Ownership: closes its socket.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tools/serve/frame.h"

namespace sluice::serve {

using Clock = std::chrono::steady_clock;

enum class ClientState : int {
  kGreeting,  // its hello is waited for
  kOpen,      // parcels are taken
  kEnding,    // none are taken any more; it is said bye when all are decided
  kLeaving,   // bye is on its way, or there
  kGone,
};

/// Frames for a client, in order. What it does not read can be taken back but for a frame that it has begun to get.
class Outbox {
 public:
  std::string* bytes() { return &bytes_; }  // to append frames to
  std::size_t size() const { return bytes_.size() - sent_; }
  bool empty() const { return size() == 0; }
  std::string_view unsent() const { return std::string_view(bytes_).substr(sent_); }
  void Sent(std::size_t count);
  /// Takes back all frames that are not begun; returns how many of them were decisions.
  std::size_t TakeBack();

 private:
  std::string bytes_;  // from the beginning of a frame
  std::size_t sent_ = 0;
};

class Client {
 public:
  Client(int fd, Clock::time_point now) : fd_(fd), last_byte_(now), begun_(now) {}
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  int fd() const { return fd_; }
  bool TakesFrames() const { return state == ClientState::kGreeting || state == ClientState::kOpen; }

  /// Reads what is there, up to kReadBytes. When the client leaves, it is read and forgotten.
  void Receive(Clock::time_point now);
  std::span<const std::uint8_t> input() const;
  void Taken(std::size_t bytes) { taken_ += bytes; }
  bool input_ended() const { return input_ended_; }

  /// Sends what can be sent; after bye, closes its side.
  void Send(Clock::time_point now);

  /// No more is taken; when all is decided the client is told this.
  void End(Farewell why, std::string text);
  /// Says bye, after all that is not sent yet.
  void SayBye(Clock::time_point now);
  /// Says bye instead of what is not sent yet; returns how many decisions the client does not get so.
  std::size_t Cut(Farewell why, std::string text, Clock::time_point now);

  ClientState state = ClientState::kGreeting;
  Outbox out;
  std::size_t under_way = 0;  // accepted, not decided
  std::uint64_t accepted = 0;
  std::uint64_t decided = 0;  // and put into `out`
  std::uint64_t refused = 0;

  Clock::time_point begun() const { return begun_; }          // or since when it leaves
  Clock::time_point last_byte() const { return last_byte_; }  // in or out

 private:
  const int fd_;
  std::string in_;
  std::size_t taken_ = 0;  // of in_
  bool input_ended_ = false;
  bool output_closed_ = false;
  Farewell why_ = Farewell::kEnd;
  std::string why_text_;
  Clock::time_point last_byte_;
  Clock::time_point begun_;
};

}  // namespace sluice::serve
