#include "rules/book/list_reader.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/text/fold.h"
#include "engine/text/name.h"
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
    diagnostics->Add({.severity = Severity::kInfo,
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

Place PlaceOfEntry(const SourceFile* file, std::string_view entry) {
  if (file == nullptr) return {};
  // An entry begins its line; without that it may stand in a note, or be a part of another entry.
  const std::size_t line = file->text().find("\n" + std::string(entry));
  const std::size_t at = line == std::string_view::npos ? file->text().find(entry) : line + 1;
  return at == std::string_view::npos ? file->At(0) : file->At(at, at + entry.size());
}

namespace {

void CheckSize(const ruleset::ReferenceList& list, const SourceFile* file, std::size_t most, const char* function,
               DiagnosticList* diagnostics) {
  if (list.texts.size() <= most) return;
  diagnostics->Error(file == nullptr ? Place{} : file->At(0), "list-too-long",
                     "lists." + list.name + " has " + std::to_string(list.texts.size()) + " entries, and " + function +
                         " takes at most " + std::to_string(most),
                     "make several lists of it");
}

}  // namespace

void CheckLiterals(const ruleset::ReferenceList& list, const SourceFile* file, DiagnosticList* diagnostics) {
  CheckSize(list, file, limits::kListLiteralsMax, "containsAny", diagnostics);
  for (std::uint32_t i = 0; i < list.texts.size(); ++i) {
    const std::string_view entry = list.texts[i];
    if (entry.size() > limits::kListLiteralBytesMax) {
      diagnostics->Error(PlaceOfEntry(file, entry), "long-entry",
                         "an entry that containsAny searches for has at most " +
                             std::to_string(limits::kListLiteralBytesMax) + " bytes");
    } else if (text::Folded(entry).empty()) {
      diagnostics->Error(PlaceOfEntry(file, entry), "blank-key",
                         "the entry has no visible character, so that containsAny can never find it");
    }
  }
}

void CheckNames(const ruleset::ReferenceList& list, const SourceFile* file, DiagnosticList* diagnostics) {
  CheckSize(list, file, limits::kListNamesMax, "similarTo", diagnostics);
  text::Name name;
  for (std::uint32_t i = 0; i < list.texts.size(); ++i) {
    name.Assign(list.texts[i]);
    if (!name.forms().empty()) continue;
    diagnostics->Warning(PlaceOfEntry(file, list.texts[i]), "no-letters",
                         "the entry has no letters, so that similarTo can never find it");
  }
}

}  // namespace sluice::rules
