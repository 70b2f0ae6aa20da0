// Domains against what they hold, value by value: an answer must never be wrong, whatever it leaves open.
#include "rules/lint/domain.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sluice::rules {
namespace {

constexpr int kRounds = 20'000;
constexpr std::string_view kTexts[] = {"", "a", "ab", "abc", "abcd", "b", "ba", "bab", "A", "aB", "cab", "c"};

class DomainTest : public ::testing::Test {
 protected:
  int Pick(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }

  std::vector<Scalar> Values(Scale scale) const {
    std::vector<Scalar> values;
    for (int i = -4; i <= 80 && scale == Scale::kNumber; ++i) values.push_back({.number = i});
    for (int i = -4; i <= 4 && scale == Scale::kReal; ++i) values.push_back({.real = i * 0.5});
    for (const std::string_view text : kTexts) {
      if (scale == Scale::kText) values.push_back({.text = text});
    }
    return values;
  }

  Domain AnyDomain(Scale scale) {
    const std::vector<Scalar> values = Values(scale);
    const auto value = [&] { return values[static_cast<std::size_t>(Pick(static_cast<int>(values.size())))]; };
    if (Pick(4) == 0) return OneOf(scale, {value(), value()});
    Domain domain = AnyOf(scale);
    if (scale == Scale::kReal) domain.nan = Pick(2) == 0;
    if ((domain.has_low = Pick(2) == 0)) domain.low = value();
    if ((domain.has_high = Pick(2) == 0)) domain.high = value();
    domain.low_open = scale != Scale::kNumber && Pick(2) == 0;
    domain.high_open = scale != Scale::kNumber && Pick(2) == 0;
    if (Pick(3) == 0) domain.excluded = {value()};
    if (scale != Scale::kText) return domain;
    if (Pick(2) == 0) domain.prefix = value().text;
    if (Pick(3) == 0) domain.not_prefixes = {value().text};
    if (Pick(3) == 0) domain.parts = {value().text};
    if (Pick(3) == 0) domain.not_parts = {value().text};
    if (Pick(3) == 0) domain.bytes_max = static_cast<std::uint32_t>(Pick(4));
    domain.no_upper = Pick(4) == 0;
    return domain;
  }

  const ruleset::RuleSet rule_set_;  // without lists
  std::mt19937 random_{7};
};

TEST_F(DomainTest, AnIntersectionHoldsWhatBothHold) {
  for (int round = 0; round < kRounds; ++round) {
    const auto scale = static_cast<Scale>(Pick(3));
    const Domain a = AnyDomain(scale);
    const Domain b = AnyDomain(scale);
    Domain both = a;
    Intersect(&both, b, rule_set_);
    EXPECT_EQ(both.nan, a.nan && b.nan);
    for (const Scalar& value : Values(scale)) {
      const bool expected = Admits(a, value, rule_set_) && Admits(b, value, rule_set_);
      ASSERT_EQ(Admits(both, value, rule_set_), expected) << "round " << round;
      ASSERT_FALSE(expected && both.IsEmpty()) << "round " << round;
    }
  }
}

TEST_F(DomainTest, WhatIsImpliedHoldsForEachValue) {
  int implied = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto scale = static_cast<Scale>(Pick(3));
    const Domain a = AnyDomain(scale);
    const Domain b = AnyDomain(scale);
    if (!Implies(a, b, rule_set_)) continue;
    ++implied;
    EXPECT_TRUE(b.nan || !a.nan);
    for (const Scalar& value : Values(scale)) {
      ASSERT_TRUE(!Admits(a, value, rule_set_) || Admits(b, value, rule_set_)) << "round " << round;
    }
  }
  EXPECT_GT(implied, kRounds / 100);
}

TEST_F(DomainTest, APrefixIsAdmittedWhereSomeTextBeginsWithIt) {
  for (int round = 0; round < kRounds; ++round) {
    const Domain domain = AnyDomain(Scale::kText);
    for (const std::string_view prefix : kTexts) {
      bool found = false;
      for (const std::string_view text : kTexts) {
        found = found || (text.starts_with(prefix) && Admits(domain, {.text = text}, rule_set_));
      }
      ASSERT_TRUE(!found || AdmitsPrefix(domain, prefix)) << "round " << round << ": " << prefix;
    }
  }
}

}  // namespace
}  // namespace sluice::rules
