// Hands the texts of a column to a search that goes over several texts side by side (text/literal_automaton.h).
#pragma once

#include <array>
#include <string_view>

#include "engine/parcel/batch.h"

namespace sluice::match {

/// A feed of the present ones of the first `rows` rows. `read(lane, text)` says how a text is read.
template <std::size_t kLanes, typename Read>
class ColumnFeed {
 public:
  ColumnFeed(const parcel::Column& column, std::size_t rows, Read read) : column_(column), rows_(rows), read_(read) {}

  bool Next(std::size_t lane, std::string_view* text) {
    while (next_ < rows_ && !column_.Has(next_)) ++next_;
    if (next_ == rows_) return false;
    row_of_[lane] = next_;
    *text = read_(lane, column_.texts[next_++]);
    return true;
  }
  /// The row of the lane's text.
  std::size_t row_of(std::size_t lane) const { return row_of_[lane]; }

 private:
  const parcel::Column& column_;
  std::size_t rows_;
  Read read_;
  std::size_t next_ = 0;
  std::array<std::size_t, kLanes> row_of_{};
};

}  // namespace sluice::match
