// A batch on its way through bulk screening, and the worker that does the parallel part of the way.
//
// Thread-safety: a slot belongs to the stage that holds it; a worker to one thread at a time.
// Ownership: slots own their records, columns and results, and are used again.   Errors: none.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "engine/decide/decision.h"
#include "engine/draw/draw.h"
#include "engine/match/evaluator.h"
#include "engine/parcel/batch.h"
#include "engine/pipeline/hand_over.h"
#include "engine/pipeline/screening.h"
#include "engine/pipeline/stream.h"
#include "engine/pipeline/system_fields.h"
#include "engine/state/identity.h"
#include "engine/wire/decoder.h"

namespace sluice::pipeline {

/// What all stages of one run share; immutable while it runs.
struct RunPlan {
  ruleset::RuleSetPtr rule_set;
  draw::EpochKey key;
  parcel::ColumnPlan columns;  // the rule set's, then those of the labels
  std::vector<parcel::ColumnIndex> labels;
  wire::DecodePlan decode;
  std::uint32_t generation = 1;
  std::uint64_t hash_seed = 0;
  const RecordSource* source = nullptr;
  const DecisionSink* sink = nullptr;  // may be null
};

/// One accepted record: what the stages in order know of it.
struct Head {
  std::uint32_t raw = 0;  // index into RecordBlock::records
  SystemFields fields;    // texts point into the record
  base::Hash128 id_hash;
  base::Hash128 record_hash;
  std::uint64_t sequence = 0;
  base::Timestamp now;
  state::IdentityAnswer identity;
  bool has_slot = false;  // identity.slot holds: the record has an id
};

/// What allot needs of a decision that was made in parallel.
struct Verdict {
  ruleset::LaneIndex lane = 0;
  std::uint8_t outcomes = 0;
  bool must_inspect = false;
  bool matched = false;  // some live rule, not waived, whatever its draw said
  std::uint32_t score = 0;
  std::uint64_t controls = 0;
};

struct BatchSlot {
  explicit BatchSlot(const parcel::ColumnPlan& columns) : batch(columns) {}

  HandOver hand_over;  // from stage to stage
  RecordBlock block;
  std::uint64_t refused = 0;
  std::vector<Head> heads;
  parcel::Batch batch;  // columns of the first heads: as many as its rows
  // Of each head: a verdict, and where its bytes end. Duplicates add no bytes and no verdict of
  // their own.
  std::vector<Verdict> verdicts;
  std::vector<std::uint8_t> canonical;
  std::vector<std::size_t> canonical_ends;
  std::string formatted;
  std::vector<std::size_t> formatted_ends;
  std::string label_keys;  // labels' texts, each ended by kLabelEnd
  std::vector<std::size_t> label_ends;
};

inline constexpr char kLabelEnd = '\x1f';

class BatchWorker {
 public:
  explicit BatchWorker(const RunPlan& plan);

  /// Converts and decodes the block's records; fills heads and the batch.
  void Decode(BatchSlot* slot);
  /// Matches, judges and formats all heads but duplicates.
  void Decide(BatchSlot* slot);

  const std::vector<RuleCounts>& rule_counts() const { return rule_counts_; }
  std::uint64_t matches() const { return match_count_; }

 private:
  std::size_t DecodeFrom(const BatchSlot& slot, std::size_t begin, parcel::Batch* batch);
  void FillHeads(const parcel::Batch& batch, std::size_t begin, BatchSlot* slot) const;
  void DecidePart(parcel::Batch* batch, std::size_t begin, BatchSlot* slot);
  void DecideRow(const parcel::Batch& batch, std::size_t row, const Head& head, Verdict* verdict);
  void CountRules();
  void AppendLabels(const parcel::Batch& batch, std::size_t row, std::string* keys) const;
  parcel::Batch* OverflowBatch();

  const RunPlan& plan_;
  wire::Decoder decoder_;
  match::Evaluator evaluator_;
  ruleset::BatchMatches matches_;
  decide::Decision decision_;
  std::unique_ptr<RecordConverter> converter_;
  std::unique_ptr<DecisionFormatter> formatter_;
  std::unique_ptr<parcel::Batch> overflow_;  // made when records' items first exceed a batch
  std::vector<RuleCounts> rule_counts_;
  std::uint64_t match_count_ = 0;
};

}  // namespace sluice::pipeline
