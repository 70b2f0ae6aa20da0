#include "rules/emit/book_tests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/time_text.h"
#include "engine/wire/decoder.h"
#include "rules/diag/render.h"
#include "rules/emit/compiler.h"
#include "tests/rules/emit/book_folder.h"

namespace sluice::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class BookTestsTest : public ::testing::Test {
 protected:
  BookTestsTest() {
    folder_.Write("rules/a.yaml", R"(rules:
  - { id: W, when: parcel.gross_weight_g > 5000, then: { lane: inspect } }
  - { id: N, when: 'parcel.consignee.name == "Li" && parcel.items.exists(i, i.hs_code == "01")', then: { lane: hold } }
  - { id: M, when: parcel.total_value.minor() > 5 && parcel.direction == Direction.export, then: { lane: hold } }
)");
    auto book = CompileBook(folder_.path());
    if (book.ok() && book->rule_set == nullptr)
      ADD_FAILURE() << RenderPretty(book->diagnostics, *book->sources);
    rule_set_ = book.ok() ? book->rule_set : nullptr;
  }
  BookTests Read(const std::string& text) {
    folder_.Write("tests/t.yaml", text);
    auto tests = ReadBookTests(folder_.path(), *rule_set_);
    return tests.ok() ? *std::move(tests) : BookTests();
  }
  /// The text of column `path` of the parcel in `record`, or "-" when absent.
  std::string TextOf(const BookTest& test, const std::string& path) {
    parcel::ColumnPlan plan;
    const auto column =
        plan.AddColumn(rule_set_->catalog, 0, *parcel::FindPath(rule_set_->catalog, path));
    const wire::DecodePlan decode(rule_set_->catalog, plan);
    wire::Decoder decoder(decode);
    parcel::Batch batch(plan);
    batch.Clear();
    EXPECT_EQ(decoder.Append(test.record, batch), wire::DecodeResult::kAppended);
    const parcel::Column& values = batch.columns[column];
    if (!values.Has(0)) return "-";
    switch (values.type) {
      case parcel::ValueType::kString: return std::string(values.texts[0]);
      case parcel::ValueType::kMoney: return base::MoneyText(values.moneys[0]);
      case parcel::ValueType::kTimestamp: return base::TimestampText(values.times[0]);
      case parcel::ValueType::kUint: return std::to_string(values.uints[0]);
      default: return std::to_string(values.ints[0]);
    }
  }

  BookFolder folder_;
  ruleset::RuleSetPtr rule_set_;
};

TEST_F(BookTestsTest, ParcelsBecomeRecordsOverTheDefaults) {
  const BookTests read = Read(R"(defaults:
  parcel_id: P0
  consignee: { name: Li, country: CN }
  gross_weight_g: 100
tests:
  - name: one
    parcel: { total_value: "5000.01 CNY", direction: export, consignee: { name: Wang }, gross_weight_g: ~,
              items: [ { hs_code: "0101" } ] }
    now: 2026-03-01T10:00:00Z
    expect: { lane: inspect, rules: [N, W], excludes: [M], outcomes: [incomplete], score: 40 }
)");
  ASSERT_THAT(folder_.Findings(read.diagnostics), IsEmpty());
  ASSERT_THAT(read.tests, SizeIs(1));
  const BookTest& test = read.tests[0];
  EXPECT_EQ(test.name, "one");
  EXPECT_EQ(TextOf(test, "parcel_id"), "P0");
  EXPECT_EQ(TextOf(test, "consignee.name"), "Wang");
  EXPECT_EQ(TextOf(test, "consignee.country"), "CN");
  EXPECT_EQ(TextOf(test, "gross_weight_g"), "-");
  EXPECT_EQ(TextOf(test, "total_value"), "5000.01 CNY");
  EXPECT_EQ(TextOf(test, "direction"), "1");
  EXPECT_EQ(TextOf(test, "received_at"), "2026-03-01T10:00:00Z");
  EXPECT_EQ(base::TimestampText(test.now), "2026-03-01T10:00:00Z");
  EXPECT_EQ(rule_set_->lanes[*test.expect.lane].name, "inspect");
  EXPECT_EQ(test.expect.rules, (std::vector<ruleset::RuleIndex>{0, 1}));
  EXPECT_THAT(test.expect.excludes, ElementsAre(2u));
  EXPECT_EQ(test.expect.outcomes, 0b10);
  EXPECT_EQ(test.expect.score, 40u);
  EXPECT_FALSE(test.expect.shadow.has_value());
}

TEST_F(BookTestsTest, NowComesFromTheReceivedField) {
  const BookTests read = Read(R"(tests:
  - { name: own, parcel: { received_at: 2026-05-01T00:00:00Z }, expect: {} }
  - { name: none, parcel: {}, expect: {} }
)");
  ASSERT_THAT(read.tests, SizeIs(2));
  EXPECT_EQ(base::TimestampText(read.tests[0].now), "2026-05-01T00:00:00Z");
  EXPECT_EQ(read.tests[1].now, kDefaultTestNow);
  EXPECT_EQ(TextOf(read.tests[1], "received_at"), base::TimestampText(kDefaultTestNow));
}

TEST_F(BookTestsTest, EveryMistakeIsReportedAndTheOtherTestsStay) {
  const BookTests read = Read(R"(tests:
  - { name: a, parcel: { gros_weight_g: 5 }, expect: { lane: inspekt } }
  - { name: b, parcel: { gross_weight_g: heavy, direction: inport, total_value: 12.5 }, expect: { rules: [X] } }
  - { name: c, parcel: { gross_weight_g: 99999999999 }, expect: { outcomes: [late], score: -1 } }
  - { name: d, parcel: { items: { hs_code: x } }, now: today, expect: { lain: hold } }
  - { name: e, parcel: { gross_weight_g: 5 }, expect: { lane: pass } }
)");
  EXPECT_THAT(
      folder_.Findings(read.diagnostics),
      UnorderedElementsAre("tests/t.yaml:2:26 unknown-field", "tests/t.yaml:2:62 unknown-lane",
                           "tests/t.yaml:3:42 bad-value", "tests/t.yaml:3:60 bad-value",
                           "tests/t.yaml:3:81 bad-value", "tests/t.yaml:3:106 unknown-rule",
                           "tests/t.yaml:4:42 bad-value", "tests/t.yaml:4:77 unknown-outcome",
                           "tests/t.yaml:4:92 yaml-range", "tests/t.yaml:5:33 yaml-type",
                           "tests/t.yaml:5:56 bad-value", "tests/t.yaml:5:73 unknown-key"));
  ASSERT_THAT(read.tests, SizeIs(1));
  EXPECT_EQ(read.tests[0].name, "e");
}

}  // namespace
}  // namespace sluice::rules
