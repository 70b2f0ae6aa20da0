// sluice explain: why one parcel got its lane, by the evaluator and judge that decided.
#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <mutex>

#include "engine/ingest/open.h"
#include "engine/pipeline/screening.h"
#include "engine/wire/decoder.h"
#include "tools/sluice/explanation.h"
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
  std::string format = "pretty";
  ExplainScope scope;
};

// Finds one record of a stream, by the parcel's id or its place, and keeps a copy.
class Finder {
 public:
  explicit Finder(const ruleset::RuleSet& rule_set)
      : column_(AddId(rule_set)), plan_(rule_set.catalog, columns_), decoder_(plan_), batch_(columns_) {}

  /// None where no record is meant.
  Result<std::optional<ExplainedRecord>> Find(pipeline::RecordSource* source, const ExplainOptions& options) {
    const auto converter = source->MakeConverter();
    pipeline::RecordBlock block;
    for (std::uint64_t sequence = 1;;) {
      block.Clear();
      if (Status status = source->Read(kBlockRecords, &block); !status.ok()) return status;
      if (block.records.empty()) return std::optional<ExplainedRecord>();
      if (converter != nullptr) converter->Convert(&block);
      for (const pipeline::RawRecord& record : block.records) {
        if (record.kind != parcel::InputKind::kParcel) continue;  // refused: it takes no number
        if (options.sequence != 0 ? sequence == options.sequence : HasId(record, options.id)) {
          return std::optional(Take(*source, block, record, sequence));
        }
        ++sequence;
      }
    }
  }

 private:
  static constexpr std::size_t kBlockRecords = 1024;

  // A record that the reader gave up is unreadable, whatever its bytes would say.
  static ExplainedRecord Take(const pipeline::RecordSource& source, const pipeline::RecordBlock& block,
                              const pipeline::RawRecord& record, std::uint64_t sequence) {
    ExplainedRecord found;
    found.place = source.PlaceText(record.place);
    found.sequence = sequence;
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

// The beginning of an input, up to and with one record.
class Beginning : public pipeline::RecordSource {
 public:
  Beginning(pipeline::RecordSource* whole, std::uint64_t last) : whole_(whole), left_(last) {}

  Status Read(std::size_t records_max, pipeline::RecordBlock* block) override {
    if (left_ == 0) return Status::Ok();
    Status status = whole_->Read(static_cast<std::size_t>(std::min<std::uint64_t>(records_max, left_)), block);
    const auto is_parcel = [](const pipeline::RawRecord& r) { return r.kind == parcel::InputKind::kParcel; };
    left_ -= static_cast<std::uint64_t>(std::count_if(block->records.begin(), block->records.end(), is_parcel));
    return status;
  }
  std::unique_ptr<pipeline::RecordConverter> MakeConverter() const override { return whole_->MakeConverter(); }
  std::string PlaceText(std::uint64_t place) const override { return whole_->PlaceText(place); }

 private:
  pipeline::RecordSource* whole_;
  std::uint64_t left_;  // parcels
};

// Keeps the decision on one parcel of a stream. Formatters work in parallel.
class Catch : public pipeline::DecisionSink {
 public:
  explicit Catch(std::uint64_t sequence) : sequence_(sequence) {}

  std::unique_ptr<pipeline::DecisionFormatter> MakeFormatter() const override {
    return std::make_unique<Formatter>(this);
  }
  Status Write(std::string_view) override { return Status::Ok(); }
  std::optional<decide::Decision> Take() { return std::move(caught_); }

 private:
  class Formatter : public pipeline::DecisionFormatter {
   public:
    explicit Formatter(const Catch* to) : to_(to) {}
    void Append(const decide::Decision& decision, std::string*) override {
      if (decision.sequence != to_->sequence_) return;
      const std::scoped_lock lock(to_->mutex_);
      to_->caught_ = decision;
    }

   private:
    const Catch* to_;
  };

  const std::uint64_t sequence_;
  mutable std::mutex mutex_;
  mutable std::optional<decide::Decision> caught_;
};

// Decides the input up to a record, as `screen` does: `now` and what was seen before come from those before it.
Result<decide::Decision> Decide(const ExplainOptions& options, const LoadedRules& rules, const draw::EpochKey& key,
                                std::uint64_t sequence) {
  auto source = ingest::OpenInputs(options.inputs, rules.mapping, rules.rule_set);
  if (!source.ok()) return source.status();
  Beginning beginning(source->get(), sequence);
  Catch sink(sequence);
  const auto summary = pipeline::Screen(rules.rule_set, key, {}, &beginning, &sink);
  if (!summary.ok()) return summary.status();
  std::optional<decide::Decision> decision = sink.Take();
  if (!decision) return Status(StatusCode::kIo, "the input has changed while it was read");
  if (decision->duplicate_of != 0) return Decide(options, rules, key, decision->duplicate_of);
  return *std::move(decision);
}

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
  auto record = Finder(*rules.rule_set).Find(source->get(), options);
  if (!record.ok()) return Fail(kExitBadArguments, record.status().message());
  if (!*record) {
    return Fail(kExitBadArguments, options.id.empty()
                                       ? fmt::format("the input has no record {}", options.sequence)
                                       : fmt::format("the input has no parcel '{}' that can be read", options.id));
  }
  Result<decide::Decision> decision = Decide(options, rules, *key, (*record)->sequence);
  if (!decision.ok()) return Fail(kExitBadArguments, decision.status().message());
  (*record)->decision = *std::move(decision);
  Explainer explainer(rules.rule_set, *key, rules.folder);
  const Result<Explanation> explanation = explainer.Explain(**record, options.scope);
  if (!explanation.ok()) return Fail(kExitBadArguments, explanation.status().message());
  fmt::print("{}",
             options.format == "json" ? ExplanationJson(*explanation) : ExplanationText(*explanation, options.scope));
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
      ->check(WholeNumber(1, std::numeric_limits<std::int64_t>::max()));
  CLI::Option* rule =
      verb->add_option("--rule", options->scope.rule, "Explain this rule alone, also where it did not match");
  verb->add_flag("--all", options->scope.all, "Say of every rule what ruled it out, or why it was not asked")
      ->excludes(rule);
  verb->add_option("--format", options->format, "pretty or json")->check(CLI::IsMember({"pretty", "json"}));
  verb->add_option("--mapping", options->mapping,
                   "mapping.yaml for CSV and NDJSON, instead of the one that the rules bring");
  verb->add_option("--epoch-key", options->epoch_key, "Key of the epoch's draws (JSON)");
  verb->footer(
      "The input is decided up to the parcel, as screen does it; then each part of the conditions is asked for its\n"
      "value by the same evaluator. Without --all, rules that did not match are only counted.\n\n"
      "Examples:\n  sluice explain day.parcels --rules cbec.bundle --sequence 42\n"
      "  sluice explain day.parcels --rules rules/packs/cbec_import --id CB0000000042CN --rule LIM-010\n"
      "  sluice explain day.parcels --rules cbec.bundle --sequence 42 --all --format json");
  verb->callback([=] { *run = [=] { return Explain(*options); }; });
}

}  // namespace sluice::tools
