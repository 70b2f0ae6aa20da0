#include "rules/book/table_reader.h"

#include <cmath>
#include <deque>
#include <limits>
#include <set>
#include <unordered_map>
#include <utility>

#include "engine/base/hash.h"
#include "engine/base/limits.h"
#include "engine/base/time_text.h"
#include "rules/book/cell_value.h"
#include "rules/book/table_header.h"
#include "rules/book/zone.h"
#include "rules/syntax/csv.h"

namespace sluice::rules {
namespace {

using base::Timestamp;
using parcel::ValueType;

constexpr Timestamp kAlwaysBefore{std::numeric_limits<std::int64_t>::min(), 0};
constexpr Timestamp kNever{std::numeric_limits<std::int64_t>::max(), 0};

/// One cell, whatever its type.
struct Cell {
  std::int64_t number = 0;  // kInt, kBool, kDuration, kMoney
  std::uint64_t unsigned_number = 0;
  double real = 0;
  Timestamp time;
};

class RowReader {
 public:
  RowReader(const CsvTable& csv, const ruleset::Zone& zone, BookTable* table,
            DiagnosticList* diagnostics)
      : csv_(csv), zone_(zone), table_(table), diagnostics_(diagnostics) {
    table_->blank.resize(table_->columns.size());
  }

  void Read() {
    table_->row_offsets.push_back(csv_.row_offset());
    ++table_->table.row_count;
    for (std::size_t i = 0; i < table_->columns.size(); ++i) AppendCell(i);
    CheckIntervals();
  }

 private:
  void AppendCell(std::size_t i) {
    switch (table_->columns[i].kind) {
      case ColumnKind::kKey:
      case ColumnKind::kPrefix: return AppendKey(i);
      case ColumnKind::kFrom:
      case ColumnKind::kTo: return AppendBound(i);
      case ColumnKind::kValue: return AppendValue(i);
      case ColumnKind::kValidFrom:
      case ColumnKind::kValidUntil: return AppendValidity(i);
      case ColumnKind::kNote: return;
    }
  }

  /// The cell's value; a text that is none is reported and counts as zero.
  Cell Parse(std::size_t i) {
    const TableColumn& column = table_->columns[i];
    const std::string_view text = csv_.cell(i);
    Cell cell;
    bool ok = true;
    const auto keep = [&ok](const auto& parsed, auto* to) {
      ok = parsed.has_value();
      if (ok) *to = *parsed;
    };
    switch (column.type) {
      case CellType::kString: break;
      case CellType::kInt: keep(ParseIntCell(text), &cell.number); break;
      case CellType::kUint: keep(ParseUintCell(text), &cell.unsigned_number); break;
      case CellType::kDouble: keep(ParseDoubleCell(text), &cell.real); break;
      case CellType::kBool: keep(ParseBoolCell(text), &cell.number); break;
      case CellType::kTimestamp: keep(base::ParseTimestamp(text), &cell.time); break;
      case CellType::kDuration: keep(base::ParseDuration(text), &cell.number); break;
      case CellType::kDate: {
        const auto day = ParseDay(text);
        ok = day.has_value();
        if (ok) cell.time = DayStart(zone_, *day);
        break;
      }
      case CellType::kMoney: {
        const auto money = base::ParseMoneyAmount(text, column.currency);
        ok = money.has_value();
        if (ok) cell.number = money->minor_units;
        break;
      }
    }
    if (!ok) ReportCell(i);
    return cell;
  }

  void ReportCell(std::size_t i) {
    const TableColumn& column = table_->columns[i];
    std::string hint;
    if (column.type == CellType::kMoney) {
      hint = "write an amount in " + base::CurrencyText(column.currency) + ", such as 12.50";
    }
    if (column.type == CellType::kDate) hint = "write a day as 2026-03-01";
    if (column.type == CellType::kTimestamp) hint = "write an instant as 2026-03-01T10:00:00Z";
    if (column.type == CellType::kDuration) hint = "write a span of time as 1h30m";
    diagnostics_->Error(csv_.CellPlace(i), "bad-cell",
                        "'" + std::string(csv_.cell(i)) + "' is no " + CellTypeName(column.type),
                        std::move(hint));
  }

  void AppendKey(std::size_t i) {
    const TableColumn& column = table_->columns[i];
    ruleset::TableKey& key = table_->table.keys[column.index];
    const bool blank = csv_.IsBlank(i);
    table_->blank[i].push_back(blank ? 1 : 0);
    if (key.type == ValueType::kString) {
      key.texts.push_back(AddText(csv_.cell(i)));
    } else {
      key.ints.push_back(blank ? 0 : Parse(i).number);
    }
  }

