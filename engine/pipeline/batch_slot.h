// A batch on its way through bulk screening, and the plan of a run, by which it goes.
//
// Most runs have one side: one rule set decides. Where several decide the same records, what they
// read alike is read once.
// Thread-safety: a slot belongs to the stage that holds it; a plan is immutable.
// Ownership: slots own their records, columns and results, and are used again.   Errors: none.
#pragma once

#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "engine/decide/decision.h"
#include "engine/draw/draw.h"
#include "engine/match/matcher.h"
#include "engine/parcel/batch.h"
#include "engine/pipeline/hand_over.h"
#include "engine/pipeline/stream.h"
#include "engine/pipeline/system_fields.h"
#include "engine/state/identity.h"
#include "engine/wire/decoder.h"

namespace sluice::pipeline {

/// How records become rows: shared by all sides that ask the same of the same input.
struct Reading {
  std::size_t source = 0;        // index into RunPlan::sources
  ruleset::RuleSetPtr rule_set;  // whose system columns say who a parcel is
  parcel::ColumnPlan columns;    // the rule set's, then those of the labels
  std::vector<parcel::ColumnIndex> labels;
  wire::DecodePlan decode;
};

/// One rule set at work.
struct SidePlan {
  match::MatcherPtr matcher;     // shared by all threads
  std::size_t reading = 0;       // index into RunPlan::readings
  DecisionSink* sink = nullptr;  // may be null

  const ruleset::RuleSet& rule_set() const { return *matcher->rule_set(); }
};

/// What all stages of one run share; immutable while it runs.
struct RunPlan {
  draw::EpochKey key;
  std::uint32_t generation = 1;
  std::uint64_t hash_seed = 0;
  std::vector<RecordSource*> sources;  // null: of the records' schema, from elsewhere
  std::vector<Reading> readings;
  std::vector<SidePlan> sides;
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

/// Records of a batch as one reading has them.
struct ReadBatch {
  explicit ReadBatch(const Reading& reading) : batch(reading.columns) {}

  std::uint64_t refused = 0;
  std::vector<Head> heads;
  parcel::Batch batch;  // columns of the first heads: as many as its rows
};

/// What one side decided. Of each head: a verdict, and where its bytes end. Duplicates add no bytes
/// and no verdict of their own.
struct DecidedBatch {
  std::vector<Verdict> verdicts;
  std::vector<std::uint8_t> canonical;
  std::vector<std::size_t> canonical_ends;
  std::string formatted;
  std::vector<std::size_t> formatted_ends;
  std::string label_keys;  // labels' texts, each ended by kLabelEnd
  std::vector<std::size_t> label_ends;

  void Start(std::size_t heads);
};

struct BatchSlot {
  explicit BatchSlot(const RunPlan& plan) : blocks(plan.sources.size()), sides(plan.sides.size()) {
    for (const Reading& reading : plan.readings) readings.emplace_back(reading);
  }

  /// Makes room for a full batch of ordinary parcels, so that the first of them allocate nothing.
  void Reserve();

  HandOver hand_over;                // from stage to stage
  std::vector<RecordBlock> blocks;   // as RunPlan::sources
  std::vector<ReadBatch> readings;   // as RunPlan::readings
  std::vector<DecidedBatch> sides;   // as RunPlan::sides
};

inline constexpr char kLabelEnd = '\x1f';

}  // namespace sluice::pipeline
