// The constants that rules compare one column with for equality, as codes; and, per batch, the rows of each code.
//
// One hash look-up a row and batch replaces a comparison a row and constant: `platform == X` of ten thousand
// profiles costs what one costs. Belongs to one evaluator; constants are added before the first batch.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/match/bits.h"
#include "engine/parcel/batch.h"

namespace sluice::match {

class Dictionary {
 public:
  /// For a column of kString or kInt, whose domain has at most `rows_max` rows. Texts are not copied.
  Dictionary(parcel::ColumnIndex column, parcel::ValueType type, std::size_t rows_max);

  /// The code of a constant, the same for the same constant.
  std::uint32_t Add(std::string_view text);
  std::uint32_t Add(std::int64_t number);
  /// Makes room for a batch; call when all constants are in.
  void Prepare();

  parcel::ColumnIndex column() const { return column_; }
  std::size_t code_count() const { return keys_.size(); }

  /// Looks up each of the first `rows` rows of `column`, once for each `batch` number.
  void Encode(const parcel::Column& column, std::size_t rows, std::uint32_t batch);
  /// The rows that hold the constant, or nullptr when no row does.
  const Word* RowsOf(std::uint32_t code) const {
    const Seen& seen = seen_in_[code];
    return seen.batch == batch_ ? &rows_[std::size_t{seen.slot} * words_] : nullptr;
  }
  /// The codes that some row holds.
  const std::vector<std::uint32_t>& seen() const { return seen_; }

 private:
  // A text of up to 16 bytes by its bytes and, in the tag, their number; a longer one by a hash; a number by itself.
  struct Key {
    std::uint64_t low = 0, high = 0;

    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Probe {
    Key key;
    std::uint64_t hash = 0;
    std::uint16_t tag = 0;  // never 0
  };
  // One line of the cache: a look-up reads one, and the key of a code whose tag fits.
  static constexpr std::size_t kBucketCodes = 10;
  struct alignas(64) Bucket {
    std::array<std::uint16_t, 12> tags{};  // 0: free; the last two are
    std::array<std::uint32_t, kBucketCodes> codes{};
  };

  static Probe ProbeOf(std::string_view text);
  static Probe ProbeOf(std::int64_t number);
  static Probe ProbeOf(const Key& key, std::size_t bytes);
  template <typename Value>
  std::uint32_t Find(const Probe& probe, const Value& value, const std::vector<Value>& values) const;
  template <typename Value>
  std::uint32_t AddValue(const Value& value, std::vector<Value>* values);
  void Insert(const Probe& probe, std::uint32_t code);
  template <typename Value>
  void EncodeValues(const parcel::Column& column, const std::vector<Value>& values, const std::vector<Value>& known,
                    std::size_t rows);
  void Mark(std::uint32_t code, std::size_t row);

  parcel::ColumnIndex column_;
  parcel::ValueType type_;
  std::size_t rows_max_;
  std::size_t words_;                    // of one code's rows
  std::vector<std::string_view> texts_;  // by code
  std::vector<std::int64_t> numbers_;    // by code
  std::vector<Key> keys_;                // by code
  std::vector<Bucket> buckets_;          // a power of two; a full one goes on in the next
  std::uint32_t batch_ = 0;
  struct Seen {
    std::uint32_t batch = 0;             // the last one that has the code
    std::uint32_t slot = 0;              // place in rows_, in that batch
  };
  std::vector<Seen> seen_in_;            // by code
  std::vector<std::uint32_t> seen_;
  std::vector<Word> rows_;
};

}  // namespace sluice::match
