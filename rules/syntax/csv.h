// A list or table of a rule book: a CSV file with a header line, row by row, with places.
//
// Thread-safety: none.   Ownership: refers to its SourceFile; cells are good until the next Next().
// Errors: diagnostics of codes "csv-header", "csv-quote", "csv-columns", "csv-utf8",
// "csv-too-long"; a row that is wrong is reported and left out, and reading goes on.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/csv.h"
#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"

namespace sluice::rules {

class CsvTable {
 public:
  /// Reads the header. Both arguments must outlive the table.
  CsvTable(const SourceFile& file, DiagnosticList* diagnostics);

  /// Names of the columns; empty when the file has no usable header.
  std::span<const std::string> columns() const { return columns_; }
  std::optional<std::size_t> FindColumn(std::string_view name) const;

  /// The next good row, or false at the end.
  bool Next();
  std::string_view cell(std::size_t column) const { return row_.cells[column].text; }
  /// Nothing between two delimiters; "" in quotes is an empty text instead.
  bool IsBlank(std::size_t column) const {
    return row_.cells[column].text.empty() && !row_.cells[column].quoted;
  }
  /// Line of the row, from 1.
  std::size_t line() const { return static_cast<std::size_t>(row_.line); }
  /// Byte of the file where the row begins.
  std::size_t row_offset() const { return static_cast<std::size_t>(row_.offset); }

  /// Place of a cell, and of bytes [begin, end) of its text.
  Place CellPlace(std::size_t column) const;
  Place CellPlace(std::size_t column, std::size_t begin, std::size_t end) const;
  /// Place of the name of a column in the header.
  Place HeaderPlace(std::size_t column) const { return header_places_[column]; }

 private:
  void ReadHeader();
  void Report();
  std::size_t RawOffset(std::size_t column, std::size_t text_offset) const;

  const SourceFile& file_;
  DiagnosticList* diagnostics_;
  base::CsvReader reader_;
  base::CsvRow row_;
  std::vector<std::string> columns_;
  std::vector<Place> header_places_;
};

}  // namespace sluice::rules
