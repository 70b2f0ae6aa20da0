// Rows of a table that agree in their exact keys and prefixes, and overlap in their intervals and validity: which one
// a look-up finds is then told by their order alone.
#include <algorithm>
#include <list>
#include <numeric>
#include <queue>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "rules/lint/lint_pass.h"

namespace sluice::rules {
namespace {

using ruleset::KeyKind;
using ruleset::Table;
using ruleset::TableKey;
using ruleset::ValueType;

class RowSearch {
 public:
  RowSearch(LintPass* pass, std::uint32_t index)
      : pass_(*pass), table_(pass->rules.tables[index]), written_(pass->book.tables[index]) {
    for (const TableKey& key : table_.keys) (key.kind == KeyKind::kInterval ? intervals_ : exact_).push_back(&key);
  }

  void Search() {
    // Without intervals and validity it is the compiler's `duplicate-key`.
    if (intervals_.empty() && table_.valid_from.empty()) return;
    std::vector<std::uint32_t> rows(table_.row_count);
    std::iota(rows.begin(), rows.end(), 0u);
    std::sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
      const int order = CompareGroup(a, b);
      return order != 0 ? order < 0 : From(a) != From(b) ? From(a) < From(b) : a < b;
    });
    for (std::size_t first = 0; first < rows.size();) {
      std::size_t end = first + 1;
      while (end < rows.size() && CompareGroup(rows[first], rows[end]) == 0) ++end;
      if (end - first > 1) SearchGroup({rows.begin() + static_cast<std::ptrdiff_t>(first),
                                        rows.begin() + static_cast<std::ptrdiff_t>(end)});
      first = end;
    }
  }

 private:
  int CompareGroup(std::uint32_t a, std::uint32_t b) const {
    for (const TableKey* key : exact_) {
      if (key->type == ValueType::kString) {
        if (const int order = table_.texts[key->texts[a]].compare(table_.texts[key->texts[b]]); order != 0) {
          return order;
        }
      } else if (key->ints[a] != key->ints[b]) {
        return key->ints[a] < key->ints[b] ? -1 : 1;
      }
    }
    return 0;
  }

  /// Where the row's first interval, or its validity, begins; compared as doubles, so only the order of work hangs on
  /// it and never the answer.
  double From(std::uint32_t row) const {
    if (!intervals_.empty()) return Bound(*intervals_[0], row, true);
    return static_cast<double>(table_.valid_from[row].seconds);
  }
  double To(std::uint32_t row) const {
    if (!intervals_.empty()) return Bound(*intervals_[0], row, false);
    return static_cast<double>(table_.valid_until[row].seconds);
  }
  static double Bound(const TableKey& key, std::uint32_t row, bool from) {
    switch (key.type) {
      case ValueType::kDouble: return from ? key.from_doubles[row] : key.to_doubles[row];
      case ValueType::kTimestamp:
        return static_cast<double>((from ? key.from_times : key.to_times)[row].seconds);
      default: return static_cast<double>((from ? key.from_ints : key.to_ints)[row]);
    }
  }

  static bool KeysMeet(const TableKey& key, std::uint32_t a, std::uint32_t b) {
    switch (key.type) {
      case ValueType::kDouble: return Meet(key.from_doubles, key.to_doubles, a, b);
      case ValueType::kTimestamp: return Meet(key.from_times, key.to_times, a, b);
      default: return Meet(key.from_ints, key.to_ints, a, b);
    }
  }
  template <typename T>
  static bool Meet(const std::vector<T>& from, const std::vector<T>& to, std::uint32_t a, std::uint32_t b) {
    return from[a] < to[b] && from[b] < to[a];
  }

  bool Overlap(std::uint32_t a, std::uint32_t b) const {
    for (const TableKey* key : intervals_) {
      if (!KeysMeet(*key, a, b)) return false;
    }
    if (table_.valid_from.empty()) return true;
    return Meet(table_.valid_from, table_.valid_until, a, b);
  }

  /// `rows` by From: a row is compared with those before it that may still be open.
  void SearchGroup(const std::vector<std::uint32_t>& rows) {
    std::list<std::uint32_t> open;
    using Open = std::pair<double, std::list<std::uint32_t>::iterator>;
    const auto ends_later = [](const Open& a, const Open& b) { return a.first > b.first; };
    std::priority_queue<Open, std::vector<Open>, decltype(ends_later)> by_end(ends_later);  // the first to end on top
    for (const std::uint32_t row : rows) {
      for (; !by_end.empty() && by_end.top().first < From(row); by_end.pop()) open.erase(by_end.top().second);
      std::size_t asked = 0;
      for (const std::uint32_t other : open) {
        if (++asked > limits::kLintCandidatesMax) break;
        if (!Overlap(row, other)) continue;
        Report(std::max(row, other), std::min(row, other));
        break;
      }
      by_end.emplace(To(row), open.insert(open.end(), row));
    }
  }

  void Report(std::uint32_t row, std::uint32_t above) {
    const bool by_validity = intervals_.empty();
    pass_.Find("overlapping-rows", written_.RowPlace(row),
               by_validity ? "a row above has the same keys and is valid at the same time"
                           : "a row above has the same keys and an interval that overlaps",
               "where both fit, the row above is found: let one end where the other begins", kNoSpec)
        .AddNote(written_.RowPlace(above), "the row that is found");
  }

  LintPass& pass_;
  const Table& table_;
  const BookTable& written_;
  std::vector<const TableKey*> exact_, intervals_;
};

}  // namespace

void FindOverlappingRows(LintPass* pass) {
  for (std::uint32_t i = 0; i < pass->rules.tables.size(); ++i) {
    // Rows of a profile are rules, and are compared as such.
    const bool is_profile = std::any_of(pass->trees.begin(), pass->trees.end(), [&](const CheckedRule& tree) {
      return tree.rule_count > 0 && pass->rules.rules[tree.first_rule].profile_table == i;
    });
    if (!is_profile) RowSearch(pass, i).Search();
  }
}

}  // namespace sluice::rules
