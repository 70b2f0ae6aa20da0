#include "engine/base/convert.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sluice::base {
namespace {

constexpr std::int64_t kIntMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kIntMax = std::numeric_limits<std::int64_t>::max();

TEST(ConvertTest, DoublesBecomeIntegersOnlyInsideTheRange) {
  EXPECT_EQ(IntFromDouble(-3.9), -3);
  EXPECT_EQ(IntFromDouble(9223372036854774784.0), 9223372036854774784);
  EXPECT_FALSE(IntFromDouble(9223372036854775808.0));
  EXPECT_FALSE(IntFromDouble(-9223372036854775808.0));
  EXPECT_FALSE(IntFromDouble(std::nan("")));
  EXPECT_EQ(UintFromDouble(-0.5), 0u);
  EXPECT_FALSE(UintFromDouble(-1.0));
  EXPECT_FALSE(UintFromDouble(18446744073709551616.0));
}

TEST(ConvertTest, WholeNumbersAreReadToTheirEnds) {
  EXPECT_EQ(ParseInt("-9223372036854775808"), kIntMin);
  EXPECT_EQ(ParseInt("+7"), 7);
  EXPECT_EQ(ParseUint("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  for (const char* text : {"", "+", "-", "+-1", "1.0", " 1", "1 ", "0x10", "9223372036854775808"}) {
    EXPECT_FALSE(ParseInt(text)) << text;
  }
  EXPECT_FALSE(ParseUint("-1"));
}

TEST(ConvertTest, DoublesReadAndPrintShortest) {
  EXPECT_EQ(ParseDouble("-84.32e7"), -843200000.0);
  EXPECT_TRUE(std::signbit(*ParseDouble("-0.0")));
  EXPECT_TRUE(std::isnan(*ParseDouble("NaN")));
  for (const char* text : {"", "-", "--1", "+-1", "1e999", "nan", "inf", "1 "}) {
    EXPECT_FALSE(ParseDouble(text)) << text;
  }
  EXPECT_EQ(ParseDouble("1e-400"), 0.0);
  EXPECT_EQ(ParseDouble("4e-324"), 4e-324);
  EXPECT_EQ(DoubleText(123.456), "123.456");
  EXPECT_EQ(DoubleText(-4.5e-3), "-0.0045");
}

TEST(ConvertTest, OnlyTheSpellingsOfTheSpecificationAreBools) {
  EXPECT_EQ(ParseBool("True"), true);
  EXPECT_EQ(ParseBool("f"), false);
  EXPECT_FALSE(ParseBool("TrUe"));
  EXPECT_FALSE(ParseBool("yes"));
}

TEST(ConvertTest, NumbersOfTwoKindsCompareExactly) {
  EXPECT_EQ(CompareNumbers(kIntMax, 9223372036854775808.0), -1);
  EXPECT_EQ(CompareNumbers(std::int64_t{9007199254740993}, 9007199254740992.0), 1);
  EXPECT_EQ(CompareNumbers(std::int64_t{-1}, -1.5), 1);
  EXPECT_EQ(CompareNumbers(std::int64_t{1}, 1.5), -1);
  EXPECT_EQ(CompareNumbers(kIntMin, -9223372036854775808.0), 0);
  EXPECT_EQ(CompareNumbers(std::uint64_t{0}, -0.5), 1);
  EXPECT_EQ(CompareNumbers(std::int64_t{-1}, std::uint64_t{0}), -1);
  EXPECT_FALSE(CompareNumbers(std::int64_t{0}, std::nan("")));
}

}  // namespace
}  // namespace sluice::base
