// Decode and build of the default record: 2 items, 12 used fields, about 30 % of the optional
// fields absent.
//
// Read "ns a record" as items_per_second turned round. The records are many, so that branches are
// not learnt by heart.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "engine/base/check.h"
#include "engine/parcel/batch.h"
#include "engine/wire/decoder.h"
#include "engine/wire/record_builder.h"
#include "engine/wire/schema_loader.h"

namespace sluice {
namespace {

using Handle = wire::RecordBuilder::Handle;
using Node = wire::RecordBuilder::Node;

constexpr std::size_t kRecordsMax = 16'384;
constexpr unsigned kPresentPercent = 70;

// The handles that a record needs, found once.
struct Fields {
  explicit Fields(wire::RecordBuilder& builder)
      : items(builder.Find("items")),
        id(builder.Find("parcel_id")),
        received_at(builder.Find("received_at")),
        direction(builder.Find("direction")),
        value(builder.Find("total_value")),
        weight(builder.Find("gross_weight_g")),
        hs_code(builder.FindInItem(items, "hs_code")),
        unit_price(builder.FindInItem(items, "unit_price")),
        quantity(builder.FindInItem(items, "quantity")),
        description(builder.FindInItem(items, "description")) {
    for (const char* path : {"office", "procedure", "departure_country", "destination_country"}) {
      codes.push_back(builder.Find(path));
    }
    for (const char* path :
         {"merchant_id", "platform_id", "declarant_id", "order_no", "payment_no", "flight",
          "bag_id", "master_bill", "consignor.name", "consignor.address", "consignor.city",
          "consignee.name", "consignee.address", "consignee.phone", "buyer.id"}) {
      texts.push_back(builder.Find(path));
    }
    for (const char* path :
         {"pieces", "net_weight_g", "transport_mode", "content_category", "merchant_credit"}) {
      numbers.push_back(builder.Find(path));
    }
    for (const char* path : {"origin_country", "quantity_unit"})
      item_codes.push_back(builder.FindInItem(items, path));
    for (const char* path : {"brand", "sku", "barcode"})
      item_texts.push_back(builder.FindInItem(items, path));
  }

  Handle items, id, received_at, direction, value, weight;
  Handle hs_code, unit_price, quantity, description;
  std::vector<Handle> codes, texts, numbers, item_codes, item_texts;
};

void Require(wire::SetResult result) { SLUICE_CHECK(result == wire::SetResult::kOk); }

void BuildItem(wire::RecordBuilder& builder, const Fields& fields, std::mt19937_64& random) {
  constexpr base::CurrencyCode kCny = 0x434E59;
  const Node item = builder.AddItem(fields.items);
  Require(builder.SetString(fields.hs_code, "9503008900", item));
  Require(builder.SetMoney(fields.unit_price, {static_cast<std::int64_t>(random() % 100'000), kCny},
                           item));
  Require(builder.SetUint(fields.quantity, random() % 20, item));
  Require(builder.SetString(fields.description,
                            "Wooden toy train set with 60 pieces, painted, for children..", item));
  for (const Handle code : fields.item_codes) {
    if (random() % 100 < kPresentPercent) Require(builder.SetString(code, "CN", item));
  }
  for (const Handle text : fields.item_texts) {
    if (random() % 100 < kPresentPercent) Require(builder.SetString(text, "ABC-1234567890", item));
  }
}

std::span<const std::uint8_t> Build(wire::RecordBuilder& builder, const Fields& fields,
                                    std::mt19937_64& random) {
  constexpr base::CurrencyCode kCny = 0x434E59;
  builder.Start();
  Require(builder.SetString(fields.id, "LX123456785CN", wire::RecordBuilder::kRoot));
  Require(builder.SetTimestamp(fields.received_at,
                               {1'767'225'600 + static_cast<std::int64_t>(random() % 86'400), 0}));
  Require(builder.SetInt(fields.direction, random() % 100 < 74 ? 0 : 1));
  Require(builder.SetMoney(fields.value, {static_cast<std::int64_t>(random() % 1'000'000), kCny}));
  Require(builder.SetUint(fields.weight, random() % 30'000));
  for (const Handle code : fields.codes) {
    if (random() % 100 < kPresentPercent) Require(builder.SetString(code, "CN"));
  }
  for (const Handle text : fields.texts) {
    if (random() % 100 < kPresentPercent) Require(builder.SetString(text, "P0123456789ABCDEF"));
  }
  for (const Handle number : fields.numbers) {
    if (random() % 100 < kPresentPercent) Require(builder.SetUint(number, random() % 4));
  }
  BuildItem(builder, fields, random);
  BuildItem(builder, fields, random);
  return builder.Finish();
}

// Twelve fields: six scalars and codes, two texts of the parcel, three scalars and codes and one
// text of the items.
parcel::ColumnPlan TwelveFields(const parcel::Catalog& catalog) {
  parcel::ColumnPlan plan;
  for (const char* path : {"received_at", "direction", "total_value", "gross_weight_g", "office",
                           "departure_country", "merchant_id", "consignee.name"}) {
    plan.AddColumn(catalog, parcel::kParcelDomain, *parcel::FindPath(catalog, path));
  }
  const parcel::DomainIndex items =
      plan.AddDomain(catalog, parcel::kParcelDomain, *parcel::FindPath(catalog, "items"));
  const parcel::Record& item = catalog.records[plan.domains[items].record];
  for (const char* name : {"hs_code", "unit_price", "origin_country", "description"}) {
    plan.AddColumn(catalog, items, {item.Find(name)});
  }
  return plan;
}

std::vector<std::vector<std::uint8_t>> Records() {
  wire::RecordBuilder builder(wire::DefaultCatalog());
  const Fields fields(builder);
  std::mt19937_64 random(1);
  std::vector<std::vector<std::uint8_t>> records;
  for (std::size_t i = 0; i < kRecordsMax; ++i) {
    const std::span<const std::uint8_t> record = Build(builder, fields, random);
    records.emplace_back(record.begin(), record.end());
  }
  return records;
}

void DecodeTwelveFields(benchmark::State& state) {
  const parcel::Catalog& catalog = wire::DefaultCatalog();
  const parcel::ColumnPlan plan = TwelveFields(catalog);
  const wire::DecodePlan decode_plan(catalog, plan);
  wire::Decoder decoder(decode_plan);
  parcel::Batch batch(plan);
  const auto records = Records();
  std::size_t bytes = 0;
  std::size_t next = 0;
  const auto count = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    const std::vector<std::uint8_t>& record = records[next];
    next = (next + 1) % count;
    wire::DecodeResult result = decoder.Append(record, batch);
    if (result == wire::DecodeResult::kBatchFull) {
      batch.Clear();
      result = decoder.Append(record, batch);
    }
    SLUICE_CHECK(result == wire::DecodeResult::kAppended);
    bytes += record.size();
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["record_bytes"] =
      static_cast<double>(bytes) / static_cast<double>(state.iterations());
}
BENCHMARK(DecodeTwelveFields)
    ->ArgName("records")
    ->Arg(256)
    ->Arg(kRecordsMax);  // within and beyond a core's own cache

void BuildDefaultRecord(benchmark::State& state) {
  wire::RecordBuilder builder(wire::DefaultCatalog());
  const Fields fields(builder);
  std::mt19937_64 random(1);
  for (auto _ : state) benchmark::DoNotOptimize(Build(builder, fields, random));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BuildDefaultRecord);

}  // namespace
}  // namespace sluice
