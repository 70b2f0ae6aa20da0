// Leaf loops of tier 1: one comparison over all rows of two columns, or of a column and a constant.
//
// Pure functions of primitive arguments.
#pragma once

#include <array>
#include <cstring>

#include "engine/match/bits.h"
#include "engine/match/plan.h"

namespace sluice::match {

/// Values of one type, a row each; or one value for all rows.
struct Operand {
  ruleset::ValueType type = ruleset::ValueType::kBool;
  const void* data = nullptr;  // int64_t, uint64_t, double, string_view, Timestamp or Money, as in parcel::Column
  bool constant = false;
};

/// Byte i of 64 (each 0 or 1) becomes bit i.
inline Word FoldBytes(const std::array<std::uint8_t, 64>& bytes) {
  Word folded = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    Word eight;
    std::memcpy(&eight, bytes.data() + 8 * i, 8);
    // The products of the multiplication do not overlap.
    folded |= (eight * 0x0102040810204080u) >> 56 << (8 * i);
  }
  return folded;
}

/// Sets in `out` the rows below `rows` for which `a op b` holds, op being one of Eq, Ne, Lt, Le, Gt, Ge. The types
/// are one scalar type but kString, or two numeric ones. Looks at all rows, absent ones too.
void CompareRows(ruleset::Op op, const Operand& a, const Operand& b, std::size_t rows, Word* out);

/// The same for texts, and for the rows of `demand` only (absent rows may hold no valid text).
void CompareTexts(ruleset::Op op, const Operand& a, const Operand& b, const Word* demand, std::size_t words,
                  Word* out);

/// Sets in `out` the rows below `rows` in which two moneys have different currencies. Looks at absent rows too.
void FindOtherCurrencies(const Operand& a, const Operand& b, std::size_t rows, Word* out);

}  // namespace sluice::match
