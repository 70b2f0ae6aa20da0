// Rows of a CSV file of the rule book, with findings at their place. What the readers of lists, tables and rates share.
//
// Thread-safety: none.   Ownership: refers to the SourceFile and the list, which must outlive it.
#pragma once

#include <string>

#include "engine/base/csv.h"
#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"

namespace sluice::rules {

class CsvSource {
 public:
  CsvSource(const SourceFile& file, DiagnosticList* diagnostics) : file_(file), diagnostics_(diagnostics) {
    reader_.Feed(file.text(), true);
  }

  /// The next row that is a row; wrong ones are reported (code "csv") and passed over. The first is the header.
  bool Next(base::CsvRow* row);

  Place CellPlace(const base::CsvRow& row, std::size_t column) const;
  Place RowPlace(const base::CsvRow& row) const { return file_.At(row.offset); }
  Place FilePlace() const { return file_.At(0); }
  void CellError(const base::CsvRow& row, std::size_t column, std::string code, std::string message,
                 std::string hint = {});
  const SourceFile& file() const { return file_; }
  DiagnosticList& diagnostics() { return *diagnostics_; }

 private:
  const SourceFile& file_;
  DiagnosticList* diagnostics_;
  base::CsvReader reader_;
};

}  // namespace sluice::rules
