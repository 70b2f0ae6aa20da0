#include "rules/book/zone.h"

#include <gtest/gtest.h>

#include "engine/base/time_text.h"

namespace sluice::rules {
namespace {

std::string DayStartText(const std::string& zone_name, const std::string& day) {
  const auto zone = CutZone(zone_name);
  if (!zone.ok()) return zone.status().message();
  return base::TimestampText(DayStart(*zone, *ParseDay(day)));
}

TEST(ZoneTest, DayBeginsAtLocalMidnight) {
  EXPECT_EQ(DayStartText("UTC", "2026-03-01"), "2026-03-01T00:00:00Z");
  EXPECT_EQ(DayStartText("Asia/Shanghai", "2026-03-01"), "2026-02-28T16:00:00Z");
  EXPECT_EQ(DayStartText("Europe/Berlin", "2026-01-15"), "2026-01-14T23:00:00Z");
  EXPECT_EQ(DayStartText("Europe/Berlin", "2026-07-15"), "2026-07-14T22:00:00Z");
}

TEST(ZoneTest, DayWithoutMidnightBeginsAfterTheGap) {
  // Brazil's clocks went from 2018-11-04 00:00 straight to 01:00.
  EXPECT_EQ(DayStartText("America/Sao_Paulo", "2018-11-04"), "2018-11-04T03:00:00Z");
}

TEST(ZoneTest, DayWithTwoMidnightsBeginsAtTheFirst) {
  // Havana's clocks go back from 01:00 to 00:00.
  EXPECT_EQ(DayStartText("America/Havana", "2025-11-02"), "2025-11-02T04:00:00Z");
}

TEST(ZoneTest, TheZonesOwnRuleHoldsAfterTheLastChangeOfItsFile) {
  EXPECT_EQ(DayStartText("Europe/Berlin", "2060-01-15"), "2060-01-14T23:00:00Z");
  EXPECT_EQ(DayStartText("Europe/Berlin", "2060-07-15"), "2060-07-14T22:00:00Z");
  EXPECT_EQ(DayStartText("Australia/Lord_Howe", "2060-01-15"), "2060-01-14T13:00:00Z");
  EXPECT_EQ(DayStartText("Australia/Lord_Howe", "2060-07-15"), "2060-07-14T13:30:00Z");
  EXPECT_EQ(DayStartText("Asia/Shanghai", "2060-07-15"), "2060-07-14T16:00:00Z");
}

TEST(ZoneTest, TheRuleHoldsToTheEndOfTime) {
  const auto zone = CutZone("America/New_York");
  ASSERT_TRUE(zone.ok());
  const auto offset_at = [&](const char* time) {
    return zone->OffsetAt(base::ParseTimestamp(time)->seconds) / 3600;
  };
  EXPECT_EQ(offset_at("2499-12-31T23:59:59Z"), -5);
  EXPECT_EQ(offset_at("2500-01-01T00:00:00Z"), -5);
  // In 9999 as in 2399: on the second Sunday of March, the 14th.
  EXPECT_EQ(offset_at("9999-03-14T06:59:59Z"), -5);
  EXPECT_EQ(offset_at("9999-03-14T07:00:00Z"), -4);
  EXPECT_EQ(offset_at("9999-12-31T23:59:59Z"), -5);
}

TEST(ZoneTest, OffsetsCoverAllTime) {
  const auto zone = CutZone("Asia/Shanghai");
  ASSERT_TRUE(zone.ok());
  EXPECT_EQ(zone->from_seconds.front(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(zone->from_seconds.size(), zone->offset_seconds.size());
  EXPECT_EQ(zone->offset_seconds.back(), 8 * 3600);
}

TEST(ZoneTest, UnknownZoneIsNotFound) {
  EXPECT_EQ(CutZone("Asia/Shangai").status().code(), StatusCode::kNotFound);
}

TEST(ZoneTest, OnlyDaysOfTheCalendarAreDays) {
  EXPECT_TRUE(ParseDay("2024-02-29"));
  for (const char* text :
       {"2025-02-29", "2026-13-01", "2026-3-1", "0000-01-01", "2026-03-01T", "20260301", ""}) {
    EXPECT_FALSE(ParseDay(text)) << text;
  }
}

}  // namespace
}  // namespace sluice::rules
