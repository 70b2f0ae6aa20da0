// A table of the rule book: the reference table it becomes, and what only the compiler needs of it
// (columns as the header names them, blank cells, places).
//
// Thread-safety: immutable once read.   Ownership: refers to its SourceFile, which must outlive it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/money.h"
#include "engine/ruleset/reference_data.h"
#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"

namespace sluice::rules {

enum class ColumnKind : std::uint8_t {
  kKey,
  kPrefix,
  kFrom,
  kTo,
  kValue,
  kNote,
  kValidFrom,
  kValidUntil
};

/// What the text of a cell stands for. kDate is a day in the book's zone, held as its first
/// instant.
enum class CellType : std::uint8_t {
  kString,
  kInt,
  kUint,
  kDouble,
  kBool,
  kTimestamp,
  kDate,
  kDuration,
  kMoney
};
parcel::ValueType ValueTypeOf(CellType type);

struct TableColumn {
  std::string name;
  ColumnKind kind = ColumnKind::kValue;
  CellType type = CellType::kString;
  base::CurrencyCode currency = 0;  // kMoney
  std::uint32_t index = 0;          // in Table::keys or Table::values, by kind
};

struct BookTable {
  ruleset::Table table;
  std::vector<TableColumn> columns;  // as in the header
  std::vector<std::vector<std::uint8_t>>
      blank;  // per column of kind kKey or kPrefix: 1 where a row's cell is blank
  std::vector<std::uint64_t> row_offsets;  // byte of the file where each row begins
  const SourceFile* file = nullptr;
  bool has_header = false;  // else an error was reported, and nothing is known of its columns

  /// Index of the key, prefix or value column of that name, or columns.size().
  std::size_t FindReadable(std::string_view name) const;
  bool IsBlank(std::size_t column, std::uint32_t row) const;
  /// A cell as the file has it, without quotes.
  std::string CellText(std::size_t column, std::uint32_t row) const;
  Place CellPlace(std::size_t column, std::uint32_t row) const;
  Place RowPlace(std::uint32_t row) const;
};

}  // namespace sluice::rules
