// Decoding alone, from records to a batch in columns.
//
// Decode/WORKLOAD reads the columns that the workload's rules need, 512 records a batch; its matches are checked.
// DecodeTwelveFields reads twelve fields of the default record with 2 items, whose values are checked; the number of
// records says whether they stand within a core's own cache. Counters: ns_per_parcel, columns, record_bytes.
#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <utility>

#include "bench/over_workloads.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "engine/wire/decoder.h"
#include "engine/wire/schema_loader.h"

namespace sluice::bench {
namespace {

void RunDecode(benchmark::State& state, const Records& records, std::size_t count, const parcel::Catalog& catalog,
               const parcel::ColumnPlan& columns) {
  const wire::DecodePlan plan(catalog, columns);
  wire::Decoder decoder(plan);
  parcel::Batch batch(columns);
  std::size_t next = 0;
  const ParcelTimer timer;
  for (auto _ : state) {
    wire::DecodeResult result = decoder.Append(records[next], batch);
    next = next + 1 == count ? 0 : next + 1;
    if (result == wire::DecodeResult::kBatchFull) {
      batch.Clear();
      result = decoder.Append(records[next], batch);
    }
    SLUICE_CHECK(result == wire::DecodeResult::kAppended);
  }
  timer.Count(state, 1);
  state.counters["columns"] = static_cast<double>(columns.columns.size());
  state.counters["record_bytes"] = static_cast<double>(records.bytes()) / static_cast<double>(records.size());
}

bool RegisterDecode() {
  for (const auto& [name, rules] : {std::pair("flat-40", 1'000u), std::pair("flat-40", 10'000u),
                                    std::pair("absent-30", 10'000u), std::pair("parcel-2-items", 1'000u),
                                    std::pair("parcel-2-items", 10'000u)}) {
    const NamedWorkload& named = *FindWorkload(name, rules);
    const std::string whole = std::string("Decode/") + name + "/rules:" + std::to_string(rules);
    benchmark::RegisterBenchmark((whole + "/fill:512").c_str(), [&named](benchmark::State& state) {
      const Workload& workload = TheWorkload(named);
      if (!IsRight(state, DigestMatches(workload, kDigestParcels, 512), named.matches_digest)) return;
      const ruleset::RuleSet& rule_set = *workload.rule_set;
      RunDecode(state, workload.records, workload.records.size(), rule_set.catalog, rule_set.columns);
    });
  }
  return true;
}
[[maybe_unused]] const bool kRegistered = RegisterDecode();

// Six scalars and codes, two texts of the parcel, three scalars and codes and one text of the items.
parcel::ColumnPlan TwelveFields(const parcel::Catalog& catalog) {
  parcel::ColumnPlan plan;
  for (const char* path : {"received_at", "direction", "total_value", "gross_weight_g", "office", "departure_country",
                           "merchant_id", "consignee.name"}) {
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

std::uint64_t DigestTwelveFields(const Records& records, const parcel::ColumnPlan& columns) {
  const wire::DecodePlan plan(wire::DefaultCatalog(), columns);
  wire::Decoder decoder(plan);
  parcel::Batch batch(columns);
  for (std::size_t i = 0; i < kDigestParcels; ++i) {
    SLUICE_CHECK(decoder.Append(records[i], batch) == wire::DecodeResult::kAppended);
  }
  std::uint64_t digest = 0;
  const auto take = [&](std::uint64_t number) {
    digest = base::Hash64({reinterpret_cast<const std::uint8_t*>(&number), sizeof number}, digest);
  };
  for (std::size_t c = 0; c < columns.columns.size(); ++c) {
    const parcel::Column& column = batch.columns[c];
    for (std::size_t row = 0; row < batch.domains[columns.columns[c].domain].count; ++row) {
      take(column.Has(row) ? 1 : 0);
      if (!column.Has(row)) continue;
      const std::string_view text = column.texts.empty() ? std::string_view() : column.texts[row];
      for (const char byte : text) take(static_cast<std::uint8_t>(byte));
      if (!column.ints.empty()) take(static_cast<std::uint64_t>(column.ints[row]));
      if (!column.uints.empty()) take(column.uints[row]);
      if (!column.times.empty()) take(static_cast<std::uint64_t>(column.times[row].seconds));
      if (!column.moneys.empty()) take(static_cast<std::uint64_t>(column.moneys[row].minor_units));
    }
  }
  return digest;
}

void DecodeTwelveFields(benchmark::State& state) {
  constexpr std::uint64_t kRight = 14514669951930321910u;
  const Workload& workload = TheWorkload(*FindWorkload("parcel-2-items", 100));
  const parcel::ColumnPlan columns = TwelveFields(wire::DefaultCatalog());
  if (!IsRight(state, DigestTwelveFields(workload.records, columns), kRight)) return;
  RunDecode(state, workload.records, static_cast<std::size_t>(state.range(0)), wire::DefaultCatalog(), columns);
}
BENCHMARK(DecodeTwelveFields)->ArgName("records")->Arg(256)->Arg(16'384);

}  // namespace
}  // namespace sluice::bench
