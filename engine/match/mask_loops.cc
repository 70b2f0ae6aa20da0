// Plane: data.
//
// THE SIMPLE STORY
//   for each row: bit = a[row] op b[row]
//
// WHAT THE CODE ADDS TO THE STORY
//   1. Types, relation and "is one of them a constant" are chosen once for a column, by templates: the loop itself
//      has nothing to decide and no branch on data.
//   2. Sixty-four answers are written as bytes, which compilers vectorise, then folded to a word by multiplication.
//   3. Gt and Ge are Lt and Le with the operands exchanged; Ne is the complement of Eq, for NaN as well.
#include "engine/match/mask_loops.h"

#include <array>
#include <cstring>
#include <string_view>

#include "engine/base/check.h"
#include "engine/match/scalar_ops.h"

namespace sluice::match {
namespace {

using ruleset::Op;
using ruleset::ValueType;

// --- leaf loops --------------------------------------------------------------------------------------

template <typename Relation, bool kConstantA, bool kConstantB, typename A, typename B>
void RelateRows(const A* a, const B* b, std::size_t rows, Word* out) {
  const A first_a = *a;
  const B first_b = *b;
  const auto related = [&](std::size_t row) {
    return Relation()(kConstantA ? first_a : a[row], kConstantB ? first_b : b[row]);
  };
  std::array<std::uint8_t, 64> bytes{};
  std::size_t row = 0;
  for (; row + 64 <= rows; row += 64) {
    for (std::size_t i = 0; i < 64; ++i) bytes[i] = related(row + i);
    out[row / 64] = FoldBytes(bytes);
  }
  if (row == rows) return;
  bytes.fill(0);
  for (std::size_t i = 0; row + i < rows; ++i) bytes[i] = related(row + i);
  out[row / 64] = FoldBytes(bytes);
}

struct OtherCurrency {
  bool operator()(const base::Money& a, const base::Money& b) const { return !SameCurrency(a, b); }
};

// --- choice of the loop ------------------------------------------------------------------------------

template <typename Relation, typename A, typename B>
void Relate(const Operand& a, const Operand& b, std::size_t rows, Word* out) {
  const auto* data_a = static_cast<const A*>(a.data);
  const auto* data_b = static_cast<const B*>(b.data);
  if (a.constant) {
    RelateRows<Relation, true, false>(data_a, data_b, rows, out);
  } else if (b.constant) {
    RelateRows<Relation, false, true>(data_a, data_b, rows, out);
  } else {
    RelateRows<Relation, false, false>(data_a, data_b, rows, out);
  }
}

template <typename Relation, typename A>
void RelateNumber(const Operand& a, const Operand& b, std::size_t rows, Word* out) {
  switch (b.type) {
    case ValueType::kUint: return Relate<Relation, A, std::uint64_t>(a, b, rows, out);
    case ValueType::kDouble: return Relate<Relation, A, double>(a, b, rows, out);
    default: return Relate<Relation, A, std::int64_t>(a, b, rows, out);
  }
}

template <typename Relation>
void RelateTypes(const Operand& a, const Operand& b, std::size_t rows, Word* out) {
  switch (a.type) {
    case ValueType::kUint: return RelateNumber<Relation, std::uint64_t>(a, b, rows, out);
    case ValueType::kDouble: return RelateNumber<Relation, double>(a, b, rows, out);
    case ValueType::kTimestamp: return Relate<Relation, base::Timestamp, base::Timestamp>(a, b, rows, out);
    case ValueType::kMoney: return Relate<Relation, base::Money, base::Money>(a, b, rows, out);
    default: return RelateNumber<Relation, std::int64_t>(a, b, rows, out);
  }
}

void Complement(std::size_t rows, Word* words) {
  for (std::size_t i = 0; i * 64 < rows; ++i) words[i] = ~words[i];
  if (rows % 64 != 0) words[rows / 64] &= BitWord(rows) - 1;
}

template <typename T>
const T& At(const Operand& operand, std::size_t row) {
  return static_cast<const T*>(operand.data)[operand.constant ? 0 : row];
}

bool TextsRelated(Op op, int order) {
  switch (op) {
    case Op::kEq: return order == 0;
    case Op::kNe: return order != 0;
    case Op::kLt: return order < 0;
    case Op::kLe: return order <= 0;
    case Op::kGt: return order > 0;
    case Op::kGe: return order >= 0;
    default: SLUICE_CHECK(false);
  }
}

}  // namespace

void CompareRows(Op op, const Operand& a, const Operand& b, std::size_t rows, Word* out) {
  if (rows == 0) return;
  switch (op) {
    case Op::kLt: return RelateTypes<Less>(a, b, rows, out);
    case Op::kLe: return RelateTypes<LessOrEqual>(a, b, rows, out);
    case Op::kGt: return RelateTypes<Less>(b, a, rows, out);
    case Op::kGe: return RelateTypes<LessOrEqual>(b, a, rows, out);
    default: break;
  }
  RelateTypes<Equal>(a, b, rows, out);
  if (op == Op::kNe) Complement(rows, out);
}

void CompareTexts(Op op, const Operand& a, const Operand& b, const Word* demand, std::size_t words, Word* out) {
  FillWords(out, words, 0);
  ForEachBit(demand, words, [&](std::size_t row) {
    const int order = At<std::string_view>(a, row).compare(At<std::string_view>(b, row));
    if (TextsRelated(op, order)) PutBit(out, row);
  });
}

void FindOtherCurrencies(const Operand& a, const Operand& b, std::size_t rows, Word* out) {
  if (rows != 0) Relate<OtherCurrency, base::Money, base::Money>(a, b, rows, out);
}

}  // namespace sluice::match
