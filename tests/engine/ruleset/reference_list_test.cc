#include <algorithm>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "engine/ruleset/reference_data.h"

namespace sluice::ruleset {
namespace {

ReferenceList TextList(const std::set<std::string>& keys) {
  ReferenceList list;
  for (const std::string& key : keys) list.texts.Add(key);
  list.Prepare();
  return list;
}

// Few letters, NUL and a high byte among them, so that prefixes and near misses are common.
std::string RandomText(std::mt19937& random, std::size_t length_max) {
  static constexpr char kLetters[] = {'a', 'b', '\0', '\x7F', '\xC3', '\xA9'};
  std::string text;
  for (std::size_t n = random() % (length_max + 1); n > 0; --n) {
    text.push_back(kLetters[random() % sizeof(kLetters)]);
  }
  return text;
}

TEST(ReferenceListTest, ContainsAndHasPrefixOfEqualASearchOfAllKeys) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::set<std::string> keys;
    const std::size_t length_max = 1 + random() % 12;
    for (std::size_t n = random() % 40; n > 0; --n) keys.insert(RandomText(random, length_max));
    const ReferenceList list = TextList(keys);
    for (int i = 0; i < 100; ++i) {
      const std::string text = RandomText(random, length_max + 3);
      ASSERT_EQ(list.Contains(text), keys.contains(text));
      const bool has_prefix = std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
        return text.starts_with(key);
      });
      ASSERT_EQ(list.HasPrefixOf(text), has_prefix);
    }
  }
}

TEST(ReferenceListTest, PrefixesThatShareTheirFirstEightBytesAreToldApart) {
  const ReferenceList list = TextList({"01234567A", "01234567B9", "0123456", std::string("x\0", 2)});
  EXPECT_TRUE(list.HasPrefixOf("0123456"));
  EXPECT_TRUE(list.HasPrefixOf("01234567C"));
  EXPECT_FALSE(list.HasPrefixOf("012345"));
  EXPECT_FALSE(list.HasPrefixOf("x"));
  EXPECT_TRUE(list.HasPrefixOf(std::string("x\0y", 3)));
  const ReferenceList apart = TextList({"01234567A", "01234567B9"});
  EXPECT_TRUE(apart.HasPrefixOf("01234567B98"));
  EXPECT_FALSE(apart.HasPrefixOf("01234567B8"));
  EXPECT_FALSE(apart.HasPrefixOf("01234567"));
}

TEST(ReferenceListTest, TextsThatShareLengthAndLastBytesAreToldApart) {
  const ReferenceList list = TextList({"A-12345678", "B-12345678", "12345678"});
  EXPECT_TRUE(list.Contains("A-12345678"));
  EXPECT_FALSE(list.Contains("C-12345678"));
  EXPECT_FALSE(list.Contains("--12345678"));
}

TEST(ReferenceListTest, LongListsContainTheirKeysAndNoOthers) {
  std::set<std::string> keys;
  for (int i = 0; i < 10'000; ++i) keys.insert("key" + std::to_string(2 * i));
  const ReferenceList list = TextList(keys);
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_EQ(list.Contains("key" + std::to_string(i)), i % 2 == 0) << i;
  }
}

TEST(ReferenceListTest, ManyPrefixesWithOneBeginningAreSearchedInHalves) {
  std::set<std::string> keys;
  const auto number = [](std::size_t i) { return "CN202601" + std::to_string(10'000'000 + i); };
  constexpr std::size_t kKeys = 200'000;
  for (std::size_t i = 0; i < kKeys; ++i) keys.insert(number(2 * i));
  const ReferenceList list = TextList(keys);
  // One by one this would take minutes.
  for (std::size_t i = 0; i < 2 * kKeys; i += 3) ASSERT_EQ(list.HasPrefixOf(number(i) + "X"), i % 2 == 0) << i;
}

TEST(ReferenceListTest, AnEmptyKeyIsAPrefixOfEverything) {
  const ReferenceList list = TextList({"", "abc"});
  EXPECT_TRUE(list.HasPrefixOf(""));
  EXPECT_TRUE(list.HasPrefixOf("zzz"));
  EXPECT_TRUE(list.Contains(""));
  EXPECT_FALSE(list.Contains("zzz"));
}

TEST(ReferenceListTest, AnEmptyListHoldsNothing) {
  const ReferenceList list = TextList({});
  EXPECT_FALSE(list.Contains(""));
  EXPECT_FALSE(list.HasPrefixOf("a"));
}

TEST(ReferenceListTest, NumbersAreFoundAtBothEndsOfTheirRange) {
  ReferenceList list;
  list.type = ValueType::kInt;
  list.ints = {INT64_MIN, -1, 0, 42, INT64_MAX};
  list.Prepare();
  for (const std::int64_t number : list.ints) EXPECT_TRUE(list.Contains(number));
  for (const std::int64_t number : {INT64_MIN + 1, std::int64_t{1}, std::int64_t{41}}) {
    EXPECT_FALSE(list.Contains(number));
  }
}

}  // namespace
}  // namespace sluice::ruleset
