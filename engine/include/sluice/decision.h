// A decision as a host gets it: a view of its canonical bytes (engine/decide/FORMAT.md) and of what delivery adds.
//
// Thread-safety: plain values.   Ownership: texts and lists point into memory of whoever handed the decision over,
// which says how long it lasts; copy what you keep.
// Errors: ParseDecision, kCorrupt for bytes that are no decision.   Nothing here allocates.
#pragma once

#include <sluice/export.h>
#include <sluice/status.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sluice {

/// Bits of Decision::outcomes: what the system itself says of a parcel.
enum OutcomeBit : std::uint8_t {
  kUnreadable = 1 << 0,  // the record cannot be read
  kIncomplete = 1 << 1,  // a field that is required at this phase is absent
  kConflict = 1 << 2,    // the same id with other content
  kRuleError = 1 << 3,   // a condition ended in an error
  kParked = 1 << 4,      // waits for documents
  kOverflow = 1 << 5,    // a lane has no capacity left
  kInternal = 1 << 6,    // the engine could not do its work
};

/// A list of rules with scores, in ascending byte order of their ids.
class SLUICE_EXPORT ScoredRules {
 public:
  ScoredRules() = default;
  ScoredRules(std::span<const std::uint8_t> entries, std::uint32_t count) : entries_(entries), count_(count) {}

  std::uint32_t count() const { return count_; }
  /// As in the canonical bytes.
  std::span<const std::uint8_t> entries() const { return entries_; }
  /// Takes the first entry off the list; false when there is none.
  bool Next(std::string_view* rule, std::uint32_t* score);

 private:
  std::span<const std::uint8_t> entries_;
  std::uint32_t count_ = 0;
};

/// A list of texts: rule ids, control desks, field names.
class SLUICE_EXPORT TextList {
 public:
  TextList() = default;
  TextList(std::span<const std::uint8_t> entries, std::uint32_t count) : entries_(entries), count_(count) {}

  std::uint32_t count() const { return count_; }
  /// As in the canonical bytes.
  std::span<const std::uint8_t> entries() const { return entries_; }
  /// Takes the first entry off the list; false when there is none.
  bool Next(std::string_view* text);

 private:
  std::span<const std::uint8_t> entries_;
  std::uint32_t count_ = 0;
};

struct Decision {
  std::uint64_t sequence = 0;      // place in the input stream, from 1
  std::uint64_t duplicate_of = 0;  // sequence of the decision that this one repeats; 0: none
  std::uint32_t revision = 0;      // of the parcel, from 1
  std::uint32_t generation = 0;    // number of the rule set that decided
  std::uint32_t score = 0;         // 0 to 1,000,000
  std::uint8_t outcomes = 0;       // OutcomeBit
  bool test_key = false;           // drawn with the built-in test key
  bool must_inspect = false;
  bool scanned = false;            // decided as scanned; else as declared
  std::string_view parcel_id;      // empty: the record has none, or cannot be read
  std::string_view lane;
  TextList controls;               // desks that want the parcel
  ScoredRules matched;
  TextList suppressed;             // matched, then waived
  TextList errors;
  ScoredRules shadow;
  TextList missing;                // required fields that are absent
  std::span<const std::uint8_t> canonical;  // all of it, as logged

  // What delivery adds; not part of the canonical bytes.
  std::uint64_t tag = 0;         // the producer's, from Submission::tag
  std::uint32_t producer = 0;    // Producer::number
  bool late = false;             // the deadline had passed: act on delivered_lane
  std::string_view delivered_lane;  // lane, or where late the safe lane
  std::int64_t now_ns = 0;       // received time, nanoseconds since 1970
};

/// Fills `decision` from canonical bytes, which must outlive it; what delivery adds is left alone.
SLUICE_EXPORT Status ParseDecision(std::span<const std::uint8_t> canonical, Decision* decision);

}  // namespace sluice
