#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "engine/base/limits.h"
#include "engine/ruleset/verify_parts.h"

namespace sluice::ruleset {
namespace {

const char* ListFlaw(const ReferenceList& list) {
  if (!IsName(list.name)) return "it has no proper name";
  const bool is_text = list.type == ValueType::kString;
  if (!is_text && list.type != ValueType::kInt) return "lists hold string or int";
  if ((is_text && !list.ints.empty()) || (!is_text && list.texts.size() != 0)) {
    return "it holds keys of another type";
  }
  if (list.texts.size() > limits::kListKeysMax || list.ints.size() > limits::kListKeysMax) {
    return "it has too many keys";
  }
  for (std::size_t i = 1; i < list.ints.size(); ++i) {
    if (list.ints[i - 1] >= list.ints[i]) return "its keys do not ascend";
  }
  for (std::uint32_t i = 1; i < list.texts.size(); ++i) {
    if (list.texts[i - 1] >= list.texts[i]) return "its keys do not ascend";
  }
  return nullptr;
}

bool AreTexts(const Table& table, const std::vector<std::uint32_t>& texts) {
  return std::all_of(texts.begin(), texts.end(),
                     [&](std::uint32_t text) { return text < table.texts.size(); });
}

bool AreTimes(const std::vector<base::Timestamp>& times) {
  return std::all_of(times.begin(), times.end(), IsTimestamp);
}

bool AreNumbers(const std::vector<double>& numbers) {
  return std::none_of(numbers.begin(), numbers.end(), [](double n) { return std::isnan(n); });
}

// Each array of a column has an entry for every row where the column's type needs it, and none else.
class RowCounts {
 public:
  explicit RowCounts(std::size_t rows) : rows_(rows) {}
  template <typename T>
  RowCounts& Add(const std::vector<T>& values, bool needed) {
    sound_ = sound_ && values.size() == (needed ? rows_ : 0);
    return *this;
  }
  bool sound() const { return sound_; }

