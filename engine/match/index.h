// The index of a rule set's conditions: made once (index_builder.h), asked batch by batch (index_search.h).
//
// A batch becomes rows of bits, one bit a parcel, one row a *slot*: a text of a column, a bucket of a number, a literal
// of a text, … A conjunction of terms (index_terms.h) becomes an *entry*: two terms as four slots, reached through
// the list of the slot that is its rarest term; and a *rest*, what else must hold, looked at where the entry let a
// parcel through. Each term is the exclusive or of rows that no parcel shares, so that there is one kind of term:
//
//   x == v           row(v) ^ odd(x)
//   x in [v, w]      row(v) ^ row(w) ^ odd(x)
//   x != v           all ^ row(v)
//   low <= x < high  below_or_odd(high) ^ below(low)
//
// odd(x): the parcels for which x has no plain answer. They pass every term on x. Where it is absent, and the other
// terms hold, the condition ends absent; for any other reason (NaN, another currency, …) the condition itself is
// asked. One visit of an entry serves the whole batch.
//
// Several terms of one element are a clause (index_elements.h), looked at last, parcel by parcel: rows of parcels tell
// that some element has a text, and not whether it is the same that has another.
//
// Immutable once made; thread-safe to read.   Source: the counting of candidates per batch instead of per parcel, and
// its measured gains, are noted in perf/notes/0005-index.md.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/match/index_elements.h"
#include "engine/match/index_terms.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::match {

/// A row of the batch's bits. Only slots have rows of their own; there are at most 65,536.
using Slot = std::uint16_t;
inline constexpr Slot kNoRows = 0;   // no parcel
inline constexpr Slot kAllRows = 1;  // every parcel
inline constexpr std::size_t kSlotsMax = 65'536;
inline constexpr std::size_t kBoundsMax = 62;        // of one number: that many rows "below bound"
inline constexpr std::size_t kListCodesMax = 256;    // texts by whose lists one conjunction is reached
inline constexpr std::size_t kGroupSlotsMax = 255;   // slots of one term
inline constexpr std::size_t kGroupsMax = 65'535;  // terms of one rest; of more the condition is asked
inline constexpr std::size_t kRangesMax = 255;       // the same, of numbers that rows tell roughly
inline constexpr std::size_t kLanesMax = 65'536;     // numbers that are indexed
inline constexpr std::uint8_t kSharedOddBit = 63;    // of all sources past the first 63: then the condition is asked

/// Two terms: (row[a1] ^ row[b1]) & (row[a2] ^ row[b2]).
struct IndexEntry {
  Slot a1 = kAllRows, b1 = kNoRows, a2 = kAllRows, b2 = kNoRows;
  std::uint32_t rest = 0;
};
static_assert(sizeof(IndexEntry) == 12);

/// A number in [low, low + span], by its key. The default holds every number.
struct IndexRange {
  NumberKey low = kKeyMin;
  std::uint64_t span = ~std::uint64_t{0};
};

/// What else must hold of the parcels of a conjunction's entries: in one line of the cache, what is most often there.
struct alignas(64) IndexRest {
  ruleset::RuleIndex rule = 0;
  std::uint32_t setting : 28 = 0;   // of RuleSettings: the parcels that the rule applies to
  std::uint32_t exact : 1 = 1;      // what passes all of it matches; else the condition is asked
  std::uint32_t more_ranges : 1 = 0;  // of what is more, there are ranges
  std::uint32_t has_clauses : 1 = 0;  // the same
  std::uint32_t met_once : 1 = 1;   // no other entry finds the rule for a parcel that an entry of this one finds
  std::uint32_t more = 0;           // 0: nothing more; else in Index::mores, counted from 1
  std::array<std::uint16_t, 2> lanes{};  // of Index::numbers: what the ranges are of
  std::array<std::array<Slot, 4>, 2> terms{{{kAllRows}, {kAllRows}}};  // each the exclusive or of four rows
  std::array<IndexRange, 2> ranges{};
};
static_assert(sizeof(IndexRest) == 64);

/// What of a conjunction found no room in its rest.
struct IndexMore {
  std::uint32_t groups_first = 0;   // in Index::groups: count, slots, count, slots, …
  std::uint32_t ranges_first = 0;   // in Index::ranges, and what of in Index::range_lanes
  std::uint32_t clauses_first = 0;  // in ElementTerms::clauses; 0: none
  std::uint16_t group_count = 0;
  std::uint16_t range_count = 0;
};

struct ListSpan {
  std::uint32_t first = 0;  // entries [first, first + count)
  std::uint32_t count = 0;
};

/// Rows of the codes of a dictionary.
struct CodeRows {
  std::uint32_t dictionary = 0;
  HomeIndex home = kParcelHome;   // of elements: the parcels that have such an element
  Slot odd = kNoRows;             // parcels that have an element without the column: those codes' rows leave them out
  std::vector<Slot> slots;        // by code; kNoRows: none
  std::vector<ListSpan> lists;    // by code
};

/// Rows of a number: those below each of its bounds.
struct NumberRows {
  std::uint32_t source = 0;            // of Plan::sources
  std::uint32_t currency = 0;          // of a money: other currencies are odd
  bool may_be_odd = false;
  std::uint8_t odd_bit = 0;
  Slot below = kNoRows;                // slots [below, below + bounds): key < bound
  Slot below_or_odd = kNoRows;         // the same, and the odd ones
  std::vector<NumberKey> bounds;       // ascending
};

struct AbsentRows {
  parcel::ColumnIndex column = 0;
  HomeIndex home = kParcelHome;
  Slot slot = kNoRows;
  std::uint8_t odd_bit = 0;
};

/// Rows of literals, or of lists of them, found in a column.
struct FoundTextRows {
  bool lists = false;
  std::uint32_t search = 0;
  HomeIndex home = kParcelHome;
  Slot odd = kNoRows;
  std::vector<Slot> slots;  // by literal or list; kNoRows: none
};

/// Rows of a mask that is computed for every batch.
struct MaskRows {
  std::uint32_t mask = 0;
  Slot not_false = kNoRows;
  Slot is_true = kNoRows;
  std::uint8_t odd_bit = 0;
};

struct SlotList {
  Slot slot = kNoRows;
  ListSpan span;
};

struct Index {
  std::vector<IndexEntry> entries;  // grouped by list
  std::vector<IndexRest> rests;     // by rule ascending
  std::vector<std::uint64_t> odds;  // by rest: bits of what its terms are on
  std::vector<IndexMore> mores;
  std::vector<Slot> groups;
  std::vector<IndexRange> ranges;
  std::vector<std::uint16_t> range_lanes;
  std::vector<SlotList> slot_lists;

  std::vector<AbsentRows> absents;
  std::vector<CodeRows> codes;
  std::vector<NumberRows> numbers;
  std::vector<FoundTextRows> texts;
  std::vector<MaskRows> masks;
  ElementTerms elements;
  std::uint32_t rule_count = 0;
  std::uint32_t slot_count = 2;
  std::uint32_t always_count = 0;  // entries that every batch visits

  std::size_t bytes() const;
};

}  // namespace sluice::match
