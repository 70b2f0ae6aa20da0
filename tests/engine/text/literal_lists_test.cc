#include "engine/text/literal_lists.h"

#include <gtest/gtest.h>

namespace sluice::text {
namespace {

class LiteralListsTest : public ::testing::Test {
 protected:
  LiteralListsTest() {
    for (const bool whole_words : {true, false}) {
      lists_.AddList(whole_words);
      for (const char* literal : {"Gun", "toy gun", "手枪", "c++", "STRASSE", "don't", "\u200B"}) {
        lists_.AddLiteral(literal);
      }
    }
    lists_.AddList(true);
    lists_.AddLiteral("gun");
    lists_.Prepare();
  }
  bool HasWord(std::string_view text) { return lists_.Contains(text, 0, &buffer_); }
  bool HasPart(std::string_view text) { return lists_.Contains(text, 1, &buffer_); }

  LiteralLists lists_;
  std::string buffer_;
};

TEST_F(LiteralListsTest, AWordIsFoundWhateverItsCaseAndWidth) {
  for (const char* text : {"gun", "A GUN.", "toy-gun", "ＧＵＮ", "gun's", "(gun)", "Straße 5", "C++ book", "gun油"}) {
    EXPECT_EQ(HasWord(text), std::string_view(text) != "gun's") << text;
  }
}

TEST_F(LiteralListsTest, PartsOfWordsAreFoundOnlyWhenAsked) {
  for (const char* text : {"guns", "begun", "gun_oil", "gun2", "don'ts"}) {
    EXPECT_FALSE(HasWord(text)) << text;
    EXPECT_TRUE(HasPart(text)) << text;
  }
  EXPECT_FALSE(HasPart("gu n"));
}

TEST_F(LiteralListsTest, HanHasNoWordBoundaries) {
  EXPECT_TRUE(HasWord("仿真手枪玩具"));
  EXPECT_FALSE(HasWord("手 枪"));
}

TEST_F(LiteralListsTest, InvisibleCharactersDoNotHideAWordAndAreNoneThemselves) {
  EXPECT_TRUE(HasWord("a g\u200Bun"));
  EXPECT_FALSE(HasPart("\u200B"));
  EXPECT_FALSE(HasPart(""));
}

TEST_F(LiteralListsTest, OnePassTellsEveryListOfEveryText) {
  const std::vector<std::string> texts = {"my gun", "guns", "手枪", "none"};
  std::vector<std::vector<std::uint32_t>> found(texts.size());
  std::size_t next = 0;
  std::array<std::size_t, 2> text_of{};
  lists_.SearchAll<2>(
      [&](std::size_t lane, std::string_view* text) {
        if (next == texts.size()) return false;
        text_of[lane] = next;
        *text = texts[next++];
        return true;
      },
      [&](std::size_t lane, std::uint32_t list) { found[text_of[lane]].push_back(list); });
  EXPECT_EQ(found[0], (std::vector<std::uint32_t>{1, 0, 2}));
  EXPECT_EQ(found[1], (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(found[2], (std::vector<std::uint32_t>{1, 0}));
  EXPECT_TRUE(found[3].empty());
}

}  // namespace
}  // namespace sluice::text
