#include "tools/sluice/table_diff.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "engine/base/convert.h"
#include "engine/base/time_text.h"

namespace sluice::tools {

using ruleset::Table;
using ruleset::TableKey;
using ruleset::TableValueColumn;
using ruleset::ValueType;

namespace {

constexpr std::int64_t kNano = 1'000'000'000;
constexpr std::size_t kEntriesShown = 3;  // of those that came, and of those that went

std::string EntriesText(const std::vector<std::string>& entries) {
  std::string text = std::to_string(entries.size());
  for (std::size_t i = 0; i < entries.size() && i < kEntriesShown; ++i) text += (i == 0 ? ": " : "; ") + entries[i];
  return text + (entries.size() > kEntriesShown ? "; …" : "");
}

// Entries as texts, with repetition; both are sorted here.
std::vector<PartChange> EntryParts(const char* noun, std::vector<std::string> a, std::vector<std::string> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  std::vector<std::string> gone, come;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(gone));
  std::set_difference(b.begin(), b.end(), a.begin(), a.end(), std::back_inserter(come));
  std::vector<PartChange> parts;
  if (!gone.empty()) parts.push_back({std::string(noun) + " removed", EntriesText(gone), std::nullopt});
  if (!come.empty()) parts.push_back({std::string(noun) + " added", std::nullopt, EntriesText(come)});
  return parts;
}

std::vector<std::string> Keys(const ruleset::ReferenceList& list) {
  std::vector<std::string> keys;
  for (std::uint32_t i = 0; i < list.texts.size(); ++i) keys.emplace_back(list.texts[i]);
  for (const std::int64_t number : list.ints) keys.push_back(std::to_string(number));
  return keys;
}

template <typename T>
std::string Range(const T& from, const T& to) {
  return fmt::format("[{}, {})", from, to);
}

std::string KeyText(const Table& table, const TableKey& key, std::uint32_t row) {
  if (key.kind != ruleset::KeyKind::kInterval) {
    return key.type == ValueType::kString ? std::string(table.texts[key.texts[row]]) : std::to_string(key.ints[row]);
  }
  if (key.type == ValueType::kDouble) return Range(key.from_doubles[row], key.to_doubles[row]);
  if (key.type == ValueType::kInt) return Range(key.from_ints[row], key.to_ints[row]);
  return Range(key.from_times[row].seconds, key.to_times[row].seconds);
}

std::string ValueText(const Table& table, const TableValueColumn& column, std::uint32_t row) {
  if (column.present[row] == 0) return "";
  switch (column.type) {
    case ValueType::kString: return std::string(table.texts[column.texts[row]]);
    case ValueType::kUint: return std::to_string(column.uints[row]);
    case ValueType::kDouble: return base::DoubleText(column.doubles[row]);
    case ValueType::kTimestamp: return base::TimestampText(column.times[row]);
    case ValueType::kMoney: return base::MoneyText({column.ints[row], column.currency});
    default: return std::to_string(column.ints[row]);
  }
}

std::vector<std::string> Rows(const Table& table) {
  std::vector<std::string> rows;
  for (std::uint32_t row = 0; row < table.row_count; ++row) {
    std::string text;
    for (const TableKey& key : table.keys) text += (text.empty() ? "" : ",") + KeyText(table, key, row);
    for (const TableValueColumn& value : table.values) text += "," + ValueText(table, value, row);
    if (!table.valid_from.empty()) {
      text += fmt::format(",[{}, {})", table.valid_from[row].seconds, table.valid_until[row].seconds);
    }
    rows.push_back(std::move(text));
  }
  return rows;
}

std::string ColumnsText(const Table& table) {
  static constexpr const char* kKinds[] = {"key", "prefix", "interval"};
  std::string text;
  for (const TableKey& key : table.keys) {
    text += fmt::format("{}{}:{}:{}", text.empty() ? "" : ", ", key.name, kKinds[static_cast<int>(key.kind)],
                        parcel::ValueTypeName(key.type));
  }
  for (const TableValueColumn& value : table.values) {
    text += fmt::format("{}{}:value:{}{}", text.empty() ? "" : ", ", value.name, parcel::ValueTypeName(value.type),
                        base::CurrencyText(value.currency));
  }
  return text + (table.valid_from.empty() ? "" : ", validity");
}

}  // namespace

std::vector<PartChange> ListParts(const ruleset::ReferenceList& a, const ruleset::ReferenceList& b) {
  std::vector<PartChange> parts = EntryParts("keys", Keys(a), Keys(b));
  if (a.type != b.type) parts.push_back({"type", parcel::ValueTypeName(a.type), parcel::ValueTypeName(b.type)});
  return parts;
}

std::vector<PartChange> TableParts(const Table& a, const Table& b) {
  if (ColumnsText(a) != ColumnsText(b)) return {{"columns", ColumnsText(a), ColumnsText(b)}};
  std::vector<std::string> rows_a = Rows(a);
  std::vector<std::string> rows_b = Rows(b);
  if (rows_a == rows_b) return {};
  std::vector<PartChange> parts = EntryParts("rows", std::move(rows_a), std::move(rows_b));
  if (parts.empty()) {
    parts.push_back({"order of rows", std::nullopt, "other: of several rows that fit, the first stands"});
  }
  return parts;
}

std::vector<PartChange> RateParts(const ruleset::RateTable& a, const ruleset::RateTable& b) {
  const auto texts = [](const ruleset::RateTable& rates) {
    std::vector<std::string> lines;
    for (const ruleset::Rate& rate : rates.rates) {
      lines.push_back(fmt::format("{} {}.{:09} from {}", base::CurrencyText(rate.currency), rate.nano_units / kNano,
                                  rate.nano_units % kNano, base::TimestampText(rate.from)));
    }
    return lines;
  };
  std::vector<PartChange> parts = EntryParts("rates", texts(a), texts(b));
  if (a.base_currency != b.base_currency) {
    parts.push_back({"base", base::CurrencyText(a.base_currency), base::CurrencyText(b.base_currency)});
  }
  return parts;
}

}  // namespace sluice::tools
