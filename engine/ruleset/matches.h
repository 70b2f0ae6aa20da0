// What matching says of a batch: plain data from engine/match to engine/decide.
//
// Belongs to one thread at a time; refilled batch by batch without giving memory back.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/base/line_vector.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::ruleset {

struct Hit {
  RuleIndex rule = 0;
  std::uint32_t score = 0;  // of this match, 0 to kScoreMax; a negative or larger computed score is cut to that

  friend bool operator==(const Hit&, const Hit&) = default;
};

/// Lists by row, which grow side by side. Every list has the same room, as much as the longest has ever needed.
template <typename T>
class RowLists {
 public:
  /// An empty list for each row.
  void Begin(std::size_t rows) {
    counts_.assign(rows, 0);
    if (values_.size() < rows * room_) values_.resize(rows * room_);
  }
  /// Puts `value` at the end of the row's list. Where not `really`, it does not: without a branch on it.
  void Add(std::size_t row, const T& value, bool really = true) {
    if (counts_[row] == room_) [[unlikely]] {
      Grow();
    }
    values_[row * room_ + counts_[row]] = value;
    counts_[row] += really ? 1 : 0;
  }

  std::size_t row_count() const { return counts_.size(); }
  std::span<const T> Row(std::size_t row) const { return {values_.data() + row * room_, counts_[row]}; }
  /// Values of all rows.
  std::size_t size() const {
    std::size_t sum = 0;
    for (const std::uint32_t count : counts_) sum += count;
    return sum;
  }

  friend bool operator==(const RowLists& a, const RowLists& b) {
    if (a.row_count() != b.row_count()) return false;
    for (std::size_t row = 0; row < a.row_count(); ++row) {
      if (!std::ranges::equal(a.Row(row), b.Row(row))) return false;
    }
    return true;
  }

 private:
  // An odd number of lines of the cache: the lists' beginnings spread over all its sets.
  static constexpr std::size_t kLine = 64 / sizeof(T);

  void Grow() {
    const std::size_t room = 2 * room_ + kLine;
    base::LineVector<T> values(counts_.size() * room);
    for (std::size_t row = 0; row < counts_.size(); ++row) {
      std::copy_n(&values_[row * room_], counts_[row], &values[row * room]);
    }
    values_ = std::move(values);
    room_ = room;
  }

  std::size_t room_ = kLine;
  std::vector<std::uint32_t> counts_;  // by row
  base::LineVector<T> values_;
};

/// Each list ascends by rule. Shadow rules are among the lists; their mode tells. Rules that do not apply to a parcel
/// (direction, office, phase, validity) and parcels that cannot be read have no entries.
struct BatchMatches {
  RowLists<Hit> hits;          // condition true
  RowLists<RuleIndex> absent;  // condition ended in an error of kind absent (and not `absent: error`)
  RowLists<RuleIndex> errors;  // condition, or the score of a match, ended in any other error
};

}  // namespace sluice::ruleset
