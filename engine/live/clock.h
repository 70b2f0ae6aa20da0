// Where received times come from: the machine's clock, or what a log says of an earlier run.
//
// Thread-safety: Now is called by one thread at a time.   Errors: none.
#pragma once

#include <chrono>

#include "engine/base/time.h"

namespace sluice::live {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual base::Timestamp Now() = 0;
};

class SystemClock final : public Clock {
 public:
  base::Timestamp Now() override {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return base::TimestampFromUnits(std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970).count(),
                                    base::kNsPerSecond);
  }
};

/// Nanoseconds since 1970.
inline std::int64_t NsOf(const base::Timestamp& time) { return time.seconds * base::kNsPerSecond + time.nanos; }

}  // namespace sluice::live
