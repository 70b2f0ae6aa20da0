// All the literals that rules look for in one text column, found in one pass a text; and, per batch, the rows of each.
//
// With `fold`, the column is read as lowerAscii() would make it, without making it.
// Belongs to one evaluator; literals are added before the first batch.
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
      : column_(column), fold_(fold), found_(rows_max) {}

  /// The number of a literal of at least one byte, the same for the same literal. With `fold`, it has no A-Z.
  std::uint32_t Add(std::string_view literal) { return automaton_.Add(literal); }
  /// Builds the automaton; call when all literals are in.
  void Prepare();

  parcel::ColumnIndex column() const { return column_; }
  std::size_t literal_bytes() const { return automaton_.literal_bytes(); }

  /// Searches each of the first `rows` rows of `column`, once for each `batch` number.
  void Search(const parcel::Column& column, std::size_t rows, std::uint32_t batch);
  /// The rows whose text contains the literal, or nullptr when no row does.
  const Word* RowsOf(std::uint32_t literal) const { return found_.RowsOf(literal); }

 private:
  parcel::ColumnIndex column_;
  bool fold_;
  text::LiteralAutomaton automaton_;
  FoundRows found_;
};

}  // namespace sluice::match
