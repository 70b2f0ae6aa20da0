#include "engine/observe/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace sluice::observe {
namespace {

TEST(HistogramTest, NothingCountedHasNoQuantiles) {
  Histogram histogram;
  EXPECT_EQ(histogram.QuantileNs(0.5), 0);
  EXPECT_EQ(histogram.count(), 0u);
}

TEST(HistogramTest, QuantilesAreThoseOfTheSortedTimesWithinASixteenth) {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> times(10, 3);
  Histogram histogram;
  std::vector<std::int64_t> sorted;
  for (int i = 0; i < 20'000; ++i) {
    sorted.push_back(static_cast<std::int64_t>(times(random)));
    histogram.Add(sorted.back());
  }
  std::sort(sorted.begin(), sorted.end());
  for (const double share : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    const std::int64_t exact = sorted[rank - 1];
    const std::int64_t said = histogram.QuantileNs(share);
    EXPECT_GE(said, exact) << share;
    EXPECT_LE(said, exact + exact / 16) << share;
  }
}

TEST(HistogramTest, TheEndsOfTheRangeHaveTheirPlace) {
  Histogram histogram;
  histogram.Add(-5);
  EXPECT_EQ(histogram.QuantileNs(1), 0) << "a clock that went back counts as no time";
  histogram.Add(std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(histogram.QuantileNs(1), std::numeric_limits<std::int64_t>::max());
}

}  // namespace
}  // namespace sluice::observe
