// Memo columns: values that are computed once a row and batch, by loops (mask_values.cc) or by the row interpreter.
//
// Belongs to one evaluator. Both tiers read them: column loops ask for rows ahead, the interpreter for the row it
// stands on (Recall). Text values stay valid until the next Begin().
#pragma once

#include <cstdint>
#include <vector>

#include "engine/match/batch_homes.h"
#include "engine/match/plan.h"
#include "engine/match/row_interpreter.h"

namespace sluice::match {

class ValueColumns : public ValueMemo {
 public:
  ValueColumns(const Plan& plan, std::size_t node_count, BatchHomes* homes, RowInterpreter* interpreter,
               Arena* arena);

  void Begin();
  ErrorKind Recall(std::uint32_t column, Value* out) override;
  /// Puts into `missing` the rows of `rows` that are not computed yet. False: there are none.
  bool Missing(std::uint32_t column, const Word* rows, Word* missing);
  /// Computes `rows` by the interpreter, one by one. All of them were missing.
  void ComputeRows(std::uint32_t column, const Word* rows);
  /// Takes over what a loop computed for `rows`, all of them missing: it put the values into room(), errors into bits.
  void Take(std::uint32_t column, const Word* rows, const Word* absent, const Word* error);
  void* room(std::uint32_t column) { return columns_[column].typed.data(); }
  /// The column's values as parcel::Column holds its type's; only rows that were computed without error mean anything.
  const void* data(std::uint32_t column) const { return columns_[column].typed.data(); }
  /// Of the rows that were computed, those that are absent, and those with another error.
  const Word* absent(std::uint32_t column) const { return columns_[column].absent.data(); }
  const Word* error(std::uint32_t column) const { return columns_[column].error.data(); }

  /// Evaluates `node` where the interpreter stands; what it made in the arena is freed unless a memo holds it.
  ErrorKind EvalAndFree(ruleset::NodeIndex node, Value* out);

 private:
  struct Column {
    MemoColumnSpec spec;
    bool begun = false;  // `known` is of this batch
    std::vector<Word> known, absent, error;
    std::vector<Value> typed;  // room for the values, side by side in their own type
  };

  void BeginColumn(Column* column);
  ErrorKind ComputeRow(Column* column, std::size_t row, Value* out);

  BatchHomes* homes_;
  RowInterpreter* interpreter_;
  Arena* arena_;
  std::vector<Column> columns_;
  std::uint64_t texts_kept_ = 0;  // memo values that lie in the arena
};

}  // namespace sluice::match
