#include "engine/match/value_columns.h"

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
    case ValueType::kTableRow: break;  // no column loop reads one
    default: static_cast<std::int64_t*>(out)[row] = value.number; break;
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
    column.values.resize(rows);
    column.errors.resize(rows);
  }
}

void ValueColumns::Begin() {
  for (Column& column : columns_) column.begun = false;
}

void ValueColumns::BeginColumn(Column* column) {
  if (column->begun) return;
  for (auto* words : {&column->known, &column->absent, &column->error}) FillWords(words->data(), words->size(), 0);
  column->begun = true;
}

void ValueColumns::ComputeRow(Column* column, std::size_t row) {
  BeginColumn(column);
  if (BitAt(column->known.data(), row)) return;
  const ErrorKind error = interpreter_->EvalAfresh(column->spec.node, &column->values[row]);
  column->errors[row] = error;
  PutBit(column->known.data(), row);
  if (error == ErrorKind::kNone) {
    Store(column->spec.type, column->values[row], row, column->typed.data());
  } else {
    PutBit(error == ErrorKind::kAbsent ? column->absent.data() : column->error.data(), row);
  }
  if (column->spec.type == ValueType::kString) ++texts_kept_;
}

ErrorKind ValueColumns::Recall(std::uint32_t index, Value* out) {
  Column& column = columns_[index];
  const std::size_t row = homes_->StandsOn(column.spec.home, *interpreter_);
  ComputeRow(&column, row);
  *out = column.values[row];
  return column.errors[row];
}

void ValueColumns::Ensure(std::uint32_t index, const Word* rows) {
  Column& column = columns_[index];
  const HomeIndex home = column.spec.home;
  BeginColumn(&column);
  for (std::size_t w = 0; w < homes_->words(home); ++w) {
    const Word missing = rows[w] & ~column.known[w];
    ForEachBit(&missing, 1, [&](std::size_t bit) {
      homes_->Stand(home, w * 64 + bit, interpreter_);
      Value unused;
      EvalAndFree(column.spec.node, &unused);
    });
  }
}

ErrorKind ValueColumns::EvalAndFree(ruleset::NodeIndex node, Value* out) {
  const Arena::Mark mark = arena_->mark();
  const std::uint64_t kept = texts_kept_;
  const ErrorKind error = interpreter_->Eval(node, out);
  if (texts_kept_ == kept) arena_->Rewind(mark);
  return error;
}

}  // namespace sluice::match
