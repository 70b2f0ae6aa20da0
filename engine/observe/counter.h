// A number that one thread at a time raises and any thread reads: no lock, no locked instruction.
//
// Thread-safety: one writer at a time (writers hand over by other means), any readers.   Errors: none.
#pragma once

#include <atomic>
#include <cstdint>

namespace sluice::observe {

class Counter {
 public:
  void Add(std::uint64_t amount) {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

}  // namespace sluice::observe
