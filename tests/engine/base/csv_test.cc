#include "engine/base/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/limits.h"

namespace sluice::base {
namespace {

using ::testing::ElementsAre;

struct Row {
  std::vector<std::string> cells;
  std::uint64_t line = 0;
  CsvError error = CsvError::kNone;
  CsvPlace error_place{};

  friend bool operator==(const Row& a, const Row& b) {
    return a.cells == b.cells && a.line == b.line && a.error == b.error;
  }
};

Row Copy(const CsvRow& row) {
  Row copy{{}, row.line, row.error, row.PlaceOf(row.error_offset)};
  for (const CsvCell& cell : row.cells) copy.cells.emplace_back(cell.text);
  return copy;
}

std::vector<Row> ReadAll(std::string_view text, CsvOptions options = {}) {
  CsvReader reader(options);
  reader.Feed(text, true);
  std::vector<Row> rows;
  for (CsvRow row; reader.Next(&row);) rows.push_back(Copy(row));
  return rows;
}

// The same through a window that grows by `step` bytes at a time.
std::vector<Row> ReadInSteps(std::string_view text, std::size_t step) {
  CsvReader reader;
  std::vector<Row> rows;
  std::size_t begin = 0;
  for (std::size_t end = 0;;) {
    end = std::min(end + step, text.size());
    const std::string window(text.substr(begin, end - begin));
    reader.Feed(window, end == text.size());
    for (CsvRow row; reader.Next(&row);) rows.push_back(Copy(row));
    begin += reader.consumed();
    if (end == text.size()) return rows;
  }
}

std::vector<std::vector<std::string>> Cells(const std::vector<Row>& rows) {
  std::vector<std::vector<std::string>> cells;
  for (const Row& row : rows) cells.push_back(row.cells);
  return cells;
}

TEST(CsvTest, PlainAndQuotedCellsAreReadAsRfc4180Says) {
  EXPECT_THAT(Cells(ReadAll("a,b,c\r\n1,\"x, y\",\"say \"\"hi\"\"\"\r\n,\"\",z")),
              ElementsAre(ElementsAre("a", "b", "c"), ElementsAre("1", "x, y", "say \"hi\""),
                          ElementsAre("", "", "z")));
}

TEST(CsvTest, LineBreaksWithinQuotesBelongToTheCellAndCountAsLines) {
  const std::vector<Row> rows = ReadAll("a,b\n\"x\ny\r\nz\",1\np,q\n");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[1].cells, ElementsAre("x\ny\r\nz", "1"));
  EXPECT_EQ(rows[1].line, 2u);
  EXPECT_EQ(rows[2].line, 5u);
}

TEST(CsvTest, AByteOrderMarkBlankLinesAndAMissingLastLineEndDoNotMatter) {
  EXPECT_THAT(Cells(ReadAll("\xEF\xBB\xBF" "a,b\n\n\r\n1,2")),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2")));
  EXPECT_TRUE(ReadAll("").empty());
  EXPECT_TRUE(ReadAll("\n\r\n\r").empty());
}

TEST(CsvTest, ADelimiterAtTheEndOfTheInputBeginsAnEmptyCell) {
  EXPECT_THAT(Cells(ReadAll("a,")), ElementsAre(ElementsAre("a", "")));
  EXPECT_THAT(Cells(ReadAll("a,\n,")), ElementsAre(ElementsAre("a", ""), ElementsAre("", "")));
}

TEST(CsvTest, QuotesInsideAPlainCellStayAsTheyAre) {
  EXPECT_THAT(Cells(ReadAll("5\" pipe,b\n")), ElementsAre(ElementsAre("5\" pipe", "b")));
}

TEST(CsvTest, AQuotedCellKnowsThatItIsQuoted) {
  CsvReader reader;
  reader.Feed("\"\",\n", true);
  CsvRow row;
  ASSERT_TRUE(reader.Next(&row));
  EXPECT_TRUE(row.cells[0].quoted);
  EXPECT_FALSE(row.cells[1].quoted);
}

TEST(CsvTest, ARowWithAnotherNumberOfCellsIsAnErrorForItselfOnly) {
  const std::vector<Row> rows = ReadAll("a,b\n1\n1,2,3\n4,5\n");
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[1].error, CsvError::kColumnCount);
  EXPECT_EQ(rows[1].error_place.column, 2u);
  EXPECT_EQ(rows[2].error, CsvError::kColumnCount);
  EXPECT_EQ(rows[2].error_place.column, 5u);
  EXPECT_THAT(rows[2].cells, ElementsAre("1", "2", "3"));
  EXPECT_EQ(rows[3].error, CsvError::kNone);
}

TEST(CsvTest, InvalidUtf8IsReportedAtItsLineAndColumn) {
  const std::vector<Row> rows = ReadAll("a,b\n\xC3\xA9,x\xFFy\n1,2\n");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1].error, CsvError::kInvalidUtf8);
  EXPECT_EQ(rows[1].error_place.line, 2u);
  EXPECT_EQ(rows[1].error_place.column, 4u);
  EXPECT_EQ(rows[2].error, CsvError::kNone);
}

