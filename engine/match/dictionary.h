// The constants that rules compare one column with for equality, as codes (Dictionary); and, per batch, the rows of
// each code (CodedColumn).
//
// One hash look-up a row and batch replaces a comparison a row and constant: `platform == X` of ten thousand
// profiles costs what one costs.
// Thread-safety: a Dictionary is shared once all constants are in; a CodedColumn belongs to one evaluator.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/match/bits.h"
#include "engine/match/code_table.h"
#include "engine/parcel/batch.h"

namespace sluice::match {

class Dictionary {
 public:
  /// For a column of kString or kInt, whose domain has at most `rows_max` rows. Texts are not copied. Of texts, with
  /// `prefix_bytes`, the first so many bytes are looked up, and no shorter text: all constants have that length then.
  Dictionary(parcel::ColumnIndex column, parcel::ValueType type, std::size_t prefix_bytes, std::size_t rows_max);

  /// The code of a constant, the same for the same constant.
  std::uint32_t Add(std::string_view text) { return table_.Add(text); }
  std::uint32_t Add(std::int64_t number) { return table_.Add(number); }

  parcel::ColumnIndex column() const { return column_; }
  parcel::ValueType type() const { return type_; }
  std::size_t prefix_bytes() const { return prefix_bytes_; }
  std::size_t rows_max() const { return rows_max_; }
  std::size_t code_count() const { return table_.size(); }
  const CodeTable& table() const { return table_; }

 private:
  parcel::ColumnIndex column_;
  parcel::ValueType type_;
  std::size_t prefix_bytes_;  // 0: whole texts
  std::size_t rows_max_;
  CodeTable table_;
};

/// Allocation: in the constructor alone.
class CodedColumn {
 public:
  /// All constants are in `dictionary`, which outlives this.
  explicit CodedColumn(const Dictionary& dictionary);

  parcel::ColumnIndex column() const { return dictionary_.column(); }

  /// Looks up each of the first `rows` rows of `column`, once for each `batch` number.
  void Encode(const parcel::Column& column, std::size_t rows, std::uint32_t batch);
  /// The rows that hold the constant, or nullptr when no row does.
  const Word* RowsOf(std::uint32_t code) const {
    const Seen& seen = seen_in_[code];
    return seen.batch == batch_ ? &rows_[std::size_t{seen.slot} * words_] : nullptr;
  }
  /// By row: its code, or kNoCode.
  const std::uint32_t* row_codes() const { return row_codes_.data(); }
  /// The codes that some row holds.
  const std::vector<std::uint32_t>& seen() const { return seen_; }

 private:
  void Mark(std::uint32_t code, std::size_t row);
  void MarkFew(std::size_t rows);
  void FindPrefixes(const parcel::Column& column, std::size_t rows);

  const Dictionary& dictionary_;
  std::size_t words_;                     // of one code's rows
  std::uint32_t batch_ = 0;
  struct Seen {
    std::uint32_t batch = 0;              // the last one that has the code
    std::uint32_t slot = 0;               // place in rows_, in that batch
  };
  std::vector<Seen> seen_in_;             // by code
  std::vector<std::uint32_t> seen_;
  std::vector<std::uint32_t> row_codes_;  // by row
  std::vector<std::string_view> prefixes_;  // by row, and which rows have one
  std::vector<Word> with_prefix_;
  std::vector<Word> rows_;
};

}  // namespace sluice::match
