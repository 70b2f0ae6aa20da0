#include "rules/book/table_header.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/limits.h"
#include "rules/diag/suggest.h"

namespace sluice::rules {
namespace {

using parcel::ValueType;
using ruleset::KeyKind;

constexpr std::array<std::string_view, 6> kKindNames = {"key", "prefix", "from",
                                                        "to",  "value",  "note"};
constexpr std::array<std::string_view, 9> kTypeNames = {
    "string", "int", "uint", "double", "bool", "timestamp", "date", "duration", "money"};
constexpr std::string_view kValidity = "valid";  // the column name that bounds rows in time

std::vector<std::string_view> SplitHeaderCell(std::string_view cell) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= cell.size();) {
    const std::size_t end = std::min(cell.find(':', at), cell.size());
    parts.push_back(cell.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

/// Position of `name` among `names`, or nothing.
template <std::size_t N>
std::optional<std::size_t> IndexOf(const std::array<std::string_view, N>& names,
                                   std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

bool IsIdentifier(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !text.empty() && letter(text[0]) && std::all_of(text.begin(), text.end(), inner);
}

class HeaderReader {
 public:
  HeaderReader(const CsvTable& csv, BookTable* table, DiagnosticList* diagnostics)
      : csv_(csv), table_(table), diagnostics_(diagnostics) {}

  bool Read() {
    for (std::size_t i = 0; i < csv_.columns().size(); ++i) ReadCell(i);
    for (std::size_t i = 0; ok_ && i < table_->columns.size(); ++i) Place(i);
    CheckCount(table_->table.keys.size(), limits::kTableKeysMax, "key columns, intervals counted once");
    CheckCount(table_->table.values.size(), limits::kTableValuesMax, "value columns");
    return ok_;
  }

 private:
  void Fail(std::size_t column, std::string message, std::string hint = {}) {
    diagnostics_->Error(csv_.HeaderPlace(column), "table-header", std::move(message),
                        std::move(hint));
    ok_ = false;
  }

  void CheckCount(std::size_t count, std::size_t most, const std::string& what) {
    if (count <= most) return;
    diagnostics_->Error(csv_.HeaderPlace(0), "too-many-columns",
                        "the table has " + std::to_string(count) + " " + what + "; at most " +
                            std::to_string(most) + " are possible");
    ok_ = false;
  }

  void ReadCell(std::size_t i) {
    const auto parts = SplitHeaderCell(csv_.columns()[i]);
    TableColumn& column = table_->columns.emplace_back();
    column.name = parts[0];
    if (!IsIdentifier(column.name) || column.name.size() > limits::kNameBytesMax) {
      return Fail(i, "a column needs a name of letters, digits and '_', of at most " +
                         std::to_string(limits::kNameBytesMax) + " bytes");
    }
    if (parts.size() < 2) {
      return Fail(i, "column '" + column.name + "' does not say what it is",
                  "write " + column.name + ":key, :prefix, :from, :to, :value or :note");
    }
    if (column.name == kValidity) return ReadValidity(i, parts);
    const auto kind = IndexOf(kKindNames, parts[1]);
    if (!kind) {
      return Fail(i, "'" + std::string(parts[1]) + "' is no kind of column",
                  "write key, prefix, from, to, value or note");
    }
    constexpr std::array kKinds = {ColumnKind::kKey, ColumnKind::kPrefix, ColumnKind::kFrom,
                                   ColumnKind::kTo,  ColumnKind::kValue,  ColumnKind::kNote};
    column.kind = kKinds[*kind];
    if (parts.size() > 3) return Fail(i, "'" + std::string(parts[3]) + "' is one part too many");
    if (parts.size() == 3) ReadType(i, parts[2]);
  }

  void ReadValidity(std::size_t i, const std::vector<std::string_view>& parts) {
    TableColumn& column = table_->columns[i];
    column.type = CellType::kDate;
    const bool until = parts[1] == "until" || parts[1] == "to";
    column.kind = until ? ColumnKind::kValidUntil : ColumnKind::kValidFrom;
    const bool known = until || parts[1] == "from";
    if (!known || (parts.size() > 2 && parts[2] != "date") || parts.size() > 3) {
      Fail(i, "a row's validity is written valid:from:date and valid:until:date");
    }
  }

  void ReadType(std::size_t i, std::string_view text) {
    TableColumn& column = table_->columns[i];
    std::string_view name = text;
    std::string_view currency;
    if (const std::size_t open = text.find('(');
        open != std::string_view::npos && text.back() == ')') {
      name = text.substr(0, open);
      currency = text.substr(open + 1, text.size() - open - 2);
    }
    const auto type = IndexOf(kTypeNames, name);
    if (!type) {
      return Fail(i, "'" + std::string(text) + "' is no type of cell",
                  DidYouMean(name, kTypeNames));
    }
    column.type = static_cast<CellType>(*type);
    if (column.type == CellType::kMoney) {
      const auto code = base::ParseCurrency(currency);
      if (!code) return Fail(i, "a column of money names its currency", "write money(CNY)");
      column.currency = *code;
    } else if (name != text) {
      Fail(i, "only money takes a currency in brackets");
    }
  }

  /// Gives column `i` its place among the table's keys or values.
  void Place(std::size_t i) {
    TableColumn& column = table_->columns[i];
    switch (column.kind) {
      case ColumnKind::kKey: return AddKey(i, KeyKind::kExact);
      case ColumnKind::kPrefix: return AddKey(i, KeyKind::kPrefix);
      case ColumnKind::kFrom: return AddInterval(i);
      case ColumnKind::kTo: return JoinInterval(i);
      case ColumnKind::kValue: return AddValue(i);
      case ColumnKind::kNote:
      case ColumnKind::kValidFrom:
      case ColumnKind::kValidUntil: return CheckUnique(i);
    }
  }

  void CheckUnique(std::size_t i) {
    for (std::size_t j = 0; j < i; ++j) {
      const bool pair =
          table_->columns[i].kind != table_->columns[j].kind && IsBound(i) && IsBound(j);
      if (table_->columns[j].name == table_->columns[i].name && !pair) {
        return Fail(i, "column '" + table_->columns[i].name + "' stands twice");
      }
    }
  }
  bool IsBound(std::size_t i) const {
    const ColumnKind kind = table_->columns[i].kind;
    return kind == ColumnKind::kFrom || kind == ColumnKind::kTo || kind == ColumnKind::kValidFrom ||
           kind == ColumnKind::kValidUntil;
  }

  void AddKey(std::size_t i, KeyKind kind) {
    CheckUnique(i);
    TableColumn& column = table_->columns[i];
    const bool text = column.type == CellType::kString;
    const bool number = column.type == CellType::kInt || column.type == CellType::kBool;
    if (kind == KeyKind::kPrefix ? !text : !text && !number) {
      return Fail(i, kind == KeyKind::kPrefix ? "a prefix column holds strings"
                                              : "a key column holds string, int or bool");
    }
    column.index = static_cast<std::uint32_t>(table_->table.keys.size());
    AppendKey(column.name, kind, ValueTypeOf(column.type));
  }

  void AppendKey(const std::string& name, KeyKind kind, ValueType type) {
    ruleset::TableKey& key = table_->table.keys.emplace_back();
    key.name = name;
    key.kind = kind;
    key.type = type;
  }

  void AddInterval(std::size_t i) {
    CheckUnique(i);
    TableColumn& column = table_->columns[i];
    const ValueType type = ValueTypeOf(column.type);
    if (type != ValueType::kDouble && type != ValueType::kInt && type != ValueType::kTimestamp) {
      return Fail(i, "an interval is of type int, double, timestamp or date",
                  "write " + column.name + ":from:double");
    }
    column.index = static_cast<std::uint32_t>(table_->table.keys.size());
    AppendKey(column.name, KeyKind::kInterval, type);
    const auto is_end = [&](const TableColumn& other) {
      return other.kind == ColumnKind::kTo && other.name == column.name;
    };
    const auto end = std::find_if(table_->columns.begin(), table_->columns.end(), is_end);
    if (end == table_->columns.end())
      return Fail(i, "there is no column '" + column.name + ":to' to this :from");
    if (end->type != column.type)
      Fail(i, "both ends of interval '" + column.name + "' need one type");
    end->index = column.index;
  }

  void JoinInterval(std::size_t i) {
    CheckUnique(i);
    const auto is_begin = [&](const TableColumn& other) {
      return other.kind == ColumnKind::kFrom && other.name == table_->columns[i].name;
    };
    if (std::none_of(table_->columns.begin(), table_->columns.end(), is_begin)) {
      Fail(i, "there is no column '" + table_->columns[i].name + ":from' to this :to");
    }
  }

  void AddValue(std::size_t i) {
    CheckUnique(i);
    TableColumn& column = table_->columns[i];
    column.index = static_cast<std::uint32_t>(table_->table.values.size());
    ruleset::TableValueColumn& value = table_->table.values.emplace_back();
    value.name = column.name;
    value.type = ValueTypeOf(column.type);
    value.currency = column.currency;
  }

  const CsvTable& csv_;
  BookTable* table_;
  DiagnosticList* diagnostics_;
  bool ok_ = true;
};

}  // namespace

bool ReadTableHeader(const CsvTable& csv, BookTable* table, DiagnosticList* diagnostics) {
  return HeaderReader(csv, table, diagnostics).Read();
}

const char* CellTypeName(CellType type) {
  return kTypeNames[static_cast<std::size_t>(type)].data();
}

}  // namespace sluice::rules
