// Value loops of tier 1: one operation over all rows of columns, with the meaning that scalar_ops.h gives it.
//
// Pure functions of primitive arguments. Rows that are absent are computed like any other, from whatever their places
// hold; the caller hides them.
#pragma once

#include "engine/match/mask_loops.h"

namespace sluice::match {

/// Whether CalculateRows has a loop for `a op b` of these types.
bool CalculatesRows(ruleset::Op op, ruleset::ValueType a, ruleset::ValueType b);

/// out[row] = a[row] op b[row] for all rows below `rows`, in the type of the result; `failed` gets the rows whose
/// result leaves its type or whose currencies differ, with anything in `out`.
void CalculateRows(ruleset::Op op, const Operand& a, const Operand& b, std::size_t rows, void* out, Word* failed);

/// Copies the values of the rows that `rows` has.
void CopyRows(const Operand& from, const Word* rows, std::size_t words, void* out);

}  // namespace sluice::match
