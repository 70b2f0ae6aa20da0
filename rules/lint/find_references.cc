// Lists and tables that no rule reads, and keys of them that no value of the schema can be.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "engine/base/limits.h"
#include "rules/book/list_reader.h"
#include "rules/lint/lint_pass.h"

namespace sluice::rules {
namespace {

using ruleset::Node;
using ruleset::NodeIndex;
using ruleset::Op;

constexpr std::size_t kRangesMax = 64;  // different ranges that are told apart

/// What rules ask for in one place: the union of the values' ranges.
class AskedValues {
 public:
  explicit AskedValues(ValueRanges* ranges) : ranges_(*ranges) {}

  void Add(NodeIndex value) {
    const Domain& range = ranges_.Of(value);
    if (range.finite) {
      constants_.insert(constants_.end(), range.values.begin(), range.values.end());
      scale_ = range.scale;
      sorted_ = OneOf(scale_, {});
      return;
    }
    const bool narrow = range.bytes_max != AnyOf(Scale::kText).bytes_max || range.no_upper || range.no_lower ||
                        (range.scale == Scale::kNumber && range.high.number - range.low.number < kAllInts);
    anything_ = anything_ || !narrow || others_.size() >= kRangesMax;
    others_.push_back(&range);
  }
  bool CanBeAnything() const { return anything_; }

  bool Admit(const Scalar& value, const ruleset::RuleSet& rules) const {
    return Any([&](const Domain& range) { return Admits(range, value, rules); });
  }
  bool AdmitPrefix(std::string_view prefix) const {
    return Any([&](const Domain& range) { return AdmitsPrefix(range, prefix); });
  }
  bool AdmitBetween(std::int64_t from, std::int64_t to, const ruleset::RuleSet& rules) const {
    return Any([&](const Domain& range) {
      Domain both = range;
      Intersect(&both, NumberBetween(from, to), rules);
      return !both.IsEmpty();
    });
  }

 private:
  static constexpr Wide kAllInts = std::numeric_limits<std::uint64_t>::max();

  template <typename Test>
  bool Any(const Test& test) const {
    if (!constants_.empty()) {
      sorted_ = OneOf(scale_, std::move(constants_));
      constants_.clear();
    }
    if (!sorted_.values.empty() && test(sorted_)) return true;
    return std::any_of(others_.begin(), others_.end(), [&](const Domain* range) { return test(*range); });
  }

  ValueRanges& ranges_;
  Scale scale_ = Scale::kText;
  mutable std::vector<Scalar> constants_;  // not sorted yet
  mutable Domain sorted_ = OneOf(Scale::kText, {});
  std::vector<const Domain*> others_;
  bool anything_ = false;
};

class ReferenceSearch {
 public:
  explicit ReferenceSearch(LintPass* pass) : pass_(*pass), rules_(pass->rules) {
    const auto& nodes = rules_.program.nodes;
    for (const Node& node : nodes) Note(node);
    for (const ruleset::Rule& rule : rules_.rules) {
      if (rule.profile_table != ruleset::kNone) tables_.insert(rule.profile_table);
    }
  }

  void Search() {
    for (std::uint32_t i = 0; i < rules_.lists.size(); ++i) {
      const std::string& name = rules_.lists[i].name;
      if (!lists_.contains(i)) Unused("unused-list", "lists", name);
    }
    for (std::uint32_t i = 0; i < rules_.tables.size(); ++i) {
      const std::string& name = rules_.tables[i].name;
      if (!tables_.contains(i)) Unused("unused-table", "tables", name);
      for (std::uint32_t key = 0; key < rules_.tables[i].keys.size(); ++key) CheckKeys(i, key);
    }
    for (const auto& [list, values] : list_values_) CheckList(list, values);
  }

 private:
  /// What the node reads: operations say by their operands' letters which of these is a list or a table.
  void Note(const Node& node) {
    const std::string_view letters = ruleset::OpOperands(node.op);
    const std::uint32_t operands[] = {node.a, node.b, node.c};
    for (std::size_t i = 0; i < letters.size() && i < 3; ++i) {
      if (letters[i] == 'L') lists_.insert(operands[i]);
      if (letters[i] == 'T') tables_.insert(operands[i]);
    }
    if (node.op == Op::kInList || node.op == Op::kListHasPrefix) {
      list_values_[node.b].push_back({node.a, node.op == Op::kListHasPrefix});
    } else if (lists_.contains(node.b) && letters.find('L') != std::string_view::npos) {
      other_uses_.insert(node.b);  // how such an operation reads its entries is not known here
    }
    if (node.op != Op::kTableRow && node.op != Op::kTableHas) return;
    for (std::uint32_t i = 0; i < node.c; ++i) {
      key_values_[{node.a, i}].insert(rules_.program.operands[node.b + i]);
    }
  }

  void Unused(std::string_view code, const std::string& folder, const std::string& name) {
    Place place{.file = PathOf(folder, name), .line = 1, .column = 1, .end_line = 1, .end_column = 1};
    pass_.Find(code, std::move(place), "no rule reads " + folder + "/" + name + ".csv",
               "take the file out of the book", kNoSpec);
  }

