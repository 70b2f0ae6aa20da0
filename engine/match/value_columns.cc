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
  for (Column& column : columns_) column.begun = false;
}

void ValueColumns::BeginColumn(Column* column) {
  if (column->begun) return;
  for (auto* words : {&column->known, &column->absent, &column->error}) FillWords(words->data(), words->size(), 0);
  column->begun = true;
}

ErrorKind ValueColumns::ComputeRow(Column* column, std::size_t row, Value* out) {
  const ErrorKind error = interpreter_->EvalAfresh(column->spec.node, out);
  PutBit(column->known.data(), row);
  if (error == ErrorKind::kNone) {
    Store(column->spec.type, *out, row, column->typed.data());
  } else {
    PutBit(error == ErrorKind::kAbsent ? column->absent.data() : column->error.data(), row);
  }
  if (column->spec.type == ValueType::kString) ++texts_kept_;
  return error;
}

// Of an error only its bit is kept: its kind is found once more, should anyone ask.
ErrorKind ValueColumns::Recall(std::uint32_t index, Value* out) {
  Column& column = columns_[index];
  const std::size_t row = homes_->StandsOn(column.spec.home, *interpreter_);
  BeginColumn(&column);
  if (!BitAt(column.known.data(), row)) return ComputeRow(&column, row, out);
  if (BitAt(column.absent.data(), row)) return ErrorKind::kAbsent;
  if (BitAt(column.error.data(), row)) return interpreter_->EvalAfresh(column.spec.node, out);
  *out = Load(column.spec.type, column.typed.data(), row);
  return ErrorKind::kNone;
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
    homes_->Stand(home, row, interpreter_);
    Value unused;
    EvalAndFree(column.spec.node, &unused);
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

ErrorKind ValueColumns::EvalAndFree(ruleset::NodeIndex node, Value* out) {
  const Arena::Mark mark = arena_->mark();
  const std::uint64_t kept = texts_kept_;
  const ErrorKind error = interpreter_->Eval(node, out);
  if (texts_kept_ == kept) arena_->Rewind(mark);
  return error;
}

}  // namespace sluice::match
