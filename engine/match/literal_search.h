// All the literals that rules look for in one text column, found in one pass a text; and, per batch, the rows of each.
//
// An Aho-Corasick automaton as a table: one look-up a byte, whatever the number of literals (word lists of officers
// have hundreds). With `fold`, the column is read as lowerAscii() would make it, without making it.
// Source: A. V. Aho, M. J. Corasick, Efficient string matching, CACM 18 (1975).
// Belongs to one evaluator; literals are added before the first batch.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/match/bits.h"
#include "engine/parcel/batch.h"

namespace sluice::match {

class LiteralSearch {
 public:
  /// For a kString column whose domain has at most `rows_max` rows.
  LiteralSearch(parcel::ColumnIndex column, bool fold, std::size_t rows_max);

  /// The number of a literal of at least one byte, the same for the same literal. With `fold`, it has no A-Z.
  std::uint32_t Add(std::string_view literal);
  /// Builds the automaton; call when all literals are in.
  void Prepare();

  parcel::ColumnIndex column() const { return column_; }
  std::size_t literal_bytes() const { return literal_bytes_; }

  /// Searches each of the first `rows` rows of `column`, once for each `batch` number.
  void Search(const parcel::Column& column, std::size_t rows, std::uint32_t batch);
  /// The rows whose text contains the literal, or nullptr when no row does.
  const Word* RowsOf(std::uint32_t literal) const {
    return seen_in_[literal] == batch_ ? &rows_[std::size_t{literal} * words_] : nullptr;
  }

 private:
  void NumberBytes();
  void BuildTrie(std::vector<std::vector<std::uint32_t>>* ends);
  void FillTransitions(const std::vector<std::vector<std::uint32_t>>& ends);
  struct Cursor {  // a text that is being searched
    std::string_view text;
    std::size_t row = 0;
    std::uint32_t at = 0;  // a transition: see next_
  };
  void SearchFour(std::array<Cursor, 4>* cursors);
  void SearchRest(Cursor* cursor, std::size_t from);
  void Report(const Cursor& cursor);
  void Mark(std::uint32_t literal, std::size_t row);

  parcel::ColumnIndex column_;
  bool fold_;
  std::size_t words_;                        // of one literal's rows
  std::vector<std::string> literals_;
  std::size_t literal_bytes_ = 0;
  std::unordered_map<std::string, std::uint32_t> number_of_;
  std::array<std::uint16_t, 256> class_of_{};  // bytes that no literal has share class 0
  std::size_t classes_ = 1;
  // Transitions, a row of classes_ a state: twice the place of the following state's row, plus 1 if a literal ends
  // there. The root's row is the first.
  std::vector<std::uint32_t> next_;
  std::vector<std::uint32_t> first_found_;   // by state: found_[first, first of the next state)
  std::vector<std::uint32_t> found_;
  std::uint32_t batch_ = 0;
  std::vector<std::uint32_t> seen_in_;       // by literal: the last batch that has it
  std::vector<Word> rows_;
};

}  // namespace sluice::match
