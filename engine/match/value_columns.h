// Memo columns: values that are computed once a row and batch, by loops (mask_values.cc) or by the row interpreter.
//
// Belongs to one evaluator. Both tiers read them: column loops ask for rows ahead, the interpreter for the row it
// stands on (Recall). Text values stay valid until the next Begin(). Texts that operations made are kept as far as
// limits::kKeptText… go; a column that finds no room is not available to loops for the rest of the batch, and its texts
// are made anew for each who asks. No value depends on that, nor on which other parcels the batch has: the memory that
// one value may take is counted for that value alone, and what loops can read is small enough for the interpreter.
#pragma once

#include <cstdint>
#include <string>
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
  /// Whether loops may read the column: false once its texts find no room.
  bool available(std::uint32_t column) const { return !columns_[column].no_room; }
  /// Where loops put the texts that they make. Whoever gets no memory from it calls GiveUp.
  Arena* kept_texts() { return &kept_; }
  void GiveUp(std::uint32_t column) { columns_[column].no_room = true; }
  /// Computes `rows` by the interpreter, one by one, as long as the column is available. All of them were missing.
  void ComputeRows(std::uint32_t column, const Word* rows);
  /// Takes over what a loop computed for `rows`, all of them missing: it put the values into room(), errors into bits.
  void Take(std::uint32_t column, const Word* rows, const Word* absent, const Word* error);
  void* room(std::uint32_t column) { return columns_[column].typed.data(); }
  /// The column's values as parcel::Column holds its type's; only rows that were computed without error mean anything.
  const void* data(std::uint32_t column) const { return columns_[column].typed.data(); }
  /// Of the rows that were computed, those that are absent, and those with another error.
  const Word* absent(std::uint32_t column) const { return columns_[column].absent.data(); }
  const Word* error(std::uint32_t column) const { return columns_[column].error.data(); }

 private:
  struct Column {
    MemoColumnSpec spec;
    bool begun = false;  // `known` is of this batch
    bool no_room = false;
    std::vector<Word> known, absent, error;
    std::vector<Value> typed;  // room for the values, side by side in their own type
  };

  void BeginColumn(Column* column);
  ErrorKind ComputeRow(Column* column, std::size_t row, Value* out);
  ErrorKind KeepText(Column* column, std::size_t row, const Arena::Mark& before, Value* out);
  ErrorKind MakeTextAnew(const Arena::Mark& before, Value* out);

  BatchHomes* homes_;
  RowInterpreter* interpreter_;
  Arena* arena_;
  Arena kept_{limits::kKeptTextBytesMax};
  std::string moved_;  // a text on its way down in the arena
  std::vector<Column> columns_;
};

}  // namespace sluice::match
