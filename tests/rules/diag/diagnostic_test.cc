#include "rules/diag/diagnostic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/base/limits.h"
#include "rules/diag/render.h"
#include "rules/diag/source.h"
#include "rules/diag/suggest.h"

namespace sluice::rules {
namespace {

using ::testing::HasSubstr;

TEST(DiagnosticListTest, FindingsAreOrderedByFileLineAndColumn) {
  DiagnosticList list;
  list.Error({"b.yaml", 1, 1}, "x", "third");
  list.Error({"a.yaml", 10, 2}, "x", "second");
  list.Warning({"a.yaml", 9, 80}, "x", "first");
  list.Sort();
  EXPECT_EQ(list.items()[0].message, "first");
  EXPECT_EQ(list.items()[1].message, "second");
  EXPECT_EQ(list.items()[2].message, "third");
}

TEST(DiagnosticListTest, WarningsBeyondTheLimitNeverHideAnError) {
  DiagnosticList list;
  for (std::size_t i = 0; i < limits::kDiagnosticsMax + 7; ++i) list.Warning({}, "w", "w");
  list.Error({}, "e", "the one that matters");
  EXPECT_EQ(list.items().back().message, "the one that matters");
  EXPECT_EQ(list.omitted_count(), 7u);
  EXPECT_THAT(RenderPretty(list, SourceSet()), HasSubstr("and 7 more\n"));
}

TEST(DiagnosticListTest, AppendKeepsTheCountOfWhatWasOmitted) {
  DiagnosticList many;
  for (std::size_t i = 0; i < limits::kDiagnosticsMax + 3; ++i) many.Error({}, "e", "e");
  DiagnosticList list;
  list.Error({}, "e", "first");
  list.Append(std::move(many));
  EXPECT_EQ(list.error_count(), limits::kDiagnosticsMax + 4);
  EXPECT_EQ(list.omitted_count(), 4u);
}

TEST(SourceFileTest, ColumnsCountCodePointsAndSkipAByteOrderMark) {
  const SourceFile file("a.yaml", "\xEF\xBB\xBF" "xé🐱y\r\nz");
  const Place place = file.At(file.text().find('y'));
  EXPECT_EQ(place.line, 1u);
  EXPECT_EQ(place.column, 4u);
  EXPECT_EQ(file.Line(1), "xé🐱y");
  EXPECT_EQ(file.At(file.text().size()).line, 2u);
  EXPECT_EQ(file.At(1'000'000).column, 2u);
}

TEST(SourceFileTest, ColumnsOfALongLineAreTheSameAndDoNotTakeLong) {
  std::string text = "\xEF\xBB\xBF";
  for (int i = 0; i < 1'000'000; ++i) text += i % 3 == 0 ? "é" : "x";
  const SourceFile file("long", text + "\nz");
  for (const std::size_t columns : {0, 100, 4095, 4096, 4097, 300'000, 999'999}) {
    const std::size_t offset = 3 + columns + (columns + 2) / 3;
    EXPECT_EQ(file.At(offset).column, columns + 1);
  }
  std::size_t sum = 0;  // counted from the line's beginning each time, this would take minutes
  for (std::size_t i = 0; i < 100'000; ++i) sum += file.At(text.size() - i % 1000).column;
  EXPECT_GT(sum, 0u);
}

TEST(SourceSetTest, AFileThatIsMissingOrTooLargeIsAStatus) {
  SourceSet sources;
  EXPECT_EQ(sources.Load("/nowhere/book.yaml", 10).status().code(), StatusCode::kNotFound);
  const char* path = SLUICE_SOURCE_DIR "/LICENSE";
  EXPECT_EQ(sources.Load(path, 10).status().code(), StatusCode::kLimitExceeded);
  ASSERT_TRUE(sources.Load(path, 1 << 20).ok());
  EXPECT_NE(sources.Find(path), nullptr);
}

TEST(RenderPrettyTest, TheCaretStandsUnderTheSpanAndTheHintFollows) {
  SourceSet sources;
  sources.Add("r.yaml", "rules:\n  when: parcel.wieght > 3\n");
  DiagnosticList list;
  list.Error({"r.yaml", 2, 16, 2, 22}, "unknown-field", "parcel has no field 'wieght'",
             "did you mean 'weight'?");
  EXPECT_EQ(RenderPretty(list, sources),
            "r.yaml:2:16: error: parcel has no field 'wieght' [unknown-field]\n"
            "    when: parcel.wieght > 3\n"
            "                 ^~~~~~\n"
            "  hint: did you mean 'weight'?\n");
}

TEST(RenderPrettyTest, TabsAndWideCharactersMoveTheCaretByTheirWidth) {
  SourceSet sources;
  sources.Add("r.yaml", "\t中文x");
  DiagnosticList list;
  list.Error({"r.yaml", 1, 4, 1, 5}, "c", "m");
  EXPECT_EQ(RenderPretty(list, sources),
            "r.yaml:1:4: error: m [c]\n"
            "      中文x\n"
            "          ^\n");
}

TEST(RenderPrettyTest, ASpanOverSeveralLinesIsMarkedToTheEndOfItsFirst) {
  SourceSet sources;
  sources.Add("r.yaml", "ab(cd\nef)");
  DiagnosticList list;
  list.Error({"r.yaml", 1, 3, 2, 4}, "c", "m");
  EXPECT_THAT(RenderPretty(list, sources), HasSubstr("  ab(cd\n    ^~~\n"));
}

TEST(RenderPrettyTest, AVeryLongLineIsCutAroundTheCaret) {
  SourceSet sources;
  sources.Add("r.yaml", std::string(100'000, 'x') + "!" + std::string(100'000, 'y'));
  DiagnosticList list;
  list.Error({"r.yaml", 1, 100'001, 1, 100'002}, "c", "m");
  const std::string text = RenderPretty(list, sources);
  EXPECT_LT(text.size(), 400u);
  const std::size_t line = text.find("\n") + 1;
  const std::size_t caret_line = text.find("\n", line) + 1;
  const std::size_t caret = text.find('^') - caret_line;
  EXPECT_EQ(text[line + caret], '!');
}

TEST(RenderPrettyTest, APlaceBehindTheEndOrInNoFileIsShownWithoutALine) {
  SourceSet sources;
  sources.Add("r.yaml", "a");
  DiagnosticList list;
  list.Error({"r.yaml", 7, 1, 7, 2}, "c", "behind");
  list.Error({"", 0, 0, 0, 0}, "c", "nowhere");
  list.Error({"r.yaml", 1, 2, 1, 2}, "c", "at the end");
  EXPECT_EQ(RenderPretty(list, sources),
            "r.yaml:7:1: error: behind [c]\n"
            "error: nowhere [c]\n"
            "r.yaml:1:2: error: at the end [c]\n  a\n   ^\n");
}

TEST(RenderJsonTest, EveryObjectHasTheSameKeysAndTextIsEscaped) {
  DiagnosticList list;
  list.Error({"a \"b\".yaml", 1, 2, 3, 4}, "c", "tab\t, bell\a, \xFF and é", "h")
      .AddNote({"n.yaml", 5, 6, 5, 7}, "first here");
  list.Warning({}, "w", "m");
  const nlohmann::json parsed = nlohmann::json::parse(RenderJson(list));
  ASSERT_EQ(parsed.size(), 2u);
  EXPECT_EQ(parsed[0]["message"], "tab\t, bell\a, \xEF\xBF\xBD and é");
  EXPECT_EQ(parsed[0]["file"], "a \"b\".yaml");
  EXPECT_EQ(parsed[0]["end_column"], 4);
  EXPECT_EQ(parsed[0]["notes"][0]["line"], 5);
  EXPECT_EQ(parsed[1]["severity"], "warning");
  for (const char* key : {"severity", "code", "message", "file", "line", "column", "end_line",
                          "end_column", "hint", "notes"}) {
    EXPECT_TRUE(parsed[1].contains(key)) << key;
  }
  EXPECT_TRUE(nlohmann::json::parse(RenderJson({})).empty());
}

TEST(SuggestTest, ANearNameIsSuggestedAndAFarOneIsNot) {
  const std::vector<std::string> names = {"weight_g", "value", "hs_code"};
  EXPECT_EQ(DidYouMean("wieght_g", names), "did you mean 'weight_g'?");
  EXPECT_EQ(DidYouMean("HS_Code", names), "did you mean 'hs_code'?");
  EXPECT_EQ(DidYouMean("consignee", names), "");
  EXPECT_EQ(EditDistance("ab", "ba"), 1u);
  EXPECT_EQ(EditDistance("", "abc"), 3u);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3u);
}

}  // namespace
}  // namespace sluice::rules
