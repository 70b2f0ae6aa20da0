#include "tests/differential/expression_generator.h"

#include <cstdio>

namespace sluice::differential {

using oracle::ColumnRole;
using oracle::TableModel;
using parcel::ValueType;

void ExpressionGenerator::Begin(const TableModel* profile) {
  profile_ = profile;
  variables_.clear();
  budget_ = 4 + static_cast<int>(chance_.Below(40));
}

std::string ExpressionGenerator::Condition(const TableModel* profile) {
  Begin(profile);
  if (chance_.OneIn(4)) return Profile();
  return Bool(1 + static_cast<int>(chance_.Below(5)));
}

std::string ExpressionGenerator::Score(const TableModel* profile) {
  Begin(profile);
  return chance_.OneIn(2) ? std::to_string(chance_.Below(300)) : Int(2);
}

std::optional<ExpressionGenerator::Kind> ExpressionGenerator::KindOf(ValueType type) {
  switch (type) {
    case ValueType::kBool: return Kind::kBool;
    case ValueType::kInt: return Kind::kInt;
    case ValueType::kUint: return Kind::kUint;
    case ValueType::kDouble: return Kind::kDouble;
    case ValueType::kString: return Kind::kString;
    case ValueType::kTimestamp: return Kind::kTime;
    case ValueType::kDuration: return Kind::kSpan;
    case ValueType::kMoney: return Kind::kMoney;
    default: return std::nullopt;
  }
}

std::optional<ExpressionGenerator::Kind> ExpressionGenerator::KindOf(const std::string& type) {
  if (type == "date" || type == "timestamp") return Kind::kTime;
  for (int i = 0; i < parcel::kScalarTypeCount; ++i) {
    const auto one = static_cast<ValueType>(i);
    if (type == parcel::ValueTypeName(one)) return KindOf(one);
  }
  return std::nullopt;
}

std::string ExpressionGenerator::Make(Kind kind, int depth) {
  if (depth <= 0 || --budget_ <= 0) return Leaf(kind);
  if (chance_.OneIn(14)) return Wrapped(kind, depth - 1);
  switch (kind) {
    case Kind::kBool: return Bool(depth);
    case Kind::kInt: return Int(depth);
    case Kind::kUint: return Uint(depth);
    case Kind::kDouble: return Double(depth);
    case Kind::kString: return String(depth);
    case Kind::kTime: return Time(depth);
    case Kind::kSpan: return Span(depth);
    case Kind::kMoney: return Money(depth, MoneyTag());
  }
  return "true";
}

std::string ExpressionGenerator::Leaf(Kind kind) {
  for (int tries = 0; tries < 3; ++tries) {
    std::optional<std::string> found;
    switch (chance_.Below(6)) {
      case 0: return LiteralOf(kind);
      case 1: found = VariableOf(kind); break;
      case 2: found = RowCell(kind); break;
      default: found = FieldOf(kind); break;
    }
    if (found) return *found;
  }
  return LiteralOf(kind);
}

std::string ExpressionGenerator::LiteralOf(Kind kind) {
  switch (kind) {
    case Kind::kBool: return chance_.OneIn(2) ? "true" : "false";
    case Kind::kInt: return std::to_string(chance_.Pick(IntPool()));
    case Kind::kUint: return std::to_string(chance_.Pick(UintPool())) + "u";
    case Kind::kDouble: return CelDouble(chance_.Pick(DoublePool()));
    case Kind::kString: return CelText(chance_.Pick(TextPool()));
    case Kind::kTime:
      if (chance_.OneIn(2) && !IsShadowed("now")) return "now";
      return "timestamp(" + std::to_string(chance_.Pick(SecondsPool())) + ")";
    case Kind::kSpan: {
      static const std::vector<std::string> kSpans = {"0",    "1s",  "-1s",    "1h",  "90m",
                                                      "720h", "24h", "1500ms", "1ns", "2562047h"};
      return "duration(\"" + chance_.Pick(kSpans) + "\")";
    }
    case Kind::kMoney: return MoneyLeaf(chance_.Pick(CurrencyPool()));
  }
  return "0";
}

bool ExpressionGenerator::IsHidden(std::size_t variable) const {
  for (std::size_t later = variable + 1; later < variables_.size(); ++later) {
    if (variables_[later].name == variables_[variable].name) return true;
  }
  return false;
}

bool ExpressionGenerator::IsShadowed(const std::string& builtin) const {
  for (const Variable& variable : variables_) {
    if (variable.name == builtin) return true;
  }
  return false;
}

std::vector<ExpressionGenerator::RecordName> ExpressionGenerator::RecordNames() const {
  std::vector<RecordName> names{{"parcel", schema_.catalog.root}};
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    if (variables_[i].is_record && !IsHidden(i))
      names.push_back({variables_[i].name, variables_[i].record});
  }
  return names;
}

