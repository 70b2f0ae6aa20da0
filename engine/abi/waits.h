// Times that C callers give: any number is a wait, none overflows.   Thread-safety: pure functions.   Errors: none.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace sluice::abi {

inline constexpr std::chrono::hours kLongestWait{24 * 365 * 10};  // for ever, for a program

inline std::chrono::nanoseconds WaitOfNs(std::int64_t wait_ns) {
  return std::clamp<std::chrono::nanoseconds>(std::chrono::nanoseconds(wait_ns), {}, kLongestWait);
}

inline std::chrono::milliseconds WaitOfMs(std::int64_t wait_ms) {
  return std::clamp<std::chrono::milliseconds>(std::chrono::milliseconds(wait_ms), {}, kLongestWait);
}

}  // namespace sluice::abi
