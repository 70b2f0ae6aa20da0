#include "engine/match/value_columns.h"

namespace sluice::match {

ValueColumns::ValueColumns(const Plan& plan, std::size_t node_count, BatchHomes* homes, RowInterpreter* interpreter,
                           Arena* arena)
    : homes_(homes), interpreter_(interpreter), arena_(arena), columns_(plan.memo_columns.size()) {
  column_of_.assign(node_count, kNoMemo);
  for (std::uint32_t c = 0; c < columns_.size(); ++c) {
    Column& column = columns_[c];
    column.spec = plan.memo_columns[c];
    column_of_[column.spec.node] = c;
    const std::size_t rows = RowsMax(plan.homes[column.spec.home].domain);
    column.known.resize(parcel::WordsFor(rows));
    column.values.resize(rows);
    column.errors.resize(rows);
  }
}

void ValueColumns::Begin() {
  for (Column& column : columns_) column.begun = false;
}

void ValueColumns::ComputeRow(Column* column, std::size_t row) {
  if (!column->begun) {
    FillWords(column->known.data(), column->known.size(), 0);
    column->begun = true;
  }
  if (BitAt(column->known.data(), row)) return;
  column->errors[row] = interpreter_->EvalAfresh(column->spec.node, &column->values[row]);
  PutBit(column->known.data(), row);
  if (column->spec.type == ruleset::ValueType::kString) ++texts_kept_;
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
  ForEachBit(rows, homes_->words(home), [&](std::size_t row) {
    if (column.begun && BitAt(column.known.data(), row)) return;
    homes_->Stand(home, row, interpreter_);
    Value unused;
    EvalAndFree(column.spec.node, &unused);
  });
}

ErrorKind ValueColumns::EvalAndFree(ruleset::NodeIndex node, Value* out) {
  const Arena::Mark mark = arena_->mark();
  const std::uint64_t kept = texts_kept_;
  const ErrorKind error = interpreter_->Eval(node, out);
  if (texts_kept_ == kept) arena_->Rewind(mark);
  return error;
}

}  // namespace sluice::match
