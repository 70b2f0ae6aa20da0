// Conditions of type bool.
#include <algorithm>

#include "tests/differential/expression_generator.h"

namespace sluice::differential {

using oracle::ListModel;
using parcel::ValueType;

std::string ExpressionGenerator::Bool(int depth) {
  if (depth <= 0 || --budget_ <= 0) return BoolLeaf();
  switch (chance_.Below(22)) {
    case 0:
    case 1:
    case 2:
    case 3: return Logic(depth - 1);
    case 4:
    case 5: return "!(" + Bool(depth - 1) + ")";
    case 6: return "(" + Bool(depth - 1) + " ? " + Bool(depth - 1) + " : " + Bool(depth - 1) + ")";
    case 7:
    case 8:
    case 9: return Comparison(depth - 1);
    case 10: return Membership(depth - 1);
    case 11: return TextTest(depth - 1);
    case 12:
    case 13:
    case 14:
    case 15: return Quantifier(depth - 1);
    case 16:
    case 17: return ReferenceTest(depth - 1);
    case 18: return ListComparison(depth - 1);
    case 19: return BoundTest(depth - 1);
    case 20: return BoolFunction(depth - 1);
    default:
      if (chance_.OneIn(2)) return "bool(" + Make(Kind::kString, depth - 1) + ")";
      return "(" + Bool(depth - 1) + (chance_.OneIn(2) ? " == " : " < ") + Bool(depth - 1) + ")";
  }
}

/// A condition below a bound name: of a bool, or of a record.
std::string ExpressionGenerator::BoundTest(int depth) {
  const RecordName record = SomeRecord();
  const auto& records = schema_.fields[record.record].records;
  const std::string name = NewName();
  Variable variable{name, false, 0, Kind::kBool};
  std::string value;
  if (!records.empty() && chance_.OneIn(2)) {
    const FieldPlace& place = chance_.Pick(records);
    variable.is_record = true;
    variable.record = place.field->record;
    value = record.name + "." + place.path;
  } else {
    value = Bool(depth);
  }
  variables_.push_back(variable);
  const std::string body = Bool(std::max(depth, 1));
  variables_.pop_back();
  return "cel.bind(" + name + ", " + value + ", " + body + ")";
}

std::string ExpressionGenerator::BoolLeaf() {
  switch (chance_.Below(8)) {
    case 0:
    case 1: return HasText();
    case 2: return EnumComparison();
    case 3: return WeightComparison();
    case 4: return Leaf(Kind::kBool);
    default: return Comparison(0);
  }
}

std::string ExpressionGenerator::HasText() {
  const RecordName record = SomeRecord();
  const RecordFields& fields = schema_.fields[record.record];
  const std::size_t which = chance_.Below(5);
  if (which == 0 && !fields.records.empty())
    return "has(" + record.name + "." + chance_.Pick(fields.records).path + ")";
  if (which == 1 && !fields.vectors.empty())
    return "has(" + record.name + "." + chance_.Pick(fields.vectors).path + ")";
  return "has(" + record.name + "." + chance_.Pick(fields.scalars).path + ")";
}

std::string ExpressionGenerator::Logic(int depth) {
  const std::string op = chance_.OneIn(2) ? " && " : " || ";
  std::string text = "(" + Bool(depth);
  for (std::size_t i = 1 + chance_.Below(3); i > 0; --i) text += op + Bool(depth);
  return text + ")";
}

std::string ExpressionGenerator::Comparison(int depth) {
  static const std::vector<std::string> kOps = {"==", "!=", "<", "<=", ">", ">="};
  const std::string op = " " + chance_.Pick(kOps) + " ";
  const auto kind = static_cast<Kind>(chance_.Below(8));
  if (kind == Kind::kMoney) {
    const std::string tag = MoneyTag();
    // Odd or even: no rounding can go wrong unseen.
    if (chance_.OneIn(2))
      return "(" + MoneyLeaf(chance_.Pick(CurrencyPool())) + ".minor() % 2 == 0)";
    return "(" + Money(depth, tag) + op + Money(depth, tag) + ")";
  }
  const Kind other = OtherNumber(kind);
  if (kind == Kind::kBool) return "(" + Leaf(kind) + op + Leaf(kind) + ")";
  const std::string left = Make(kind, depth);
  return "(" + left + op + (chance_.OneIn(3) ? LiteralOf(other) : Make(other, depth)) + ")";
}

std::string ExpressionGenerator::EnumComparison() {
  const RecordName record = SomeRecord();
  std::vector<const FieldPlace*> found;
  for (const FieldPlace& place : schema_.fields[record.record].scalars) {
    if (place.field->enumeration != parcel::kNoIndex) found.push_back(&place);
  }
  if (found.empty()) return HasText();
  const FieldPlace& place = *chance_.Pick(found);
  const parcel::Enum& one = schema_.catalog.enums[place.field->enumeration];
  const std::string op = chance_.OneIn(2) ? " == " : chance_.OneIn(2) ? " != " : " <= ";
  return "(" + record.name + "." + place.path + op + one.name + "." +
         chance_.Pick(one.values).name + ")";
}

std::string ExpressionGenerator::WeightComparison() {
  static const std::vector<std::string> kWeights = {
      "0 g", "1 g", "2 kg", "0.35 kg", "1 t", "1000 g", "256 g", "65.535 kg", "1000 mg", "0.1 kg"};
  const RecordName record = SomeRecord();
  std::vector<std::string> found;
  for (const FieldPlace& place : schema_.fields[record.record].scalars) {
    if (place.field->unit == "g" || place.field->unit == "kg") found.push_back(place.path);
  }
  if (found.empty()) return HasText();
  static const std::vector<std::string> kOps = {" == ", " < ", " >= ", " != "};
  const std::string weight = "weight(\"" + chance_.Pick(kWeights) + "\")";
  const std::string field = record.name + "." + chance_.Pick(found);
  const std::string op = chance_.Pick(kOps);
  return "(" + (chance_.OneIn(2) ? field + op + weight : weight + op + field) + ")";
}

std::string ExpressionGenerator::Membership(int depth) {
  static const std::vector<Kind> kKinds = {Kind::kInt,  Kind::kString, Kind::kString,
                                           Kind::kUint, Kind::kDouble, Kind::kTime};
  const Kind kind = chance_.Pick(kKinds);
  if (chance_.OneIn(7)) {
    const std::string tag = chance_.Pick(CurrencyPool());
    return "(" + Money(depth, tag) + " in [" + MoneyLeaf(tag) + ", " + MoneyLeaf(tag) + "])";
  }
  const bool keyed = kind == Kind::kInt || kind == Kind::kString || kind == Kind::kUint;
  if (keyed && chance_.OneIn(6)) {
    return "(" + Make(OtherNumber(kind), depth) + " in {" + Leaf(kind) + ": 1, " + LiteralOf(kind) +
           ": 2})";
  }
  if (kind == Kind::kInt && chance_.OneIn(6)) {
    return "(" + Make(kind, depth) + " in " + SomeRange(0).text + ".transformList(i, e, i))";
  }
  if (chance_.OneIn(3)) {
    return "(" + Make(OtherNumber(kind), depth) + " in " + ListOf(kind, depth) + ")";
  }
  std::string list;
  for (std::size_t i = chance_.Below(5); i > 0; --i) list += LiteralOf(kind) + (i > 1 ? ", " : "");
  return "(" + Leaf(OtherNumber(kind)) + " in [" + list + "])";
}

std::string ExpressionGenerator::TextTest(int depth) {
  static const std::vector<std::string> kNames = {"contains", "startsWith", "endsWith"};
  return Make(Kind::kString, depth) + "." + chance_.Pick(kNames) + "(" +
         Make(Kind::kString, depth) + ")";
}

std::string ExpressionGenerator::Quantifier(int depth) {
  static const std::vector<std::string> kMacros = {"exists", "exists", "all", "all", "exists_one"};
  const Range range = SomeRange(depth);
  if (chance_.OneIn(4)) {
    const std::string names = OpenPair(range);
    std::string body = Bool(std::max(depth, 1));
    if (chance_.Percent(70)) {
      // Otherwise the first variable is hardly ever read, and the macro is the one with one.
      const std::string& first = variables_[variables_.size() - 2].name;
      const std::string test = range.values ? first + " != \"CN\"" : first + " < 1";
      body = "(" + body + (chance_.OneIn(2) ? " && " : " || ") + test + ")";
    }
    ClosePair();
    return range.text + "." + chance_.Pick(kMacros) + "(" + names + body + ")";
  }
  const std::string name = NewName();
  variables_.push_back({name, range.of_records, range.record, range.kind});
  const std::string body = Bool(std::max(depth, 1));
  variables_.pop_back();
  return range.text + "." + chance_.Pick(kMacros) + "(" + name + ", " + body + ")";
}

std::string ExpressionGenerator::ReferenceTest(int depth) {
  if (chance_.OneIn(2) && !book_.lists.empty()) {
    const ListModel& list = chance_.Pick(book_.lists);
    const Kind kind = list.of_ints ? Kind::kInt : Kind::kString;
    if (!list.of_ints && chance_.OneIn(2)) return TextSearch(list, depth);
    if (!list.of_ints && chance_.OneIn(2)) {
      return "lists." + list.name + ".hasPrefixOf(" + Make(kind, depth) + ")";
    }
    return "(" + Make(kind, depth) + " in lists." + list.name + ")";
  }
  const oracle::TableModel* table = LookUpTable();
  if (table == nullptr) return HasText();
  return (chance_.OneIn(2) ? "!" : "") + LookUp(*table, "has", depth);
}

std::string ExpressionGenerator::TextSearch(const ListModel& list, int depth) {
  static const std::vector<std::string> kCalls = {".containsAny(", ".containsAny(", ".similarTo(", ".similarTo("};
  static const std::vector<std::string> kWays = {"", ", \"word\"", ", \"substring\"", ", \"substring\""};
  static const std::vector<std::string> kThresholds = {", 1", ", 700", ", 850", ", 900", ", 920", ", 1000"};
  const std::string call = chance_.Pick(kCalls);
  return Make(Kind::kString, depth) + call + "lists." + list.name +
         chance_.Pick(call == ".similarTo(" ? kThresholds : kWays) + ")";
}

std::string ExpressionGenerator::ListComparison(int depth) {
  static const std::vector<Kind> kKinds = {Kind::kInt, Kind::kString, Kind::kDouble, Kind::kBool};
  const Kind kind = chance_.Pick(kKinds);
  const std::string op = chance_.OneIn(2) ? " == " : " != ";
  if (chance_.OneIn(4)) {
    return "({\"a\": " + Make(kind, depth) + ", " + Leaf(Kind::kString) + ": " + Leaf(kind) + "}" +
           op + "{\"a\": " + Leaf(kind) + "})";
  }
  if (chance_.OneIn(5)) {
    return "([" + ListOf(kind, depth) + ", " + ListOf(kind, 0) + "]" + op + "[" + ListOf(kind, 0) +
           ", " + ListOf(kind, depth) + "])";
  }
  if (chance_.OneIn(5)) return "has({\"a\": 1, " + Leaf(Kind::kString) + ": 2}.b)";
  if (chance_.OneIn(5)) return "(" + MapBy(kind, depth) + op + MapBy(kind, depth) + ")";
  return "(" + ListOf(kind, depth) + op + ListOf(OtherNumber(kind), depth) + ")";
}

}  // namespace sluice::differential
