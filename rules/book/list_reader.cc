#include "rules/book/list_reader.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "rules/book/cell_value.h"
#include "rules/book/csv_source.h"

namespace sluice::rules {
namespace {

std::optional<std::size_t> FindKeyColumn(const base::CsvRow& header, CsvSource* source, parcel::ValueType* type) {
  for (std::size_t i = 0; i < header.cells.size(); ++i) {
    const std::string_view cell = header.cells[i].text;
    if (cell == "key" || cell == "key:string") return i;
    if (cell == "key:int") {
      *type = parcel::ValueType::kInt;
      return i;
    }
  }
  source->CellError(header, 0, "list-header", "a list needs a column 'key' or 'key:int'",
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

ruleset::ReferenceList ReadList(std::string name, const SourceFile& file, DiagnosticList* diagnostics) {
  ruleset::ReferenceList list;
  list.name = std::move(name);
  CsvSource source(file, diagnostics);
  base::CsvRow row;
  if (!source.Next(&row)) {
    diagnostics->Error(source.FilePlace(), "list-header", "the list is empty: it needs a first line 'key'");
    return list;
  }
  const auto column = FindKeyColumn(row, &source, &list.type);
  if (!column) return list;

  std::vector<std::string> texts;
  while (source.Next(&row)) {
    const std::string_view cell = row.cells[*column].text;
    if (cell.empty()) {
      source.CellError(row, *column, "blank-key", "an entry of a list cannot be blank");
    } else if (list.type == parcel::ValueType::kString) {
      texts.emplace_back(cell);
    } else if (const auto number = ParseIntCell(cell)) {
      list.ints.push_back(*number);
    } else {
      source.CellError(row, *column, "bad-cell", "'" + std::string(cell) + "' is not an int");
    }
  }
  const std::size_t merged = SortUnique(&texts) + SortUnique(&list.ints);
  for (const std::string& text : texts) list.texts.Add(text);
  if (merged > 0) {
    diagnostics->Add({.severity = Severity::kNote, .code = "duplicate-entry",
                      .message = std::to_string(merged) + " entries stand more than once and were merged",
                      .place = source.FilePlace(), .hint = {}, .notes = {}});
  }
  return list;
}

}  // namespace sluice::rules
