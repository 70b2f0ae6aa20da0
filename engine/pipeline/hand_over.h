// How what one thread wrote reaches the next: one release and one acquire for each turn at it.
//
// oneTBB orders the stages by itself; but that is inside its library, where neither the reader of this code nor
// the thread sanitizer sees it. One atomic a batch and stage says it here, and costs nothing.
// Thread-safety: that is its purpose; whoever calls has the thing to itself by other means.
#pragma once

#include <atomic>
#include <cstdint>

namespace sluice::pipeline {

class HandOver {
 public:
  void Take() const { (void)turns_.load(std::memory_order_acquire); }
  void Give() { turns_.fetch_add(1, std::memory_order_release); }

 private:
  std::atomic<std::uint32_t> turns_ = 0;
};

/// Takes at once, gives at its end.
class Turn {
 public:
  explicit Turn(HandOver* hand_over) : hand_over_(*hand_over) { hand_over_.Take(); }
  ~Turn() { hand_over_.Give(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  HandOver& hand_over_;
};

}  // namespace sluice::pipeline
