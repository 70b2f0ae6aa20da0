#include "rules/book/cell_value.h"

#include <gtest/gtest.h>

namespace sluice::rules {
namespace {

TEST(CellValueTest, RatesAreExactDecimals) {
  EXPECT_EQ(ParseRateCell("7.1234"), 7'123'400'000);
  EXPECT_EQ(ParseRateCell("0.005231479"), 5'231'479);
  EXPECT_EQ(ParseRateCell("1"), 1'000'000'000);
  for (const char* text :
       {"0", "0.0", "-1", "1.", ".5", "1e3", "0.0000000001", "99999999999", "7,1", ""}) {
    EXPECT_FALSE(ParseRateCell(text)) << text;
  }
}

TEST(CellValueTest, SharesArePartsPerMillionOrPerCent) {
  EXPECT_EQ(ParseShare("250000"), 250'000u);
  EXPECT_EQ(ParseShare("50 %"), 500'000u);
  EXPECT_EQ(ParseShare("0.25%"), 2'500u);
  EXPECT_EQ(ParseShare("0.0001 %"), 1u);
  EXPECT_EQ(ParseShare("100 %"), 1'000'000u);
  for (const char* text : {"100.1 %", "1000001", "-1", "0.5", "0.00001 %", "half", "%", ""}) {
    EXPECT_FALSE(ParseShare(text)) << text;
  }
}

TEST(CellValueTest, NumbersAreWholeCells) {
  EXPECT_EQ(ParseIntCell("-12"), -12);
  EXPECT_EQ(ParseUintCell("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(ParseDoubleCell("1e3"), 1000.0);
  EXPECT_FALSE(ParseIntCell("12 "));
  EXPECT_FALSE(ParseIntCell("9223372036854775808"));
  EXPECT_FALSE(ParseUintCell("-1"));
  EXPECT_FALSE(ParseDoubleCell("inf"));
  EXPECT_FALSE(ParseBoolCell("yes"));
}

}  // namespace
}  // namespace sluice::rules