  void AppendBound(std::size_t i) {
    const TableColumn& column = table_->columns[i];
    ruleset::TableKey& key = table_->table.keys[column.index];
    const bool from = column.kind == ColumnKind::kFrom;
    const bool open = csv_.cell(i).empty();
    const Cell cell = open ? Cell() : Parse(i);
    if (key.type == ValueType::kDouble) {
      const double infinity = std::numeric_limits<double>::infinity();
      (from ? key.from_doubles : key.to_doubles)
          .push_back(!open  ? cell.real
                     : from ? -infinity
                            : infinity);
    } else if (key.type == ValueType::kInt) {
      using Limits = std::numeric_limits<std::int64_t>;
      (from ? key.from_ints : key.to_ints)
          .push_back(!open  ? cell.number
                     : from ? Limits::min()
                            : Limits::max());
    } else {
      (from ? key.from_times : key.to_times)
          .push_back(!open  ? cell.time
                     : from ? kAlwaysBefore
                            : kNever);
    }
  }

  void AppendValue(std::size_t i) {
    ruleset::TableValueColumn& value = table_->table.values[table_->columns[i].index];
    const std::string_view text = csv_.cell(i);
    const bool present = !csv_.IsBlank(i);
    value.present.push_back(present ? 1 : 0);
    const Cell cell = present ? Parse(i) : Cell();
    switch (value.type) {
      case ValueType::kString: value.texts.push_back(AddText(text)); break;
      case ValueType::kUint: value.uints.push_back(cell.unsigned_number); break;
      case ValueType::kDouble: value.doubles.push_back(cell.real); break;
      case ValueType::kTimestamp: value.times.push_back(cell.time); break;
      default: value.ints.push_back(cell.number); break;
    }
  }

  void AppendValidity(std::size_t i) {
    const bool from = table_->columns[i].kind == ColumnKind::kValidFrom;
    std::vector<Timestamp>& bounds = from ? table_->table.valid_from : table_->table.valid_until;
    const std::string_view text = csv_.cell(i);
    const auto day = ParseDay(text);
    if (!text.empty() && !day) ReportCell(i);
    if (!day) {
      bounds.push_back(from ? kAlwaysBefore : kNever);
    } else {
      bounds.push_back(DayStart(zone_, from ? *day : *day + std::chrono::days(1)));
    }
  }

  void CheckIntervals() {
    const std::uint32_t at = table_->table.row_count - 1;
    for (std::size_t i = 0; i < table_->columns.size(); ++i) {
      if (table_->columns[i].kind != ColumnKind::kFrom) continue;
      const ruleset::TableKey& key = table_->table.keys[table_->columns[i].index];
      if (IsEmptyInterval(key, at)) {
        diagnostics_->Error(csv_.CellPlace(i), "empty-interval",
                            "the interval '" + key.name + "' holds nothing",
                            "from is inside, to is outside: from must be less than to");
      }
    }
    const ruleset::Table& table = table_->table;
    if (!table.valid_from.empty() && !table.valid_until.empty() &&
        table.valid_from[at] >= table.valid_until[at]) {
      diagnostics_->Error(csv_.CellPlace(0), "validity-reversed",
                          "the row's validity ends before it begins");
    }
  }

  bool IsEmptyInterval(const ruleset::TableKey& key, std::uint32_t row) const {
    // While a row is read, the :to cell may stand to the left of :from; both are there once the row
    // is complete.
    if (key.type == ValueType::kDouble) return !(key.from_doubles[row] < key.to_doubles[row]);
    if (key.type == ValueType::kInt) {
      // An upper bound of the largest int is open: it is inside.
      const bool open = key.to_ints[row] == std::numeric_limits<std::int64_t>::max();
      return !open && key.from_ints[row] >= key.to_ints[row];
    }
    return key.from_times[row] >= key.to_times[row];
  }

  /// Texts repeat a lot within tables: each is kept once.
  std::uint32_t AddText(std::string_view text) {
    const auto known = text_index_.find(text);
    if (known != text_index_.end()) return known->second;
    const bool stays = table_->file->Owns(text);
    const std::uint32_t index = table_->table.texts.Add(text);
    text_index_.emplace(stays ? text : unescaped_.emplace_back(text), index);
    return index;
  }

