#include "tests/support/oracle/lookup.h"

#include <date/tz.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cstdlib>
#include <ctime>
#include <limits>

#include "engine/base/check.h"
#include "engine/base/money.h"
#include "engine/base/time_text.h"

namespace sluice::oracle {

namespace {

Value CellValue(const ColumnModel& column, const std::string& text, const std::string& zone) {
  if (column.type == "int") return {std::int64_t{std::strtoll(text.c_str(), nullptr, 10)}};
  if (column.type == "uint") return {std::uint64_t{std::strtoull(text.c_str(), nullptr, 10)}};
  if (column.type == "double") return {std::strtod(text.c_str(), nullptr)};
  if (column.type == "bool") return {text == "true"};
  if (column.type == "date") return {DayStart(zone, text, 0)};
  if (column.type == "timestamp") return {base::ParseTimestamp(text).value()};
  if (column.type == "duration") return {Duration{base::ParseDuration(text).value()}};
  if (column.type == "money") {
    const auto code = base::ParseCurrency(column.currency).value();
    return {Money{base::ParseMoneyAmount(text, code).value().minor_units, column.currency}};
  }
  return {text};
}

bool IsKey(ColumnRole role) {
  return role == ColumnRole::kKey || role == ColumnRole::kPrefix || role == ColumnRole::kFrom;
}

/// Whether the cell says "open": blank, or an empty text.
bool IsOpen(const std::optional<std::string>& cell) { return !cell || cell->empty(); }

bool IsValidAt(const TableModel& table, std::size_t row, const base::Timestamp& now,
               const std::string& zone) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& cell = table.rows[row][i];
    if (IsOpen(cell)) continue;
    const ColumnRole role = table.columns[i].role;
    if (role == ColumnRole::kValidFrom && now < DayStart(zone, *cell, 0)) return false;
    if (role == ColumnRole::kValidUntil && now >= DayStart(zone, *cell, 1)) return false;
  }
  return true;
}

bool IsBelowEnd(const TableModel& table, std::size_t row, const std::string& interval,
                const Value& value, const std::string& zone) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const ColumnModel& column = table.columns[i];
    if (column.role != ColumnRole::kTo || column.name != interval) continue;
    const auto& cell = table.rows[row][i];
    // As reference_data.h says, the largest int is no bound.
    const bool open =
        IsOpen(cell) || *cell == std::to_string(std::numeric_limits<std::int64_t>::max());
    return open || Compare(value, CellValue(column, *cell, zone)) == -1;
  }
  return false;
}

bool IsNaN(const Value& value) { return !Compare(value, value); }

/// Whether a row's keys hold for the values; the bytes of its prefixes, in the order of the
/// columns.
std::optional<std::vector<std::size_t>> MatchKeys(const TableModel& table, std::size_t row,
                                                  const std::vector<Value>& keys,
                                                  const std::string& zone) {
  std::vector<std::size_t> prefixes;
  std::size_t at = 0;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const ColumnModel& column = table.columns[i];
    if (!IsKey(column.role)) continue;
    const Value& value = keys[at++];
    const auto& cell = table.rows[row][i];
    if (column.role == ColumnRole::kKey) {
      if (!Equal(value, CellValue(column, cell.value_or(""), zone))) return std::nullopt;
    } else if (column.role == ColumnRole::kPrefix) {
      const std::string prefix = cell.value_or("");
      if (value.As<std::string>().compare(0, prefix.size(), prefix) != 0) return std::nullopt;
      prefixes.push_back(prefix.size());
    } else {
      if (IsNaN(value)) return std::nullopt;
      if (!IsOpen(cell) && Compare(value, CellValue(column, *cell, zone)) == -1)
        return std::nullopt;
      if (!IsBelowEnd(table, row, column.name, value, zone)) return std::nullopt;
    }
  }
  return prefixes;
}

}  // namespace

bool ListHas(const ListModel& list, const Value& value) {
  const std::string wanted =
      list.of_ints ? std::to_string(value.As<std::int64_t>()) : value.As<std::string>();
  return std::find(list.entries.begin(), list.entries.end(), wanted) != list.entries.end();
}

bool ListHasPrefixOf(const ListModel& list, const std::string& text) {
  return std::any_of(list.entries.begin(), list.entries.end(), [&](const std::string& entry) {
    return text.substr(0, entry.size()) == entry;
  });
}

