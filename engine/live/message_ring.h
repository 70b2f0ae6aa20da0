// Messages from one thread to another: a head of fixed size through a queue of Boost.Lockfree, its bytes through a ring
// of memory beside it. The reader uses the bytes where they lie and gives the room back later, in order.
//
//   bytes:   |....free....|== read, in use ==|== waiting ==|....free....|
//                     released                          written          (positions that only grow)
//
// A message's bytes lie in one piece: where they do not fit before the end of the ring, they begin at its start.
// Thread-safety: Write by one thread at a time, Read and Release by one thread at a time each.
// Ownership: the ring owns the memory.   Errors: Write says whether there was room.   Allocation: at construction.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include <boost/lockfree/spsc_queue.hpp>

#include "engine/live/chaos.h"

namespace sluice::live {

template <typename Head>
class MessageRing {
 public:
  struct Message {
    Head head;
    std::span<const std::uint8_t> bytes;
    std::uint64_t end = 0;  // for Release
  };

  /// Room for `messages` and `bytes`, both at least 1. A message has at most half of `bytes`.
  MessageRing(std::size_t messages, std::size_t bytes)
      : queue_(messages), size_(bytes), memory_(std::make_unique_for_overwrite<std::uint8_t[]>(bytes)) {}

  /// False where there is no room now.
  bool Write(const Head& head, std::span<const std::uint8_t> bytes) {
    std::uint64_t begin = written_;
    const std::size_t at = begin % size_;
    if (at + bytes.size() > size_) begin += size_ - at;
    const std::uint64_t end = begin + bytes.size();
    if (end - released_.load(std::memory_order_acquire) > size_) return false;
    if (queue_.write_available() == 0) return false;
    std::uint8_t* place = memory_.get() + begin % size_;
    if (!bytes.empty()) std::memcpy(place, bytes.data(), bytes.size());
    GiveWayNowAndThen();
    queue_.push(Message{head, {place, bytes.size()}, end});
    written_ = end;
    GiveWayNowAndThen();
    return true;
  }

  /// The most bytes of one message: so many find room whatever else is waiting, once that has been read.
  std::size_t message_bytes_max() const { return size_ / 2; }

  /// Takes up to `messages_max`; returns how many.
  std::size_t Read(Message* messages, std::size_t messages_max) { return queue_.pop(messages, messages_max); }
  bool HasMessages() const { return queue_.read_available() != 0; }
  std::size_t waiting() const { return queue_.read_available(); }

  /// Gives back the room of all messages up to the one with this `end`.
  void Release(std::uint64_t end) { released_.store(end, std::memory_order_release); }

 private:
  boost::lockfree::spsc_queue<Message> queue_;
  const std::size_t size_;
  std::unique_ptr<std::uint8_t[]> memory_;
  std::uint64_t written_ = 0;  // the writer's
  alignas(64) std::atomic<std::uint64_t> released_ = 0;
};

}  // namespace sluice::live
