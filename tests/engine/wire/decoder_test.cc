#include "engine/wire/decoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "engine/wire/record_builder.h"
#include "engine/wire/schema_loader.h"
#include "tests/engine/wire/all_kinds.h"
#include "tests/support/random_record.h"
#include "tests/support/reflection_decoder.h"

namespace sluice::wire {
namespace {

using parcel::Batch;
using parcel::Catalog;
using parcel::ColumnIndex;
using parcel::ColumnPlan;
using parcel::DomainIndex;
using parcel::ReadError;
using test_support::BatchTexts;
using test_support::ColumnTexts;
using test_support::RandomRecord;
using test_support::ReflectionDecoder;

using Bytes = std::vector<std::uint8_t>;

Bytes Copy(std::span<const std::uint8_t> record) { return {record.begin(), record.end()}; }

Catalog AllKinds() {
  Result<Catalog> loaded = LoadSchema(kAllKindsSchema, "all_kinds.fbs", {}, "");
  EXPECT_TRUE(loaded.ok()) << loaded.status().message();
  return *std::move(loaded);
}

std::string SchemaName(const testing::TestParamInfo<const char*>& schema) { return schema.param; }

// The batch's values that belong to one parcel row, as texts.
std::vector<ColumnTexts> RowTexts(const ColumnPlan& plan, const Batch& batch, std::uint32_t row) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> range(plan.domains.size());
  range[0] = {row, row + 1};
  for (DomainIndex d = 1; d < plan.domains.size(); ++d) {
    const auto [first, last] = range[plan.domains[d].parent];
    range[d] = {batch.domains[d].first[first], batch.domains[d].first[last]};
  }
  std::vector<ColumnTexts> texts;
  for (ColumnIndex c = 0; c < plan.columns.size(); ++c) {
    const auto [first, last] = range[plan.columns[c].domain];
    texts.push_back(BatchTexts(batch.columns[c], first, last));
  }
  return texts;
}

// Columns of absent values hold zero values, also where another row stood before.
bool AbsentValuesAreZero(const ColumnPlan& plan, const Batch& batch) {
  for (ColumnIndex c = 0; c < plan.columns.size(); ++c) {
    const parcel::Column& column = batch.columns[c];
    for (std::uint32_t row = 0; row < batch.domains[plan.columns[c].domain].count; ++row) {
      if (column.Has(row)) continue;
      if (!column.ints.empty() && column.ints[row] != 0) return false;
      if (!column.uints.empty() && column.uints[row] != 0) return false;
      if (!column.doubles.empty() && column.doubles[row] != 0) return false;
      if (!column.texts.empty() && column.texts[row].data() != nullptr) return false;
      if (!column.times.empty() && column.times[row] != base::Timestamp{}) return false;
      if (!column.moneys.empty() && column.moneys[row] != base::Money{}) return false;
    }
  }
  return true;
}

void ExpectOwnRowsToPointBack(const ColumnPlan& plan, const Batch& batch) {
  for (DomainIndex d = 1; d < plan.domains.size(); ++d) {
    const parcel::DomainRows& rows = batch.domains[d];
    const std::uint32_t parents = batch.domains[plan.domains[d].parent].count;
    ASSERT_EQ(rows.first[parents], rows.count);
    for (std::uint32_t parent = 0; parent < parents; ++parent) {
      for (std::uint32_t row = rows.first[parent]; row < rows.first[parent + 1]; ++row) {
        ASSERT_EQ(rows.parent[row], parent);
      }
    }
  }
}

class DecoderAgainstReflectionTest : public testing::TestWithParam<const char*> {};

TEST_P(DecoderAgainstReflectionTest, EveryColumnOfRandomRecordsIsEqual) {
  const std::string which = GetParam();
  const std::string& text = which == "default" ? DefaultSchemaText() : kAllKindsSchema;
  const Catalog catalog = which == "default" ? DefaultCatalog() : AllKinds();
  const ColumnPlan plan = test_support::PlanOfEverything(catalog);
  const ReflectionDecoder reflection(text);
  const DecodePlan decode_plan(catalog, plan);
  Decoder decoder(decode_plan);
  Batch batch(plan);
  RandomRecord records(catalog);
  std::mt19937_64 random(20260101);
  for (int round = 0; round < 6; ++round) {
    batch.Clear();
    std::vector<Bytes> kept;
    while (kept.size() < 100) {
      kept.push_back(Copy(records.Next(random, static_cast<unsigned>(kept.size() + 1))));
      ASSERT_TRUE(reflection.Verify(kept.back()));
      ASSERT_EQ(decoder.Append(kept.back(), batch), DecodeResult::kAppended)
          << ReadErrorName(batch.facts[batch.row_count() - 1].read_error);
    }
    ExpectOwnRowsToPointBack(plan, batch);
    EXPECT_TRUE(AbsentValuesAreZero(plan, batch));
    for (std::uint32_t row = 0; row < kept.size(); ++row) {
      const std::vector<ColumnTexts> expected = reflection.Decode(catalog, plan, kept[row]);
      const std::vector<ColumnTexts> actual = RowTexts(plan, batch, row);
      for (ColumnIndex c = 0; c < plan.columns.size(); ++c) {
        const parcel::ColumnSpec& spec = plan.columns[c];
        ASSERT_EQ(actual[c], expected[c])
            << parcel::PathText(catalog, parcel::DomainRecord(catalog, plan, spec.domain),
                                spec.path)
            << " of row " << row;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Schemas, DecoderAgainstReflectionTest,
                         testing::Values("default", "all_kinds"), SchemaName);

// A default record, its builder, and a batch with a few columns.
class DecoderTest : public testing::Test {
 protected:
  const Catalog& catalog_ = DefaultCatalog();
  ColumnPlan plan_;
  ColumnIndex id_ = Add("parcel_id");
  ColumnIndex value_ = Add("total_value");
  ColumnIndex at_ = Add("received_at");
  ColumnIndex office_ = Add("office");
  ColumnIndex direction_ = Add("direction");
  ColumnIndex name_ = Add("consignee.name");
  DomainIndex items_ =
      plan_.AddDomain(catalog_, parcel::kParcelDomain, *parcel::FindPath(catalog_, "items"));
  ColumnIndex hs_code_ = plan_.AddColumn(
      catalog_, items_, {catalog_.records[plan_.domains[items_].record].Find("hs_code")});
  DecodePlan decode_plan_{catalog_, plan_};
  Decoder decoder_{decode_plan_};
  Batch batch_{plan_};
  RecordBuilder builder_{catalog_};

  ColumnIndex Add(const char* path) {
    return plan_.AddColumn(catalog_, parcel::kParcelDomain, *parcel::FindPath(catalog_, path));
  }

  Bytes Record(int items) {
    builder_.Start();
    EXPECT_EQ(builder_.SetString(builder_.Find("parcel_id"), "LX123456785CN"), SetResult::kOk);
    EXPECT_EQ(builder_.SetMoney(builder_.Find("total_value"), *base::ParseMoney("147.50 CNY")),
              SetResult::kOk);
    EXPECT_EQ(builder_.SetTimestamp(builder_.Find("received_at"), {1767225600, 5'000'000}),
              SetResult::kOk);
    EXPECT_EQ(builder_.SetString(builder_.Find("office"), "4600"), SetResult::kOk);
    EXPECT_EQ(builder_.SetInt(builder_.Find("direction"), 1), SetResult::kOk);
    EXPECT_EQ(builder_.SetString(builder_.Find("consignee.name"), "张伟"), SetResult::kOk);
    const RecordBuilder::Handle vector = builder_.Find("items");
    for (int i = 0; i < items; ++i) {
      const RecordBuilder::Node item = builder_.AddItem(vector);
      EXPECT_EQ(builder_.SetString(builder_.FindInItem(vector, "hs_code"), "9503008900", item),
                SetResult::kOk);
    }
    return Copy(builder_.Finish());
  }

  ReadError ErrorOf(std::span<const std::uint8_t> record) {
    batch_.Clear();
    (void)decoder_.Append(record, batch_);
    EXPECT_EQ(batch_.row_count(), 1u);
    return batch_.facts[0].read_error;
  }
};

TEST_F(DecoderTest, ValuesArriveInTheirColumns) {
  const Bytes record = Record(2);
  ASSERT_EQ(decoder_.Append(record, batch_), DecodeResult::kAppended);
  EXPECT_EQ(batch_.columns[id_].texts[0], "LX123456785CN");
  EXPECT_EQ(batch_.columns[value_].moneys[0], *base::ParseMoney("147.50 CNY"));
  EXPECT_EQ(batch_.columns[at_].times[0], (base::Timestamp{1767225600, 5'000'000}));
  EXPECT_EQ(batch_.columns[office_].texts[0], "4600");
  EXPECT_EQ(batch_.columns[direction_].ints[0], 1);
  EXPECT_EQ(batch_.columns[name_].texts[0], "张伟");
  EXPECT_EQ(batch_.domains[items_].count, 2u);
  EXPECT_EQ(batch_.columns[hs_code_].texts[1], "9503008900");
  EXPECT_EQ(batch_.records[0].data(), record.data());
}

TEST_F(DecoderTest, AnExplicitZeroIsPresentAndAMissingFieldIsNot) {
  builder_.Start();
  ASSERT_EQ(builder_.SetInt(builder_.Find("direction"), 0), SetResult::kOk);
  const Bytes record = Copy(builder_.Finish());
  ASSERT_EQ(decoder_.Append(record, batch_), DecodeResult::kAppended);
  EXPECT_TRUE(batch_.columns[direction_].Has(0));
  for (const ColumnIndex absent : {id_, value_, at_, office_, name_})
    EXPECT_FALSE(batch_.columns[absent].Has(0));
}

TEST_F(DecoderTest, AnAmountWithoutItsCurrencyIsAbsent) {
  builder_.Start();
  ASSERT_EQ(builder_.SetInt(builder_.Find("total_value"), 500), SetResult::kOk);
  const Bytes record = Copy(builder_.Finish());
  ASSERT_EQ(decoder_.Append(record, batch_), DecodeResult::kAppended);
  EXPECT_FALSE(batch_.columns[value_].Has(0));
}

TEST_F(DecoderTest, ACurrencyThatIsNotThreeCapitalsIsUnreadable) {
  builder_.Start();
  ASSERT_EQ(builder_.SetInt(builder_.Find("total_value"), 500), SetResult::kOk);
  ASSERT_EQ(builder_.SetString(builder_.Find("currency"), "cny"), SetResult::kOk);
  EXPECT_EQ(ErrorOf(Copy(builder_.Finish())), ReadError::kBadCurrency);
}

TEST_F(DecoderTest, ATimeOutsideCelsYearsIsUnreadable) {
  builder_.Start();
  ASSERT_EQ(builder_.SetInt(builder_.Find("received_at"), base::kTimestampSecondsMax * 1000 + 999),
            SetResult::kOk);
  EXPECT_EQ(ErrorOf(Copy(builder_.Finish())), ReadError::kNone);
  builder_.Start();
  ASSERT_EQ(builder_.SetInt(builder_.Find("received_at"), (base::kTimestampSecondsMax + 1) * 1000),
            SetResult::kOk);
  EXPECT_EQ(ErrorOf(Copy(builder_.Finish())), ReadError::kBadTime);
}

TEST_F(DecoderTest, AnEnumValueThatTheSchemaDoesNotNameIsKept) {
  builder_.Start();
  ASSERT_EQ(builder_.SetInt(builder_.Find("direction"), 77), SetResult::kOk);
  const Bytes record = Copy(builder_.Finish());
  ASSERT_EQ(decoder_.Append(record, batch_), DecodeResult::kAppended);
  EXPECT_EQ(batch_.columns[direction_].ints[0], 77);
}

TEST_F(DecoderTest, TextThatIsNotUtf8IsUnreadableWhereItIsRead) {
  Bytes record = Record(0);
  const std::string_view name = "张伟";
  const auto at =
      std::search(record.begin(), record.end(), name.begin(), name.end(),
                  [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
  ASSERT_NE(at, record.end());
  *at = 0xFF;
  EXPECT_EQ(ErrorOf(record), ReadError::kBadUtf8);
}

TEST_F(DecoderTest, SizesAndIdentifierAreChecked) {
  Bytes record = Record(1);
  EXPECT_EQ(ErrorOf({}), ReadError::kTooShort);
  EXPECT_EQ(ErrorOf(Bytes(7)), ReadError::kTooShort);
  EXPECT_EQ(ErrorOf(Bytes(limits::kRecordBytesMax + 1)), ReadError::kTooLong);
  record[4] ^= 1;
  EXPECT_EQ(ErrorOf(record), ReadError::kBadIdentifier);
}

TEST_F(DecoderTest, AnUnreadableRecordIsARowWithNothingInIt) {
  const Bytes good = Record(2);
  Bytes bad = Record(2);
  const std::string_view code = "9503008900";
  const auto at = std::search(bad.begin(), bad.end(), code.begin(), code.end());
  ASSERT_NE(at, bad.end());
  *at = 0xFF;  // the items are read last: all else has been stored by then
  ASSERT_EQ(decoder_.Append(good, batch_), DecodeResult::kAppended);
  ASSERT_EQ(decoder_.Append(bad, batch_), DecodeResult::kUnreadable);
  ASSERT_EQ(decoder_.Append(good, batch_), DecodeResult::kAppended);
  EXPECT_EQ(batch_.facts[1].read_error, ReadError::kBadUtf8);
  EXPECT_EQ(batch_.row_count(), 3u);
  for (const ColumnIndex c : {id_, value_, at_, office_, direction_, name_}) {
    EXPECT_TRUE(batch_.columns[c].Has(0));
    EXPECT_FALSE(batch_.columns[c].Has(1));
    EXPECT_TRUE(batch_.columns[c].Has(2));
  }
  EXPECT_EQ(batch_.domains[items_].count, 4u);
  EXPECT_TRUE(AbsentValuesAreZero(plan_, batch_));
  ExpectOwnRowsToPointBack(plan_, batch_);
}

TEST_F(DecoderTest, AFullBatchIsLeftAsItWas) {
  const Bytes record = Record(0);
  for (std::size_t i = 0; i < limits::kBatchRowsMax; ++i) {
    ASSERT_EQ(decoder_.Append(record, batch_), DecodeResult::kAppended);
  }
  EXPECT_EQ(decoder_.Append(record, batch_), DecodeResult::kBatchFull);
  EXPECT_EQ(decoder_.AppendUnreadable(ReadError::kBadFrame, record, batch_),
            DecodeResult::kBatchFull);
  EXPECT_EQ(batch_.row_count(), limits::kBatchRowsMax);
}

TEST_F(DecoderTest, ABatchWhoseItemsWouldOverflowIsRolledBackAndTheRecordFitsTheNext) {
  const Bytes record = Record(200);
  std::uint32_t fitting = 0;
  while (decoder_.Append(record, batch_) == DecodeResult::kAppended) ++fitting;
  EXPECT_EQ(fitting, limits::kDomainRowsMax / 200);
  EXPECT_EQ(batch_.row_count(), fitting);
  EXPECT_EQ(batch_.domains[items_].count, fitting * 200);
  EXPECT_FALSE(batch_.columns[id_].Has(fitting));
  EXPECT_FALSE(batch_.columns[hs_code_].Has(fitting * 200));
  ExpectOwnRowsToPointBack(plan_, batch_);
  batch_.Clear();
  EXPECT_EQ(decoder_.Append(record, batch_), DecodeResult::kAppended);
}

TEST_F(DecoderTest, MoreItemsThanTheSchemaAllowsAreUnreadable) {
  Bytes record = Record(1);
  const std::string_view code = "9503008900";
  const auto at = std::search(record.begin(), record.end(), code.begin(), code.end());
  ASSERT_NE(at, record.end());
  // A catalogue that allows no more than the record has must accept it; one below must not.
  Catalog strict = catalog_;
  strict.records[strict.root].fields[strict.records[strict.root].Find("items")].max_items = 1;
  const DecodePlan strict_plan(strict, plan_);
  Decoder strict_decoder(strict_plan);
  EXPECT_EQ(strict_decoder.Append(record, batch_), DecodeResult::kAppended);
  const Bytes two = Record(2);
  EXPECT_EQ(strict_decoder.Append(two, batch_), DecodeResult::kUnreadable);
  EXPECT_EQ(batch_.facts[1].read_error, ReadError::kTooManyItems);
}

TEST_F(DecoderTest, InputThatNeverBecameARecordIsARow) {
  EXPECT_EQ(decoder_.AppendUnreadable(ReadError::kBadCell, {}, batch_), DecodeResult::kUnreadable);
  EXPECT_EQ(batch_.facts[0].read_error, ReadError::kBadCell);
  EXPECT_EQ(batch_.row_count(), 1u);
  ExpectOwnRowsToPointBack(plan_, batch_);
}

TEST(DecoderOverflowTest, VectorsInVectorsThatNoBatchHoldsAreUnreadable) {
  const std::string schema = R"(attribute "max_items";
    table Inner { x: [int]; } table Outer { inners: [Inner]; } root_type Outer;)";
  const Catalog catalog = *LoadSchema(schema, "nested.fbs", {}, "");
  const ColumnPlan plan = test_support::PlanOfEverything(catalog);
  const DecodePlan decode_plan(catalog, plan);
  Decoder decoder(decode_plan);
  Batch batch(plan);
  RecordBuilder builder(catalog);
  const RecordBuilder::Handle inners = builder.Find("inners");
  const RecordBuilder::Handle x = builder.FindInItem(inners, "x");
  for (int i = 0; i < 5; ++i) {
    const RecordBuilder::Node inner = builder.AddItem(inners);
    for (int k = 0; k < 1000; ++k) ASSERT_NE(builder.AddItem(x, inner), RecordBuilder::kNoNode);
  }
  const Bytes record = Copy(builder.Finish());
  EXPECT_EQ(decoder.Append(record, batch), DecodeResult::kUnreadable);
  EXPECT_EQ(batch.facts[0].read_error, ReadError::kTooManyItems);
}

// Exact-size heap copies, so that the address sanitizer sees a read of one byte too many.
class DecoderDamageTest : public testing::TestWithParam<const char*> {
 protected:
  Catalog catalog_ = std::string(GetParam()) == "default" ? DefaultCatalog() : AllKinds();
  ColumnPlan plan_ = test_support::PlanOfEverything(catalog_);
  DecodePlan decode_plan_{catalog_, plan_};
  Decoder decoder_{decode_plan_};
  Batch batch_{plan_};
  RandomRecord records_{catalog_};
  std::mt19937_64 random_{7};

  void ExpectARow(const Bytes& bytes) {
    const auto exact = std::make_unique<std::uint8_t[]>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), exact.get());
    batch_.Clear();
    const DecodeResult result = decoder_.Append({exact.get(), bytes.size()}, batch_);
    ASSERT_NE(result, DecodeResult::kBatchFull);
    ASSERT_EQ(batch_.row_count(), 1u);
    ASSERT_EQ(result == DecodeResult::kUnreadable, batch_.facts[0].read_error != ReadError::kNone);
    for (const ColumnTexts& texts : RowTexts(plan_, batch_, 0)) {
      for (const auto& text : texts)
        checksum_ += text ? text->size() : 0;  // reads every text to its end
    }
  }

  std::size_t checksum_ = 0;
};

TEST_P(DecoderDamageTest, TruncationAtEveryLengthGivesARow) {
  for (int i = 0; i < 3; ++i) {
    const Bytes record = Copy(records_.Next(random_, 60));
    for (std::size_t length = 0; length < record.size(); ++length) {
      ExpectARow(Bytes(record.begin(), record.begin() + static_cast<std::ptrdiff_t>(length)));
    }
  }
}

TEST_P(DecoderDamageTest, FlippedBytesGiveARow) {
  for (int i = 0; i < 60; ++i) {
    const Bytes record = Copy(records_.Next(random_, 60));
    for (int flip = 0; flip < 250; ++flip) {
      Bytes damaged = record;
      for (std::uint64_t k = random_() % 4 + 1; k > 0; --k) {
        damaged[random_() % damaged.size()] ^= static_cast<std::uint8_t>(1u << (random_() % 8));
      }
      ExpectARow(damaged);
    }
  }
}

TEST_P(DecoderDamageTest, EveryOffsetAndLengthSetToExtremesGivesARow) {
  const Bytes record = Copy(records_.Next(random_, 60));
  for (std::size_t at = 0; at + 4 <= record.size(); at += 2) {
    for (const std::uint32_t extreme :
         {0u, 1u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFFu, 0xFFFFFFFCu}) {
      Bytes damaged = record;
      std::memcpy(damaged.data() + at, &extreme, sizeof(extreme));
      ExpectARow(damaged);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Schemas, DecoderDamageTest, testing::Values("default", "all_kinds"),
                         SchemaName);

}  // namespace
}  // namespace sluice::wire
