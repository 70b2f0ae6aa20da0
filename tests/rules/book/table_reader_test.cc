#include "rules/book/table_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/time_text.h"
#include "rules/book/list_reader.h"
#include "rules/book/rate_reader.h"
#include "rules/book/zone.h"

namespace sluice::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TableReaderTest : public ::testing::Test {
 protected:
  BookTable Read(const std::string& text) {
    return ReadTable("t", sources_.Add("tables/t.csv", text), zone_, &diagnostics_);
  }
  /// "line:column code" of every finding.
  std::vector<std::string> Findings() const {
    std::vector<std::string> findings;
    for (const Diagnostic& d : diagnostics_.items()) {
      findings.push_back(std::to_string(d.place.line) + ":" + std::to_string(d.place.column) + " " +
                         d.code);
    }
    return findings;
  }

  SourceSet sources_;
  DiagnosticList diagnostics_;
  ruleset::Zone zone_ = *CutZone("Asia/Shanghai");
};

TEST_F(TableReaderTest, ColumnsBecomeKeysAndTypedValues) {
  const BookTable table = Read(
      "hs:prefix,origin:key,price:from:double,price:to:double,limit:value:money(CNY),rate:value:"
      "double,why:note\n"
      "33,CN,,10,12.50,0.5,x\n"
      "3304,KR,10,,,,\n");
  EXPECT_THAT(Findings(), IsEmpty());
  ASSERT_EQ(table.table.keys.size(), 3u);
  EXPECT_EQ(table.table.keys[0].kind, ruleset::KeyKind::kPrefix);
  EXPECT_EQ(table.table.keys[2].kind, ruleset::KeyKind::kInterval);
  EXPECT_EQ(table.table.keys[2].from_doubles[0], -std::numeric_limits<double>::infinity());
  EXPECT_EQ(table.table.keys[2].to_doubles[1], std::numeric_limits<double>::infinity());
  ASSERT_EQ(table.table.values.size(), 2u);
  EXPECT_EQ(table.table.values[0].ints[0], 1250);
  EXPECT_THAT(table.table.values[0].present, ElementsAre(1, 0));
  EXPECT_EQ(table.table.texts[table.table.keys[1].texts[1]], "KR");
  EXPECT_EQ(table.CellText(4, 0), "12.50");
}

TEST_F(TableReaderTest, ValidityIsWholeDaysOfTheZoneInclusive) {
  const BookTable table =
      Read("k:key,valid:from:date,valid:until:date\na,2026-03-01,2026-03-31\nb,,\n");
  EXPECT_THAT(Findings(), IsEmpty());
  EXPECT_EQ(base::TimestampText(table.table.valid_from[0]), "2026-02-28T16:00:00Z");
  EXPECT_EQ(base::TimestampText(table.table.valid_until[0]), "2026-03-31T16:00:00Z");
  EXPECT_EQ(table.table.valid_until[1].seconds, std::numeric_limits<std::int64_t>::max());
}

TEST_F(TableReaderTest, AnIntervalOpenAboveHoldsTheLargestInt) {
  Read("f:from:int,f:to:int\n9223372036854775807,\n");
  EXPECT_THAT(Findings(), testing::IsEmpty());
}

TEST_F(TableReaderTest, EveryBadCellIsReportedAtItsPlace) {
  Read(
      "k:key:int,v:value:money(CNY),d:value:date,f:from:int,f:to:int\n"
      "x,1,2026-01-01,1,2\n"
      "1,1.234,01.02.2026,2,2\n"
      "1,1\n");
  EXPECT_THAT(Findings(), ElementsAre("2:1 bad-cell", "3:3 bad-cell", "3:9 bad-cell",
                                      "3:20 empty-interval", "4:4 csv-columns"));
}

TEST_F(TableReaderTest, EveryBadHeaderCellIsReported) {
  Read("a,b:kex,c:value:flot,d:from:double,e:value:money,g:key:double,h:value,h:note\n");
  EXPECT_THAT(Findings(), ElementsAre("1:1 table-header", "1:3 table-header", "1:9 table-header",
                                      "1:36 table-header"));
}

TEST_F(TableReaderTest, IntervalNeedsBothEndsAndOneType) {
  Read("a:from:double,a:to:int,b:from:int,c:to:int\n");
  EXPECT_THAT(Findings(), ElementsAre("1:1 table-header"));
}

TEST_F(TableReaderTest, LookUpTablesHaveNoBlankKeysAndNoHiddenRows) {
  const BookTable table = Read("k:key,p:prefix,v:value\na,,1\n,x,2\na,,3\n");
  EXPECT_THAT(Findings(), IsEmpty());
  CheckLookupTable(table, &diagnostics_);
  EXPECT_THAT(Findings(), ElementsAre("3:1 blank-key", "4:1 duplicate-key"));
}

TEST_F(TableReaderTest, ListIsSortedAndMerged) {
  const auto list =
      ReadList("l", sources_.Add("lists/l.csv", "key,who\nb,x\na,y\nb,z\n"), &diagnostics_);
  ASSERT_EQ(list.texts.size(), 2u);
  EXPECT_EQ(list.texts[0], "a");
  EXPECT_EQ(list.texts[1], "b");
  EXPECT_FALSE(diagnostics_.HasErrors());
  EXPECT_THAT(Findings(), ElementsAre("1:1 duplicate-entry"));
}

TEST_F(TableReaderTest, ListOfIntsRefusesTexts) {
  const auto list =
      ReadList("l", sources_.Add("lists/l.csv", "key:int\n7\nx\n\"\"\n"), &diagnostics_);
  EXPECT_THAT(list.ints, ElementsAre(7));
  EXPECT_THAT(Findings(), ElementsAre("3:1 bad-cell", "4:2 blank-key"));
}

TEST_F(TableReaderTest, RatesAreSortedByCurrencyAndDay) {
  const auto rates = ReadRates(
      *base::ParseCurrency("CNY"),
      sources_.Add("tables/rates.csv",
                   "currency:key,rate:value,valid:from:date\n"
                   "USD,7.2,2026-01-01\nEUR,7.8245,\nUSD,7.1,\nUSD,7,2026-01-01\nusd,1,\n"),
      zone_, &diagnostics_);
  ASSERT_EQ(rates.rates.size(), 3u);
  EXPECT_EQ(rates.rates[0].nano_units, 7'824'500'000);
  EXPECT_EQ(rates.rates[1].nano_units, 7'100'000'000);
  EXPECT_EQ(base::TimestampText(rates.rates[2].from), "2025-12-31T16:00:00Z");
  EXPECT_THAT(Findings(), ElementsAre("5:1 duplicate-key", "6:1 bad-cell"));
}

}  // namespace
}  // namespace sluice::rules
