#include "engine/base/text_functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::base {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kMixed = "ta©o😀T";  // one, two and four bytes

std::string Replaced(const std::string& text, const std::string& from, const std::string& to, std::int64_t limit) {
  std::string made;
  ReplaceText(text, from, to, limit, [&](std::string_view piece) { made += piece; });
  return made;
}

std::vector<std::string> Parts(const std::string& text, const std::string& separator, std::int64_t limit) {
  std::vector<std::string> parts;
  SplitText(text, separator, limit, [&](std::string_view part) { parts.emplace_back(part); });
  return parts;
}

TEST(TextFunctionsTest, PositionsCountCodePointsAndMayBeTheEnd) {
  EXPECT_EQ(CharAt(kMixed, 2), "©");
  EXPECT_EQ(CharAt(kMixed, 4), "😀");
  EXPECT_EQ(CharAt(kMixed, 6), "");
  EXPECT_FALSE(CharAt(kMixed, 7));
  EXPECT_FALSE(CharAt(kMixed, -1));
  EXPECT_EQ(CharAt("abc", 3), "");
  EXPECT_FALSE(CharAt("abc", 4));
  EXPECT_EQ(Substring(kMixed, 2, 5), "©o😀");
  EXPECT_EQ(Substring(kMixed, 6, 6), "");
  EXPECT_FALSE(Substring(kMixed, 5, 7));
  EXPECT_FALSE(Substring(kMixed, 3, 2));
  EXPECT_FALSE(Substring(kMixed, -1, 2));
  EXPECT_EQ(SubstringFrom(kMixed, 4), "😀T");
  EXPECT_FALSE(SubstringFrom(kMixed, 7));
}

TEST(TextFunctionsTest, SearchesTellPositionsInCodePoints) {
  EXPECT_EQ(IndexOf(kMixed, "o", 0), 3);
  EXPECT_EQ(IndexOf(kMixed, "T", 4), 5);
  EXPECT_EQ(IndexOf(kMixed, "©", 3), -1);
  EXPECT_EQ(IndexOf(kMixed, "", 6), 6);
  EXPECT_FALSE(IndexOf(kMixed, "t", 7));
  EXPECT_FALSE(IndexOf(kMixed, "t", -1));
  EXPECT_EQ(LastIndexOf("bananananana", "nana"), 8);
  EXPECT_EQ(LastIndexOf("bananananana", "nana", 7), 6);
  EXPECT_EQ(LastIndexOf(kMixed, ""), 6);
  EXPECT_EQ(LastIndexOf(kMixed, "t", 0), 0);
  EXPECT_EQ(LastIndexOf(kMixed, "😀", 3), -1);
  EXPECT_FALSE(LastIndexOf(kMixed, "t", 7));
}

TEST(TextFunctionsTest, ReplacingGoesFromTheLeftAndNeverOverWhatWasPutIn) {
  EXPECT_EQ(Replaced("aaa", "a", "aa", -1), "aaaaaa");
  EXPECT_EQ(Replaced("aaa", "a", "b", 2), "bba");
  EXPECT_EQ(Replaced("aaa", "aa", "", -1), "a");
  EXPECT_EQ(Replaced("abc", "x", "y", -1), "abc");
  EXPECT_EQ(Replaced("abc", "b", "y", 0), "abc");
  EXPECT_EQ(Replaced("a©", "", "_", -1), "_a_©_");
  EXPECT_EQ(Replaced("abc", "", "_", 2), "_a_bc");
  EXPECT_EQ(Replaced("", "", "_", -1), "_");
}

TEST(TextFunctionsTest, SplittingKeepsEmptyPartsAndTheRestInTheLast) {
  EXPECT_THAT(Parts("a,b,,c,", ",", -1), ElementsAre("a", "b", "", "c", ""));
  EXPECT_THAT(Parts("a,b,c", ",", 2), ElementsAre("a", "b,c"));
  EXPECT_THAT(Parts("a,b,c", ",", 1), ElementsAre("a,b,c"));
  EXPECT_THAT(Parts("a,b,c", ",", 0), IsEmpty());
  EXPECT_THAT(Parts("a©b", "", -1), ElementsAre("a", "©", "b"));
  EXPECT_THAT(Parts("a©b", "", 2), ElementsAre("a", "©b"));
  EXPECT_THAT(Parts("", ",", -1), ElementsAre(""));
  EXPECT_THAT(Parts("", "", -1), IsEmpty());
}

TEST(TextFunctionsTest, ReversingAndQuotingKeepCodePointsWhole) {
  std::string made;
  ReverseText(kMixed, [&](std::string_view piece) { made += piece; });
  EXPECT_EQ(made, "T😀o©at");
  made.clear();
  QuoteText("a\"b\\c\n\a\u00e9", [&](std::string_view piece) { made += piece; });
  EXPECT_EQ(made, "\"a\\\"b\\\\c\\n\\a\u00e9\"");
}

}  // namespace
}  // namespace sluice::base
