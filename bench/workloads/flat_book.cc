#include "bench/workloads/flat_book.h"

#include <algorithm>
#include <vector>

#include "engine/base/check.h"
#include "engine/wire/record_builder.h"
#include "engine/wire/schema_loader.h"

namespace sluice::bench {
namespace {

constexpr std::uint32_t kRulesPerFile = 5'000;
constexpr const char* kSchemaName = "flat.fbs";

constexpr const char* kBookText = R"(# A workload of the benchmarks: 40 flat fields.
book: flat
schema: flat.fbs
root: Parcel
fields: { id: parcel_id, received: received_at }
lanes:
  - { name: pass, severity: 0, releases: true }
  - { name: document, severity: 10, releases: false }
  - { name: inspect, severity: 20, releases: false }
  - { name: hold, severity: 30, releases: false }
default_lane: pass
outcomes:
  unreadable: hold
  incomplete: document
  conflict: hold
  rule_error: document
  parked: hold
  overflow: hold
  internal: hold
score_lanes:
  - { from: 80, lane: document }
  - { from: 160, lane: inspect }
)";

std::string Schema(bool with_absence) {
  std::string text =
      "// 40 flat fields, the widest first.\n\nattribute \"timestamp\";\nattribute \"required_at\";\n"
      "attribute \"max_bytes\";\nattribute \"text\";\nattribute \"presence_mask\";\nattribute \"flatten\";\n\n"
      "struct Facts {\n";
  if (with_absence) text += "  presence: ulong (presence_mask);\n";
  text += "  received_at: long (timestamp: \"ms\");\n";
  for (const FieldKind kind : {FieldKind::kNumber, FieldKind::kId, FieldKind::kCode}) {
    for (std::uint32_t field = 0; field < kFlatFields; ++field) {
      if (KindOf(field) != kind) continue;
      const char* type =
          kind == FieldKind::kNumber ? "double" : (kind == FieldKind::kId ? "[ubyte:14] (text)" : "[ubyte:10] (text)");
      text += "  " + FlatFieldName(field) + ": " + type + ";\n";
    }
  }
  return text + "}\n\ntable Parcel {\n  parcel_id: string (required_at: \"declared\", max_bytes: 20);\n"
         "  facts: Facts (flatten);\n}\n\nroot_type Parcel;\nfile_identifier \"FLAT\";\n";
}

base::Timestamp ReceivedAt(std::size_t number) {
  constexpr std::int64_t kFirst = 1'772'323'200;  // 2026-03-01
  return {kFirst + static_cast<std::int64_t>(number), 0};
}

std::string Quoted(std::uint32_t field, std::uint32_t value) { return "\"" + FlatText(field, value) + "\""; }

std::string Condition(const FlatPredicate& predicate) {
  const std::string field = "parcel." + FlatFieldName(predicate.field);
  if (predicate.test == FlatTest::kInList) {
    return field + " in lists.watched_" + std::to_string(predicate.field - kCodeFields - kNumberFields);
  }
  if (predicate.test == FlatTest::kRange) {
    const std::string low = field + " >= " + std::to_string(predicate.low) + ".0";
    const std::string high = field + " <= " + std::to_string(predicate.high) + ".0";
    if (predicate.low == 0) return high;
    return predicate.high == kNumberCount - 1 ? low : low + " && " + high;
  }
  const bool negated = predicate.test == FlatTest::kNotIn;
  if (predicate.values.size() == 1) {
    return field + (negated ? " != " : " == ") + Quoted(predicate.field, predicate.values[0]);
  }
  std::string text = (negated ? "!(" : "") + field + " in [";
  for (const std::uint32_t value : predicate.values) text += Quoted(predicate.field, value) + ", ";
  text.resize(text.size() - 2);
  return text + (negated ? "])" : "]");
}

std::string RuleText(std::uint32_t number, const FlatRule& rule) {
  const std::string id = FlatRuleId(number);
  return "  - id: " + id + "\n    title: Rule " + std::to_string(number) + "\n    when: >-\n      " +
         FlatCondition(rule) + "\n    then: { lane: " + kFlatLanes[rule.lane] +
         ", score: " + std::to_string(rule.score) + ", reason: " + id + " }\n";
}

}  // namespace

std::string FlatRuleId(std::uint32_t number) {
  std::string digits = std::to_string(number);
  return "R" + std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits;
}

std::string FlatCondition(const FlatRule& rule) {
  std::string text;
  for (const FlatPredicate& predicate : rule.predicates) text += (text.empty() ? "" : " && ") + Condition(predicate);
  return text;
}

BookFiles FlatBook(const FlatModel& model) {
  BookFiles files = {{"book.yaml", kBookText}, {kSchemaName, Schema(model.knobs.absent_percent > 0)}};
  for (std::uint32_t number = 0; number < model.rules.size(); ++number) {
    std::string& file = files["rules/" + FlatRuleId(number / kRulesPerFile) + ".yaml"];
    if (file.empty()) file = "rules:\n";
    file += RuleText(number, model.rules[number]);
  }
  if (model.knobs.list_keys == 0) return files;
  const std::vector<std::uint32_t> ids = model.ListedIds();
  for (std::uint32_t i = 0; i < kIdFields; ++i) {
    std::string& file = files["lists/watched_" + std::to_string(i) + ".csv"] = "key\n";
    for (const std::uint32_t id : ids) file += FlatText(kCodeFields + kNumberFields + i, id) + "\n";
  }
  return files;
}

parcel::Catalog FlatCatalog(const FlatModel& model) {
  auto catalog = wire::LoadSchema(Schema(model.knobs.absent_percent > 0), kSchemaName, {}, "Parcel");
  SLUICE_CHECK(catalog.ok());
  return *std::move(catalog);
}

Records FlatRecords(const FlatModel& model) {
  const parcel::Catalog catalog = FlatCatalog(model);
  wire::RecordBuilder builder(catalog);
  const auto require = [](wire::SetResult result) { SLUICE_CHECK(result == wire::SetResult::kOk); };
  const auto id = builder.Find("parcel_id"), received = builder.Find("received_at");
  std::vector<wire::RecordBuilder::Handle> fields;
  for (std::uint32_t field = 0; field < kFlatFields; ++field) fields.push_back(builder.Find(FlatFieldName(field)));
  Records records;
  for (std::size_t number = 0; number < model.parcels.size(); ++number) {
    builder.Start();
    require(builder.SetString(id, "FL" + std::to_string(100'000'000 + number)));
    require(builder.SetTimestamp(received, ReceivedAt(number)));
    for (std::uint32_t field = 0; field < kFlatFields; ++field) {
      const std::uint32_t value = model.parcels[number][field];
      if (value == kAbsentValue) continue;
      require(KindOf(field) == FieldKind::kNumber ? builder.SetDouble(fields[field], value)
                                                  : builder.SetString(fields[field], FlatText(field, value)));
    }
    records.Add(builder.Finish());
  }
  return records;
}

Workload MakeFlatWorkload(const FlatModel& model) {
  return {CompileBookFiles(FlatBook(model)), FlatRecords(model)};
}

}  // namespace sluice::bench
