// Reference data of a rule set: lists, tables, currency rates. Plain data plus an index built by Prepare().
//
// Immutable after Prepare(); thread-safe to read. Owns all its text.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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

 private:
  std::vector<std::uint32_t> slots_;         // open addressing over texts or ints, a power of two, 0 = empty
  std::vector<std::uint32_t> prefix_bytes_;  // the lengths that occur among the texts, ascending
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
  std::vector<std::int64_t> from_ints, to_ints;           // kInterval of kInt; smallest, largest where blank (to inclusive of largest)
  std::vector<base::Timestamp> from_times, to_times;      // kInterval of kTimestamp
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
};

/// Of the rows whose keys all match and which are valid at `now`, a look-up finds the one with the longest
/// prefix (first prefix key first); among equals the first in file order.
struct Table {
  std::string name;
  std::uint32_t row_count = 0;
  std::vector<TableKey> keys;
  std::vector<TableValueColumn> values;
  TextPool texts;
  std::vector<base::Timestamp> valid_from, valid_until;  // empty: always; until is exclusive

  void Prepare();
  /// Row index. `arguments` has one value a key, of the key's type.
  std::optional<std::uint32_t> Find(std::span<const KeyValue> arguments, const base::Timestamp& now) const;
  /// Whether `row` matches by keys and validity; the slow, obvious definition (tests compare Find with it).
  bool RowMatches(std::uint32_t row, std::span<const KeyValue> arguments, const base::Timestamp& now) const;

 private:
  bool RestMatches(std::uint32_t row, std::span<const KeyValue> arguments, const base::Timestamp& now) const;

  // Rows grouped by the hash of their exact keys and prefix texts; candidates are checked in full.
  std::unordered_multimap<std::uint64_t, std::uint32_t> by_hash_;
  std::vector<std::vector<std::uint32_t>> prefix_bytes_;  // per prefix key: lengths that occur, descending
};

/// One rate: units of the base currency for one major unit of `currency`, as a decimal numerator / 10^9.
struct Rate {
  base::CurrencyCode currency = 0;
  base::Timestamp from;
  std::int64_t nano_units = 0;  // > 0
};

/// Dated rates. Conversion is exact in 128-bit integers with one rounding, half away from zero.
struct RateTable {
  base::CurrencyCode base_currency = 0;
  std::vector<Rate> rates;  // by currency, then from

  enum class Outcome { kOk, kNoRate, kOverflow };
  Outcome Convert(const base::Money& money, base::CurrencyCode to, const base::Timestamp& now,
                  base::Money* converted) const;
};

}  // namespace sluice::ruleset
