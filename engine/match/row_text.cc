// Text, membership in constants and reference lists, and table look-ups of the row interpreter.
#include <algorithm>

#include "engine/base/utf8.h"
#include "engine/match/row_interpreter.h"
#include "engine/match/text_ops.h"
#include "engine/text/literal_lists.h"

namespace sluice::match {

using ruleset::KeyValue;
using ruleset::Node;
using ruleset::Table;
using ruleset::ValueType;

// --- text --------------------------------------------------------------------------------------------

ErrorKind RowInterpreter::EvalTwoTexts(const Node& node, std::string_view* a, std::string_view* b) {
  Value text_a, text_b;
  const ErrorKind error = EvalTwo(node, &text_a, &text_b);
  if (error != ErrorKind::kNone) return error;
  *a = text_a.Text();
  *b = text_b.Text();
  return ErrorKind::kNone;
}

ErrorKind RowInterpreter::EvalContains(const Node& node, Value* out) {
  std::string_view text, part;
  const ErrorKind error = EvalTwoTexts(node, &text, &part);
  if (error == ErrorKind::kNone) *out = NumberValue(TextContains(text, part) ? 1 : 0);
  return error;
}

ErrorKind RowInterpreter::EvalStartsWith(const Node& node, Value* out) {
  std::string_view text, part;
  const ErrorKind error = EvalTwoTexts(node, &text, &part);
  if (error == ErrorKind::kNone) *out = NumberValue(text.starts_with(part) ? 1 : 0);
  return error;
}

ErrorKind RowInterpreter::EvalEndsWith(const Node& node, Value* out) {
  std::string_view text, part;
  const ErrorKind error = EvalTwoTexts(node, &text, &part);
  if (error == ErrorKind::kNone) *out = NumberValue(text.ends_with(part) ? 1 : 0);
  return error;
}

ErrorKind RowInterpreter::Concat(std::string_view a, std::string_view b, Value* out) {
  auto* place = static_cast<char*>(arena_->Allocate(a.size() + b.size()));
  if (place == nullptr) return ErrorKind::kLimit;
  std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), place));
  *out = TextValue({place, a.size() + b.size()});
  return ErrorKind::kNone;
}

ErrorKind RowInterpreter::EvalMapped(const Node& node, LetterMap map, Value* out) {
  Value value;
  const ErrorKind error = Eval(node.a, &value);
  if (error != ErrorKind::kNone) return error;
  std::string_view text;
  const ErrorKind limit = map(value.Text(), arena_, &text);
  if (limit == ErrorKind::kNone) *out = TextValue(text);
  return limit;
}

ErrorKind RowInterpreter::EvalLowerAscii(const Node& node, Value* out) { return EvalMapped(node, LowerLetters, out); }
ErrorKind RowInterpreter::EvalUpperAscii(const Node& node, Value* out) { return EvalMapped(node, UpperLetters, out); }

ErrorKind RowInterpreter::EvalTrim(const Node& node, Value* out) {
  Value value;
  const ErrorKind error = Eval(node.a, &value);
  if (error == ErrorKind::kNone) *out = TextValue(TrimWhiteSpace(value.Text()));
  return error;
}

ErrorKind RowInterpreter::EvalSize(const Node& node, Value* out) {
  Value value;
  if (program_.nodes[node.a].op == ruleset::Op::kRows) return CountRows(program_.nodes[node.a], out);
  const ErrorKind error = Eval(node.a, &value);
  if (error != ErrorKind::kNone) return error;
  const std::size_t size =
      KindOf(node.a) == ValueType::kString ? base::CountCodePoints(value.Text()) : value.items.count;
  *out = NumberValue(static_cast<std::int64_t>(size));
  return ErrorKind::kNone;
}

// --- membership --------------------------------------------------------------------------------------

ErrorKind RowInterpreter::EvalInSet(const Node& node, Value* out) {
  Value value;
  const ErrorKind error = Eval(node.a, &value);
  if (error == ErrorKind::kNone) *out = NumberValue(SetContains(program_, node.b, value) ? 1 : 0);
  return error;
}

ErrorKind RowInterpreter::EvalInList(const Node& node, Value* out) {
  Value value;
  const ErrorKind error = Eval(node.a, &value);
  if (error == ErrorKind::kNone) *out = NumberValue(ListContains(rule_set_.lists[node.b], value) ? 1 : 0);
  return error;
}

