// Where a thread sleeps until others have work for it: a futex that costs those others one locked instruction while
// nobody sleeps.
//
// No wake-up is lost: the sleeper says that it sleeps, then looks for work once more; the waker makes the work
// visible, then looks for sleepers; both by sequentially consistent read-modify-writes, so one of them sees the other.
// Thread-safety: any thread.   Errors: none.
#pragma once

#include <atomic>
#include <cstdint>

namespace sluice::live {

class WaitPoint {
 public:
  /// Sleeps until Notify, `timeout_ns`, or for no reason. `has_work` is asked after others can see that this thread
  /// sleeps; if it says yes, nobody sleeps.
  template <typename HasWork>
  void Park(std::int64_t timeout_ns, HasWork has_work) {
    sleepers_.fetch_add(1, std::memory_order_seq_cst);
    const std::uint32_t call = calls_.load(std::memory_order_seq_cst);
    if (!has_work()) SleepWhile(call, timeout_ns);
    sleepers_.fetch_sub(1, std::memory_order_relaxed);
  }

  /// After work has been made visible: wakes up to `sleepers_max`.
  void Notify(int sleepers_max = 1) {
    if (sleepers_.fetch_add(0, std::memory_order_seq_cst) != 0) Wake(sleepers_max);
  }
  void NotifyAll();

 private:
  void SleepWhile(std::uint32_t call, std::int64_t timeout_ns);
  void Wake(int sleepers_max);

  alignas(64) std::atomic<std::uint32_t> sleepers_ = 0;
  std::atomic<std::uint32_t> calls_ = 0;
};

}  // namespace sluice::live
