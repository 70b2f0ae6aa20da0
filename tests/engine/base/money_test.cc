#include "engine/base/money.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace sluice::base {
namespace {

constexpr CurrencyCode kCny = 0x434E59;

TEST(MoneyTest, CodesAreThreeCapitalLetters) {
  EXPECT_EQ(ParseCurrency("CNY"), kCny);
  for (const std::string_view bad : {"", "CN", "CNYX", "cny", "C1Y", "C Y"})
    EXPECT_EQ(ParseCurrency(bad), std::nullopt);
  EXPECT_EQ(CurrencyText(kCny), "CNY");
  EXPECT_EQ(CurrencyText(0), "");
}

TEST(MoneyTest, MinorUnitsFollowIso4217) {
  EXPECT_EQ(MinorDigits(*ParseCurrency("EUR")), 2);
  EXPECT_EQ(MinorDigits(*ParseCurrency("KRW")), 0);
  EXPECT_EQ(MinorDigits(*ParseCurrency("KWD")), 3);
  EXPECT_EQ(MinorDigits(*ParseCurrency("UYW")), 4);
  EXPECT_EQ(MinorDigits(*ParseCurrency("QQQ")), 2);
}

TEST(MoneyTest, AmountsBecomeMinorUnits) {
  EXPECT_EQ(ParseMoney("5000 CNY"), (Money{500'000, kCny}));
  EXPECT_EQ(ParseMoney("12.5 CNY"), (Money{1'250, kCny}));
  EXPECT_EQ(ParseMoney("12.50 CNY"), (Money{1'250, kCny}));
  EXPECT_EQ(ParseMoney("-0.01 CNY"), (Money{-1, kCny}));
  EXPECT_EQ(ParseMoney("1000 KRW"), (Money{1'000, *ParseCurrency("KRW")}));
  EXPECT_EQ(ParseMoney("1.234 KWD"), (Money{1'234, *ParseCurrency("KWD")}));
  EXPECT_EQ(ParseMoneyAmount("12.50", kCny), (Money{1'250, kCny}));
}

TEST(MoneyTest, MalformedAmountsAreRefused) {
  for (const std::string_view bad :
       {"", " CNY", "5000", "5000CNY", "5000  CNY", "5000 cny", "12.505 CNY", "12. CNY", ".5 CNY",
        "+1 CNY", "--1 CNY", "1,000 CNY", "1e3 CNY", "1.5 KRW", "- CNY", "0x10 CNY", "5000 CNY "}) {
    EXPECT_EQ(ParseMoney(bad), std::nullopt) << bad;
  }
}

TEST(MoneyTest, TheRangeOfSixtyFourBitsIsUsedAndNotLeft) {
  EXPECT_EQ(ParseMoney("92233720368547758.07 CNY"),
            (Money{std::numeric_limits<std::int64_t>::max(), kCny}));
  EXPECT_EQ(ParseMoney("-92233720368547758.08 CNY"),
            (Money{std::numeric_limits<std::int64_t>::min(), kCny}));
  EXPECT_EQ(ParseMoney("92233720368547758.08 CNY"), std::nullopt);
  EXPECT_EQ(ParseMoney("-92233720368547758.09 CNY"), std::nullopt);
  EXPECT_EQ(ParseMoney("100000000000000000000 KRW"), std::nullopt);
}

TEST(MoneyTest, TextReadsBackAsTheSameMoney) {
  for (const std::int64_t minor :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{99}, std::int64_t{-100},
        std::int64_t{123'456}, std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max()}) {
    for (const std::string_view currency : {"CNY", "KRW", "KWD", "UYW"}) {
      const Money money{minor, *ParseCurrency(currency)};
      EXPECT_EQ(ParseMoney(MoneyText(money)), money) << MoneyText(money);
    }
  }
  EXPECT_EQ(MoneyText({1'250, kCny}), "12.50 CNY");
  EXPECT_EQ(MoneyText({-5, kCny}), "-0.05 CNY");
}

}  // namespace
}  // namespace sluice::base
