#include "engine/text/word_break.h"

#include <gtest/gtest.h>
#include <unicode/brkiter.h>
#include <unicode/unistr.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/support/oracle/text_search.h"

namespace sluice::text {
namespace {

std::string Broken(std::string_view text) {
  std::string broken;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (i > 0 && begins && IsWordBoundary(text, i)) broken += '|';
    broken += text[i];
  }
  return broken;
}

TEST(WordBreakTest, WordsAreWhatTheAnnexSays) {
  EXPECT_EQ(Broken("toy-gun can't 3,14 x_y"), "toy|-|gun| |can't| |3,14| |x_y");
  EXPECT_EQ(Broken("toy:gun"), "toy|:|gun");
  EXPECT_EQ(Broken("café"), "café");
  EXPECT_EQ(Broken("手枪gun油"), "手|枪|gun|油");
  EXPECT_EQ(Broken("カタカナ"), "カタカナ");
  EXPECT_EQ(Broken("🇩🇪🇫🇷"), "🇩🇪|🇫🇷");
}

/// Calls check(text, wide, at, byte) for each place of random texts of `parts`.
template <typename Check>
void ForRandomPlaces(const std::vector<std::string>& parts, Check check) {
  std::mt19937 random(1);
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (std::size_t i = 1 + random() % 8; i > 0; --i) text += parts[random() % parts.size()];
    const icu::UnicodeString wide = icu::UnicodeString::fromUTF8(text);
    for (std::int32_t at = 0; at <= wide.length(); at = at < wide.length() ? wide.moveIndex32(at, 1) : at + 1) {
      std::string before;
      wide.tempSubString(0, at).toUTF8String(before);
      check(text, wide, at, before.size());
    }
  }
}

TEST(WordBreakTest, AgreesWithTheRulesOneByOne) {
  const std::vector<std::string> parts = {
      "a",  "Z", "ß", "я", "א",  "1",  "٣",      "_",      ".",      ",",      ";",      "'",      "\"",     ":",
      " ",  "-", "@", "/", "\r", "\n", "\u0085", "\u0301", "\u200D", "\u00AD", "\u2019", "\u00B7", "\u2764", "🇩",
      "🇫", "👩", "手", "ひ", "カ", "ก", "ิ", "\u05F4", "한", "\u3000"};
  ForRandomPlaces(parts, [](const auto& text, const auto& wide, std::int32_t at, std::size_t byte) {
    ASSERT_EQ(IsWordBoundary(text, byte), oracle::IsWordBoundaryAt(wide, at)) << Broken(text) << " at " << byte;
  });
}

// Of letters, digits, marks and the punctuation of words and numbers; ICU has rules of its own for "@" and "/", and
// dictionaries for some scripts.
TEST(WordBreakTest, AgreesWithTheBreakIteratorOfIcu) {
  const std::vector<std::string> parts = {"a", "Z", "ß", "я", "1", "٣", "_", ".",
                                          ",", "'", ":", " ", "\n", "\u0301"};
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> words(
      icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), error));
  ASSERT_TRUE(U_SUCCESS(error));
  ForRandomPlaces(parts, [&](const auto& text, const auto& wide, std::int32_t at, std::size_t byte) {
    words->setText(wide);
    ASSERT_EQ(IsWordBoundary(text, byte), words->isBoundary(at) != 0) << Broken(text) << " at " << byte;
  });
}

}  // namespace
}  // namespace sluice::text