ErrorKind RowInterpreter::EvalListHasPrefix(const Node& node, Value* out) {
  Value value;
  const ErrorKind error = Eval(node.a, &value);
  if (error == ErrorKind::kNone) {
    *out = NumberValue(rule_set_.lists[node.b].HasPrefixOf(value.Text()) ? 1 : 0);
  }
  return error;
}

// --- searches by lists -------------------------------------------------------------------------------

ErrorKind RowInterpreter::EvalContainsAny(const Node& node, Value* out) {
  Value value;
  const ErrorKind error = Eval(node.a, &value);
  if (error != ErrorKind::kNone) return error;
  const ruleset::TextIndexes& indexes = rule_set_.text;
  const bool found = indexes.literals->Contains(value.Text(), indexes.literal_list[node.b][node.c], &folded_);
  *out = NumberValue(found ? 1 : 0);
  return ErrorKind::kNone;
}

ErrorKind RowInterpreter::EvalSimilarTo(const Node& node, Value* out) {
  Value value;
  const ErrorKind error = Eval(node.a, &value);
  if (error != ErrorKind::kNone) return error;
  name_.Assign(value.Text());
  *out = NumberValue(rule_set_.text.names[node.b]->HasAlike(name_, node.c, &name_query_) ? 1 : 0);
  return ErrorKind::kNone;
}

// --- tables ------------------------------------------------------------------------------------------

ErrorKind RowInterpreter::PushKeys(const Node& node) {
  for (std::uint32_t i = 0; i < node.c; ++i) {
    const ruleset::NodeIndex operand = program_.operands[node.b + i];
    Value value;
    const ErrorKind error = Eval(operand, &value);
    if (error != ErrorKind::kNone) return error;
    keys_.push_back(MakeKey(KindOf(operand), value));
  }
  return ErrorKind::kNone;
}

// Keys may be look-ups themselves, so theirs are pushed above these and taken off again.
ErrorKind RowInterpreter::FindRow(const Node& node, std::uint32_t* row, bool* found) {
  const std::size_t base = keys_.size();
  const ErrorKind error = PushKeys(node);
  if (error == ErrorKind::kNone) {
    const auto arguments = std::span<const KeyValue>(keys_).subspan(base);
    const auto at = rule_set_.tables[node.a].Find(arguments, batch_->facts[parcel_row_].now);
    *found = at.has_value();
    *row = at.value_or(0);
  }
  keys_.resize(base);
  return error;
}

ErrorKind RowInterpreter::EvalTableRow(const Node& node, Value* out) {
  std::uint32_t row = 0;
  bool found = false;
  const ErrorKind error = FindRow(node, &row, &found);
  if (error != ErrorKind::kNone) return error;
  if (!found) return ErrorKind::kAbsent;
  *out = RowValue(row);
  return ErrorKind::kNone;
}

ErrorKind RowInterpreter::EvalTableHas(const Node& node, Value* out) {
  std::uint32_t row = 0;
  bool found = false;
  const ErrorKind error = FindRow(node, &row, &found);
  if (error == ErrorKind::kNone) *out = NumberValue(found ? 1 : 0);
  return error;
}

ErrorKind RowInterpreter::EvalTableCell(const Node& node, Value* out) {
  Value at;
  const ErrorKind error = Eval(node.a, &at);
  if (error != ErrorKind::kNone) return error;
  const std::uint32_t table_index = program_.types[program_.nodes[node.a].type].reference;
  const Table& table = rule_set_.tables[table_index];
  const ruleset::TableValueColumn& cells = table.values[node.b];
  if (cells.present[at.row] == 0) return ErrorKind::kAbsent;
  switch (cells.type) {
    case ValueType::kUint: *out = NaturalValue(cells.uints[at.row]); break;
    case ValueType::kDouble: *out = RealValue(cells.doubles[at.row]); break;
    case ValueType::kString: *out = TextValue(table.texts[cells.texts[at.row]]); break;
    case ValueType::kTimestamp: *out = TimeValue(cells.times[at.row]); break;
    case ValueType::kMoney: *out = MoneyValue({cells.ints[at.row], cells.currency}); break;
    default: *out = NumberValue(cells.ints[at.row]); break;
  }
  return ErrorKind::kNone;
}

}  // namespace sluice::match
