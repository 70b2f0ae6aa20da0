// Times in nanoseconds, counted in buckets of 1/16 of a power of two: quantiles within 1/16 of themselves, in 8 KiB.
//
//   below 16 ns: one bucket a nanosecond; from there on 16 buckets for each power of two, up to 2^63.
//
// Thread-safety: one writer at a time, any readers; a reading beside a writer is off by what is being added.
// Errors: none.   Allocation: none.
#pragma once

#include <array>
#include <cstdint>

#include "engine/observe/counter.h"

namespace sluice::observe {

class Histogram {
 public:
  /// Negative times count as 0.
  void Add(std::int64_t time_ns, std::uint64_t times = 1);
  std::uint64_t count() const;
  /// The upper end of the bucket that holds the smallest time which `share` (0 to 1) of all do not exceed; 0: empty.
  std::int64_t QuantileNs(double share) const;

 private:
  static constexpr int kSubBits = 4;  // 16 buckets a power of two
  static constexpr int kBuckets = (64 - kSubBits) << kSubBits;
  static int BucketOf(std::uint64_t time_ns);
  static std::int64_t EndOf(int bucket);

  std::array<Counter, kBuckets> buckets_;
};

}  // namespace sluice::observe