std::optional<std::size_t> FindRow(const TableModel& table, const std::vector<Value>& keys,
                                   const base::Timestamp& now, const std::string& zone) {
  std::optional<std::size_t> best;
  std::vector<std::size_t> best_prefixes;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    if (!IsValidAt(table, row, now, zone)) continue;
    const auto prefixes = MatchKeys(table, row, keys, zone);
    if (!prefixes || (best && *prefixes <= best_prefixes)) continue;
    best = row;
    best_prefixes = *prefixes;
  }
  return best;
}

std::optional<Value> ReadCell(const TableModel& table, std::size_t row, const std::string& column,
                              const std::string& zone) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const ColumnModel& one = table.columns[i];
    const bool readable = one.role == ColumnRole::kKey || one.role == ColumnRole::kPrefix ||
                          one.role == ColumnRole::kValue;
    if (!readable || one.name != column) continue;
    const auto& cell = table.rows[row][i];
    if (!cell) return std::nullopt;
    return CellValue(one, *cell, zone);
  }
  SLUICE_CHECK(false);
  return std::nullopt;
}

namespace {

std::optional<std::int64_t> RateAt(const BookModel& book, const std::string& currency,
                                   const base::Timestamp& now) {
  if (currency == book.base_currency) return 1'000'000'000;
  std::optional<std::int64_t> rate;
  base::Timestamp newest{std::numeric_limits<std::int64_t>::min(), 0};
  for (const RateModel& one : book.rates) {
    base::Timestamp from{std::numeric_limits<std::int64_t>::min(), 0};
    if (!one.from.empty()) from = DayStart(book.zone, one.from, 0);
    if (one.currency != currency || now < from || from < newest) continue;
    newest = from;
    rate = one.nano_units;
  }
  return rate;
}

}  // namespace

Result ConvertMoney(const BookModel& book, const Money& money, const std::string& currency,
                    const base::Timestamp& now) {
  if (money.currency == currency) return Value{money};
  const auto from = RateAt(book, money.currency, now);
  const auto to = RateAt(book, currency, now);
  if (!from || !to) return ErrorKind::kAbsent;
  using Big = boost::multiprecision::cpp_int;
  const auto power = [](const std::string& code) {
    Big result = 1;
    for (int i = base::MinorDigits(base::ParseCurrency(code).value()); i > 0; --i) result *= 10;
    return result;
  };
  const Big numerator = Big(money.minor) * *from * power(currency);
  const Big denominator = Big(*to) * power(money.currency);
  // Half away from zero: of the magnitude, floor(x + 1/2).
  const Big magnitude = (abs(numerator) * 2 + denominator) / (denominator * 2);
  const Big amount = numerator < 0 ? Big(-magnitude) : magnitude;
  if (amount > std::numeric_limits<std::int64_t>::max() ||
      amount < std::numeric_limits<std::int64_t>::min()) {
    return ErrorKind::kOverflow;
  }
  return Value{Money{static_cast<std::int64_t>(amount), currency}};
}

std::int64_t ZoneOffset(const std::string& zone, std::int64_t utc_seconds) {
  const std::size_t digits = zone[0] == '+' || zone[0] == '-' ? 1 : 0;
  if (zone.size() == digits + 5 && zone[digits + 2] == ':') {
    const int minutes = std::stoi(zone.substr(digits, 2)) * 60 + std::stoi(zone.substr(digits + 3));
    return (zone[0] == '-' ? -60 : 60) * std::int64_t{minutes};
  }
  // By the C library: it knows the rules of zones for all years to come. Before 1900 the engine has
  // the offset of 1900.
  const date::sys_seconds year_1900 = date::sys_days(date::year(1900) / 1 / 1);
  const std::time_t at = std::max<std::int64_t>(utc_seconds, year_1900.time_since_epoch().count());
  const char* set = std::getenv("TZ");
  if (set == nullptr || zone != set) setenv("TZ", zone.c_str(), 1);
  std::tm local{};
  tzset();
  SLUICE_CHECK(localtime_r(&at, &local) != nullptr);
  return local.tm_gmtoff;
}

base::Timestamp DayStart(const std::string& zone, const std::string& day, int days_later) {
  const auto number = [&day](std::size_t at, std::size_t size) {
    return std::stoi(day.substr(at, size));
  };
  const date::sys_days date =
      date::sys_days(date::year(number(0, 4)) / number(5, 2) / number(8, 2)) +
      date::days(days_later);
  const date::local_seconds midnight(date.time_since_epoch());
  const date::local_info info = date::locate_zone(zone)->get_info(midnight);
  if (info.result == date::local_info::nonexistent) {
    return {info.first.end.time_since_epoch().count(), 0};
  }
  return {(midnight.time_since_epoch() - info.first.offset).count(), 0};
}

}  // namespace sluice::oracle
