// Reference data of a rule set: lists, tables, currency rates. Plain data plus an index built by Prepare().
//
// Immutable after Prepare(); thread-safe to read. Owns all its text.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ruleset/flat_index.h"
#include "engine/ruleset/program.h"

namespace sluice::ruleset {

/// A key of a look-up: a value of the key's type.
struct KeyValue {
  ValueType type = ValueType::kString;  // kString, kInt, kUint, kBool, kDouble, kTimestamp
  std::string_view text;
  std::int64_t number = 0;              // kInt, kBool
  std::uint64_t unsigned_number = 0;    // kUint
  double real = 0;
  base::Timestamp time;
};

/// Keys without repetition, ascending.
struct ReferenceList {
  std::string name;
  ValueType type = ValueType::kString;  // kString or kInt
  TextPool texts;
  std::vector<std::int64_t> ints;

  void Prepare();
  bool Contains(std::string_view text) const;
  bool Contains(std::int64_t number) const;
  /// Whether some entry is a prefix of `text` (bytes; entries and text are UTF-8). An empty entry is one of any.
  bool HasPrefixOf(std::string_view text) const;
  /// Of the longest text; 0 where there is none.
  std::size_t text_bytes_max() const { return text_bytes_max_; }

  friend bool operator==(const ReferenceList&, const ReferenceList&) = default;

 private:
  struct Root {
    std::uint32_t text = 0;
    std::uint32_t bytes = 0;

    friend bool operator==(const Root&, const Root&) = default;
  };
  void PrepareTails();

  FlatIndex index_;          // of texts or ints
  std::vector<Root> roots_;  // texts of which no other entry is a prefix, ascending
  std::vector<std::uint64_t> heads_;  // of the roots: their first eight bytes, big-endian
  std::vector<std::uint64_t> tails_;  // bits of the mixes that some text has; empty: not asked
  std::uint32_t tail_shift_ = 0;      // from a mix to its bit
  std::size_t text_bytes_max_ = 0;
};

enum class KeyKind : std::uint8_t { kExact, kPrefix, kInterval };

struct TableKey {
  std::string name;
  KeyKind kind = KeyKind::kExact;
  ValueType type = ValueType::kString;
  // One entry a row. Exact and prefix texts: index into Table::texts. Interval: [from, to).
  std::vector<std::uint32_t> texts;
  std::vector<std::int64_t> ints;             // exact kInt, kBool
  std::vector<double> from_doubles, to_doubles;           // kInterval of kDouble; -inf, +inf where blank
  // kInterval of kInt: the smallest and the largest where blank; a `to` of the largest includes it.
  std::vector<std::int64_t> from_ints, to_ints;
  std::vector<base::Timestamp> from_times, to_times;      // kInterval of kTimestamp

  friend bool operator==(const TableKey&, const TableKey&) = default;
};

struct TableValueColumn {
  std::string name;
  ValueType type = ValueType::kString;
  std::uint32_t currency = 0;           // kMoney
  std::vector<std::uint8_t> present;    // 0: the cell is blank
  std::vector<std::int64_t> ints;       // kInt, kBool, kDuration, kMoney (minor units)
  std::vector<std::uint64_t> uints;
  std::vector<double> doubles;
  std::vector<std::uint32_t> texts;
  std::vector<base::Timestamp> times;

  friend bool operator==(const TableValueColumn&, const TableValueColumn&) = default;
};

/// Of the rows whose keys all match and which are valid at `now`, a look-up finds the one with the longest
/// prefix (first prefix key first); among equals the first in file order.
struct Table {
  std::string name;
  std::uint32_t row_count = 0;
  std::vector<TableKey> keys;
  std::vector<TableValueColumn> values;
  TextPool texts;
  std::vector<base::Timestamp> valid_from, valid_until;  // both empty: always; until is exclusive

