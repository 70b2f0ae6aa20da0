#include "bench/workloads/parcel_book.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/base/check.h"
#include "tools/generator/encoder.h"

namespace sluice::bench {
namespace {

constexpr const char* kRules = R"(# Officers' profiles; a blank cell means any.
rules:
  - id: BEN-100
    title: Profile of a parcel
    each: tables.bench_parcels
    when: >-
      parcel.merchant_id == row.merchant && parcel.gross_weight_g >= row.weight
    then: { lane: document, score: row.points, reason: BENCH_PARCEL }
  - id: BEN-200
    title: Profile of goods
    each: tables.bench_goods
    when: >-
      parcel.platform_id == row.platform && parcel.departure_country == row.departure && parcel.office == row.office &&
      parcel.total_value.to("CNY") >= row.value &&
      parcel.items.exists(i, i.hs_code.startsWith(row.hs) && i.origin_country == row.origin &&
                             i.quantity >= row.quantity && i.description.contains(row.word))
    then: { lane: document, score: row.points, reason: BENCH_GOODS }
)";

std::string ProfileKey(std::uint32_t number) { return "P" + std::to_string(number); }

std::string Number(std::uint32_t number) { return number == 0 ? std::string() : std::to_string(number); }

std::string Amount(std::int64_t minor) { return minor == 0 ? std::string() : std::to_string(minor / 100) + ".00"; }

std::string Quoted(const std::string& text) { return text.empty() ? text : "\"" + text + "\""; }

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  SLUICE_CHECK(file.good());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

std::string ProfileRuleId(const ParcelModel& model, std::uint32_t number) {
  return (model.profiles[number].asks_items() ? "BEN-200/" : "BEN-100/") + ProfileKey(number);
}

BookFiles ParcelBook(const ParcelModel& model) {
  const std::filesystem::path pack = std::filesystem::path(SLUICE_SOURCE_DIR) / "rules/packs/cbec_import";
  BookFiles files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(pack)) {
    const std::string path = std::filesystem::relative(entry.path(), pack).generic_string();
    if (!entry.is_regular_file() || path.starts_with("tests/")) continue;
    if (path.ends_with(".yaml") || path.ends_with(".csv")) files[path] = ReadFile(entry.path());
  }
  files["rules/bench.yaml"] = kRules;
  std::string& parcels = files["tables/bench_parcels.csv"] =
      "profile:key,merchant:value,weight:value:int,points:value:int\n";
  std::string& goods = files["tables/bench_goods.csv"] =
      "profile:key,platform:value,departure:value,office:value,value:value:money(CNY),hs:value,origin:value,"
      "quantity:value:int,word:value,points:value:int\n";
  for (std::uint32_t number = 0; number < model.profiles.size(); ++number) {
    const ParcelProfile& one = model.profiles[number];
    const std::string points = std::to_string(one.score) + "\n";
    if (one.asks_items()) {
      goods += ProfileKey(number) + "," + one.platform + "," + one.departure + "," + one.office + "," +
               Amount(one.value_from_minor) + "," + one.hs_prefix + "," + one.origin + "," + Number(one.quantity_from) +
               "," + Quoted(one.word) + "," + points;
    } else {
      parcels += ProfileKey(number) + "," + one.merchant + "," + Number(one.weight_from_g) + "," + points;
    }
  }
  return files;
}

Records ParcelRecords(const ParcelModel& model) {
  generator::Encoder encoder(model.day->world());
  Records records;
  for (const generator::Draft& draft : model.parcels) records.Add(encoder.Encode(draft));
  return records;
}

Workload MakeParcelWorkload(const ParcelModel& model) {
  return {CompileBookFiles(ParcelBook(model)), ParcelRecords(model)};
}

}  // namespace sluice::bench
