// The lists that rules look for in one text column by containsAny: each text is folded once and searched once,
// however many lists ask.
//
// Thread-safety: immutable once all lists are added.   Ownership: the rule set's automaton must outlive it.
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

  parcel::ColumnIndex column() const { return column_; }

  static constexpr std::size_t kLanes = 8;  // lists are large: most steps wait for memory
  using FoldedTexts = std::array<std::string, kLanes>;  // what grows to a bound

  /// Room for what a batch has, by number of the list.
  FoundRows MakeRoom() const { return {count_, rows_max_}; }
  /// Searches each of the first `rows` rows of `column`, once for each `batch` number.
  void Search(const parcel::Column& column, std::size_t rows, std::uint32_t batch, FoldedTexts* folded,
              FoundRows* found) const;

 private:
  parcel::ColumnIndex column_;
  const text::LiteralLists& lists_;
  std::size_t rows_max_;
  std::vector<std::uint32_t> number_of_;  // by list of the automaton
  std::uint32_t count_ = 0;
};

}  // namespace sluice::match
