// Tier 2: interprets any node for one row. The plain definition of what each operation means.
//
// One per thread. Recursion is as deep as the program's nodes, which Verify bounds by kNodeDepthMax.
// Errors: the rules' own, as ErrorKind; `*out` means nothing then.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "engine/match/arena.h"
#include "engine/match/value.h"
#include "engine/parcel/batch.h"
#include "engine/ruleset/rule_set.h"
#include "engine/text/name_index.h"

namespace sluice::match {

/// Where the interpreter may find values that were computed before, or keep them (value_columns.h).
class ValueMemo {
 public:
  virtual ~ValueMemo() = default;
  /// The memo column of a node, or kNoMemo.
  static constexpr std::uint32_t kNoMemo = 0xFFFFFFFFu;
  std::uint32_t ColumnOf(ruleset::NodeIndex node) const { return column_of_[node]; }
  /// The value of the column's node for the row that the interpreter stands on.
  virtual ErrorKind Recall(std::uint32_t column, Value* out) = 0;

 protected:
  std::vector<std::uint32_t> column_of_;
};

class RowInterpreter {
 public:
  RowInterpreter(const ruleset::RuleSet& rule_set, Arena* arena);

  void SetMemo(ValueMemo* memo);
  void SetBatch(const parcel::Batch& batch) { batch_ = &batch; }
  void SetParcel(std::uint32_t row) { parcel_row_ = row; }
  std::uint32_t parcel_row() const { return parcel_row_; }
  text::NameIndex::Query& name_query() { return name_query_; }
  void BindLocal(std::uint32_t slot, const Value& value) { locals_[slot] = value; }
  const Value& local(std::uint32_t slot) const { return locals_[slot]; }

  ErrorKind Eval(ruleset::NodeIndex node, Value* out) {
    const Way& way = ways_[node];
    switch (way.kind) {
      case Way::kConstant: *out = constants_[way.index]; return ErrorKind::kNone;
      case Way::kColumn: return ReadColumn(way.index, parcel_row_, out);
      case Way::kField: return ReadColumn(way.index, locals_[way.slot].row, out);
      case Way::kMemo: return memo_->Recall(way.index, out);
      case Way::kOperation: break;
    }
    return EvalAfresh(node, out);
  }
  /// The same, past the memo for this node itself.
  ErrorKind EvalAfresh(ruleset::NodeIndex node, Value* out);
  /// The same as Eval for what is neither text, list nor map; what was made on the way is freed.
  ErrorKind EvalAndFree(ruleset::NodeIndex node, Value* out) {
    const Arena::Mark before = arena_->mark();
    const ErrorKind error = Eval(node, out);
    arena_->Rewind(before);
    return error;
  }

  /// The outcome of comprehension `node`'s body for each element of its range, for explanations.
  /// The range's error, if it has one.
  ErrorKind VisitBody(ruleset::NodeIndex node, const std::function<void(ErrorKind, const Value&)>& visit);

  /// The value of a column's row; absent: kAbsent.
  ErrorKind ReadColumn(parcel::ColumnIndex index, std::size_t row, Value* out) const {
    const parcel::Column& column = batch_->columns[index];
    if (!column.Has(row)) return ErrorKind::kAbsent;
    switch (column.type) {
      case ruleset::ValueType::kBool:
      case ruleset::ValueType::kInt:
      case ruleset::ValueType::kDuration: *out = NumberValue(column.ints[row]); break;
      case ruleset::ValueType::kUint: *out = NaturalValue(column.uints[row]); break;
      case ruleset::ValueType::kDouble: *out = RealValue(column.doubles[row]); break;
      case ruleset::ValueType::kString: *out = TextValue(column.texts[row]); break;
      case ruleset::ValueType::kTimestamp: *out = TimeValue(column.times[row]); break;
      case ruleset::ValueType::kMoney: *out = MoneyValue(column.moneys[row]); break;
      default: *out = RowValue(static_cast<std::uint32_t>(row)); break;
    }
    return ErrorKind::kNone;
  }
  /// The element itself of a domain of scalars.
  ErrorKind ReadElement(parcel::DomainIndex domain, std::size_t row, Value* out) const;
  Value ConstantOf(const ruleset::Node& node) const;

