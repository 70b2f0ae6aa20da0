// The lists that rules look for in one text column by containsAny: each text is folded once and searched once,
// however many lists ask; and, per batch, the rows of each list.
//
// Belongs to one evaluator; lists are added before the first batch. The rule set's automaton must outlive it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/match/found_rows.h"
#include "engine/text/literal_lists.h"

namespace sluice::match {

class ListSearch {
 public:
  /// For a kString column whose domain has at most `rows_max` rows.
  ListSearch(parcel::ColumnIndex column, const text::LiteralLists& lists, std::size_t rows_max);

  /// The number here of a list of the automaton, the same for the same list.
  std::uint32_t Add(std::uint32_t list);
  /// Makes room for a batch; call when all lists are in.
  void Prepare() { found_.Prepare(count_); }

  parcel::ColumnIndex column() const { return column_; }

  /// Searches each of the first `rows` rows of `column`, once for each `batch` number.
  void Search(const parcel::Column& column, std::size_t rows, std::uint32_t batch);
  /// The rows whose text has a literal of the list, or nullptr when no row does.
  const Word* RowsOf(std::uint32_t number) const { return found_.RowsOf(number); }

 private:
  parcel::ColumnIndex column_;
  const text::LiteralLists& lists_;
  std::vector<std::uint32_t> number_of_;  // by list of the automaton
  std::uint32_t count_ = 0;
  FoundRows found_;
  static constexpr std::size_t kLanes = 8;  // lists are large: most steps wait for memory
  std::array<std::string, kLanes> folded_;
};

}  // namespace sluice::match
