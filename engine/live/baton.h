// Who runs a stage that runs in order: one at a time, and nobody waits for it; who does not get it does other work.
//
// What the holder wrote is visible to the next.   Thread-safety: any thread.   Errors: none.
#pragma once

#include <atomic>

#include "engine/live/chaos.h"

namespace sluice::live {

class Baton {
 public:
  static constexpr int kNobody = -1;

  /// `who`: 0 or more.
  bool TryTake(int who) {
    GiveWayNowAndThen();
    int nobody = kNobody;
    return holder_.load(std::memory_order_relaxed) == kNobody &&
           holder_.compare_exchange_strong(nobody, who, std::memory_order_acquire, std::memory_order_relaxed);
  }
  void Give() {
    GiveWayNowAndThen();
    holder_.store(kNobody, std::memory_order_release);
  }
  int holder() const { return holder_.load(std::memory_order_relaxed); }

 private:
  alignas(64) std::atomic<int> holder_ = kNobody;
};

}  // namespace sluice::live
