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

struct FoundRecord {
  std::vector<std::uint8_t> bytes;
  std::string place;
  std::string flaw;  // why the reader gave it up; empty: it did not
};

// Finds one record of a stream, by the parcel's id or its place, and keeps a copy.
class Finder {
 public:
  explicit Finder(const ruleset::RuleSet& rule_set) : column_(AddId(rule_set)), plan_(rule_set.catalog, columns_),
        decoder_(plan_), batch_(columns_) {}

  /// None where no record is meant.
  Result<std::optional<FoundRecord>> Find(pipeline::RecordSource* source, const ExplainOptions& options) {
    const auto converter = source->MakeConverter();
    pipeline::RecordBlock block;
    for (std::uint64_t sequence = 1;; ) {
      block.Clear();
      if (Status status = source->Read(kBlockRecords, &block); !status.ok()) return status;
      if (block.records.empty()) return std::optional<FoundRecord>();
      if (converter != nullptr) converter->Convert(&block);
      for (const pipeline::RawRecord& record : block.records) {
        if (options.sequence != 0 ? sequence == options.sequence : HasId(record, options.id)) {
          return std::optional(Take(*source, block, record));
        }
        ++sequence;
      }
    }
  }

 private:
  static constexpr std::size_t kBlockRecords = 1024;

  // A record that the reader gave up is unreadable, whatever its bytes would say.
  static FoundRecord Take(const pipeline::RecordSource& source, const pipeline::RecordBlock& block,
                          const pipeline::RawRecord& record) {
    FoundRecord found{{}, source.PlaceText(record.place), ""};
    if (record.error == parcel::ReadError::kNone) {
      found.bytes.assign(record.bytes.begin(), record.bytes.end());
      return found;
    }
    found.flaw = parcel::ReadErrorName(record.error);
    for (const pipeline::RecordFlaw& flaw : block.flaws) {
      if (&block.records[flaw.record] == &record) found.flaw += ": " + flaw.text;
    }
    return found;
  }

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
  if (options.id.empty() == (options.sequence == 0)) {
    return Fail(kExitBadArguments, "explain needs either --id or --sequence");
  }
  LoadedRules rules;
  if (const int code = LoadRules(options.rules, options.mapping, &rules); code != kExitOk) return code;
  Result<draw::EpochKey> key =
      options.epoch_key.empty() ? Result<draw::EpochKey>(draw::TestEpochKey()) : draw::ReadEpochKey(options.epoch_key);
  if (!key.ok()) return Fail(kExitBadArguments, key.status().message());
  auto source = ingest::OpenInputs(options.inputs, rules.mapping, rules.rule_set);
  if (!source.ok()) return Fail(kExitBadArguments, source.status().message());
  const auto record = Finder(*rules.rule_set).Find(source->get(), options);
  if (!record.ok()) return Fail(kExitBadArguments, record.status().message());
  if (!*record) {
    return Fail(kExitBadArguments, options.id.empty()
                                       ? fmt::format("the input has no record {}", options.sequence)
                                       : fmt::format("the input has no parcel '{}' that can be read", options.id));
  }
  Explainer explainer(rules.rule_set, *key);
  const Result<std::string> text = explainer.Explain((*record)->bytes, (*record)->place, (*record)->flaw, options.rule);
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
  verb->add_option("--sequence", options->sequence, "Or its place in the input, from 1")
      ->check(CLI::PositiveNumber);
  verb->add_option("--rule", options->rule, "Explain this rule alone, also where it did not match");
  verb->add_option("--mapping", options->mapping, "mapping.yaml for CSV and NDJSON, where the rules bring none");
  verb->add_option("--epoch-key", options->epoch_key, "Key of the epoch's draws (JSON)");
  verb->footer("Examples:\n  sluice explain day.parcels --rules cbec.bundle --sequence 42\n"
               "  sluice explain day.parcels --rules rules/packs/cbec_import --id CB0000000042CN --rule LIM-010");
  verb->callback([=] { *run = [=] { return Explain(*options); }; });
}

}  // namespace sluice::tools
