// sluice explain: why one parcel got its lane, by the evaluator and judge that decided.
#include <fmt/core.h>

#include "engine/base/time_text.h"
#include "engine/ingest/open.h"
#include "engine/wire/decoder.h"
#include "tools/sluice/explain_text.h"
#include "tools/sluice/load_rules.h"
#include "tools/sluice/verb.h"

namespace sluice::tools {

namespace {

struct ExplainOptions {
  std::vector<std::string> inputs;
  std::string rules;
  std::string mapping;
  std::string epoch_key;
  std::string id;
  std::uint64_t sequence = 0;
  std::string rule;
};

// Finds one record of a stream, by the parcel's id or its place, and keeps a copy.
class Finder {
 public:
  explicit Finder(const ruleset::RuleSet& rule_set) : column_(AddId(rule_set)), plan_(rule_set.catalog, columns_),
        decoder_(plan_), batch_(columns_) {}

  /// The record's bytes; empty where there is none. Fills `place`.
  Result<std::vector<std::uint8_t>> Find(pipeline::RecordSource* source, const ExplainOptions& options,
                                         std::string* place) {
    const auto converter = source->MakeConverter();
    pipeline::RecordBlock block;
    for (std::uint64_t sequence = 1;; ) {
      block.Clear();
      if (Status status = source->Read(kBlockRecords, &block); !status.ok()) return status;
      if (block.records.empty()) return std::vector<std::uint8_t>();
      if (converter != nullptr) converter->Convert(&block);
      for (const pipeline::RawRecord& record : block.records) {
        if (options.sequence != 0 ? sequence == options.sequence : HasId(record, options.id)) {
          *place = source->PlaceText(record.place);
          return std::vector<std::uint8_t>(record.bytes.begin(), record.bytes.end());
        }
        ++sequence;
      }
    }
  }

 private:
  static constexpr std::size_t kBlockRecords = 1024;

  parcel::ColumnIndex AddId(const ruleset::RuleSet& rule_set) {
    const parcel::ColumnSpec& id = rule_set.columns.columns[rule_set.system.id];
    return columns_.AddColumn(rule_set.catalog, parcel::kParcelDomain, id.path);
  }

  bool HasId(const pipeline::RawRecord& record, const std::string& id) {
    if (record.error != parcel::ReadError::kNone) return false;
    batch_.Clear();
    return decoder_.Append(record.bytes, batch_) == wire::DecodeResult::kAppended && batch_.columns[column_].Has(0) &&
           batch_.columns[column_].texts[0] == id;
  }

  parcel::ColumnPlan columns_;
  parcel::ColumnIndex column_;
  wire::DecodePlan plan_;
  wire::Decoder decoder_;
  parcel::Batch batch_;
};

int Explain(const ExplainOptions& options) {
  if (options.id.empty() == (options.sequence == 0)) return Fail(kExitBadArguments, "explain needs --id or --sequence");
  LoadedRules rules;
  if (const int code = LoadRules(options.rules, options.mapping, &rules); code != kExitOk) return code;
  Result<draw::EpochKey> key =
      options.epoch_key.empty() ? Result<draw::EpochKey>(draw::TestEpochKey()) : draw::ReadEpochKey(options.epoch_key);
  if (!key.ok()) return Fail(kExitBadArguments, key.status().message());
  auto source = ingest::OpenInputs(options.inputs, rules.mapping, rules.rule_set);
  if (!source.ok()) return Fail(kExitBadArguments, source.status().message());
  std::string place;
  Result<std::vector<std::uint8_t>> record = Finder(*rules.rule_set).Find(source->get(), options, &place);
  if (!record.ok()) return Fail(kExitBadArguments, record.status().message());
  if (place.empty()) return Fail(kExitBadArguments, "no such parcel in the input");
  Explainer explainer(rules.rule_set, *key);
  const Result<std::string> text = explainer.Explain(*record, place, options.rule);
  if (!text.ok()) return Fail(kExitBadArguments, text.status().message());
  fmt::print("{}", *text);
  return kExitOk;
}

}  // namespace

void AddExplain(CLI::App* app, Run* run) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* verb = app->add_subcommand("explain", "Says why one parcel got its lane");
  verb->add_option("FILE", options->inputs, "Input files: .parcels, .csv, .ndjson")->required();
  verb->add_option("--rules", options->rules, "Rule book folder or bundle")->required();
  verb->add_option("--id", options->id, "The parcel's id (the first record with it)");
  verb->add_option("--sequence", options->sequence, "Or its place in the input, from 1");
  verb->add_option("--rule", options->rule, "Explain this rule alone, also where it did not match");
  verb->add_option("--mapping", options->mapping, "mapping.yaml for CSV and NDJSON, where the rules bring none");
  verb->add_option("--epoch-key", options->epoch_key, "Key of the epoch's draws (JSON)");
  verb->footer("Examples:\n  sluice explain day.parcels --rules cbec.bundle --sequence 42\n"
               "  sluice explain day.parcels --rules rules/packs/cbec_import --id CB0000000042CN --rule LIM-010");
  verb->callback([=] { *run = [=] { return Explain(*options); }; });
}

}  // namespace sluice::tools
