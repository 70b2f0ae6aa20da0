#include "rules/syntax/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::rules {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Codes(const DiagnosticList& list) {
  std::vector<std::string> codes;
  for (const Diagnostic& item : list.items()) codes.push_back(item.code);
  return codes;
}

TEST(CsvTableTest, CellsAreFoundByColumnAndKnowTheirPlace) {
  const SourceFile file("lists/p.csv",
                        "\xEF\xBB\xBFkey,名,note\r\n8517,中,\"a \"\"b\"\" c\"\r\n");
  DiagnosticList list;
  CsvTable table(file, &list);
  EXPECT_THAT(table.columns(), ElementsAre("key", "名", "note"));
  EXPECT_EQ(table.FindColumn("note"), 2u);
  EXPECT_EQ(table.FindColumn("x"), std::nullopt);
  EXPECT_EQ(table.HeaderPlace(1), (Place{"lists/p.csv", 1, 5, 1, 6}));
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.cell(2), "a \"b\" c");
  EXPECT_EQ(table.line(), 2u);
  EXPECT_EQ(table.CellPlace(1), (Place{"lists/p.csv", 2, 6, 2, 7}));
  EXPECT_EQ(table.CellPlace(2, 6, 7), (Place{"lists/p.csv", 2, 17, 2, 18}));
  EXPECT_FALSE(table.Next());
  EXPECT_TRUE(list.empty());
}

TEST(CsvTableTest, ABlankCellIsNotAnEmptyText) {
  const SourceFile file("t.csv", "a,b\n,\"\"\n");
  DiagnosticList list;
  CsvTable table(file, &list);
  ASSERT_TRUE(table.Next());
  EXPECT_TRUE(table.IsBlank(0));
  EXPECT_FALSE(table.IsBlank(1));
}

TEST(CsvTableTest, EveryWrongRowIsReportedAtItsLineAndTheOthersAreRead) {
  const SourceFile file("t.csv", "a,b\n1\n1,2,3\n\xFF,2\n\"x\"y,2\n7,8\n\"open,2\n9,10\n");
  DiagnosticList list;
  CsvTable table(file, &list);
  std::vector<std::string> keys;
  while (table.Next()) keys.emplace_back(table.cell(0));
  EXPECT_THAT(keys, ElementsAre("7", "9"));
  EXPECT_THAT(Codes(list),
              ElementsAre("csv-columns", "csv-columns", "csv-utf8", "csv-quote", "csv-quote"));
  EXPECT_EQ(list.items()[1].place, (Place{"t.csv", 3, 5, 3, 6}));
  EXPECT_EQ(list.items()[2].place.line, 4u);
  EXPECT_EQ(list.items()[4].place.line, 7u);
}

TEST(CsvTableTest, AHeaderMustNameEveryColumnOnce) {
  DiagnosticList list;
  const SourceFile empty("t.csv", "");
  CsvTable none(empty, &list);
  EXPECT_FALSE(none.Next());
  const SourceFile twice("t.csv", "a,,a\n");
  CsvTable bad(twice, &list);
  EXPECT_THAT(Codes(list), ElementsAre("csv-header", "csv-header", "csv-header"));
  EXPECT_EQ(list.items()[2].place.column, 4u);
}

}  // namespace
}  // namespace sluice::rules
