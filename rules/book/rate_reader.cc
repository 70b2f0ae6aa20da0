#include "rules/book/rate_reader.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "rules/book/cell_value.h"
#include "rules/book/csv_source.h"
#include "rules/book/zone.h"

namespace sluice::rules {
namespace {

struct RateColumns {
  std::optional<std::size_t> currency, rate, from;
};

RateColumns FindColumns(const base::CsvRow& header, CsvSource* source) {
  RateColumns columns;
  for (std::size_t i = 0; i < header.cells.size(); ++i) {
    const std::string_view cell = header.cells[i].text;
    if (cell == "currency:key" || cell == "currency:key:string") {
      columns.currency = i;
    } else if (cell == "rate:value" || cell == "rate:value:double") {
      columns.rate = i;
    } else if (cell == "valid:from:date" || cell == "valid:from") {
      columns.from = i;
    } else if (!cell.ends_with(":note")) {
      source->CellError(header, i, "table-header", "rates have no column '" + std::string(cell) + "'",
                        "the columns are currency:key, rate:value and valid:from:date");
    }
  }
  if (!columns.currency || !columns.rate) {
    source->CellError(header, 0, "table-header", "rates need the columns currency:key and rate:value");
  }
  return columns;
}

class RateRows {
 public:
  RateRows(CsvSource* source, const ruleset::Zone& zone, RateColumns columns, ruleset::RateTable* table)
      : source_(source), zone_(zone), columns_(columns), table_(table) {}

  void Read(const base::CsvRow& row) {
    const auto currency = base::ParseCurrency(row.cells[*columns_.currency].text);
    if (!currency) {
      source_->CellError(row, *columns_.currency, "bad-cell", "a currency is three capital letters, such as EUR");
    }
    const auto nano_units = ParseRateCell(row.cells[*columns_.rate].text);
    if (!nano_units) {
      source_->CellError(row, *columns_.rate, "bad-cell",
                         "a rate is a decimal above zero with at most nine decimals, such as 7.8245");
    }
    const auto from = ReadFrom(row);
    if (!currency || !nano_units || !from) return;
    const auto [first, is_new] = seen_.try_emplace({*currency, *from}, source_->RowPlace(row));
    if (!is_new) {
      source_->diagnostics()
          .Error(source_->RowPlace(row), "duplicate-key", "there is a rate of this currency for this day already")
          .notes.push_back({first->second, "the first one"});
      return;
    }
    table_->rates.push_back({*currency, *from, *nano_units});
  }

 private:
  std::optional<base::Timestamp> ReadFrom(const base::CsvRow& row) {
    constexpr base::Timestamp kAlways{std::numeric_limits<std::int64_t>::min(), 0};
    if (!columns_.from || row.cells[*columns_.from].text.empty()) return kAlways;
    const auto day = ParseDay(row.cells[*columns_.from].text);
    if (!day) {
      source_->CellError(row, *columns_.from, "bad-cell",
                         "'" + std::string(row.cells[*columns_.from].text) + "' is no date",
                         "write a day as 2026-03-01");
      return std::nullopt;
    }
    return DayStart(zone_, *day);
  }

  CsvSource* source_;
  const ruleset::Zone& zone_;
  RateColumns columns_;
  ruleset::RateTable* table_;
  std::map<std::pair<base::CurrencyCode, base::Timestamp>, Place> seen_;
};

}  // namespace

ruleset::RateTable ReadRates(base::CurrencyCode base_currency, const SourceFile& file, const ruleset::Zone& zone,
                             DiagnosticList* diagnostics) {
  ruleset::RateTable table;
  table.base_currency = base_currency;
  CsvSource source(file, diagnostics);
  base::CsvRow row;
  if (!source.Next(&row)) {
    diagnostics->Error(source.FilePlace(), "table-header", "the rates are empty: the first line must name the columns");
    return table;
  }
  const RateColumns columns = FindColumns(row, &source);
  if (!columns.currency || !columns.rate) return table;
  RateRows rows(&source, zone, columns, &table);
  while (source.Next(&row)) rows.Read(row);
  std::sort(table.rates.begin(), table.rates.end(), [](const ruleset::Rate& a, const ruleset::Rate& b) {
    return std::tie(a.currency, a.from) < std::tie(b.currency, b.from);
  });
  return table;
}

}  // namespace sluice::rules
