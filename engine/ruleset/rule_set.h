// The seam: a compiled rule set as plain immutable data. rules/ makes it, engine/ reads it, a bundle holds it.
//
// Immutable after Finish(); thread-safe to read; shared by pointer-to-const.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/blake2b.h"
#include "engine/base/pattern.h"
#include "engine/parcel/catalog.h"
#include "engine/parcel/column_plan.h"
#include "engine/ruleset/program.h"
#include "engine/ruleset/reference_data.h"
#include "engine/ruleset/text_indexes.h"

namespace sluice::ruleset {

using LaneIndex = std::uint8_t;
using RuleIndex = std::uint32_t;
inline constexpr LaneIndex kNoLane = 0xFF;
inline constexpr std::uint32_t kNone = 0xFFFFFFFFu;  // "no such thing" for every index below

/// What the system says of a parcel beside the rules; bit i of a decision's outcomes.
enum class Outcome : std::uint8_t {
  kUnreadable,  // the record cannot be read
  kIncomplete,  // a field required at this phase is absent
  kConflict,    // the same id with other content, not an amendment
  kRuleError,   // a condition ended in an error of a kind other than absent
  kParked,      // waits for documents
  kOverflow,    // a lane has no capacity left
  kInternal,    // the engine could not do its work
};
inline constexpr int kOutcomeCount = 7;
const char* OutcomeName(Outcome outcome);

struct Lane {
  std::string name;
  std::int32_t severity = 0;
  bool releases = false;
  std::uint32_t capacity_per_hour = 0;  // 0: no limit
  LaneIndex overflow = kNoLane;
  friend bool operator==(const Lane&, const Lane&) = default;
};

/// Several lanes' shares from one draw: parts per million, adding up to at most 1,000,000.
struct SplitShare {
  LaneIndex lane = 0;
  std::uint32_t parts_per_million = 0;
  friend bool operator==(const SplitShare&, const SplitShare&) = default;
};

struct ScoreLane {
  std::uint32_t from = 0;  // sum of scores >= from
  LaneIndex lane = 0;
  friend bool operator==(const ScoreLane&, const ScoreLane&) = default;
};

enum class RuleMode : std::uint8_t { kLive, kShadow };

struct Rule {
  std::uint32_t id = kNone;       // texts below are indices into RuleSet::texts
  std::uint32_t title = kNone;
  std::uint32_t reason = kNone;
  std::uint32_t note = kNone;
  std::uint32_t owner = kNone;
  NodeIndex condition = kNoNode;  // bool
  NodeIndex score_node = kNoNode; // int expression; kNoNode: `score` holds
  std::uint32_t score = 0;
  LaneIndex lane = kNoLane;
  RuleMode mode = RuleMode::kLive;
  bool must_inspect = false;
  bool mandatory = false;         // cannot be waived
  bool absent_is_error = false;   // `absent: error`
  std::uint8_t directions = parcel::kAllDirections;
  std::uint8_t phases = parcel::kAllPhases;
  std::uint32_t offices = kNone;  // index into RuleSet::office_sets; kNone: all
  std::uint32_t split_first = 0;  // RuleSet::split_shares [first, first + count)
  std::uint32_t split_count = 0;
  std::uint32_t probability = 1'000'000;  // parts per million
  std::uint64_t controls = 0;     // bits of RuleSet::controls
  std::uint64_t tags = 0;         // bits of RuleSet::tags
  std::uint64_t waives = 0;       // tags whose matches it suppresses
  base::Timestamp valid_from{std::numeric_limits<std::int64_t>::min(), 0};   // inclusive
  base::Timestamp valid_until{std::numeric_limits<std::int64_t>::max(), 0};  // exclusive
  std::uint32_t source = kNone;   // index into RuleSet::sources
  std::uint32_t profile_table = kNone;  // `each`: the table and row it was made from
  std::uint32_t profile_row = kNone;
  friend bool operator==(const Rule&, const Rule&) = default;
};

/// Where a rule was written (`file`: its path from the book's folder) and its condition's text; both index texts.
struct RuleSource {
  std::uint32_t file = kNone;
  std::uint32_t line = 0;
  std::uint32_t expression = kNone;
  friend bool operator==(const RuleSource&, const RuleSource&) = default;
};

/// A field that must be present at some phases, and the name to report.
struct RequiredField {
  parcel::ColumnIndex column = 0;
  std::uint8_t phases = 0;
  std::uint32_t name = kNone;
  friend bool operator==(const RequiredField&, const RequiredField&) = default;
};

/// The columns that hold what the engine itself asks of a parcel; kNone where the book names none.
struct SystemColumns {
  parcel::ColumnIndex id = kNone;        // text
  parcel::ColumnIndex received = kNone;  // timestamp
  parcel::ColumnIndex office = kNone;    // text
  parcel::ColumnIndex phase = kNone;     // int (enum), values of parcel::Phase; none: declared
  parcel::ColumnIndex direction = kNone; // int (enum), values of parcel::Direction; none: rules' directions all apply
  parcel::ColumnIndex draw_id = kNone;   // text; the id where the book names none
  friend bool operator==(const SystemColumns&, const SystemColumns&) = default;
};

struct RuleSet {
  std::string name;
  parcel::Catalog catalog;
  parcel::ColumnPlan columns;
  Program program;
  std::vector<Rule> rules;  // in order of their ids' appearance in the book; profiles by row
  TextPool texts;
  std::vector<RuleSource> sources;
  std::vector<ReferenceList> lists;
  std::vector<Table> tables;
  RateTable rates;
  std::vector<std::vector<std::string>> office_sets;  // each ascending
  std::vector<SplitShare> split_shares;
  std::vector<std::string> tags;
  std::vector<std::string> controls;
  std::vector<Lane> lanes;
  LaneIndex default_lane = 0;
  std::array<LaneIndex, kOutcomeCount> outcome_lanes{};
  std::vector<ScoreLane> score_lanes;  // ascending by from
  std::vector<RequiredField> required;
  SystemColumns system;
  std::uint32_t zone = kNone;  // of the book: index into Program::zones
  std::string mapping;         // text of the book's mapping.yaml, which engine/ingest reads; empty: none
  base::Hash256 hash{};        // of the bundle's sections; set by Finish()
  std::vector<base::Pattern> patterns;  // Program::patterns compiled, set by Finish()
  TextIndexes text;            // set by Finish()

  std::string_view Text(std::uint32_t index) const { return index == kNone ? std::string_view() : texts[index]; }

  /// Builds the indexes of lists and tables and compiles the patterns, as Finish() does.
  void PrepareIndexes();
  /// Builds the indexes of lists and tables, compiles the patterns and sets the hash. Call once, after Verify
  /// (verify.h) has passed.
  void Finish();
  /// The same where the hash is known already: a bundle's reader has just checked it.
  void Finish(const base::Hash256& hash_of_sections);
  friend bool operator==(const RuleSet&, const RuleSet&) = default;
};

using RuleSetPtr = std::shared_ptr<const RuleSet>;

}  // namespace sluice::ruleset