ExpressionGenerator::RecordName ExpressionGenerator::SomeRecord() {
  const std::vector<RecordName> names = RecordNames();
  return chance_.Percent(60) ? names.back() : chance_.Pick(names);
}

/// An element by its index, of a vector or of what a filter leaves of it.
std::optional<ExpressionGenerator::RecordName> ExpressionGenerator::SomeElement() {
  const RecordName record = SomeRecord();
  for (const FieldPlace& place : schema_.fields[record.record].vectors) {
    if (place.field->element_type != ValueType::kRecord || chance_.OneIn(2)) continue;
    std::string list = record.name + "." + place.path;
    if (chance_.OneIn(3))
      list += ".filter(f, has(f." + schema_.fields[place.field->record].scalars[0].path + "))";
    return RecordName{
        list + "[" + (chance_.OneIn(2) ? "0" : std::to_string(chance_.Below(4))) + "]",
        place.field->record};
  }
  return std::nullopt;
}

std::optional<std::string> ExpressionGenerator::FieldOf(Kind kind) {
  RecordName record = SomeRecord();
  if (kind != Kind::kMoney && chance_.OneIn(15)) record = SomeElement().value_or(record);
  std::vector<std::string> found;
  for (const FieldPlace& place : schema_.fields[record.record].scalars) {
    if (KindOf(place.field->type) == kind) found.push_back(place.path);
  }
  if (found.empty()) return std::nullopt;
  if (record.name == "parcel" && kind == Kind::kString && chance_.OneIn(15) &&
      !book_.office_field.empty() && !IsShadowed("office")) {
    return "office";
  }
  return record.name + "." + chance_.Pick(found);
}

std::optional<std::string> ExpressionGenerator::VariableOf(Kind kind) {
  for (std::size_t i = variables_.size(); i-- > 0;) {
    const Variable& one = variables_[i];
    if (!one.is_record && one.kind == kind && !IsHidden(i) && chance_.Percent(80)) return one.name;
  }
  return std::nullopt;
}

std::optional<std::string> ExpressionGenerator::CellIn(const TableModel& table, Kind kind,
                                                       bool keys_too, const std::string& currency) {
  std::vector<std::string> found;
  for (const oracle::ColumnModel& column : table.columns) {
    const bool is_key = column.role == ColumnRole::kKey || column.role == ColumnRole::kPrefix;
    if (column.role != ColumnRole::kValue && !(keys_too && is_key)) continue;
    const bool fits = currency.empty() || column.currency == currency;
    if (KindOf(column.type) == kind && fits) found.push_back(column.name);
  }
  if (found.empty()) return std::nullopt;
  return chance_.Pick(found);
}

std::optional<std::string> ExpressionGenerator::RowCell(Kind kind) {
  if (profile_ == nullptr || IsShadowed("row")) return std::nullopt;
  const auto column = CellIn(*profile_, kind, true, "");
  if (!column) return std::nullopt;
  return "row." + *column;
}

const TableModel* ExpressionGenerator::LookUpTable() {
  std::vector<const TableModel*> tables;
  for (const TableModel& table : book_.tables) {
    if (table.name.starts_with("look")) tables.push_back(&table);
  }
  return tables.empty() ? nullptr : chance_.Pick(tables);
}

std::optional<std::string> ExpressionGenerator::TableCell(Kind kind, int depth) {
  const TableModel* table = LookUpTable();
  if (table == nullptr) return std::nullopt;
  const auto column = CellIn(*table, kind, false, "");
  if (!column) return std::nullopt;
  return LookUp(*table, "row", depth) + "." + *column;
}

std::string ExpressionGenerator::LookUp(const TableModel& table, const char* function, int depth) {
  std::string arguments;
  for (const oracle::ColumnModel& column : table.columns) {
    const bool is_key = column.role == ColumnRole::kKey || column.role == ColumnRole::kPrefix ||
                        column.role == ColumnRole::kFrom;
    if (!is_key) continue;
    const Kind kind = *KindOf(column.type);
    const bool simple = chance_.Percent(70);
    arguments += (arguments.empty() ? "" : ", ") + (simple ? Leaf(kind) : Make(kind, depth - 1));
  }
  return "tables." + table.name + "." + function + "(" + arguments + ")";
}

std::string ExpressionGenerator::NewName() {
  static const std::vector<std::string> kNames = {"i", "i", "j", "k", "x", "office", "now", "row"};
  return chance_.Pick(kNames);
}

}  // namespace sluice::differential
