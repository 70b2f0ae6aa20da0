#include "engine/match/arena.h"

#include <gtest/gtest.h>

namespace sluice::match {
namespace {

TEST(ArenaTest, NothingIsGivenBeyondTheLimitAndAllOfItUpToThere) {
  Arena arena;
  const Arena::Mark start = arena.mark();
  EXPECT_NE(arena.Allocate(limits::kEvalArenaBytesMax), nullptr);
  EXPECT_EQ(arena.Allocate(1), nullptr);
  arena.Rewind(start);
  EXPECT_NE(arena.Allocate(1), nullptr);
  EXPECT_EQ(arena.Allocate(limits::kEvalArenaBytesMax), nullptr);
}

TEST(ArenaTest, TextsThatGrowFromParcelToParcelDoNotLeaveABlockEach) {
  constexpr std::size_t kFirst = 100'000;
  constexpr std::size_t kParcels = 2000;
  Arena arena;
  const Arena::Mark start = arena.mark();
  for (std::size_t i = 0; i < kParcels; ++i) {
    arena.Rewind(start);
    ASSERT_NE(arena.Allocate(10), nullptr);
    ASSERT_NE(arena.Allocate(kFirst + 16 * i), nullptr);
    ASSERT_NE(arena.Allocate(kFirst + 16 * i), nullptr);
  }
  EXPECT_LT(arena.bytes_held(), 6 * (kFirst + 16 * kParcels));
}

TEST(ArenaTest, MemoryThatIsLargeEnoughIsUsedAgain) {
  Arena arena;
  const Arena::Mark start = arena.mark();
  void* const first = arena.Allocate(1'000'000);
  arena.Rewind(start);
  EXPECT_EQ(arena.Allocate(900'000), first);
}

TEST(ArenaTest, WhatIsChargedCountsAsIfItWereGiven) {
  Arena arena(64);
  EXPECT_TRUE(arena.Charge(33));  // rounded up as memory is
  EXPECT_FALSE(arena.Charge(17));
  EXPECT_EQ(arena.Allocate(17), nullptr);
  EXPECT_NE(arena.Allocate(16), nullptr);
  EXPECT_FALSE(arena.Charge(1));
}

TEST(ArenaTest, ALimitOfItsOwnEndsAtTheMarkWhereItBegan) {
  Arena arena(64);
  ASSERT_NE(arena.Allocate(48), nullptr);
  const Arena::Mark outer = arena.BeginOwnLimit();
  EXPECT_NE(arena.Allocate(64), nullptr);
  EXPECT_EQ(arena.Allocate(1), nullptr);
  arena.Rewind(outer);
  EXPECT_EQ(arena.Allocate(17), nullptr);
  EXPECT_NE(arena.Allocate(16), nullptr);
}

TEST(ArenaTest, AnArenaOwnsWhatItGaveAndNothingElse) {
  Arena arena, other;
  const auto* small = static_cast<const char*>(arena.Allocate(10));
  const auto* large = static_cast<const char*>(arena.Allocate(1'000'000));
  EXPECT_TRUE(arena.Owns(small));
  EXPECT_TRUE(arena.Owns(large + 999'999));
  EXPECT_FALSE(arena.Owns(other.Allocate(10)));
  EXPECT_FALSE(arena.Owns(nullptr));
}

}  // namespace
}  // namespace sluice::match