  /// As the reader of the book names its files.
  std::string PathOf(const std::string& folder, const std::string& name) const {
    return (std::filesystem::path(pass_.book.folder) / folder / (name + ".csv")).generic_string();
  }

  void CheckKeys(std::uint32_t table_index, std::uint32_t key_index) {
    const auto asked = key_values_.find({table_index, key_index});
    if (asked == key_values_.end()) return;
    AskedValues values(&pass_.conditions.ranges());
    for (const NodeIndex value : asked->second) values.Add(value);
    if (values.CanBeAnything()) return;
    const ruleset::Table& table = rules_.tables[table_index];
    const ruleset::TableKey& key = table.keys[key_index];
    const BookTable& written = pass_.book.tables[table_index];
    std::size_t column = 0;
    while (column < written.columns.size() && !IsColumnOf(written.columns[column], key_index)) ++column;
    for (std::uint32_t row = 0; row < table.row_count; ++row) {
      if (IsReachable(values, key, table, row)) continue;
      pass_.Find("unreachable-key",
                 column < written.columns.size() ? written.CellPlace(column, row) : written.RowPlace(row),
                 "no value that rules look up can be this key", ReasonFor(*asked->second.begin()), kNoSpec);
    }
  }

  bool IsReachable(const AskedValues& values, const ruleset::TableKey& key, const ruleset::Table& table,
                   std::uint32_t row) const {
    const bool text = key.type == ruleset::ValueType::kString;
    switch (key.kind) {
      case ruleset::KeyKind::kPrefix: return values.AdmitPrefix(table.texts[key.texts[row]]);
      case ruleset::KeyKind::kExact:
        return text ? values.Admit({.text = table.texts[key.texts[row]]}, rules_)
                    : values.Admit({.number = key.ints[row]}, rules_);
      case ruleset::KeyKind::kInterval: break;
    }
    return key.type != ruleset::ValueType::kInt || values.AdmitBetween(key.from_ints[row], key.to_ints[row], rules_);
  }

  static bool IsColumnOf(const TableColumn& column, std::uint32_t key) {
    const bool is_key = column.kind == ColumnKind::kKey || column.kind == ColumnKind::kPrefix ||
                        column.kind == ColumnKind::kFrom;
    return is_key && column.index == key;
  }

  std::string ReasonFor(NodeIndex value) {
    const Domain& domain = pass_.conditions.ranges().Of(value);
    if (domain.no_upper) return "rules look up texts in lower case: write the key in lower case";
    if (domain.no_lower) return "rules look up texts in upper case: write the key in upper case";
    if (domain.scale == Scale::kText) {
      return "the field has at most " + std::to_string(domain.bytes_max) + " bytes";
    }
    return "the key lies outside of what the field can be";
  }

  void CheckList(std::uint32_t list_index, const std::vector<std::pair<NodeIndex, bool>>& asked) {
    if (other_uses_.contains(list_index)) return;
    AskedValues exact(&pass_.conditions.ranges());
    AskedValues prefixed(&pass_.conditions.ranges());
    for (const auto& [value, by_prefix] : asked) (by_prefix ? prefixed : exact).Add(value);
    if (exact.CanBeAnything() || prefixed.CanBeAnything()) return;
    const ruleset::ReferenceList& list = rules_.lists[list_index];
    const bool texts = list.type == ruleset::ValueType::kString;
    const std::size_t count = texts ? list.texts.size() : list.ints.size();
    std::vector<std::string> missed;
    for (std::uint32_t i = 0; i < count; ++i) {
      const bool found = texts ? exact.Admit({.text = list.texts[i]}, rules_) || prefixed.AdmitPrefix(list.texts[i])
                               : exact.Admit({.number = list.ints[i]}, rules_);
      if (found) continue;
      missed.push_back(texts ? std::string(list.texts[i]) : std::to_string(list.ints[i]));
      if (missed.size() == limits::kDiagnosticsMax) break;  // no more are kept
    }
    if (!missed.empty()) ReportEntries(list, missed, asked.front().first);
  }

  void ReportEntries(const ruleset::ReferenceList& list, const std::vector<std::string>& entries, NodeIndex value) {
    const SourceFile* file = pass_.compiled.sources->Find(PathOf("lists", list.name));
    const std::vector<Place> places = PlacesOfEntries(file, {entries.begin(), entries.end()});
    for (std::size_t i = 0; i < entries.size(); ++i) {
      pass_.Find("unreachable-key", places[i], "no value that rules look up can be '" + entries[i] + "'",
                 ReasonFor(value), kNoSpec);
    }
  }

  LintPass& pass_;
  const ruleset::RuleSet& rules_;
  std::set<std::uint32_t> lists_, tables_, other_uses_;
  std::map<std::uint32_t, std::vector<std::pair<NodeIndex, bool>>> list_values_;  // asked for; by prefix
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::set<NodeIndex>> key_values_;
};

}  // namespace

void FindUselessReferences(LintPass* pass) { ReferenceSearch(pass).Search(); }

}  // namespace sluice::rules
