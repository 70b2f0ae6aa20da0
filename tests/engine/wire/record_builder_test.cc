#include "engine/wire/record_builder.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>
#include <vector>

#include "engine/wire/schema_loader.h"
#include "tests/engine/wire/all_kinds.h"
#include "tests/support/random_record.h"
#include "tests/support/reflection_decoder.h"

namespace sluice::wire {
namespace {

using parcel::Catalog;
using Handle = RecordBuilder::Handle;
using Node = RecordBuilder::Node;
using Bytes = std::vector<std::uint8_t>;

Bytes Copy(std::span<const std::uint8_t> record) { return {record.begin(), record.end()}; }

class RecordBuilderTest : public testing::Test {
 protected:
  const Catalog catalog_ = *LoadSchema(kAllKindsSchema, "all_kinds.fbs", {}, "");
  RecordBuilder builder_{catalog_};
  test_support::ReflectionDecoder reflection_{kAllKindsSchema};

  // The one value at `path`, as the reflection of FlatBuffers reads it.
  std::optional<std::string> Read(const Bytes& record, const char* path) {
    parcel::ColumnPlan plan;
    plan.AddColumn(catalog_, parcel::kParcelDomain, *parcel::FindPath(catalog_, path));
    return reflection_.Decode(catalog_, plan, record)[0][0];
  }
};

TEST_F(RecordBuilderTest, UnknownPathsHaveNoHandle) {
  EXPECT_EQ(builder_.Find("no_such_field"), RecordBuilder::kNoHandle);
  EXPECT_EQ(builder_.Find("leaf.no_such_field"), RecordBuilder::kNoHandle);
  EXPECT_EQ(builder_.Find("id.name"), RecordBuilder::kNoHandle);
  EXPECT_EQ(builder_.Find("plain"), RecordBuilder::kNoHandle) << "a flattened struct is no field";
  EXPECT_EQ(builder_.Find("masked.mask"), RecordBuilder::kNoHandle)
      << "a presence mask is no field";
  EXPECT_EQ(builder_.FindInItem(builder_.Find("id"), "name"), RecordBuilder::kNoHandle);
}

TEST_F(RecordBuilderTest, AnEmptyRecordIsSoundAndHasDefaults) {
  const Bytes record = Copy(builder_.Finish());
  ASSERT_TRUE(reflection_.Verify(record));
  EXPECT_EQ(Read(record, "i8"), "7");
  EXPECT_EQ(Read(record, "u8"), std::nullopt);
  EXPECT_EQ(Read(record, "id"), std::nullopt);
  EXPECT_EQ(Read(record, "a"), std::nullopt);
}

TEST_F(RecordBuilderTest, IntegersThatDoNotFitAreRefusedAndChangeNothing) {
  const Handle i8 = builder_.Find("i8");
  const Handle u8 = builder_.Find("u8");
  const Handle u64 = builder_.Find("u64");
  const Handle i64 = builder_.Find("i64");
  EXPECT_EQ(builder_.SetInt(i8, -128), SetResult::kOk);
  EXPECT_EQ(builder_.SetInt(i8, -129), SetResult::kOutOfRange);
  EXPECT_EQ(builder_.SetInt(i8, 128), SetResult::kOutOfRange);
  EXPECT_EQ(builder_.SetInt(u8, 255), SetResult::kOk);
  EXPECT_EQ(builder_.SetInt(u8, 256), SetResult::kOutOfRange);
  EXPECT_EQ(builder_.SetInt(u8, -1), SetResult::kOutOfRange);
  EXPECT_EQ(builder_.SetUint(u64, std::numeric_limits<std::uint64_t>::max()), SetResult::kOk);
  EXPECT_EQ(builder_.SetInt(u64, -1), SetResult::kOutOfRange);
  EXPECT_EQ(builder_.SetUint(i64, std::numeric_limits<std::uint64_t>::max()),
            SetResult::kOutOfRange);
  const Bytes record = Copy(builder_.Finish());
  EXPECT_EQ(Read(record, "i8"), "-128");
  EXPECT_EQ(Read(record, "u8"), "255");
  EXPECT_EQ(Read(record, "u64"), "18446744073709551615");
  EXPECT_EQ(Read(record, "i64"), std::nullopt);
}

TEST_F(RecordBuilderTest, ValuesOfAnotherTypeAreRefused) {
  EXPECT_EQ(builder_.SetInt(builder_.Find("id"), 1), SetResult::kWrongType);
  EXPECT_EQ(builder_.SetString(builder_.Find("i8"), "1"), SetResult::kWrongType);
  EXPECT_EQ(builder_.SetDouble(builder_.Find("i8"), 1), SetResult::kWrongType);
  EXPECT_EQ(builder_.SetBool(builder_.Find("i8"), true), SetResult::kWrongType);
  EXPECT_EQ(builder_.SetInt(builder_.Find("lines"), 1), SetResult::kWrongType);
  EXPECT_EQ(builder_.SetInt(RecordBuilder::kNoHandle, 1), SetResult::kWrongType);
  EXPECT_EQ(builder_.AddItem(builder_.Find("id")), RecordBuilder::kNoNode);
}

TEST_F(RecordBuilderTest, TextsKeepTheirLimits) {
  EXPECT_EQ(builder_.SetString(builder_.Find("leaf.name"), std::string(40, 'x')), SetResult::kOk);
  EXPECT_EQ(builder_.SetString(builder_.Find("leaf.name"), std::string(41, 'x')),
            SetResult::kTextTooLong);
  EXPECT_EQ(builder_.SetString(builder_.Find("masked.code"), "12345678"), SetResult::kOk);
  EXPECT_EQ(builder_.SetString(builder_.Find("masked.code"), "123456789"), SetResult::kTextTooLong);
  EXPECT_EQ(builder_.SetString(builder_.Find("id"), "\xFF"), SetResult::kBadUtf8);
  EXPECT_EQ(builder_.SetDouble(builder_.Find("f32"), 1e300), SetResult::kOutOfRange);
  const Bytes record = Copy(builder_.Finish());
  EXPECT_EQ(Read(record, "leaf.name"), std::string(40, 'x'));
  EXPECT_EQ(Read(record, "masked.code"), "12345678");
}

TEST_F(RecordBuilderTest, MoneySetsItsCurrencyOnceForTheRecord) {
  EXPECT_EQ(builder_.SetMoney(builder_.Find("amount"), *base::ParseMoney("1.00 CNY")),
            SetResult::kOk);
  EXPECT_EQ(builder_.SetMoney(builder_.Find("fee"), *base::ParseMoney("1.00 EUR")),
            SetResult::kCurrencyMismatch);
  EXPECT_EQ(builder_.SetMoney(builder_.Find("fee"), *base::ParseMoney("2.00 CNY")), SetResult::kOk);
  EXPECT_EQ(builder_.SetMoney(builder_.Find("fee"), *base::ParseMoney("99999999.00 CNY")),
            SetResult::kOutOfRange);
  const Bytes record = Copy(builder_.Finish());
  EXPECT_EQ(Read(record, "amount"), "100 CNY");
  EXPECT_EQ(Read(record, "fee"), "200 CNY");
}

TEST_F(RecordBuilderTest, TimesAreCutToTheFieldsUnit) {
  EXPECT_EQ(builder_.SetTimestamp(builder_.Find("masked.at"), {100, 999'999'999}), SetResult::kOk);
  EXPECT_EQ(builder_.SetTimestamp(builder_.Find("masked.at"), {-1, 0}), SetResult::kOutOfRange);
  EXPECT_EQ(builder_.SetTimestamp(builder_.Find("when"), {-1, 999'999'999}), SetResult::kOk);
  EXPECT_EQ(builder_.SetTimestamp(builder_.Find("when"), {base::kTimestampSecondsMax, 0}),
            SetResult::kOutOfRange);
  EXPECT_EQ(builder_.SetDuration(builder_.Find("pause"), 1'999'999), SetResult::kOk);
  const Bytes record = Copy(builder_.Finish());
  EXPECT_EQ(Read(record, "masked.at"), "100s0");
  EXPECT_EQ(Read(record, "when"), "-1s999999999");
  EXPECT_EQ(Read(record, "pause"), "1000000");
}

TEST_F(RecordBuilderTest, VectorsHoldNoMoreThanTheSchemaAllows) {
  const Handle lines = builder_.Find("lines");
  for (int i = 0; i < 5; ++i) EXPECT_NE(builder_.AddItem(lines), RecordBuilder::kNoNode);
  EXPECT_EQ(builder_.AddItem(lines), RecordBuilder::kNoNode);
}

TEST_F(RecordBuilderTest, ElementsOfElementsKeepTheirParents) {
  const Handle lines = builder_.Find("lines");
  const Handle leaves = builder_.FindInItem(lines, "leaves");
  const Handle number = builder_.FindInItem(leaves, "number");
  const Handle numbers = builder_.Find("numbers");
  const Handle one_number = builder_.FindInItem(numbers, "");
  const Node first = builder_.AddItem(lines);
  const Node second = builder_.AddItem(lines);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(builder_.SetInt(number, i, builder_.AddItem(leaves, i % 2 == 0 ? first : second)),
              SetResult::kOk);
    EXPECT_EQ(builder_.SetInt(one_number, -i, builder_.AddItem(numbers)), SetResult::kOk);
  }
  const Bytes record = Copy(builder_.Finish());
  parcel::ColumnPlan plan;
  const auto lines_domain = plan.AddDomain(catalog_, 0, *parcel::FindPath(catalog_, "lines"));
  const std::uint32_t line = plan.domains[lines_domain].record;
  const auto leaves_domain =
      plan.AddDomain(catalog_, lines_domain, {catalog_.records[line].Find("leaves")});
  const std::uint32_t leaf = plan.domains[leaves_domain].record;
  plan.AddColumn(catalog_, leaves_domain, {catalog_.records[leaf].Find("number")});
  plan.AddColumn(catalog_, plan.AddDomain(catalog_, 0, *parcel::FindPath(catalog_, "numbers")), {});
  ASSERT_TRUE(reflection_.Verify(record));
  const auto columns = reflection_.Decode(catalog_, plan, record);
  EXPECT_EQ(columns[0], (test_support::ColumnTexts{"0", "2", "1", "3"}));
  EXPECT_EQ(columns[1], (test_support::ColumnTexts{"0", "-1", "-2", "-3"}));
}

TEST_F(RecordBuilderTest, StartForgetsTheRecordBefore) {
  const Bytes empty = Copy(builder_.Finish());
  EXPECT_EQ(builder_.SetString(builder_.Find("leaf.name"), "x"), SetResult::kOk);
  EXPECT_NE(Copy(builder_.Finish()), empty);
  builder_.Start();
  EXPECT_EQ(Copy(builder_.Finish()), empty);
}

TEST_F(RecordBuilderTest, TheSameCallsGiveTheSameBytes) {
  test_support::RandomRecord one(catalog_);
  test_support::RandomRecord other(catalog_);
  std::mt19937_64 random_one(3);
  std::mt19937_64 random_other(3);
  for (int i = 0; i < 50; ++i)
    ASSERT_EQ(Copy(one.Next(random_one, 70)), Copy(other.Next(random_other, 70)));
}

}  // namespace
}  // namespace sluice::wire
