// A batch: up to kBatchRowsMax parcels as columns, filled by engine/wire, read by engine/match.
//
// Thread-safety: belongs to one thread at a time.   Ownership: owns its columns; text points into the record
// bytes, which the caller keeps alive as long as the batch is read.   Allocation: none after construction.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/money.h"
#include "engine/base/time.h"
#include "engine/parcel/column_plan.h"

namespace sluice::parcel {

/// Rows as bits: bit `row % 64` of word `row / 64`.
using BitWords = std::vector<std::uint64_t>;
inline bool TestBit(std::span<const std::uint64_t> words, std::size_t row) {
  return (words[row / 64] >> (row % 64) & 1) != 0;
}
inline void SetBit(std::span<std::uint64_t> words, std::size_t row) {
  words[row / 64] |= std::uint64_t{1} << (row % 64);
}
inline std::size_t WordsFor(std::size_t rows) { return (rows + 63) / 64; }

/// One column; only the vector of its type is used. Values of absent rows are zero values.
struct Column {
  ValueType type = ValueType::kBool;
  BitWords present;                       // one bit a row of the column's domain
  std::vector<std::int64_t> ints;         // kBool (0 or 1), kInt, kDuration (ns)
  std::vector<std::uint64_t> uints;       // kUint
  std::vector<double> doubles;            // kDouble
  std::vector<std::string_view> texts;    // kString
  std::vector<base::Timestamp> times;     // kTimestamp
  std::vector<base::Money> moneys;        // kMoney

  bool Has(std::size_t row) const { return TestBit(present, row); }
};

/// Rows of one domain.
struct DomainRows {
  std::uint32_t count = 0;
  std::vector<std::uint32_t> first;   // per parent row: its first row; first[parents] == count
  std::vector<std::uint32_t> parent;  // per row: its parent row
};

/// Why a record could not be read.
enum class ReadError : std::uint8_t {
  kNone = 0,
  kTooShort,        // shorter than the smallest record, or a size prefix that says more than there is
  kTooLong,         // over kRecordBytesMax
  kBadIdentifier,   // file identifier of another schema
  kOutOfBounds,     // an offset, vtable, string or vector that leaves the record
  kTooDeep,
  kTooManyItems,    // a vector over its max_items
  kTextTooLong,     // a text over its max_bytes
  kBadUtf8,
  kBadCurrency,     // a money field whose currency is not three letters
  kBadTime,         // a timestamp or duration outside CEL's range
  kBadCell,         // a CSV or JSON value that the mapping cannot turn into its field
  kBadFrame,        // a .parcels file whose framing is broken here
  kBadChecksum,     // a record of a .parcels file whose bytes are not those that were written
  kBadPhase,        // a phase field that is neither declared (0) nor scanned (1)
};
const char* ReadErrorName(ReadError error);

/// What the engine knows of a parcel beside its record; filled in sequence order.
struct ParcelFacts {
  std::uint64_t sequence = 0;        // 1-based place in the input stream
  base::Timestamp now;               // received time, never decreasing in sequence order
  std::uint32_t revision = 0;
  Phase phase = Phase::kDeclared;
  ReadError read_error = ReadError::kNone;
};

class Batch {
 public:
  /// Columns for `plan` with room for kBatchRowsMax parcels and kDomainRowsMax rows in each other domain.
  explicit Batch(const ColumnPlan& plan);

  void Clear();
  std::uint32_t row_count() const { return domains[kParcelDomain].count; }

  std::vector<DomainRows> domains;    // as in the plan
  std::vector<Column> columns;        // as in the plan
  std::vector<ParcelFacts> facts;     // one a parcel row
  std::vector<std::span<const std::uint8_t>> records;  // one a parcel row: the record's bytes
};

}  // namespace sluice::parcel
