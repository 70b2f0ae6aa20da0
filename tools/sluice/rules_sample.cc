#include "tools/sluice/rules_sample.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "engine/base/limits.h"
#include "engine/ingest/mapping.h"
#include "engine/ingest/open.h"
#include "engine/match/evaluator.h"
#include "engine/pipeline/system_fields.h"
#include "engine/wire/decoder.h"

namespace sluice::tools {

namespace {

constexpr int kRepeats = 5;  // the fastest counts: other work on the machine only ever slows

/// The sample in columns, with the records that their texts point into.
struct SampleBatches {
  std::vector<std::unique_ptr<pipeline::RecordBlock>> blocks;
  std::vector<std::unique_ptr<parcel::Batch>> batches;
  std::uint64_t parcels = 0;
};

Status ReadSample(const ruleset::RuleSet& rule_set, pipeline::RecordSource* source, SampleBatches* sample) {
  const wire::DecodePlan plan(rule_set.catalog, rule_set.columns);
  wire::Decoder decoder(plan);
  const auto converter = source->MakeConverter();
  base::Timestamp now;
  while (sample->parcels < limits::kLintSampleParcelsMax) {
    pipeline::RecordBlock& block = *sample->blocks.emplace_back(std::make_unique<pipeline::RecordBlock>());
    if (Status status = source->Read(limits::kBatchRowsMax, &block); !status.ok()) return status;
    if (block.records.empty()) return Status::Ok();
    if (converter != nullptr) converter->Convert(&block);
    parcel::Batch& batch = *sample->batches.emplace_back(std::make_unique<parcel::Batch>(rule_set.columns));
    for (const pipeline::RawRecord& record : block.records) {
      if (record.error != parcel::ReadError::kNone) continue;
      // What does not fit for its many items is left out: it is a sample.
      if (decoder.Append(record.bytes, batch) != wire::DecodeResult::kAppended) continue;
      const std::size_t row = batch.row_count() - 1;
      const pipeline::SystemFields fields = pipeline::ReadSystemFields(rule_set, batch, row);
      if (fields.received) now = std::max(now, *fields.received);
      batch.facts[row] = {++sample->parcels, now, 1, fields.phase, parcel::ReadError::kNone};
    }
  }
  return Status::Ok();
}

class Meter {
 public:
  Meter(const ruleset::RuleSet& rule_set, const SampleBatches& sample)
      : alone_(std::make_shared<ruleset::RuleSet>(rule_set)), sample_(sample) {}

  rules::RuleMeasure Measure(const ruleset::Rule& rule) {
    rules::RuleMeasure measure;
    measure.matches = CountMatches(rule, &measure.nanoseconds);
    const ruleset::Node node = alone_->program.nodes[rule.condition];
    if (node.op != ruleset::Op::kAnd) return measure;
    for (std::uint32_t i = node.b; i < node.b + node.c; ++i) {
      ruleset::Rule part = rule;
      part.condition = alone_->program.operands[i];
      double ignored = 0;
      measure.parts.push_back({part.condition, CountMatches(part, &ignored)});
    }
    return measure;
  }

 private:
  std::uint64_t CountMatches(ruleset::Rule rule, double* nanoseconds) {
    rule.score_node = ruleset::kNoNode;
    alone_->rules.assign(1, rule);
    match::Evaluator evaluator(match::MakeMatcher(alone_));
    ruleset::BatchMatches matches;
    std::uint64_t count = 0;
    double fastest = std::numeric_limits<double>::infinity();
    for (int repeat = 0; repeat < kRepeats; ++repeat) {
      count = 0;
      const auto begin = std::chrono::steady_clock::now();
      for (const auto& batch : sample_.batches) {
        evaluator.Evaluate(*batch, &matches);
        count += matches.hits.size();
      }
      const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - begin;
      fastest = std::min(fastest, taken.count());
    }
    *nanoseconds = sample_.parcels == 0 ? 0 : fastest / static_cast<double>(sample_.parcels);
    return count;
  }

  std::shared_ptr<ruleset::RuleSet> alone_;  // of one rule, exchanged; no evaluator outlives its turn
  const SampleBatches& sample_;
};

}  // namespace

Result<rules::Sample> MeasureSample(const rules::CompiledBook& book, const std::string& path,
                                    const std::string& mapping_path) {
  std::optional<ingest::Mapping> mapping;
  const std::string& mapping_file = mapping_path.empty() ? book.mapping_path : mapping_path;
  if (!mapping_file.empty()) {
    Result<ingest::Mapping> read = ingest::ReadMapping(mapping_file);
    if (!read.ok()) return read.status();
    mapping = *std::move(read);
  }
  auto source = ingest::OpenInputs({path}, std::move(mapping), book.rule_set);
  if (!source.ok()) return source.status();
  SampleBatches batches;
  if (Status status = ReadSample(*book.rule_set, source->get(), &batches); !status.ok()) return status;
  rules::Sample sample;
  sample.name = path;
  sample.parcels = batches.parcels;
  Meter meter(*book.rule_set, batches);
  std::vector<ruleset::RuleIndex> unindexed = rules::UnindexedRules(book);
  if (unindexed.size() > limits::kLintSampleRulesMax) unindexed.resize(limits::kLintSampleRulesMax);
  for (const ruleset::RuleIndex rule : unindexed) {
    sample.rules.emplace(rule, meter.Measure(book.rule_set->rules[rule]));
  }
  return sample;
}

}  // namespace sluice::tools
