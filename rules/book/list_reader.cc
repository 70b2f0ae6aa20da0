#include "rules/book/list_reader.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>
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

std::vector<Place> PlacesOfEntries(const SourceFile* file, const std::vector<std::string_view>& entries) {
  if (file == nullptr) return std::vector<Place>(entries.size());
  std::vector<Place> places(entries.size(), file->At(0));
  std::unordered_multimap<std::string_view, std::size_t> missing;
  for (std::size_t i = 0; i < entries.size(); ++i) missing.emplace(entries[i], i);
  DiagnosticList told_before;
  CsvTable csv(*file, &told_before);
  auto type = parcel::ValueType::kString;
  const auto column = csv.columns().empty() ? std::nullopt : FindKeyColumn(csv, &told_before, &type);
  while (column && !missing.empty() && csv.Next()) {
    const std::string_view cell = csv.cell(*column);
    const auto number = type == parcel::ValueType::kInt ? ParseIntCell(cell) : std::nullopt;
    const std::string digits = number ? std::to_string(*number) : std::string();
    const auto [first, last] = missing.equal_range(number ? std::string_view(digits) : cell);
    for (auto of = first; of != last; ++of) places[of->second] = csv.CellPlace(*column);
    missing.erase(first, last);
  }
  return places;
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

/// Findings at entries. Those that a DiagnosticList would only count get no place: each needs the file to be read.
class EntryFindings {
 public:
  void Add(Severity severity, std::string_view entry, std::string code, std::string message) {
    if (entries_.size() < limits::kDiagnosticsMax) entries_.push_back(entry);
    findings_.push_back({severity, std::move(code), std::move(message), {}, {}, {}});
  }

  void Tell(const SourceFile* file, DiagnosticList* diagnostics) {
    if (findings_.empty()) return;
    std::vector<Place> places = PlacesOfEntries(file, entries_);
    for (std::size_t i = 0; i < findings_.size(); ++i) {
      if (i < places.size()) findings_[i].place = std::move(places[i]);
      diagnostics->Add(std::move(findings_[i]));
    }
  }

 private:
  std::vector<std::string_view> entries_;
  std::vector<Diagnostic> findings_;
};

}  // namespace

std::size_t CheckLiterals(const ruleset::ReferenceList& list, const SourceFile* file, DiagnosticList* diagnostics) {
  CheckSize(list, file, limits::kListLiteralsMax, "containsAny", diagnostics);
  EntryFindings found;
  std::size_t folded_bytes = 0;
  for (std::uint32_t i = 0; i < list.texts.size(); ++i) {
    const std::string_view entry = list.texts[i];
    const std::size_t bytes = text::Folded(entry).size();
    folded_bytes += bytes;
    if (entry.size() > limits::kListLiteralBytesMax) {
      found.Add(Severity::kError, entry, "long-entry",
                "an entry that containsAny searches for has at most " + std::to_string(limits::kListLiteralBytesMax) +
                    " bytes");
    } else if (bytes == 0) {
      found.Add(Severity::kError, entry, "blank-key",
                "the entry has no visible character, so that containsAny can never find it");
    }
  }
  found.Tell(file, diagnostics);
  return folded_bytes;
}

void CheckNames(const ruleset::ReferenceList& list, const SourceFile* file, DiagnosticList* diagnostics) {
  CheckSize(list, file, limits::kListNamesMax, "similarTo", diagnostics);
  EntryFindings found;
  text::Name name;
  for (std::uint32_t i = 0; i < list.texts.size(); ++i) {
    name.Assign(list.texts[i]);
    if (!name.forms().empty()) continue;
    found.Add(Severity::kWarning, list.texts[i], "no-letters",
              "the entry has no letters, so that similarTo can never find it");
  }
  found.Tell(file, diagnostics);
}

}  // namespace sluice::rules