TEST(CsvTest, AnUnterminatedQuoteCostsOneRow) {
  const std::vector<Row> rows = ReadAll("a,b\n1,\"x\n3,4\n5,6");
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[1].error, CsvError::kUnterminatedQuote);
  EXPECT_EQ(rows[1].line, 2u);
  EXPECT_EQ(rows[1].error_place.column, 3u);
  EXPECT_THAT(rows[2].cells, ElementsAre("3", "4"));
  EXPECT_EQ(rows[2].line, 3u);
  EXPECT_EQ(rows[3].line, 4u);
}

TEST(CsvTest, AStrayQuoteThatReachesIntoTheNextLineCostsOneRow) {
  const std::vector<Row> rows = ReadAll("a,b\n1,\"x\n\"3\",4\n5,6\n");
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[1].error, CsvError::kTextAfterQuote);
  EXPECT_THAT(rows[2].cells, ElementsAre("3", "4"));
}

TEST(CsvTest, ARowLongerThanTheLimitIsAnErrorAndReadingGoesOn) {
  const std::string text = "a,b\n" + std::string(3 * limits::kCsvRowBytesMax, 'x') + "\n1,2\n";
  for (const std::size_t step : {text.size(), std::size_t{100'000}}) {
    const std::vector<Row> rows = ReadInSteps(text, step);
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_NE(rows[1].error, CsvError::kNone);
    EXPECT_THAT(rows[2].cells, ElementsAre("1", "2"));
    EXPECT_EQ(rows[2].line, 3u);
  }
}

TEST(CsvTest, HowLongARowMayBeDoesNotDependOnHowItsBytesCome) {
  for (const int over : {0, 1, 2000}) {
    const std::string row(limits::kCsvRowBytesMax + static_cast<std::size_t>(over), 'x');
    for (const std::string& text : {"k\n" + row + "\n1\n", "k\n" + row, "k\r\n" + row.substr(1) + "\r\n1\n"}) {
      const std::vector<Row> whole = ReadInSteps(text, text.size());
      ASSERT_GE(whole.size(), 2u);
      EXPECT_EQ(whole[1].error, over == 0 ? CsvError::kNone : CsvError::kTooLong);
      EXPECT_EQ(ReadInSteps(text, 100'000), whole);
      EXPECT_EQ(ReadInSteps(text, limits::kCsvRowBytesMax + 2), whole);
    }
  }
}

TEST(CsvTest, ARowHasAtMostSoManyCells) {
  const std::string most(limits::kCsvColumnsMax - 1, ',');
  EXPECT_EQ(ReadAll(most + "\n").at(0).error, CsvError::kNone);
  EXPECT_EQ(ReadAll(most + ",\n").at(0).error, CsvError::kTooLong);
  EXPECT_THAT(std::string(CsvErrorText(CsvError::kTooLong)), testing::HasSubstr("1048576 bytes or 1024 cells"));
}

TEST(CsvTest, CuttingTheInputAnywhereChangesNothing) {
  const std::string_view text =
      "\xEF\xBB\xBF" "h1,h2,h3\r\n1,\"a,\"\"b\"\"\",π\r\n\r\n\"x\ny\",,\"\"\r\nshort\n"
      "bad,\"quote\"x,1\n\xFF,1,2\n\"open,1,2\nlast,2,\"3\"\r";
  const std::vector<Row> whole = ReadAll(text);
  EXPECT_GE(whole.size(), 7u);
  for (std::size_t step = 1; step <= text.size(); ++step) {
    EXPECT_EQ(ReadInSteps(text, step), whole) << "step " << step;
  }
}

TEST(CsvTest, NoByteFlipOrTruncationBreaksTheReader) {
  const std::string text = "h1,h2\n\"a\"\"b\",x\r\n\"p\nq\",π\n1,2\n";
  for (std::size_t i = 0; i < text.size(); ++i) {
    ReadAll(std::string_view(text).substr(0, i));
    for (const char c : {'"', ',', '\n', '\r', '\0', '\xFF', 'x'}) {
      std::string flipped = text;
      flipped[i] = c;
      EXPECT_LE(ReadAll(flipped).size(), 7u);
    }
  }
}

TEST(CsvTest, AnotherDelimiterCanBeChosen) {
  EXPECT_THAT(Cells(ReadAll("a;b,c\n", {.delimiter = ';'})), ElementsAre(ElementsAre("a", "b,c")));
}

}  // namespace
}  // namespace sluice::base
