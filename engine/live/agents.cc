#include "engine/live/agents.h"

#include <pthread.h>
#include <sched.h>

#include <system_error>

namespace sluice::live {

namespace {

// Looks without a result before an agent gives way or sleeps: some microseconds, about what waking up costs.
constexpr int kLooksBeforeYield = 200;
constexpr int kLooksBeforePark = 2000;
constexpr std::int64_t kParkNs = 50'000'000;

void Pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

Status Pin(std::thread* thread, int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (cpu < 0 || cpu >= CPU_SETSIZE) return {StatusCode::kInvalidArgument, "there is no core " + std::to_string(cpu)};
  CPU_SET(cpu, &set);
  if (pthread_setaffinity_np(thread->native_handle(), sizeof set, &set) == 0) return Status::Ok();
  return {StatusCode::kInvalidArgument, "an agent cannot be pinned to core " + std::to_string(cpu)};
}

}  // namespace

Status Agents::Start(std::size_t count, Idle idle, const std::vector<int>& cpus) {
  for (std::size_t i = 0; i < count; ++i) {
    try {
      threads_.emplace_back([this, i, idle] { Run(i, idle); });
    } catch (const std::system_error& error) {
      return {StatusCode::kLimitExceeded, std::string("the machine gives no thread for an agent: ") + error.what()};
    }
    if (cpus.empty()) continue;
    if (Status status = Pin(&threads_.back(), cpus[i % cpus.size()]); !status.ok()) return status;
  }
  return Status::Ok();
}

void Agents::Stop() {
  stopping_.store(true, std::memory_order_seq_cst);
  core_.work().NotifyAll();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Agents::Run(std::size_t agent, Idle idle) {
  pthread_setname_np(pthread_self(), "sluice-agent");
  int looks = 0;
  while (!stopping_.load(std::memory_order_relaxed)) {
    if (core_.Step(agent)) {
      looks = 0;
      continue;
    }
    ++looks;
    if (idle == Idle::kSpin || looks < kLooksBeforeYield) {
      Pause();
    } else if (idle == Idle::kYield || looks < kLooksBeforePark) {
      std::this_thread::yield();
    } else {
      const auto wanted = [this] { return stopping_.load(std::memory_order_seq_cst) || core_.HasWork(); };
      core_.work().Park(kParkNs, wanted);
      looks = kLooksBeforeYield;
    }
  }
}

}  // namespace sluice::live
