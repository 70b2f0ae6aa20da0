// The constants that rules compare one column with for equality, as codes; and, per batch, the rows of each code.
//
// One hash look-up a row and batch replaces a comparison a row and constant: `platform == X` of ten thousand
// profiles costs what one costs. Belongs to one evaluator; constants are added before the first batch.
#pragma once

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
  std::size_t code_count() const { return hashes_.size(); }

  /// Looks up each of the first `rows` rows of `column`, once for each `batch` number.
  void Encode(const parcel::Column& column, std::size_t rows, std::uint32_t batch);
  /// The rows that hold the constant, or nullptr when no row does.
  const Word* RowsOf(std::uint32_t code) const {
    return seen_in_[code] == batch_ ? &rows_[std::size_t{row_slot_[code]} * words_] : nullptr;
  }
  /// The codes that some row holds.
  const std::vector<std::uint32_t>& seen() const { return seen_; }

 private:
  struct Entry {
    std::uint32_t tag = 0;   // high half of the hash
    std::uint32_t next = 0;  // code + 1; 0: free
  };
  template <typename Key>
  std::uint32_t AddKey(const Key& key, std::vector<Key>* keys);
  template <typename Key>
  std::uint32_t Find(const Key& key, const std::vector<Key>& keys) const;
  template <typename Key>
  void EncodeKeys(const parcel::Column& column, const std::vector<Key>& values, const std::vector<Key>& keys,
                  std::size_t rows);
  void Mark(std::uint32_t code, std::size_t row);
  void Grow();

  parcel::ColumnIndex column_;
  parcel::ValueType type_;
  std::size_t rows_max_;
  std::size_t words_;                    // of one code's rows
  std::vector<std::string_view> texts_;  // by code
  std::vector<std::int64_t> numbers_;    // by code
  std::vector<Entry> entries_;           // open addressing, a power of two
  std::vector<std::uint64_t> hashes_;    // by code
  std::uint32_t batch_ = 0;
  std::vector<std::uint32_t> seen_in_;   // by code: the last batch that has it
  std::vector<std::uint32_t> row_slot_;  // by code: place in rows_, in that batch
  std::vector<std::uint32_t> seen_;
  std::vector<Word> rows_;
};

}  // namespace sluice::match
