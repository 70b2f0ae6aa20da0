#include "engine/base/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace sluice::base {
namespace {

TEST(Utf8Test, EveryScalarValueSurvivesEncodingAndDecoding) {
  for (char32_t value = 0; value <= 0x10FFFF; ++value) {
    if (!IsUnicodeScalar(value)) continue;
    std::string text;
    AppendUtf8(value, &text);
    const CodePoint point = DecodeUtf8(text, 0);
    ASSERT_TRUE(point.valid) << std::hex << static_cast<std::uint32_t>(value);
    ASSERT_EQ(point.value, value);
    ASSERT_EQ(point.size, text.size());
  }
}

TEST(Utf8Test, OverlongFormsSurrogatesAndTruncationAreInvalid) {
  for (const std::string_view bad :
       {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xF0\x80\x80\x80", "\xED\xA0\x80",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80", "\xFF", "\x80", "\xE4\xB8", "\xC3(", "\xF0\x9F\x90"}) {
    EXPECT_EQ(FindInvalidUtf8(bad), 0u) << bad.size();
  }
}

TEST(Utf8Test, TheFirstInvalidByteIsFoundBehindLongAscii) {
  for (std::size_t before = 0; before < 40; ++before) {
    std::string text(before, 'x');
    text += "\xFFzzzzzzzzzzzz";
    EXPECT_EQ(FindInvalidUtf8(text), before);
    text[before] = 'x';
    EXPECT_TRUE(IsValidUtf8(text));
  }
}

TEST(Utf8Test, CodePointsAreCountedNotBytes) {
  EXPECT_EQ(CountCodePoints(""), 0u);
  EXPECT_EQ(CountCodePoints("πέντε"), 5u);
  EXPECT_EQ(CountCodePoints("🐱😀😛"), 3u);
}

}  // namespace
}  // namespace sluice::base
