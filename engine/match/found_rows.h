// Which rows of a batch have which of many things that are looked for in a column.
//
// Belongs to one evaluator.   Allocation: in the constructor alone.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/match/bits.h"
#include "engine/parcel/batch.h"

namespace sluice::match {

class FoundRows {
 public:
  FoundRows(std::size_t things, std::size_t rows_max)
      : words_(parcel::WordsFor(rows_max)), seen_in_(things), rows_(things * words_) {}

  /// False: `batch` has been searched already.
  bool Begin(std::uint32_t batch) {
    if (batch_ == batch) return false;
    batch_ = batch;
    return true;
  }
  void Mark(std::uint32_t thing, std::size_t row) {
    Word* rows = &rows_[std::size_t{thing} * words_];
    if (seen_in_[thing] != batch_) {
      seen_in_[thing] = batch_;
      FillWords(rows, words_, 0);
    }
    PutBit(rows, row);
  }
  /// The rows that have it, or nullptr when no row does.
  const Word* RowsOf(std::uint32_t thing) const {
    return seen_in_[thing] == batch_ ? &rows_[std::size_t{thing} * words_] : nullptr;
  }

 private:
  std::size_t words_;                   // of one thing's rows
  std::uint32_t batch_ = 0;
  std::vector<std::uint32_t> seen_in_;  // by thing: the last batch that has it
  std::vector<Word> rows_;
};

}  // namespace sluice::match