  void Prepare();
  /// Row index. `arguments` has one value a key, of the key's type. Allocates nothing.
  std::optional<std::uint32_t> Find(std::span<const KeyValue> arguments,
                                    const base::Timestamp& now) const;
  /// Whether `row` matches by keys and validity; the slow, obvious definition (tests compare Find with it).
  bool RowMatches(std::uint32_t row, std::span<const KeyValue> arguments,
                  const base::Timestamp& now) const;

  friend bool operator==(const Table&, const Table&) = default;

 private:
  // Rows that agree in all exact keys and prefix texts: positions [first, first + count).
  struct Group {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    std::uint64_t key_offset = 0;  // of its keys in key_bytes_

    friend bool operator==(const Group&, const Group&) = default;
  };
  // An interval or a row's validity as integers: [from, to).
  struct Bound {
    std::int64_t from = 0;
    std::int64_t to = 0;

    friend bool operator==(const Bound&, const Bound&) = default;
  };
  struct Query;

  void PrepareGroups();
  void PrepareShapes();
  void PrepareBounds();
  void SortLargeGroups();
  void AppendKeys(std::uint32_t row);
  void AppendBounds(std::uint32_t row);
  std::uint64_t HashRow(std::uint32_t row) const;
  std::uint64_t HashExact(std::span<const KeyValue> arguments) const;
  bool HashShape(std::span<const std::uint32_t> shape, std::span<const KeyValue> arguments,
                 std::uint64_t* hash) const;
  bool SameGroup(std::uint32_t row, std::uint32_t other) const;
  bool KeyMatches(const TableKey& key, std::uint32_t row, const KeyValue& value) const;
  bool IsValid(std::uint32_t row, const base::Timestamp& now) const;
  const Bound* BoundsAt(std::uint32_t position) const {
    return bounds_.data() + position * bound_count_;
  }
  bool Fits(std::uint32_t position, const Query& query) const;
  const Group* FindGroup(std::uint64_t hash, std::span<const std::uint32_t> shape,
                         std::span<const KeyValue> arguments) const;
  std::uint32_t FindInGroup(const Group& group, const Query& query) const;

  std::vector<std::uint32_t> exact_keys_, prefix_keys_, interval_keys_;  // indices into keys
  FlatIndex index_;                         // hash of exact keys, then prefix texts: to a group
  std::vector<Group> groups_;
  std::string key_bytes_;                   // of each group: exact keys, then prefix texts
  std::vector<std::uint32_t> rows_;         // by position; small groups in file order
  std::vector<Bound> bounds_;               // by position: one an interval key, then validity
  std::size_t bound_count_ = 0;
  bool cut_seconds_ = false;                // some bound lies within a second: they are not the whole truth
  std::vector<std::int64_t> highest_to_;    // by position, of large groups; empty where there are none
  std::vector<std::uint32_t> shape_bytes_;  // lengths of prefixes that occur together, longest first
  std::size_t shape_count_ = 0;
};

/// One rate: units of the base currency for one major unit of `currency`, as a decimal numerator / 10^9.
struct Rate {
  base::CurrencyCode currency = 0;
  base::Timestamp from;
  std::int64_t nano_units = 0;  // > 0

  friend bool operator==(const Rate&, const Rate&) = default;
};

/// Dated rates. Conversion is exact in 128-bit integers with one rounding, half away from zero.
struct RateTable {
  base::CurrencyCode base_currency = 0;
  std::vector<Rate> rates;  // by currency, then from

  enum class Outcome { kOk, kNoRate, kOverflow };
  Outcome Convert(const base::Money& money, base::CurrencyCode to, const base::Timestamp& now,
                  base::Money* converted) const;

  friend bool operator==(const RateTable&, const RateTable&) = default;

 private:
  /// The rate in force at `now`, or 0.
  std::int64_t NanoUnits(base::CurrencyCode currency, const base::Timestamp& now) const;
};

}  // namespace sluice::ruleset
