// Values that conditions compare: numbers, texts, times, money, lists.
#include <algorithm>

#include "engine/base/money.h"
#include "tests/differential/expression_generator.h"

namespace sluice::differential {

using parcel::ValueType;

std::string ExpressionGenerator::Infix(Kind kind, int depth,
                                       const std::vector<std::string>& operators) {
  return "(" + Make(kind, depth) + " " + chance_.Pick(operators) + " " + Make(kind, depth) + ")";
}

/// A value of any kind in a construct that all kinds share.
std::string ExpressionGenerator::Wrapped(Kind kind, int depth) {
  if (kind == Kind::kMoney) return Money(depth, MoneyTag());
  // Of a bool's containers it is not said what a blank cell in them means.
  switch (kind == Kind::kBool ? 0 : chance_.Below(6)) {
    case 0: return "(" + Bool(depth) + " ? " + Make(kind, depth) + " : " + Leaf(kind) + ")";
    case 1:
      if (chance_.OneIn(3)) {
        return "{1: " + Leaf(kind) + ", " + Leaf(Kind::kInt) + ": " + Leaf(kind) + "}[" +
               Make(OtherNumber(Kind::kInt), 1) + "]";
      }
      return "[" + Leaf(kind) + ", " + Leaf(kind) + "][" + Make(Kind::kInt, 1) + "]";
    case 2: {
      const std::string key = CelText(chance_.OneIn(2) ? "CN" : "a");
      return "{" + key + ": " + Leaf(kind) + ", \"US\": " + Leaf(kind) + "}[" +
             Leaf(Kind::kString) + "]";
    }
    case 4: return "{\"a\": " + Leaf(kind) + ", " + Leaf(Kind::kString) + ": " + Leaf(kind) + "}.a";
    case 3: {
      static const std::vector<std::string> kNames = {"v", "w"};
      const std::string name = chance_.Pick(kNames);
      const std::string value = Make(kind, depth);
      variables_.push_back({name, false, 0, kind});
      const std::string body = Make(kind, depth);
      variables_.pop_back();
      return "cel.bind(" + name + ", " + value + ", " + body + ")";
    }
    default: {
      if (const auto cell = TableCell(kind, depth)) return *cell;
      return ListOf(kind, depth) + "[" + (chance_.OneIn(2) ? "0" : Make(Kind::kInt, 0)) + "]";
    }
  }
}

std::string ExpressionGenerator::Int(int depth) {
  if (depth <= 0 || --budget_ <= 0) return Leaf(Kind::kInt);
  switch (chance_.Below(13)) {
    case 0:
    case 1: return Infix(Kind::kInt, depth - 1, {"+", "-", "*", "/", "%"});
    case 2: return "-(" + Make(Kind::kInt, depth - 1) + ")";
    case 3: return "size(" + Make(Kind::kString, depth - 1) + ")";
    case 4:
      if (chance_.OneIn(4))
        return "{" + Leaf(Kind::kInt) + ": 1, " + LiteralOf(Kind::kInt) + ": 2}.size()";
      if (chance_.OneIn(3)) return MapBy(Kind::kInt, depth - 1) + ".size()";
      return SomeRange(depth - 1).text + ".size()";
    case 5: {
      static const std::vector<Kind> kFrom = {Kind::kUint, Kind::kDouble, Kind::kString,
                                              Kind::kTime, Kind::kInt};
      return "int(" + Make(chance_.Pick(kFrom), depth - 1) + ")";
    }
    case 6:
    case 7: return IntOfTime(depth - 1);
    case 8: return Money(depth - 1, MoneyTag()) + ".minor()";
    case 9: return TableCell(Kind::kInt, depth).value_or(LiteralOf(Kind::kInt));
    case 10: return IntFunction(depth - 1);
    default: return Leaf(Kind::kInt);
  }
}

std::string ExpressionGenerator::IntOfTime(int depth) {
  static const std::vector<std::string> kSpanParts = {"getHours", "getMinutes", "getSeconds",
                                                      "getMilliseconds"};
  static const std::vector<std::string> kParts = {
      "getFullYear",  "getMonth", "getDayOfMonth", "getDate",    "getDayOfWeek",
      "getDayOfYear", "getHours", "getMinutes",    "getSeconds", "getMilliseconds"};
  if (chance_.OneIn(4)) return Make(Kind::kSpan, depth) + "." + chance_.Pick(kSpanParts) + "()";
  static const std::vector<std::string> kOffsets = {"+08:00", "-02:30", "05:45"};
  std::string zone;
  if (chance_.OneIn(2)) zone = "\"" + chance_.Pick(chance_.OneIn(4) ? kOffsets : ZonePool()) + "\"";
  return Make(Kind::kTime, depth) + "." + chance_.Pick(kParts) + "(" + zone + ")";
}

std::string ExpressionGenerator::Uint(int depth) {
  if (depth <= 0 || --budget_ <= 0) return Leaf(Kind::kUint);
  switch (chance_.Below(6)) {
    case 0: return Infix(Kind::kUint, depth - 1, {"+", "-", "*", "/", "%"});
    case 1: {
      static const std::vector<Kind> kFrom = {Kind::kInt, Kind::kDouble, Kind::kString,
                                              Kind::kUint};
      return "uint(" + Make(chance_.Pick(kFrom), depth - 1) + ")";
    }
    case 2: return TableCell(Kind::kUint, depth).value_or(LiteralOf(Kind::kUint));
    case 3: return UintFunction(depth - 1);
    default: return Leaf(Kind::kUint);
  }
}

std::string ExpressionGenerator::Double(int depth) {
  if (depth <= 0 || --budget_ <= 0) return Leaf(Kind::kDouble);
  switch (chance_.Below(8)) {
    case 0:
    case 1: return Infix(Kind::kDouble, depth - 1, {"+", "-", "*", "/"});
    case 2: return "-(" + Make(Kind::kDouble, depth - 1) + ")";
    case 3: {
      static const std::vector<Kind> kFrom = {Kind::kInt, Kind::kUint, Kind::kString,
                                              Kind::kDouble};
      return "double(" + Make(chance_.Pick(kFrom), depth - 1) + ")";
    }
    case 4: return TableCell(Kind::kDouble, depth).value_or(LiteralOf(Kind::kDouble));
    case 5: return DoubleFunction(depth - 1);
    default: return Leaf(Kind::kDouble);
  }
}

std::string ExpressionGenerator::String(int depth) {
  if (depth <= 0 || --budget_ <= 0) return Leaf(Kind::kString);
  switch (chance_.Below(10)) {
    case 0: return Infix(Kind::kString, depth - 1, {"+"});
    case 1:
    case 2: {
      static const std::vector<std::string> kNames = {"lowerAscii", "upperAscii", "trim"};
      return Make(Kind::kString, depth - 1) + "." + chance_.Pick(kNames) + "()";
    }
    case 3: return "string(" + Make(static_cast<Kind>(chance_.Below(7)), depth - 1) + ")";
    case 4: return TableCell(Kind::kString, depth).value_or(LiteralOf(Kind::kString));
    case 5:
    case 6: return StringFunction(depth - 1);
    default: return Leaf(Kind::kString);
  }
}

std::string ExpressionGenerator::Time(int depth) {
  if (depth <= 0 || --budget_ <= 0) return Leaf(Kind::kTime);
  switch (chance_.Below(6)) {
    case 0:
    case 1:
      return "(" + Make(Kind::kTime, depth - 1) + (chance_.OneIn(2) ? " + " : " - ") +
             Make(Kind::kSpan, depth - 1) + ")";
    case 2: return "(" + Make(Kind::kSpan, depth - 1) + " + " + Make(Kind::kTime, depth - 1) + ")";
    case 3:
      return "timestamp(" + Make(chance_.OneIn(2) ? Kind::kInt : Kind::kString, depth - 1) + ")";
    default: return Leaf(Kind::kTime);
  }
}

std::string ExpressionGenerator::Span(int depth) {
  if (depth <= 0 || --budget_ <= 0) return Leaf(Kind::kSpan);
  switch (chance_.Below(6)) {
    case 0:
    case 1: return "(" + Make(Kind::kTime, depth - 1) + " - " + Make(Kind::kTime, depth - 1) + ")";
    case 2: return Infix(Kind::kSpan, depth - 1, {"+", "-"});
    case 3: return "duration(" + Make(Kind::kString, depth - 1) + ")";
    default: return Leaf(Kind::kSpan);
  }
}

/// A currency's code, or the place of a field that says it.
std::string ExpressionGenerator::MoneyTag() {
  const RecordName record = SomeRecord();
  std::vector<std::string> found;
  for (const FieldPlace& place : schema_.fields[record.record].scalars) {
    if (!place.currency_path.empty()) found.push_back(record.name + "." + place.currency_path);
  }
  if (found.empty() || chance_.OneIn(2)) return chance_.Pick(CurrencyPool());
  return chance_.Pick(found);
}

std::string ExpressionGenerator::MoneyLeaf(const std::string& tag) {
  std::vector<std::string> same, any;
  for (const RecordName& record : RecordNames()) {
    for (const FieldPlace& place : schema_.fields[record.record].scalars) {
      if (place.currency_path.empty()) continue;
      any.push_back(record.name + "." + place.path);
      if (record.name + "." + place.currency_path == tag) same.push_back(any.back());
    }
  }
  if (!same.empty()) return chance_.Pick(same);
  if (profile_ != nullptr && !IsShadowed("row") && chance_.OneIn(3)) {
    if (const auto column = CellIn(*profile_, Kind::kMoney, false, tag)) return "row." + *column;
  }
  const std::string code = tag.size() == 3 ? tag : "CNY";
  const bool converts = !book_.base_currency.empty() && !any.empty();
  if (converts && chance_.Percent(65)) return chance_.Pick(any) + ".to(\"" + code + "\")";
  const base::CurrencyCode currency = *base::ParseCurrency(code);
  return "money(\"" + base::MoneyText({chance_.Pick(IntPool()), currency}) + "\")";
}

std::string ExpressionGenerator::Money(int depth, const std::string& tag) {
  if (depth <= 0 || --budget_ <= 0) return MoneyLeaf(tag);
  const std::string inner = Money(depth - 1, tag);
  switch (chance_.Below(10)) {
    case 8:
      return "[" + inner + ", " + MoneyLeaf(tag) + "][" +
             (chance_.OneIn(2) ? "0" : Make(Kind::kInt, 1)) + "]";
    case 9: {
      if (tag.size() != 3) return inner;
      const Range range = VectorRange();
      variables_.push_back({"m", range.of_records, range.record, range.kind});
      const std::string body = Money(depth - 1, tag);
      variables_.pop_back();
      return range.text + ".map(m, " + body + ")[0]";
    }
    case 0: return "(" + inner + (chance_.OneIn(2) ? " + " : " - ") + Money(depth - 1, tag) + ")";
    case 1: return "(" + inner + " * " + Make(Kind::kInt, depth - 1) + ")";
    case 2: return "(" + Make(Kind::kInt, depth - 1) + " * " + inner + ")";
    case 3: return "(" + inner + " / " + Make(Kind::kInt, depth - 1) + ")";
    case 4: return "(-" + inner + ")";
    case 5: return "(" + Bool(depth - 1) + " ? " + inner + " : " + MoneyLeaf(tag) + ")";
    case 6: {
      const oracle::TableModel* table = LookUpTable();
      const auto column =
          table == nullptr ? std::nullopt : CellIn(*table, Kind::kMoney, false, tag);
      return column ? LookUp(*table, "row", depth - 1) + "." + *column : inner;
    }
    default: return inner;
  }
}

ExpressionGenerator::Range ExpressionGenerator::VectorRange() {
  RecordName record = SomeRecord();
  if (schema_.fields[record.record].vectors.empty()) record = {"parcel", schema_.catalog.root};
  const FieldPlace& place = chance_.Pick(schema_.fields[record.record].vectors);
  Range range{record.name + "." + place.path};
  range.of_records = place.field->element_type == ValueType::kRecord;
  range.record = place.field->record;
  if (!range.of_records) range.kind = *KindOf(place.field->element_type);
  return range;
}

ExpressionGenerator::Range ExpressionGenerator::SomeRange(int depth) {
  if (depth > 0 && chance_.OneIn(6)) {
    static const std::vector<Kind> kKinds = {Kind::kInt, Kind::kString, Kind::kDouble, Kind::kUint};
    const Kind kind = chance_.Pick(kKinds);
    if (chance_.OneIn(5)) {
      return {"{\"CN\": 1, " + Leaf(Kind::kString) + ": 2}", false, 0, Kind::kString, Kind::kInt};
    }
    return {ListOf(kind, depth - 1), false, 0, kind};
  }
  Range range = VectorRange();
  if (depth <= 0 || !chance_.OneIn(6)) return range;
  const std::string name = NewName();
  variables_.push_back({name, range.of_records, range.record, range.kind});
  range.text += ".filter(" + name + ", " + Bool(depth - 1) + ")";
  variables_.pop_back();
  return range;
}

std::string ExpressionGenerator::ListOf(Kind kind, int depth) {
  const std::size_t which = depth <= 0 ? 0 : chance_.Below(4);
  if (which == 1) {
    const Range range = SomeRange(depth - 1);
    if (chance_.OneIn(3)) {
      const std::string names = OpenPair(range);
      const std::string filter = chance_.OneIn(2) ? Bool(depth - 1) + ", " : "";
      const std::string body = Make(kind, depth - 1);
      ClosePair();
      return range.text + ".transformList(" + names + filter + body + ")";
    }
    const std::string name = NewName();
    variables_.push_back({name, range.of_records, range.record, range.kind});
    const std::string filter = chance_.OneIn(4) ? Bool(depth - 1) + ", " : "";
    const std::string body = Make(kind, depth - 1);
    variables_.pop_back();
    return range.text + ".map(" + name + ", " + filter + body + ")";
  }
  if (which == 2) return "(" + ListOf(kind, depth - 1) + " + " + ListOf(kind, depth - 1) + ")";
  if (which == 3) {
    for (int tries = 0; tries < 6; ++tries) {
      const Range range = VectorRange();
      if (!range.of_records && range.kind == kind) return range.text;
    }
  }
  std::string list;
  for (std::size_t i = 1 + chance_.Below(3); i > 0; --i) list += Leaf(kind) + (i > 1 ? ", " : "");
  return "[" + list + "]";
}

std::string ExpressionGenerator::OpenPair(const Range& range) {
  const std::string first = NewName();
  std::string second = NewName();
  if (second == first) second = "e";
  variables_.push_back({first, false, 0, range.values ? range.kind : Kind::kInt});
  variables_.push_back({second, range.of_records, range.record, range.values.value_or(range.kind)});
  return first + ", " + second + ", ";
}

/// A map with values of `kind` and ints as keys.
std::string ExpressionGenerator::MapBy(Kind kind, int depth) {
  const Range range = SomeRange(depth);
  const std::string names = OpenPair(range);
  const std::string filter = chance_.OneIn(2) ? Bool(depth) + ", " : "";
  std::string body = Make(kind, depth);
  const bool entries = range.values.has_value() || chance_.OneIn(2);
  if (entries) body = "{" + Make(Kind::kInt, depth) + ": " + body + "}";
  ClosePair();
  return range.text + (entries ? ".transformMapEntry(" : ".transformMap(") + names + filter + body + ")";
}

/// int, uint and double are compared by value.
ExpressionGenerator::Kind ExpressionGenerator::OtherNumber(Kind kind) {
  const bool number = kind == Kind::kInt || kind == Kind::kUint || kind == Kind::kDouble;
  return number && chance_.OneIn(3) ? static_cast<Kind>(1 + chance_.Below(3)) : kind;
}

}  // namespace sluice::differential
