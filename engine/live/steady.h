// The steady clock of deadlines and latencies, nanoseconds.   Thread-safety: any thread.   Errors: none.
#pragma once

#include <chrono>
#include <cstdint>

namespace sluice::live {

inline std::int64_t SteadyNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace sluice::live
