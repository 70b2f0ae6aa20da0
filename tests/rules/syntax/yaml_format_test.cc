#include "rules/syntax/yaml_format.h"

#include <gtest/gtest.h>

#include "rules/syntax/yaml_layout.h"

namespace sluice::rules {
namespace {

std::string Format(const std::string& text) {
  DiagnosticList found;
  const auto formatted = FormatYaml(SourceFile("f.yaml", text), &found);
  if (!formatted) return "[" + (found.items().empty() ? std::string("?") : found.items()[0].code) + "]";
  return *formatted;
}

TEST(YamlFormatTest, IndentsByTwoAndListsBelowTheirKey) {
  EXPECT_EQ(Format("a:\n- b:   1\n  c:\n       - x\n       -   y\n"), "a:\n  - b: 1\n    c:\n      - x\n      - y\n");
  EXPECT_EQ(Format("-   - 1\n    - 2\n-\n  a: 1\n"), "- - 1\n  - 2\n-\n  a: 1\n");
}

TEST(YamlFormatTest, ListsWithinListsAndNullsStay) {
  EXPECT_EQ(Format("a:\nb: ~\nc:\n  -\n  - x\n"), "a:\nb: ~\nc:\n  -\n  - x\n");
  EXPECT_EQ(Format(""), "");
  EXPECT_EQ(Format("# alone\n\n\n"), "# alone\n");
}

TEST(YamlFormatTest, BlockScalarsMoveWithTheirKeyAndKeepTheirContent) {
  EXPECT_EQ(Format("a:\n    b: |\n          one\n            two  \n\n          three\n    c: 1\n"),
            "a:\n  b: |\n    one\n      two  \n\n    three\n  c: 1\n");
  EXPECT_EQ(Format("a: |+\n  x\n\n\nb: 1\n"), "a: |+\n  x\n\n\nb: 1\n") << "kept blank lines are text";
  EXPECT_EQ(Format("a:\n    b: |1\n      x\n"), "a:\n  b: |1\n    x\n") << "an indentation of its own";
}

TEST(YamlFormatTest, TextsInQuotesKeepTheirBlanks) {
  EXPECT_EQ(Format("a: \"x  \\\n     y\"\nb: 'it''s'\nc: 'plain'\nd: 'a \"b\"'\n"),
            "a: \"x  \\\n     y\"\nb: 'it''s'\nc: \"plain\"\nd: 'a \"b\"'\n");
}

TEST(YamlFormatTest, FlowMapsHaveBlanksInsideAndListsStayAsTheyAre) {
  EXPECT_EQ(Format("a: {b: 1,c: [x,y , z ],   d: {}}\n"), "a: { b: 1, c: [x, y, z ],   d: {} }\n");
  EXPECT_EQ(Format("a:    { b: 1,\n          c: 2 }\n"), "a: { b: 1,\n       c: 2 }\n") << "lines keep their distance";
  EXPECT_EQ(Format("a: { b: 1, # why\n     c: 2 }\n"), "a: { b: 1, # why\n     c: 2 }\n");
}

TEST(YamlFormatTest, ABlankAndQuotesAtOnePlaceAreBothSet) {
  EXPECT_EQ(Format("a: ['x','y',{b: 'z'}]\n"), "a: [\"x\", \"y\", { b: \"z\" }]\n");
}

TEST(YamlFormatTest, CommentsGoWithWhatTheyStandBeside) {
  EXPECT_EQ(Format("a:\n    # of b\n    b: 1\n    # of the map\n# of c\nc: 2\n"),
            "a:\n  # of b\n  b: 1\n  # of the map\n# of c\nc: 2\n");
  EXPECT_EQ(Format("- a: 1\n  # of b\n  b: 2   # beside\n# end\n"), "- a: 1\n  # of b\n  b: 2   # beside\n# end\n");
}

TEST(YamlFormatTest, ValuesInAColumnStayThere) {
  EXPECT_EQ(Format("a:    1\nlong: 2\nb:      3\n"), "a:    1\nlong: 2\nb: 3\n");
}

TEST(YamlFormatTest, MappingsMayHaveTheKeyNull) {
  EXPECT_EQ(Format("null: [\"\"]\ncolumns:\n    A: {field: a}\n"), "null: [\"\"]\ncolumns:\n  A: { field: a }\n");
}

TEST(YamlFormatTest, WhatBooksMayNotUseIsToldAndNotFormatted) {
  EXPECT_EQ(Format("a: &x 1\n"), "[yaml-anchor]");
  EXPECT_EQ(Format("a: ["), "[yaml-syntax]");
  EXPECT_EQ(Format("a: 1\na: 2\n"), "[duplicate-key]");
}

TEST(YamlFormatTest, ConditionsBreakAfterOperatorsOutsideQuotes) {
  EXPECT_EQ(FindConditionBreak("a && b", 100), std::string::npos) << "it fits";
  EXPECT_EQ(FindConditionBreak("aaaa && bbbb && cccc", 12), 7u);
  EXPECT_EQ(FindConditionBreak("aaaa && bbbb && cccc", 15), 15u);
  EXPECT_EQ(FindConditionBreak("a == \"x && y\" && bbbbbbbbbbbbbb", 20), 16u);
  EXPECT_EQ(FindConditionBreak("a == 'it\\'s && y' && bbbbbbbbbbb", 22), 20u);
  EXPECT_EQ(FindConditionBreak("f(aaaa, bbbb, cccc)", 15), 13u);
  EXPECT_EQ(FindConditionBreak("aaaaaaaaaaaa == b", 5), 12u) << "later than wanted, where nothing is in time";
  EXPECT_EQ(FindConditionBreak("aaaaaaaaaaaaaaaaaaa", 5), std::string::npos);
  EXPECT_EQ(FindConditionBreak("包裹包裹 && 包裹包裹包裹包裹", 10), 15u) << "columns are code points, places bytes";
  EXPECT_EQ(FindConditionBreak("aaa  bbb", 5), std::string::npos) << "two blanks are text";
}

}  // namespace
}  // namespace sluice::rules
