#include "engine/live/wait_point.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <limits>

namespace sluice::live {

namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t), "a futex is a plain word");

}  // namespace

void WaitPoint::SleepWhile(std::uint32_t call, std::int64_t timeout_ns) {
  const timespec timeout{timeout_ns / kNsPerSecond, timeout_ns % kNsPerSecond};
  syscall(SYS_futex, &calls_, FUTEX_WAIT_PRIVATE, call, &timeout, nullptr, 0);
}

void WaitPoint::Wake(int sleepers_max) {
  calls_.fetch_add(1, std::memory_order_seq_cst);
  syscall(SYS_futex, &calls_, FUTEX_WAKE_PRIVATE, sleepers_max, nullptr, nullptr, 0);
}

void WaitPoint::NotifyAll() { Notify(std::numeric_limits<int>::max()); }

}  // namespace sluice::live
