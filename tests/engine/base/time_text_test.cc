#include "engine/base/time_text.h"

#include <gtest/gtest.h>

namespace sluice::base {
namespace {

TEST(TimeTextTest, DaysAndDatesAreInverse) {
  for (std::int64_t days = -719162; days <= 2932896; days += 17) {
    const CivilDate date = CivilFromDays(days);
    ASSERT_EQ(DaysFromCivil(date), days) << date.year << "-" << date.month << "-" << date.day;
    ASSERT_LE(date.day, DaysInMonth(date.year, date.month));
  }
}

TEST(TimeTextTest, TimestampsReadAndPrint) {
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:00Z"), (Timestamp{0, 0}));
  EXPECT_EQ(ParseTimestamp("2009-02-13T23:31:30Z"), (Timestamp{1234567890, 0}));
  EXPECT_EQ(ParseTimestamp("2009-02-14T07:31:30.25+08:00"), (Timestamp{1234567890, 250'000'000}));
  EXPECT_EQ(TimestampText({1234567890, 250'000'000}), "2009-02-13T23:31:30.25Z");
  EXPECT_EQ(TimestampText({-1, 1}), "1969-12-31T23:59:59.000000001Z");
  EXPECT_EQ(TimestampText({kTimestampSecondsMin, 0}), "0001-01-01T00:00:00Z");
  EXPECT_EQ(TimestampText({kTimestampSecondsMax, 999'999'999}), "9999-12-31T23:59:59.999999999Z");
}

TEST(TimeTextTest, WrongTimestampsAreRefused) {
  for (const char* text : {"", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01",
                           "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z",
                           "0000-01-01T00:00:00Z", "2026-01-01T00:00:60Z", "0001-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:59-00:01", "2026-01-01T00:00:00Zx"}) {
    EXPECT_FALSE(ParseTimestamp(text).has_value()) << text;
  }
}

TEST(TimeTextTest, DurationsReadAndPrint) {
  EXPECT_EQ(ParseDuration("1h30m"), 5400 * kNsPerSecond);
  EXPECT_EQ(ParseDuration("-1.5s"), -1'500'000'000);
  EXPECT_EQ(ParseDuration("100ms"), 100'000'000);
  EXPECT_EQ(ParseDuration("0"), 0);
  EXPECT_EQ(DurationText(-1'500'000'000), "-1.5s");
  EXPECT_EQ(DurationText(90 * kNsPerSecond), "90s");
  EXPECT_EQ(DurationText(INT64_MIN), "-9223372036.854775808s");
  for (const char* text : {"", "-", "1", "s", "1x", "1h ", "999999999h", "1.5", "."}) {
    EXPECT_FALSE(ParseDuration(text).has_value()) << text;
  }
}

TEST(TimeTextTest, LocalTimesFollowTheFormat) {
  EXPECT_EQ(ParseLocalSeconds("2021-01-02", "%Y-%m-%d"), 18629 * 86400);
  EXPECT_EQ(ParseLocalSeconds("20210102030405", "%Y%m%d%H%M%S"), 18629 * 86400 + 3 * 3600 + 4 * 60 + 5);
  EXPECT_EQ(ParseLocalSeconds("2/1/2021", "%d/%m/%Y"), std::nullopt);
  EXPECT_EQ(ParseLocalSeconds("2021-02-30", "%Y-%m-%d"), std::nullopt);
  EXPECT_EQ(ParseLocalSeconds("2021-01-02 ", "%Y-%m-%d"), std::nullopt);
}

}  // namespace
}  // namespace sluice::base
