#include "rules/diag/junit.h"

#include <gtest/gtest.h>

#include <vector>

namespace sluice::rules {
namespace {

TEST(JUnitTest, CountsCasesAndFailures) {
  std::vector<JUnitCase> cases(2);
  cases[0].class_name = cases[1].class_name = "tests/limits.yaml";
  cases[0].name = "cheap";
  cases[0].place.file = "t.yaml";
  cases[0].place.line = 2;
  cases[1].name = "dear";
  cases[1].failure = "lane: expected hold, got pass";
  cases[1].details = "and more";
  EXPECT_EQ(RenderJUnit("airport", cases),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites tests=\"2\" failures=\"1\">\n"
            "  <testsuite name=\"airport\" tests=\"2\" failures=\"1\" errors=\"0\">\n"
            "    <testcase classname=\"tests/limits.yaml\" name=\"cheap\" file=\"t.yaml\" line=\"2\"/>\n"
            "    <testcase classname=\"tests/limits.yaml\" name=\"dear\">\n"
            "      <failure message=\"lane: expected hold, got pass\">and more</failure>\n"
            "    </testcase>\n"
            "  </testsuite>\n"
            "</testsuites>\n");
}

TEST(JUnitTest, TextThatXmlReservesOrCannotHoldStaysWellFormed) {
  EXPECT_EQ(XmlText("a < b && c > \"d\""), "a &lt; b &amp;&amp; c &gt; &quot;d&quot;");
  EXPECT_EQ(XmlText("one\ntwo\tthree"), "one&#10;two&#9;three");
  EXPECT_EQ(XmlText(std::string_view("a\0b\x01\xff", 5)), "a\xEF\xBF\xBD"
                                                          "b\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(XmlText("\xEF\xBF\xBE"), "\xEF\xBF\xBD");
  EXPECT_EQ(XmlText("包裹"), "包裹");
}

}  // namespace
}  // namespace sluice::rules
