// What does the parallel part of bulk screening: records to columns, columns to decisions.
//
// Thread-safety: each belongs to one thread at a time; the plan is shared.   Errors: none.
// Ownership: the plan outlives them.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/match/evaluator.h"
#include "engine/pipeline/batch_slot.h"
#include "engine/pipeline/screening.h"

namespace sluice::pipeline {

/// Decodes blocks as one reading has them.
class RecordReader {
 public:
  RecordReader(const Reading& reading, std::uint64_t hash_seed);

  void Read(const RecordBlock& block, ReadBatch* read);
  /// Decodes heads from `begin` on until the overflow batch is full. Returns where it stopped.
  std::size_t ReadOverflow(const RecordBlock& block, const ReadBatch& read, std::size_t begin);
  parcel::Batch* overflow();

 private:
  std::size_t DecodeFrom(const RecordBlock& block, const ReadBatch& read, std::size_t begin,
                         parcel::Batch* batch);
  void FillHeads(const parcel::Batch& batch, std::size_t begin, std::vector<Head>* heads) const;

  const Reading& reading_;
  const std::uint64_t hash_seed_;
  wire::Decoder decoder_;
  std::unique_ptr<parcel::Batch> overflow_;  // made when records' items first exceed a batch
};

/// Matches, judges and formats by one rule set.
class Decider {
 public:
  Decider(const RunPlan& plan, const SidePlan& side);

  /// Decides all heads but duplicates.
  void Decide(const RecordBlock& block, RecordReader* reader, ReadBatch* read,
              DecidedBatch* decided);

  const std::vector<RuleCounts>& rule_counts() const { return rule_counts_; }
  /// What is counted of a rule so far; any thread may ask while others decide.
  RuleCounts CountsOf(ruleset::RuleIndex rule) const;
  std::uint64_t matches() const { return match_count_; }

 private:
  void DecidePart(parcel::Batch* batch, std::span<const Head> heads, std::size_t begin,
                  DecidedBatch* decided);
  void DecideRow(const parcel::Batch& batch, std::size_t row, const Head& head, Verdict* verdict);
  void CountRules(bool positive);
  void AppendLabels(const parcel::Batch& batch, std::size_t row, std::string* keys) const;

  const RunPlan& plan_;
  const ruleset::RuleSet& rule_set_;
  const std::vector<parcel::ColumnIndex>& labels_;
  match::Evaluator evaluator_;
  ruleset::BatchMatches matches_;
  decide::Decision decision_;
  std::unique_ptr<DecisionFormatter> formatter_;
  std::vector<RuleCounts> rule_counts_;
  std::uint64_t match_count_ = 0;
};

class BatchWorker {
 public:
  explicit BatchWorker(const RunPlan& plan);

  /// Converts and decodes the blocks' records.
  void Decode(BatchSlot* slot);
  void Decide(BatchSlot* slot);

  const Decider& decider(std::size_t side) const { return deciders_[side]; }

 private:
  const RunPlan& plan_;
  std::vector<std::unique_ptr<RecordConverter>> converters_;  // as RunPlan::sources; may be null
  std::vector<RecordReader> readers_;
  std::deque<Decider> deciders_;  // they cannot be moved
};

}  // namespace sluice::pipeline
