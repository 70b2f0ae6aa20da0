#include "rules/syntax/csv.h"

#include <algorithm>

namespace sluice::rules {
namespace {

std::string_view CodeOf(base::CsvError error) {
  switch (error) {
    case base::CsvError::kNone: return "";
    case base::CsvError::kUnterminatedQuote:
    case base::CsvError::kTextAfterQuote: return "csv-quote";
    case base::CsvError::kColumnCount: return "csv-columns";
    case base::CsvError::kInvalidUtf8: return "csv-utf8";
    case base::CsvError::kTooLong: return "csv-too-long";
  }
  return "";
}

std::string_view HintOf(base::CsvError error) {
  switch (error) {
    case base::CsvError::kUnterminatedQuote:
    case base::CsvError::kTextAfterQuote:
      return "a quote within a quoted cell is written twice";
    case base::CsvError::kInvalidUtf8: return "save the file as UTF-8";
    default: return "";
  }
}

}  // namespace

CsvTable::CsvTable(const SourceFile& file, DiagnosticList* diagnostics)
    : file_(file), diagnostics_(diagnostics) {
  reader_.Feed(file.text(), true);
  ReadHeader();
}

void CsvTable::ReadHeader() {
  if (!reader_.Next(&row_)) {
    diagnostics_->Error(file_.At(0), "csv-header", "the file is empty",
                        "its first line must name the columns");
    return;
  }
  if (row_.error != base::CsvError::kNone) return Report();
  for (std::size_t i = 0; i < row_.cells.size(); ++i) {
    std::string name(row_.cells[i].text);
    const Place place = CellPlace(i);
    if (name.empty()) {
      diagnostics_->Error(place, "csv-header", "a column has no name");
    } else if (const auto first = FindColumn(name)) {
      diagnostics_->Error(place, "csv-header", "the column '" + name + "' stands here twice")
          .AddNote(header_places_[*first], "first here");
    }
    columns_.push_back(std::move(name));
    header_places_.push_back(place);
  }
}

std::optional<std::size_t> CsvTable::FindColumn(std::string_view name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns_.begin());
}

bool CsvTable::Next() {
  if (columns_.empty()) return false;
  while (reader_.Next(&row_)) {
    if (row_.error == base::CsvError::kNone) return true;
    Report();
  }
  return false;
}

void CsvTable::Report() {
  std::string message(base::CsvErrorText(row_.error));
  std::string hint(HintOf(row_.error));
  if (row_.error == base::CsvError::kColumnCount) {
    message = "the row has " + std::to_string(row_.cells.size()) + (row_.cells.size() == 1 ? " cell" : " cells") +
              ", the header " + std::to_string(reader_.columns());
    hint = row_.cells.size() > reader_.columns() ? "a cell that contains a comma must be quoted"
                                                 : "a blank cell needs its comma, too";
  }
  const std::size_t at = static_cast<std::size_t>(row_.offset) + row_.error_offset;
  diagnostics_->Error(file_.At(at, at + 1), std::string(CodeOf(row_.error)), std::move(message),
                      std::move(hint));
}

// Byte of the row that holds byte `text_offset` of a cell, doubled quotes counted.
std::size_t CsvTable::RawOffset(std::size_t column, std::size_t text_offset) const {
  const base::CsvCell& cell = row_.cells[column];
  if (!cell.quoted) return cell.raw_offset + text_offset;
  const std::string_view before = cell.text.substr(0, text_offset);
  const auto quotes = std::count(before.begin(), before.end(), '"');
  return cell.raw_offset + 1 + text_offset + static_cast<std::size_t>(quotes);
}

Place CsvTable::CellPlace(std::size_t column) const {
  return CellPlace(column, 0, row_.cells[column].text.size());
}

Place CsvTable::CellPlace(std::size_t column, std::size_t begin, std::size_t end) const {
  const auto row = static_cast<std::size_t>(row_.offset);
  return file_.At(row + RawOffset(column, begin), row + RawOffset(column, end));
}

}  // namespace sluice::rules
