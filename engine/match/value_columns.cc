#include "engine/match/value_columns.h"

#include <algorithm>

namespace sluice::match {

using ruleset::ValueType;

namespace {

void Store(ValueType type, const Value& value, std::size_t row, void* out) {
  switch (type) {
    case ValueType::kUint: static_cast<std::uint64_t*>(out)[row] = value.natural; break;
    case ValueType::kDouble: static_cast<double*>(out)[row] = value.real; break;
    case ValueType::kString: static_cast<std::string_view*>(out)[row] = value.Text(); break;
    case ValueType::kTimestamp: static_cast<base::Timestamp*>(out)[row] = value.time; break;
    case ValueType::kMoney: static_cast<base::Money*>(out)[row] = value.money; break;
    case ValueType::kTableRow: static_cast<std::uint32_t*>(out)[row] = value.row; break;
    default: static_cast<std::int64_t*>(out)[row] = value.number; break;
  }
}

Value Load(ValueType type, const void* from, std::size_t row) {
  switch (type) {
    case ValueType::kUint: return NaturalValue(static_cast<const std::uint64_t*>(from)[row]);
    case ValueType::kDouble: return RealValue(static_cast<const double*>(from)[row]);
    case ValueType::kString: return TextValue(static_cast<const std::string_view*>(from)[row]);
    case ValueType::kTimestamp: return TimeValue(static_cast<const base::Timestamp*>(from)[row]);
    case ValueType::kMoney: return MoneyValue(static_cast<const base::Money*>(from)[row]);
    case ValueType::kTableRow: return RowValue(static_cast<const std::uint32_t*>(from)[row]);
    default: return NumberValue(static_cast<const std::int64_t*>(from)[row]);
  }
}

}  // namespace

ValueColumns::ValueColumns(const Plan& plan, std::size_t node_count, BatchHomes* homes, RowInterpreter* interpreter,
                           Arena* arena)
    : homes_(homes), interpreter_(interpreter), arena_(arena), columns_(plan.memo_columns.size()) {
  column_of_.assign(node_count, kNoMemo);
  for (std::uint32_t c = 0; c < columns_.size(); ++c) {
    Column& column = columns_[c];
    column.spec = plan.memo_columns[c];
    column_of_[column.spec.node] = c;
    const std::size_t rows = RowsMax(plan.homes[column.spec.home].domain);
    for (auto* words : {&column.known, &column.absent, &column.error}) words->resize(parcel::WordsFor(rows));
    column.typed.resize(rows);
  }
}

void ValueColumns::Begin() {
  kept_.Rewind({});
  for (Column& column : columns_) column.begun = column.no_room = false;
}

void ValueColumns::BeginColumn(Column* column) {
  if (column->begun) return;
  for (auto* words : {&column->known, &column->absent, &column->error}) FillWords(words->data(), words->size(), 0);
  column->begun = true;
}

ErrorKind ValueColumns::ComputeRow(Column* column, std::size_t row, Value* out) {
  const Arena::Mark before = arena_->BeginOwnLimit();
  const ErrorKind error = interpreter_->EvalAfresh(column->spec.node, out);
  if (error == ErrorKind::kNone && column->spec.type == ValueType::kString) return KeepText(column, row, before, out);
  arena_->Rewind(before);
  PutBit(column->known.data(), row);
  if (error == ErrorKind::kNone) {
    Store(column->spec.type, *out, row, column->typed.data());
  } else {
    PutBit(error == ErrorKind::kAbsent ? column->absent.data() : column->error.data(), row);
  }
  return error;
}

// A text of the record or the rule set is kept where it lies, one that was made is copied to where it may stay.
ErrorKind ValueColumns::KeepText(Column* column, std::size_t row, const Arena::Mark& before, Value* out) {
  const std::string_view text = out->Text();
  if (arena_->Owns(text.data())) {
    const bool small = text.size() <= limits::kKeptTextEachBytesMax;
    auto* place = small ? static_cast<char*>(kept_.Allocate(text.size())) : nullptr;
    if (place == nullptr) {
      column->no_room = true;
      return MakeTextAnew(before, out);
    }
    std::copy(text.begin(), text.end(), place);
    *out = TextValue({place, text.size()});
  }
  arena_->Rewind(before);
  PutBit(column->known.data(), row);
  Store(column->spec.type, *out, row, column->typed.data());
  return arena_->Charge(text.size()) ? ErrorKind::kNone : ErrorKind::kLimit;
}

// What is made anew costs whoever asks as much memory as a kept text is charged for.
ErrorKind ValueColumns::MakeTextAnew(const Arena::Mark& before, Value* out) {
  moved_ = out->Text();
  arena_->Rewind(before);
  auto* place = static_cast<char*>(arena_->Allocate(moved_.size()));
  if (place == nullptr) return ErrorKind::kLimit;
  std::copy(moved_.begin(), moved_.end(), place);
  *out = TextValue({place, moved_.size()});
  return ErrorKind::kNone;
}

// Of an error only its bit is kept: its kind is found once more, should anyone ask.
ErrorKind ValueColumns::Recall(std::uint32_t index, Value* out) {
  Column& column = columns_[index];
  const std::size_t row = homes_->StandsOn(column.spec.home, *interpreter_);
  BeginColumn(&column);
  if (!BitAt(column.known.data(), row)) return ComputeRow(&column, row, out);
  if (BitAt(column.absent.data(), row)) return ErrorKind::kAbsent;
  if (BitAt(column.error.data(), row)) {
    const Arena::Mark before = arena_->BeginOwnLimit();
    const ErrorKind error = interpreter_->EvalAfresh(column.spec.node, out);
    arena_->Rewind(before);
    return error;
  }
  *out = Load(column.spec.type, column.typed.data(), row);
  const bool fits = column.spec.type != ValueType::kString || arena_->Charge(out->text.bytes);
  return fits ? ErrorKind::kNone : ErrorKind::kLimit;
}

bool ValueColumns::Missing(std::uint32_t index, const Word* rows, Word* missing) {
  Column& column = columns_[index];
  BeginColumn(&column);
  Word any = 0;
  for (std::size_t w = 0; w < homes_->words(column.spec.home); ++w) {
    missing[w] = rows[w] & ~column.known[w];
    any |= missing[w];
  }
  return any != 0;
}

void ValueColumns::ComputeRows(std::uint32_t index, const Word* rows) {
  Column& column = columns_[index];
  const HomeIndex home = column.spec.home;
  ForEachBit(rows, homes_->words(home), [&](std::size_t row) {
    if (column.no_room) return;
    homes_->Stand(home, row, interpreter_);
    Value unused;
    interpreter_->EvalAndFree(column.spec.node, &unused);
  });
}

void ValueColumns::Take(std::uint32_t index, const Word* rows, const Word* absent, const Word* error) {
  Column& column = columns_[index];
  for (std::size_t w = 0; w < homes_->words(column.spec.home); ++w) {
    column.known[w] |= rows[w];
    column.absent[w] |= rows[w] & absent[w];
    column.error[w] |= rows[w] & error[w];
  }
}

}  // namespace sluice::match
