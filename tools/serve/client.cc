#include "tools/serve/client.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "tools/serve/limits.h"

namespace sluice::serve {
namespace {

constexpr std::size_t kCompactBytes = 1u << 20;  // what was sent or taken is moved away from then on

std::size_t FrameBytesAt(const std::string& bytes, std::size_t at) {
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data() + at, sizeof(length));
  return length;
}

bool TryLater() { return errno == EAGAIN || errno == EINTR; }

}  // namespace

void Outbox::Sent(std::size_t count) {
  sent_ += count;
  if (sent_ == bytes_.size()) {
    bytes_.clear();
    sent_ = 0;
  }
  if (sent_ < kCompactBytes) return;
  std::size_t begin = 0;
  while (begin + FrameBytesAt(bytes_, begin) <= sent_) begin += FrameBytesAt(bytes_, begin);
  bytes_.erase(0, begin);
  sent_ -= begin;
}

std::size_t Outbox::TakeBack() {
  std::size_t end = 0;
  while (end < sent_) end += FrameBytesAt(bytes_, end);
  std::size_t decisions = 0;
  for (std::size_t at = end; at < bytes_.size(); at += FrameBytesAt(bytes_, at)) {
    if (static_cast<FrameKind>(bytes_[at + sizeof(std::uint32_t)]) == FrameKind::kDecision) ++decisions;
  }
  bytes_.resize(end);
  return decisions;
}

Client::~Client() { ::close(fd_); }

void Client::Receive(Clock::time_point now) {
  if (taken_ == in_.size() || taken_ > kCompactBytes) {
    in_.erase(0, taken_);
    taken_ = 0;
  }
  thread_local std::array<char, kReadBytes> bytes;  // of all clients: what came is seldom so much
  const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
  if (got > 0) {
    in_.append(bytes.data(), static_cast<std::size_t>(got));
    last_byte_ = now;
  }
  if (got == 0) input_ended_ = true;
  if (got < 0 && !TryLater()) state = ClientState::kGone;
  if (!TakesFrames()) Taken(in_.size() - taken_);
}

std::span<const std::uint8_t> Client::input() const {
  return {reinterpret_cast<const std::uint8_t*>(in_.data()) + taken_, in_.size() - taken_};
}

void Client::Send(Clock::time_point now) {
  while (!out.empty()) {
    const std::string_view unsent = out.unsent();
    const ssize_t put = ::send(fd_, unsent.data(), unsent.size(), MSG_NOSIGNAL);
    if (put < 0 && !TryLater()) state = ClientState::kGone;
    if (put <= 0) return;
    last_byte_ = now;
    out.Sent(static_cast<std::size_t>(put));
  }
  if (state != ClientState::kLeaving || output_closed_) return;
  output_closed_ = true;
  ::shutdown(fd_, SHUT_WR);
}

void Client::End(Farewell why, std::string text) {
  if (!TakesFrames()) return;
  state = ClientState::kEnding;
  why_ = why;
  why_text_ = std::move(text);
}

void Client::SayBye(Clock::time_point now) {
  AppendBye({why_, accepted, decided, refused, why_text_}, out.bytes());
  state = ClientState::kLeaving;
  begun_ = now;
}

std::size_t Client::Cut(Farewell why, std::string text, Clock::time_point now) {
  const std::size_t lost = out.TakeBack();
  decided -= lost;
  why_ = why;
  why_text_ = std::move(text);
  SayBye(now);
  return lost;
}

}  // namespace sluice::serve
