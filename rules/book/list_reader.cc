#include "rules/book/list_reader.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/limits.h"

#include "rules/book/cell_value.h"
#include "rules/syntax/csv.h"

namespace sluice::rules {
namespace {

std::optional<std::size_t> FindKeyColumn(const CsvTable& csv, DiagnosticList* diagnostics,
                                         parcel::ValueType* type) {
  for (std::size_t i = 0; i < csv.columns().size(); ++i) {
    const std::string& name = csv.columns()[i];
    if (name == "key" || name == "key:string") return i;
    if (name == "key:int") {
      *type = parcel::ValueType::kInt;
      return i;
    }
  }
  diagnostics->Error(csv.HeaderPlace(0), "list-header", "a list needs a column 'key' or 'key:int'",
                     "write key in the first line, above the entries");
  return std::nullopt;
}

/// Sorts, merges, and says how many stood more than once.
template <typename T>
std::size_t SortUnique(std::vector<T>* keys) {
  std::sort(keys->begin(), keys->end());
  const auto end = std::unique(keys->begin(), keys->end());
  const auto merged = static_cast<std::size_t>(keys->end() - end);
  keys->erase(end, keys->end());
  return merged;
}

}  // namespace

ruleset::ReferenceList ReadList(std::string name, const SourceFile& file,
                                DiagnosticList* diagnostics) {
  ruleset::ReferenceList list;
  list.name = std::move(name);
  CsvTable csv(file, diagnostics);
  if (csv.columns().empty()) return list;
  const auto column = FindKeyColumn(csv, diagnostics, &list.type);
  if (!column) return list;

  // Most entries are a stretch of the file: millions of them are not copied to be sorted.
  std::vector<std::string_view> texts;
  std::deque<std::string> unescaped;
  while (csv.Next()) {
    const std::string_view cell = csv.cell(*column);
    if (cell.empty()) {
      diagnostics->Error(csv.CellPlace(*column), "blank-key", "an entry of a list cannot be blank");
    } else if (list.type == parcel::ValueType::kString) {
      texts.push_back(file.Owns(cell) ? cell : unescaped.emplace_back(cell));
    } else if (const auto number = ParseIntCell(cell)) {
      list.ints.push_back(*number);
    } else {
      diagnostics->Error(csv.CellPlace(*column), "bad-cell",
                         "'" + std::string(cell) + "' is no int");
    }
    if (texts.size() + list.ints.size() <= limits::kListKeysMax) continue;
    diagnostics->Error(csv.CellPlace(*column), "too-many-keys",
                       "the list has more than " + std::to_string(limits::kListKeysMax) + " keys",
                       "split it into several lists");
    return list;
  }
  const std::size_t merged = SortUnique(&texts) + SortUnique(&list.ints);
  for (const std::string_view text : texts) list.texts.Add(text);
  if (merged > 0) {
    diagnostics->Add({.severity = Severity::kNote,
                      .code = "duplicate-entry",
                      .message = merged == 1 ? "1 entry stands twice and was merged"
                                             : std::to_string(merged) +
                                                   " entries stand more than once and were merged",
                      .place = file.At(0),
                      .hint = {},
                      .notes = {}});
  }
  return list;
}

}  // namespace sluice::rules
