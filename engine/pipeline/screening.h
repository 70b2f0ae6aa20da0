// Bulk screening: records in, decisions out, on all cores, with one answer whatever their number.
//
//   read ─→ decode ─→ sequence, identity ─→ match, judge, format ─→ allot, digest, write
//   order   parallel  order                 parallel                order
//
// Decisions and their digest are a function of the records, the rule set and the epoch key: not of
// `threads` or `batch_rows`. Thread-safety: Screen may run in several threads at once, each with
// its own source and sink. Errors: kInvalidArgument (options), whatever source and sink report,
// kLimitExceeded (memory). Decisions made before an error have been written.
#pragma once

#include <sluice/status.h>

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/limits.h"
#include "engine/draw/draw.h"
#include "engine/pipeline/stream.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::pipeline {

struct Progress {
  std::uint64_t decided = 0;
  std::uint64_t bytes_read = 0;   // RecordSource's
  std::uint64_t bytes_total = 0;  // 0: not known
};

struct ScreenOptions {
  int threads = 0;               // 0: as many as the machine has
  std::size_t batch_rows = limits::kBatchRowsMax;  // 1 to that
  std::uint32_t generation = 1;
  base::Timestamp start = {};  // `now` until the first record that has a received time
  /// Dotted paths of truth labels of the parcel (bool, int, uint, string) to count by lane.
  std::vector<std::string> label_fields = {};
  bool by_office = false;  // fill ScreenSummary::offices
  std::function<void(const Progress&)> progress =
      {};  // called now and then, by one thread at a time
};

/// How often a rule did what, duplicates apart. Positive: the first of ScreenOptions::label_fields is.
struct RuleCounts {
  std::uint64_t matched = 0;     // live and not suppressed
  std::uint64_t suppressed = 0;  // matched, then waived
  std::uint64_t shadow = 0;      // matched in shadow mode
  std::uint64_t absent = 0;
  std::uint64_t errors = 0;
  std::uint64_t matched_positive = 0;
  std::uint64_t shadow_positive = 0;

  friend bool operator==(const RuleCounts&, const RuleCounts&) = default;
};

/// Values of ScreenOptions::label_fields as texts ("true", "7", "UNDERVALUED"; "" where absent).
using LabelValues = std::vector<std::string>;

/// Parcels with one combination of labels.
struct LabelGroup {
  std::vector<std::uint64_t> lanes;  // decisions by lane
  std::uint64_t matched = 0;         // parcels with a live match, not waived; whatever its draw said

  friend bool operator==(const LabelGroup&, const LabelGroup&) = default;
};

struct LabelCounts {
  std::uint64_t count = 0;
  std::uint64_t positive = 0;
};

/// A label's text says so: true, not 0, or a text that is not empty.
bool IsPositiveLabel(std::string_view text);

/// Decisions by lane of each office; "" where the parcel says none.
using OfficeLanes = std::map<std::string, std::vector<std::uint64_t>, std::less<>>;

struct ReadFailure {
  std::uint64_t sequence = 0;
  parcel::ReadError error = parcel::ReadError::kNone;
  std::string place;  // RecordSource::PlaceText
  std::string flaw;   // RecordFlaw::text; may be empty
};

struct ScreenSummary {
  std::uint64_t parcels = 0;  // submitted; always decided + refused
  std::uint64_t decided = 0;
  std::uint64_t refused = 0;  // inputs of a kind that is not built
  std::uint64_t duplicates = 0;
  std::uint64_t without_received = 0;  // readable records without a received time: `now` is the one before's
  std::uint64_t forgotten = 0;       // identities dropped to stay within limits::kIdentitiesMax
  std::vector<std::uint64_t> lanes;  // decisions by lane, duplicates included; adds up to decided
  std::array<std::uint64_t, ruleset::kOutcomeCount> outcomes{};  // duplicates apart
  std::uint64_t matches = 0;  // live rules' matches, suppressed ones included, duplicates apart
  std::vector<RuleCounts> rules;
  std::uint32_t generation = 0;
  base::Hash256 rule_set{};
  base::Hash256 decision_digest{};
  bool test_key = false;
  double seconds = 0;
  int threads = 0;
  /// Decisions by lane for each combination of labels that occurs, unreadable records and
  /// duplicates apart. Combinations beyond limits::kLabelGroupsMax are counted under kOtherLabels
  /// in every place.
  std::map<LabelValues, LabelGroup> labelled;
  /// Work an office, duplicates apart; offices beyond limits::kLabelGroupsMax under kOtherLabels.
  OfficeLanes offices;
  std::uint64_t read_failure_count = 0;
  std::vector<ReadFailure> read_failures;  // the first limits::kReadFailuresKept
};

inline constexpr const char* kOtherLabels = "(other)";

/// By lane: how many parcels, and for how many label `label` (index into
/// ScreenOptions::label_fields) is positive.
std::vector<LabelCounts> CountLabel(const ScreenSummary& summary, std::size_t label);

/// One rule set among several that decide the same input.
struct Side {
  ruleset::RuleSetPtr rule_set;
  RecordSource* source = nullptr;  // sides that name the same one share its reading
  DecisionSink* sink = nullptr;    // may be null
};

/// Screens the input by each of the rule sets, in one pass: a summary a side, each what Screen says of that side
/// alone. Sources that are not the same one must give the same records in number, else kInvalidArgument; sides of
/// one source must have its schema. Batch by batch, the sinks' Write is called in the order of the sides.
Result<std::vector<ScreenSummary>> ScreenSides(const std::vector<Side>& sides, const draw::EpochKey& key,
                                               const ScreenOptions& options);

/// Screens all records of `source`. `sink` may be null.
Result<ScreenSummary> Screen(ruleset::RuleSetPtr rule_set, const draw::EpochKey& key,
                             const ScreenOptions& options, RecordSource* source,
                             DecisionSink* sink);

}  // namespace sluice::pipeline
