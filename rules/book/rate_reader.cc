#include "rules/book/rate_reader.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "engine/base/limits.h"
#include "rules/book/cell_value.h"
#include "rules/book/zone.h"
#include "rules/syntax/csv.h"

namespace sluice::rules {
namespace {

struct RateColumns {
  std::optional<std::size_t> currency, rate, from;
};

RateColumns FindColumns(const CsvTable& csv, DiagnosticList* diagnostics) {
  RateColumns columns;
  for (std::size_t i = 0; i < csv.columns().size(); ++i) {
    const std::string& name = csv.columns()[i];
    if (name == "currency:key" || name == "currency:key:string") {
      columns.currency = i;
    } else if (name == "rate:value" || name == "rate:value:double") {
      columns.rate = i;
    } else if (name == "valid:from:date" || name == "valid:from") {
      columns.from = i;
    } else if (!name.ends_with(":note")) {
      diagnostics->Error(csv.HeaderPlace(i), "table-header", "rates have no column '" + name + "'",
                         "the columns are currency:key, rate:value and valid:from:date");
    }
  }
  if (!columns.currency || !columns.rate) {
    diagnostics->Error(csv.HeaderPlace(0), "table-header",
                       "rates need the columns currency:key and rate:value");
  }
  return columns;
}

class RateRows {
 public:
  RateRows(const CsvTable& csv, const ruleset::Zone& zone, RateColumns columns,
           ruleset::RateTable* table, DiagnosticList* diagnostics)
      : csv_(csv), zone_(zone), columns_(columns), table_(table), diagnostics_(diagnostics) {}

  void Read() {
    const auto currency = base::ParseCurrency(csv_.cell(*columns_.currency));
    if (!currency) {
      diagnostics_->Error(csv_.CellPlace(*columns_.currency), "bad-cell",
                          "a currency is three capital letters, such as EUR");
    }
    const auto nano_units = ParseRateCell(csv_.cell(*columns_.rate));
    if (!nano_units) {
      diagnostics_->Error(
          csv_.CellPlace(*columns_.rate), "bad-cell",
          "a rate is a decimal above zero with at most nine decimals, such as 7.8245");
    }
    const auto from = ReadFrom();
    if (!currency || !nano_units || !from) return;
    if (*currency == table_->base_currency) {
      CheckBaseRate(*nano_units);
      return;
    }
    const auto [first, is_new] =
        seen_.try_emplace({*currency, *from}, csv_.CellPlace(*columns_.currency));
    if (!is_new) {
      diagnostics_
          ->Error(csv_.CellPlace(*columns_.currency), "duplicate-key",
                  "there is a rate of this currency for this day already")
          .AddNote(first->second, "the first one");
      return;
    }
    table_->rates.push_back({*currency, *from, *nano_units});
  }

 private:
  /// The base needs no rate; a row that says 1 is welcome all the same.
  void CheckBaseRate(std::int64_t nano_units) {
    constexpr std::int64_t kOne = 1'000'000'000;
    if (nano_units == kOne) return;
    diagnostics_->Error(csv_.CellPlace(*columns_.rate), "bad-cell",
                        "the rate of " + base::CurrencyText(table_->base_currency) +
                            ", the base of the rates, can only be 1");
  }

  std::optional<base::Timestamp> ReadFrom() {
    constexpr base::Timestamp kAlways{std::numeric_limits<std::int64_t>::min(), 0};
    if (!columns_.from || csv_.cell(*columns_.from).empty()) return kAlways;
    const auto day = ParseDay(csv_.cell(*columns_.from));
    if (!day) {
      diagnostics_->Error(csv_.CellPlace(*columns_.from), "bad-cell",
                          "'" + std::string(csv_.cell(*columns_.from)) + "' is no date",
                          "write a day as 2026-03-01");
      return std::nullopt;
    }
    return DayStart(zone_, *day);
  }

  const CsvTable& csv_;
  const ruleset::Zone& zone_;
  RateColumns columns_;
  ruleset::RateTable* table_;
  DiagnosticList* diagnostics_;
  std::map<std::pair<base::CurrencyCode, base::Timestamp>, Place> seen_;
};

}  // namespace

ruleset::RateTable ReadRates(base::CurrencyCode base_currency, const SourceFile& file,
                             const ruleset::Zone& zone, DiagnosticList* diagnostics) {
  ruleset::RateTable table;
  table.base_currency = base_currency;
  CsvTable csv(file, diagnostics);
  if (csv.columns().empty()) return table;
  const RateColumns columns = FindColumns(csv, diagnostics);
  if (!columns.currency || !columns.rate) return table;
  RateRows rows(csv, zone, columns, &table, diagnostics);
  while (csv.Next()) {
    if (table.rates.size() == limits::kRatesMax) {
      diagnostics->Error(csv.CellPlace(0), "too-many-rates",
                         "there are more than " + std::to_string(limits::kRatesMax) + " rates");
      break;
    }
    rows.Read();
  }
  std::sort(table.rates.begin(), table.rates.end(),
            [](const ruleset::Rate& a, const ruleset::Rate& b) {
              return std::tie(a.currency, a.from) < std::tie(b.currency, b.from);
            });
  return table;
}

}  // namespace sluice::rules
