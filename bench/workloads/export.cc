#include "bench/workloads/export.h"

#include <algorithm>
#include <fstream>
#include <functional>

#include <nlohmann/json.hpp>

#include "bench/workloads/flat_book.h"
#include "bench/workloads/parcel_book.h"
#include "engine/base/byte_stream.h"
#include "engine/wire/parcels_file.h"
#include "engine/wire/schema_loader.h"

namespace sluice::bench {
namespace {

using nlohmann::ordered_json;

Status WriteText(const std::string& path, const std::function<void(std::ostream&)>& write) {
  std::ofstream file(path, std::ios::binary);
  write(file);
  file.close();
  return file.good() ? Status::Ok() : Status(StatusCode::kIo, path + ": cannot be written");
}

Status WriteRecords(const parcel::Catalog& catalog, const Records& records, const std::string& path) {
  base::FileSink sink;
  if (Status status = sink.Open(path); !status.ok()) return status;
  wire::ParcelsWriter writer(sink);
  wire::ParcelsHeader header;
  header.root_name = catalog.root_record().name;
  header.fingerprint = wire::CatalogFingerprint(catalog);
  header.record_count = records.size();
  if (Status status = writer.Begin(header); !status.ok()) return status;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (Status status = writer.Append(records[i]); !status.ok()) return status;
  }
  if (Status status = writer.Finish(); !status.ok()) return status;
  return sink.Close();
}

std::string ListName(std::uint32_t field) { return "watched_" + FlatFieldName(field).substr(3); }

ordered_json Json(const FlatPredicate& predicate) {
  ordered_json json = {{"field", FlatFieldName(predicate.field)}};
  switch (predicate.test) {
    case FlatTest::kRange:
      if (predicate.low > 0) json["from"] = predicate.low;
      if (predicate.high < kNumberCount - 1) json["to"] = predicate.high;
      break;
    case FlatTest::kInList: json["in_list"] = ListName(predicate.field); break;
    default: {
      ordered_json& values = json[predicate.test == FlatTest::kIn ? "in" : "not_in"] = ordered_json::array();
      for (const std::uint32_t value : predicate.values) values.push_back(FlatText(predicate.field, value));
    }
  }
  return json;
}

void WriteRules(const FlatModel& model, std::ostream& out) {
  ordered_json lists = ordered_json::object();
  if (model.knobs.list_keys > 0) {
    for (std::uint32_t field = kCodeFields + kNumberFields; field < kFlatFields; ++field) {
      ordered_json& ids = lists[ListName(field)] = ordered_json::array();
      for (const std::uint32_t id : model.ListedIds()) ids.push_back(FlatText(field, id));
    }
  }
  out << "{\"lists\": " << lists << ", \"rules\": [";
  for (std::uint32_t number = 0; number < model.rules.size(); ++number) {
    ordered_json rule = {{"id", FlatRuleId(number)}, {"all", ordered_json::array()}};
    for (const FlatPredicate& predicate : model.rules[number].predicates) rule["all"].push_back(Json(predicate));
    out << (number == 0 ? "\n" : ",\n") << rule;
  }
  out << "\n]}\n";
}

void WriteParcels(const FlatModel& model, std::ostream& out) {
  for (std::uint32_t field = 0; field < kFlatFields; ++field) out << (field == 0 ? "" : ",") << FlatFieldName(field);
  out << "\n";
  for (const FlatParcel& parcel : model.parcels) {
    for (std::uint32_t field = 0; field < kFlatFields; ++field) {
      if (field > 0) out << ",";
      if (parcel[field] == kAbsentValue) continue;
      if (KindOf(field) == FieldKind::kNumber) {
        out << parcel[field];
      } else {
        out << FlatText(field, parcel[field]);
      }
    }
    out << "\n";
  }
}

void WriteMatches(const FlatModel& model, std::uint32_t parcels, std::ostream& out) {
  out << "parcel,rule\n";
  for (std::uint32_t parcel = 0; parcel < std::min<std::size_t>(parcels, model.parcels.size()); ++parcel) {
    for (std::uint32_t rule = 0; rule < model.rules.size(); ++rule) {
      if (Holds(model.rules[rule], model.parcels[parcel])) out << parcel << "," << FlatRuleId(rule) << "\n";
    }
  }
}

}  // namespace

Status ExportFlat(const FlatModel& model, std::uint32_t matches, const std::string& folder) {
  if (Status status = WriteBook(FlatBook(model), folder + "/book"); !status.ok()) return status;
  if (Status status = WriteRecords(FlatCatalog(model), FlatRecords(model), folder + "/traffic.parcels"); !status.ok()) {
    return status;
  }
  using Write = std::function<void(std::ostream&)>;
  const std::pair<const char*, Write> files[] = {
      {"/rules.json", [&](std::ostream& out) { WriteRules(model, out); }},
      {"/parcels.csv", [&](std::ostream& out) { WriteParcels(model, out); }},
      {"/matches.csv", [&](std::ostream& out) { WriteMatches(model, matches, out); }},
  };
  for (const auto& [name, write] : files) {
    if (Status status = WriteText(folder + name, write); !status.ok()) return status;
  }
  return Status::Ok();
}

Status ExportParcels(const ParcelModel& model, const std::string& folder) {
  if (Status status = WriteBook(ParcelBook(model), folder + "/book"); !status.ok()) return status;
  return WriteRecords(wire::DefaultCatalog(), ParcelRecords(model), folder + "/traffic.parcels");
}

}  // namespace sluice::bench
