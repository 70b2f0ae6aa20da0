#include "engine/base/hash.h"

#include <set>

#include <gtest/gtest.h>

namespace sluice::base {
namespace {

// From the reference implementation: file formats rest on these values.
TEST(HashTest, ValuesAreThoseOfXxh3) {
  EXPECT_EQ(Hash64(std::string_view()), 0x2D06800538D394C2u);
  EXPECT_EQ(HashTo128(std::string_view()).high, 0x99AA06D3014798D8u);
  EXPECT_EQ(HashTo128(std::string_view()).low, 0x6001C324468D497Fu);
}

TEST(HashTest, SeedsAndOrderMatter) {
  EXPECT_NE(Hash64("abc", 1), Hash64("abc", 2));
  EXPECT_NE(CombineHash(CombineHash(0, 1), 2), CombineHash(CombineHash(0, 2), 1));
}

TEST(HashTest, CombinedHashesOfSmallNumbersSpreadOverLowAndHighBits) {
  std::set<std::uint64_t> low, high;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    low.insert(CombineHash(0, i) & 0xFFFFFF);
    high.insert(CombineHash(0, i) >> 40);
  }
  EXPECT_GT(low.size(), 9'980u);
  EXPECT_GT(high.size(), 9'980u);
}

}  // namespace
}  // namespace sluice::base