  const CsvTable& csv_;
  const ruleset::Zone& zone_;
  BookTable* table_;
  DiagnosticList* diagnostics_;
  std::unordered_map<std::string_view, std::uint32_t> text_index_;  // of the file, or unescaped_
  std::deque<std::string> unescaped_;
};

/// A table with one column of validity leaves its rows open at the other end.
void CompleteValidity(ruleset::Table* table) {
  if (table->valid_from.empty() == table->valid_until.empty()) return;
  if (table->valid_from.empty()) table->valid_from.assign(table->row_count, kAlwaysBefore);
  if (table->valid_until.empty()) table->valid_until.assign(table->row_count, kNever);
}

bool HasRoom(const CsvTable& csv, const BookTable& table, DiagnosticList* diagnostics) {
  if (table.table.row_count < limits::kTableRowsMax) return true;
  diagnostics->Error(csv.CellPlace(0), "too-many-rows",
                     "the table has more than " + std::to_string(limits::kTableRowsMax) + " rows",
                     "split it into several tables");
  return false;
}

/// A look-up probes each combination of prefix lengths that occurs.
void CheckPrefixShapes(const BookTable& book_table, DiagnosticList* diagnostics) {
  const ruleset::Table& table = book_table.table;
  std::set<std::vector<std::size_t>> shapes;
  std::vector<std::size_t> shape;
  for (std::uint32_t row = 0; row < table.row_count; ++row) {
    shape.clear();
    for (const ruleset::TableKey& key : table.keys) {
      if (key.kind == ruleset::KeyKind::kPrefix) shape.push_back(table.texts[key.texts[row]].size());
    }
    if (shape.empty()) return;
    shapes.insert(shape);
    if (shapes.size() <= limits::kPrefixShapesMax) continue;
    diagnostics->Error(book_table.RowPlace(row), "too-many-prefix-lengths",
                       "the table's prefixes have more than " +
                           std::to_string(limits::kPrefixShapesMax) + " combinations of lengths",
                       "a look-up probes each of them: use prefixes of fewer lengths");
    return;
  }
}

/// A hash over the texts and numbers of a row's keys.
std::uint64_t HashKeys(const ruleset::Table& table, std::uint32_t row) {
  std::uint64_t hash = 0;
  for (const ruleset::TableKey& key : table.keys) {
    const bool text = key.type == ValueType::kString;
    hash =
        base::CombineHash(hash, text ? key.texts[row] : static_cast<std::uint64_t>(key.ints[row]));
  }
  return hash;
}

bool SameKeys(const ruleset::Table& table, std::uint32_t a, std::uint32_t b) {
  for (const ruleset::TableKey& key : table.keys) {
    const bool text = key.type == ValueType::kString;
    if (text ? key.texts[a] != key.texts[b] : key.ints[a] != key.ints[b]) return false;
  }
  return true;
}

void WarnOfHiddenRows(const BookTable& book_table, DiagnosticList* diagnostics) {
  const ruleset::Table& table = book_table.table;
  for (const ruleset::TableKey& key : table.keys) {
    if (key.kind == ruleset::KeyKind::kInterval) return;
  }
  if (!table.valid_from.empty() || table.keys.empty()) return;
  std::unordered_map<std::uint64_t, std::uint32_t> first;
  for (std::uint32_t row = 0; row < table.row_count; ++row) {
    const auto [place, is_new] = first.try_emplace(HashKeys(table, row), row);
    if (is_new || !SameKeys(table, place->second, row)) continue;
    diagnostics
        ->Warning(book_table.RowPlace(row), "duplicate-key",
                  "a row above has the same keys: this one is never found")
        .AddNote(book_table.RowPlace(place->second), "the row that is found");
  }
}

}  // namespace

BookTable ReadTable(std::string name, const SourceFile& file, const ruleset::Zone& zone,
                    DiagnosticList* diagnostics) {
  BookTable table;
  table.file = &file;
  table.table.name = std::move(name);
  CsvTable csv(file, diagnostics);
  if (csv.columns().empty() || !ReadTableHeader(csv, &table, diagnostics)) return table;
  table.has_header = true;
  RowReader rows(csv, zone, &table, diagnostics);
  while (csv.Next() && HasRoom(csv, table, diagnostics)) rows.Read();
  CompleteValidity(&table.table);
  CheckPrefixShapes(table, diagnostics);
  return table;
}

void CheckLookupTable(const BookTable& table, DiagnosticList* diagnostics) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].kind != ColumnKind::kKey) continue;
    for (std::uint32_t row = 0; row < table.table.row_count; ++row) {
      if (table.blank[i][row] == 0) continue;
      diagnostics->Error(
          table.CellPlace(i, row), "blank-key",
          "the key '" + table.columns[i].name + "' is blank, so a look-up can never find this row",
          "blank means any only in a table that `each` reads; a prefix column may be blank");
    }
  }
  WarnOfHiddenRows(table, diagnostics);
}

}  // namespace sluice::rules
