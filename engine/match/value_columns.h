// Memo columns: values that several conditions share and that cost an interpreter run, computed once a row and batch.
//
// Belongs to one evaluator. Both tiers read them: column loops ask for rows ahead (Ensure), the interpreter for the
// row it stands on (Recall). Text values stay valid until the next Begin().
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
  /// Computes the column for the rows of its home that `rows` has.
  void Ensure(std::uint32_t column, const Word* rows);
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
    std::vector<Value> values;
    std::vector<ErrorKind> errors;
    std::vector<Value> typed;  // room for the values, side by side in their own type
  };

  void BeginColumn(Column* column);
  void ComputeRow(Column* column, std::size_t row);

  BatchHomes* homes_;
  RowInterpreter* interpreter_;
  Arena* arena_;
  std::vector<Column> columns_;
  std::uint64_t texts_kept_ = 0;  // memo values that lie in the arena
};

}  // namespace sluice::match