 private:
  std::size_t rows_;
  bool sound_ = true;
};

const char* KeyFlaw(const Table& table, const TableKey& key) {
  if (!IsName(key.name)) return "a key has no proper name";
  const bool interval = key.kind == KeyKind::kInterval;
  const bool text = key.type == ValueType::kString;
  const bool real = key.type == ValueType::kDouble;
  const bool time = key.type == ValueType::kTimestamp;
  const bool integer = key.type == ValueType::kInt || key.type == ValueType::kBool;
  const bool possible = interval ? real || time || key.type == ValueType::kInt
                                 : text || (integer && key.kind == KeyKind::kExact);
  if (!possible) return "a key's type does not fit its kind";
  const bool counted = RowCounts(table.row_count)
                           .Add(key.texts, text)
                           .Add(key.ints, integer && !interval)
                           .Add(key.from_doubles, real)
                           .Add(key.to_doubles, real)
                           .Add(key.from_ints, integer && interval)
                           .Add(key.to_ints, integer && interval)
                           .Add(key.from_times, time)
                           .Add(key.to_times, time)
                           .sound();
  if (!counted) return "a key has not one entry a row";
  if (!AreTexts(table, key.texts)) return "a key's text does not exist";
  if (!AreNumbers(key.from_doubles) || !AreNumbers(key.to_doubles)) return "a key is not a number";
  return AreTimes(key.from_times) && AreTimes(key.to_times) ? nullptr : "a key is no timestamp";
}

const char* ValueFlaw(const Table& table, const TableValueColumn& column) {
  if (!IsName(column.name)) return "a column has no proper name";
  if (!IsScalar(column.type)) return "a column is not of a scalar type";
  const bool money = column.type == ValueType::kMoney;
  if (money != IsCurrency(column.currency)) return "a column's currency does not fit its type";
  const bool integer = money || column.type == ValueType::kBool || column.type == ValueType::kInt ||
                       column.type == ValueType::kDuration;
  const bool counted = RowCounts(table.row_count)
                           .Add(column.present, true)
                           .Add(column.ints, integer)
                           .Add(column.uints, column.type == ValueType::kUint)
                           .Add(column.doubles, column.type == ValueType::kDouble)
                           .Add(column.texts, column.type == ValueType::kString)
                           .Add(column.times, column.type == ValueType::kTimestamp)
                           .sound();
  if (!counted) return "a column has not one entry a row";
  for (const std::uint8_t present : column.present) {
    if (present > 1) return "a cell is neither present nor blank";
  }
  for (const std::int64_t number : column.ints) {
    const bool is_bool = number == 0 || number == 1;
    if (column.type == ValueType::kBool && !is_bool) return "a cell is neither true nor false";
  }
  if (!AreTexts(table, column.texts)) return "a cell's text does not exist";
  return AreTimes(column.times) ? nullptr : "a cell is no timestamp";
}

const char* ShapeFlaw(const Table& table) {
  std::vector<const TableKey*> prefixes;
  for (const TableKey& key : table.keys) {
    if (key.kind == KeyKind::kPrefix) prefixes.push_back(&key);
  }
  std::set<std::vector<std::size_t>> shapes;
  std::vector<std::size_t> shape(prefixes.size());
  for (std::uint32_t row = 0; row < table.row_count; ++row) {
    for (std::size_t i = 0; i < prefixes.size(); ++i) {
      shape[i] = table.texts[prefixes[i]->texts[row]].size();
    }
    shapes.insert(shape);
    if (shapes.size() > limits::kPrefixShapesMax) return "its prefixes have too many lengths";
  }
  return nullptr;
}

const char* TableFlaw(const Table& table) {
  if (!IsName(table.name)) return "it has no proper name";
  if (table.row_count > limits::kTableRowsMax) return "it has too many rows";
  if (table.keys.size() > limits::kTableKeysMax) return "it has too many key columns";
  if (table.values.size() > limits::kTableValuesMax) return "it has too many value columns";
  const auto is_row_count = [&](std::size_t size) { return size == 0 || size == table.row_count; };
  const bool dated = is_row_count(table.valid_from.size()) &&
                     table.valid_from.size() == table.valid_until.size();
  if (!dated || !AreTimes(table.valid_from) || !AreTimes(table.valid_until)) {
    return "its rows' validity is not one timestamp a row";
  }
  for (const TableKey& key : table.keys) {
    const char* flaw = KeyFlaw(table, key);
    if (flaw != nullptr) return flaw;
  }
  for (const TableValueColumn& column : table.values) {
    const char* flaw = ValueFlaw(table, column);
    if (flaw != nullptr) return flaw;
  }
  return ShapeFlaw(table);
}

const char* RatesFlaw(const RateTable& rates) {
  if (rates.rates.size() > limits::kRatesMax) return "too many rates";
  if (!rates.rates.empty() && !IsCurrency(rates.base_currency)) return "there is no base currency";
  for (std::size_t i = 0; i < rates.rates.size(); ++i) {
    const Rate& rate = rates.rates[i];
    if (!IsCurrency(rate.currency) || rate.currency == rates.base_currency) {
      return "a rate is of no currency, or of the base currency";
    }
    if (rate.nano_units <= 0) return "a rate is not positive";
    if (!IsTimestamp(rate.from)) return "a rate's date is no timestamp";
    if (i == 0) continue;
    const Rate& before = rates.rates[i - 1];
    const bool ascends = std::tie(before.currency, before.from) < std::tie(rate.currency, rate.from);
    if (!ascends) return "rates do not ascend by currency and date";
  }
  return nullptr;
}

template <typename T>
bool HaveDistinctNames(const std::vector<T>& things) {
  std::set<std::string_view> names;
  return std::all_of(things.begin(), things.end(),
                     [&](const T& thing) { return names.insert(thing.name).second; });
}

}  // namespace

Status VerifyReferenceData(const RuleSet& rule_set) {
  if (rule_set.lists.size() > limits::kListsMax) return Flaw("lists", "too many");
  if (rule_set.tables.size() > limits::kTablesMax) return Flaw("tables", "too many");
  for (const ReferenceList& list : rule_set.lists) {
    const Status texts = VerifyTexts(list.texts, "list '" + list.name + "'");
    if (!texts.ok()) return texts;
    const char* flaw = ListFlaw(list);
    if (flaw != nullptr) return Flaw("list '" + list.name + "'", flaw);
  }
  for (const Table& table : rule_set.tables) {
    const Status texts = VerifyTexts(table.texts, "table '" + table.name + "'");
    if (!texts.ok()) return texts;
    const char* flaw = TableFlaw(table);
    if (flaw != nullptr) return Flaw("table '" + table.name + "'", flaw);
  }
  if (!HaveDistinctNames(rule_set.lists) || !HaveDistinctNames(rule_set.tables)) {
    return Flaw("lists and tables", "a name stands twice");
  }
  const char* flaw = RatesFlaw(rule_set.rates);
  return flaw == nullptr ? Status::Ok() : Flaw("rates", flaw);
}

}  // namespace sluice::ruleset
