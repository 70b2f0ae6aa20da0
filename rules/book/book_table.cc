#include "rules/book/book_table.h"

#include "engine/base/csv.h"

namespace sluice::rules {
namespace {

using parcel::ValueType;

/// Calls `use(row, cell)` for one cell of `table`'s file.
template <typename Use>
void WithCell(const BookTable& table, std::size_t column, std::uint32_t row, Use use) {
  const std::uint64_t offset = table.row_offsets[row];
  base::CsvReader reader({.delimiter = ',', .columns = table.columns.size()});
  reader.Feed(table.file->text().substr(offset), true);
  base::CsvRow cells;
  if (reader.Next(&cells) && column < cells.cells.size()) use(cells, cells.cells[column]);
}

}  // namespace

ValueType ValueTypeOf(CellType type) {
  switch (type) {
    case CellType::kString: return ValueType::kString;
    case CellType::kInt: return ValueType::kInt;
    case CellType::kUint: return ValueType::kUint;
    case CellType::kDouble: return ValueType::kDouble;
    case CellType::kBool: return ValueType::kBool;
    case CellType::kTimestamp:
    case CellType::kDate: return ValueType::kTimestamp;
    case CellType::kDuration: return ValueType::kDuration;
    case CellType::kMoney: return ValueType::kMoney;
  }
  return ValueType::kString;
}

std::size_t BookTable::FindReadable(std::string_view name) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const ColumnKind kind = columns[i].kind;
    const bool readable =
        kind == ColumnKind::kKey || kind == ColumnKind::kPrefix || kind == ColumnKind::kValue;
    if (readable && columns[i].name == name) return i;
  }
  return columns.size();
}

bool BookTable::IsBlank(std::size_t column, std::uint32_t row) const {
  if (columns[column].kind != ColumnKind::kValue) return blank[column][row] != 0;
  return table.values[columns[column].index].present[row] == 0;
}

std::string BookTable::CellText(std::size_t column, std::uint32_t row) const {
  std::string text;
  WithCell(*this, column, row,
           [&](const base::CsvRow&, const base::CsvCell& cell) { text = cell.text; });
  return text;
}

Place BookTable::CellPlace(std::size_t column, std::uint32_t row) const {
  Place place = RowPlace(row);
  WithCell(*this, column, row, [&](const base::CsvRow& cells, const base::CsvCell& cell) {
    const std::size_t begin = row_offsets[row] + cells.offset + cell.raw_offset;
    const std::size_t quotes = cell.quoted ? 2 : 0;
    place = file->At(begin, begin + cell.text.size() + quotes);
  });
  return place;
}

Place BookTable::RowPlace(std::uint32_t row) const { return file->At(row_offsets[row]); }

}  // namespace sluice::rules
