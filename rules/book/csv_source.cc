#include "rules/book/csv_source.h"

#include <utility>

namespace sluice::rules {

bool CsvSource::Next(base::CsvRow* row) {
  while (reader_.Next(row)) {
    if (row->error == base::CsvError::kNone) return true;
    const std::size_t at = row->offset + row->error_offset;
    std::string message(base::CsvErrorText(row->error));
    if (row->error == base::CsvError::kColumnCount) {
      message = "the row has " + std::to_string(row->cells.size()) + " cells, the header " +
                std::to_string(reader_.columns());
    }
    diagnostics_->Error(file_.At(at), "csv", std::move(message));
  }
  return false;
}

Place CsvSource::CellPlace(const base::CsvRow& row, std::size_t column) const {
  const base::CsvCell& cell = row.cells[column];
  const std::size_t begin = row.offset + cell.raw_offset;
  return file_.At(begin, begin + cell.text.size() + (cell.quoted ? 2 : 0));
}

void CsvSource::CellError(const base::CsvRow& row, std::size_t column, std::string code, std::string message,
                          std::string hint) {
  diagnostics_->Error(CellPlace(row, column), std::move(code), std::move(message), std::move(hint));
}

}  // namespace sluice::rules
