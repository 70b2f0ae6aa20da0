#include "rules/book/zone_rule.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/base/time_text.h"

namespace sluice::rules {
namespace {

/// "2026-03-29T01:00:00Z +7200, …".
std::string Changes(const char* text, int year) {
  const auto rule = ParseZoneRule(text);
  if (!rule) return "no rule";
  std::string changes;
  for (const ZoneChange& change : ChangesOf(*rule, year)) {
    changes += (changes.empty() ? "" : ", ") + base::TimestampText({change.from_seconds, 0}) + " " +
               std::to_string(change.offset_seconds);
  }
  return changes;
}

TEST(ZoneRuleTest, AZoneWithoutSummerTimeHasAnOffset) {
  const auto rule = ParseZoneRule("CST-8");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->offset_seconds, 8 * 3600);
  EXPECT_EQ(Changes("<+0545>-5:45", 2050), "");
}

TEST(ZoneRuleTest, WeekdaysOfMonthsAreFound) {
  EXPECT_EQ(Changes("CET-1CEST,M3.5.0,M10.5.0/3", 2026),
            "2026-03-29T01:00:00Z 7200, 2026-10-25T01:00:00Z 3600");
  EXPECT_EQ(Changes("EST5EDT,M3.2.0,M11.1.0", 2026),
            "2026-03-08T07:00:00Z -14400, 2026-11-01T06:00:00Z -18000");
}

TEST(ZoneRuleTest, InTheSouthSummerBeginsLate) {
  EXPECT_EQ(Changes("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 2026),
            "2026-04-04T15:00:00Z 37800, 2026-10-03T15:30:00Z 39600");
}

TEST(ZoneRuleTest, TimesMayLeaveTheirDay) {
  EXPECT_EQ(Changes("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2026),
            "2026-03-29T01:00:00Z -3600, 2026-10-25T01:00:00Z -7200");
  EXPECT_EQ(Changes("EET-2EEST,M3.4.4/50,M10.4.4/50", 2026),
            "2026-03-28T00:00:00Z 10800, 2026-10-23T23:00:00Z 7200");
}

TEST(ZoneRuleTest, DaysAreCountedWithAndWithoutLeapDays) {
  EXPECT_EQ(Changes("AAA0BBB,J60/0,59/1", 2024), "2024-02-29T00:00:00Z 0, 2024-03-01T00:00:00Z 3600");
  EXPECT_EQ(Changes("AAA0BBB,J60/0,J365/1", 2025), "2025-03-01T00:00:00Z 3600, 2025-12-31T00:00:00Z 0");
}

TEST(ZoneRuleTest, WhatIsNoRuleIsRefused) {
  for (const char* text : {"", "CET", "A-1", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
                           "CET-1CEST,M3.5.0,M10.5.0 ", "CET-1CEST,J0,J1", "CET-1CEST,M3.0.0,M10.5.0",
                           "<CET-1", "CET-200", "CET-1CEST,M3.5.0,M10.5.0/x"}) {
    EXPECT_FALSE(ParseZoneRule(text)) << text;
  }
}

}  // namespace
}  // namespace sluice::rules
