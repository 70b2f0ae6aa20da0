// The names that one text column has, in the form in which lists are asked for names alike: made once a row and batch,
// and only for rows that some rule asks for.
//
// Belongs to one evaluator.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/match/bits.h"
#include "engine/parcel/batch.h"
#include "engine/text/name.h"

namespace sluice::match {

class NameSearch {
 public:
  /// For a kString column whose domain has at most `rows_max` rows.
  NameSearch(parcel::ColumnIndex column, std::size_t rows_max)
      : column_(column), known_(parcel::WordsFor(rows_max)), names_(rows_max) {}

  parcel::ColumnIndex column() const { return column_; }

  void Begin(std::uint32_t batch) {
    if (batch_ == batch) return;
    batch_ = batch;
    FillWords(known_.data(), known_.size(), 0);
  }
  const text::Name& NameOf(std::string_view text, std::size_t row) {
    if (!BitAt(known_.data(), row)) names_[row].Assign(text);
    PutBit(known_.data(), row);
    return names_[row];
  }

 private:
  parcel::ColumnIndex column_;
  std::uint32_t batch_ = 0;
  std::vector<Word> known_;
  std::vector<text::Name> names_;  // by row
};

}  // namespace sluice::match
