#include "engine/observe/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace sluice::observe {

int Histogram::BucketOf(std::uint64_t time_ns) {
  const auto width = static_cast<int>(std::bit_width(time_ns));
  if (width <= kSubBits) return static_cast<int>(time_ns);
  const int shift = width - kSubBits - 1;  // keeps the leading bit and kSubBits below it
  const auto sub = static_cast<int>(time_ns >> shift) & ((1 << kSubBits) - 1);
  return ((shift + 1) << kSubBits) + sub;
}

std::int64_t Histogram::EndOf(int bucket) {
  const int row = bucket >> kSubBits;
  if (row == 0) return bucket;
  const int shift = row - 1;
  const auto first = static_cast<std::uint64_t>((1 << kSubBits) + (bucket & ((1 << kSubBits) - 1))) << shift;
  const std::uint64_t last = first + (std::uint64_t{1} << shift) - 1;
  return static_cast<std::int64_t>(std::min<std::uint64_t>(last, std::numeric_limits<std::int64_t>::max()));
}

void Histogram::Add(std::int64_t time_ns, std::uint64_t times) {
  const int bucket = BucketOf(static_cast<std::uint64_t>(std::max<std::int64_t>(time_ns, 0)));
  buckets_[static_cast<std::size_t>(bucket)].Add(times);
}

std::uint64_t Histogram::count() const {
  std::uint64_t sum = 0;
  for (const Counter& bucket : buckets_) sum += bucket.value();
  return sum;
}

std::int64_t Histogram::QuantileNs(double share) const {
  const std::uint64_t all = count();
  if (all == 0) return 0;
  const double rank = std::ceil(share * static_cast<double>(all));
  const auto wanted = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rank));
  std::uint64_t sum = 0;
  int last = 0;
  for (int i = 0; i < kBuckets; ++i) {
    const std::uint64_t here = buckets_[static_cast<std::size_t>(i)].value();
    if (here == 0) continue;
    last = i;
    sum += here;
    if (sum >= wanted) break;
  }
  return EndOf(last);
}

}  // namespace sluice::observe
