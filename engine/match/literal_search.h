// All the literals that rules look for in one text column, found in one pass a text.
//
// With `fold`, the column is read as lowerAscii() would make it, without making it.
// Thread-safety: literals are added, Prepare() builds; from then on immutable.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/match/found_rows.h"
#include "engine/text/literal_automaton.h"

namespace sluice::match {

class LiteralSearch {
 public:
  /// For a kString column whose domain has at most `rows_max` rows.
  LiteralSearch(parcel::ColumnIndex column, bool fold, std::size_t rows_max)
      : column_(column), fold_(fold), rows_max_(rows_max) {}

  /// The number of a literal of at least one byte, the same for the same literal. With `fold`, it has no A-Z.
  std::uint32_t Add(std::string_view literal) { return automaton_.Add(literal); }
  /// Builds the automaton; call when all literals are in.
  void Prepare();

  parcel::ColumnIndex column() const { return column_; }
  std::size_t literal_bytes() const { return automaton_.literal_bytes(); }

  /// Room for what a batch has, by literal.
  FoundRows MakeRoom() const { return {automaton_.size(), rows_max_}; }
  /// Searches each of the first `rows` rows of `column`, once for each `batch` number.
  void Search(const parcel::Column& column, std::size_t rows, std::uint32_t batch, FoundRows* found) const;

 private:
  parcel::ColumnIndex column_;
  bool fold_;
  std::size_t rows_max_;
  text::LiteralAutomaton automaton_;
};

}  // namespace sluice::match
