#include "engine/text/fold.h"

#include <gtest/gtest.h>

namespace sluice::text {
namespace {

TEST(FoldTest, CaseWidthLigaturesAndInvisibleCharactersMakeNoDifference) {
  EXPECT_EQ(Folded("Toy GUN"), "toy gun");
  EXPECT_EQ(Folded("ＴＯＹ ＧＵＮ"), "toy gun");
  EXPECT_EQ(Folded("o\uFB03ce"), "office");
  EXPECT_EQ(Folded("g\u200Bu\u00ADn"), "gun");
  EXPECT_EQ(Folded("Straße"), "strasse");
  EXPECT_EQ(Folded("CAFE\u0301"), "caf\u00E9");
  EXPECT_EQ(Folded("包裹"), "包裹");
  EXPECT_EQ(Folded(""), "");
  EXPECT_EQ(Folded("\u200B"), "");
}

TEST(FoldTest, FoldingAgainChangesNothing) {
  for (const char* text : {"ÀÉÎ ǅ ﬀ ①", "ΑΣ ς", "İI ı", "한국 カﾞ"}) EXPECT_EQ(Folded(Folded(text)), Folded(text)) << text;
}

}  // namespace
}  // namespace sluice::text