 private:
  using Node = ruleset::Node;
  struct Range;  // what a comprehension goes over

#define X(name, operands, text) ErrorKind Eval##name(const Node& node, Value* out);
#include "engine/ruleset/ops.def"
#undef X

  ruleset::ValueType KindOf(ruleset::NodeIndex node) const;
  // Numbers of two types may be equal, also within lists and maps.
  bool Equals(ruleset::TypeId type_a, const Value& a, ruleset::TypeId type_b, const Value& b) const;
  bool ItemsEqual(const ruleset::TypeInfo& type_a, const Items& a, const ruleset::TypeInfo& type_b,
                  const Items& b) const;
  bool MapsEqual(const ruleset::TypeInfo& type_a, const Items& a, const ruleset::TypeInfo& type_b,
                 const Items& b) const;
  ErrorKind EvalTwo(const Node& node, Value* a, Value* b);
  ErrorKind EvalCompare(const Node& node, Value* out);
  ErrorKind EvalArithmetic(const Node& node, Value* out);
  ErrorKind AddTimes(const Node& node, const Value& a, const Value& b, Value* out);
  ErrorKind SubTimesOf(const Node& node, const Value& a, const Value& b, Value* out);
  ErrorKind EvalMoneyArithmetic(const Node& node, const Value& a, const Value& b, Value* out);
  ErrorKind EvalKleene(const Node& node, bool dominant, Value* out);
  ErrorKind EvalQuantifier(const Node& node, bool dominant, Value* out);
  ErrorKind EvalTwoTexts(const Node& node, std::string_view* a, std::string_view* b);
  using LetterMap = ErrorKind (*)(std::string_view, Arena*, std::string_view*);
  ErrorKind EvalMapped(const Node& node, LetterMap map, Value* out);
  ErrorKind EvalSets(const Node& node, const Value& a, const Value& b, Value* out) const;
  ErrorKind Concat(std::string_view a, std::string_view b, Value* out);
  ErrorKind Join(const Items& a, const Items& b, Value* out);
  ErrorKind OpenRange(const Node& node, Range* range);
  ErrorKind CountRows(const Node& node, Value* out);
  void Bind(const Node& comprehension, const Range& range, std::size_t index);
  void BindElement(const Range& range, std::size_t index, std::uint32_t slot);
  ErrorKind JoinBodies(const Node& node, std::size_t width, Value* out);
  ErrorKind CheckKeys(ruleset::TypeId key, const Items& map);
  ErrorKind MakeItems(std::size_t count, Value** items);
  ErrorKind OpenWithItems(const Node& node, Range* range, Value** items);
  ErrorKind EvalOperands(const Node& node, Value** items);
  ErrorKind FindRow(const Node& node, std::uint32_t* row, bool* found);
  ErrorKind PushKeys(const Node& node);

  // How a node is had: most are leaves, which need no dispatch by operation.
  struct Way {
    enum Kind : std::uint8_t { kOperation, kConstant, kColumn, kField, kMemo };
    Kind kind = kOperation;
    std::uint8_t slot = 0;    // kField: of the variable that holds the record
    std::uint32_t index = 0;  // constant, column, or memo column
  };
  Way WayOf(const Node& node);

  const ruleset::RuleSet& rule_set_;
  const ruleset::Program& program_;
  std::vector<Way> ways_;         // by node
  std::vector<Value> constants_;
  Arena* arena_;
  ValueMemo* memo_ = nullptr;
  const parcel::Batch* batch_ = nullptr;
  std::uint32_t parcel_row_ = 0;
  std::array<Value, limits::kLocalsMax> locals_;
  std::vector<ruleset::KeyValue> keys_;             // of the look-ups that are being made, innermost last
  std::string folded_;                               // room for a text that lists are searched for
  text::Name name_;
  text::NameIndex::Query name_query_;
  std::vector<parcel::ColumnIndex> element_column_;  // by domain: the column of the elements themselves
};

}  // namespace sluice::match
