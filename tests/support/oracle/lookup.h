// Reference data, looked up by scanning everything: lists, tables, rates, zones.
//
// Thread-safety: free functions of immutable arguments.   Errors: a cell that is no value of its
// type fails a CHECK.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/time.h"
#include "tests/support/oracle/book_model.h"
#include "tests/support/oracle/value.h"

namespace sluice::oracle {

bool ListHas(const ListModel& list, const Value& value);
bool ListHasPrefixOf(const ListModel& list, const std::string& text);

/// The row that a look-up with one value a key column finds at `now`.
std::optional<std::size_t> FindRow(const TableModel& table, const std::vector<Value>& keys,
                                   const base::Timestamp& now, const std::string& zone);
/// The cell of the key, prefix or value column `column`; nothing where it is blank.
std::optional<Value> ReadCell(const TableModel& table, std::size_t row, const std::string& column,
                              const std::string& zone);

/// `money` in `currency`: kAbsent without a rate, kOverflow out of range.
Result ConvertMoney(const BookModel& book, const Money& money, const std::string& currency,
                    const base::Timestamp& now);

/// Seconds east of UTC. IANA names, "UTC", "+08:00"; zones stand still before 1900 and after 2100.
std::int64_t ZoneOffset(const std::string& zone, std::int64_t utc_seconds);
/// The first instant of day "2026-03-01" in an IANA zone; `days_later` moves it.
base::Timestamp DayStart(const std::string& zone, const std::string& day, int days_later);

}  // namespace sluice::oracle
