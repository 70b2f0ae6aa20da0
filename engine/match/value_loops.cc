// Plane: data.
//
// THE SIMPLE STORY
//   for each row: out[row] = a[row] op b[row], or failed
//
// WHAT THE CODE ADDS TO THE STORY
//   1. Types and operation are chosen once for a column; a constant is a column that does not advance.
//   2. Failures are written as bytes and folded to bits, so that the loop has no branch on data.
#include "engine/match/value_loops.h"

#include <array>
#include <string_view>

#include "engine/base/check.h"
#include "engine/match/scalar_ops.h"

namespace sluice::match {
namespace {

using ruleset::Op;
using ruleset::ValueType;

template <typename R, typename A, typename B, typename Apply>
void ApplyRows(const Operand& a, const Operand& b, std::size_t rows, void* out, Word* failed, Apply apply) {
  const auto* values_a = static_cast<const A*>(a.data);
  const auto* values_b = static_cast<const B*>(b.data);
  auto* results = static_cast<R*>(out);
  const std::size_t step_a = a.constant ? 0 : 1;
  const std::size_t step_b = b.constant ? 0 : 1;
  std::array<std::uint8_t, 64> bytes{};
  for (std::size_t first = 0; first < rows; first += 64) {
    const std::size_t count = rows - first < 64 ? rows - first : 64;
    bytes.fill(0);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t row = first + i;
      R result{};
      bytes[i] = apply(values_a[row * step_a], values_b[row * step_b], &result) != ErrorKind::kNone;
      results[row] = result;
    }
    failed[first / 64] = FoldBytes(bytes);
  }
}

template <typename T>
void CalculateIntegers(Op op, const Operand& a, const Operand& b, std::size_t rows, void* out, Word* failed) {
  switch (op) {
    case Op::kAdd: return ApplyRows<T, T, T>(a, b, rows, out, failed, AddChecked<T>);
    case Op::kSub: return ApplyRows<T, T, T>(a, b, rows, out, failed, SubChecked<T>);
    case Op::kMul: return ApplyRows<T, T, T>(a, b, rows, out, failed, MulChecked<T>);
    default: SLUICE_CHECK(false);
  }
}

template <typename Apply>
void CalculateReals(const Operand& a, const Operand& b, std::size_t rows, void* out, Word* failed, Apply apply) {
  ApplyRows<double, double, double>(a, b, rows, out, failed, [&](double x, double y, double* result) {
    *result = apply(x, y);
    return ErrorKind::kNone;
  });
}

void CalculateDoubles(Op op, const Operand& a, const Operand& b, std::size_t rows, void* out, Word* failed) {
  switch (op) {
    case Op::kAdd: return CalculateReals(a, b, rows, out, failed, [](double x, double y) { return x + y; });
    case Op::kSub: return CalculateReals(a, b, rows, out, failed, [](double x, double y) { return x - y; });
    case Op::kMul: return CalculateReals(a, b, rows, out, failed, [](double x, double y) { return x * y; });
    case Op::kDiv: return CalculateReals(a, b, rows, out, failed, [](double x, double y) { return x / y; });
    default: SLUICE_CHECK(false);
  }
}

void CalculateMoneys(Op op, const Operand& a, const Operand& b, std::size_t rows, void* out, Word* failed) {
  using base::Money;
  const auto scale = [](const Money& money, std::int64_t factor, Money* result) {
    result->currency = money.currency;
    return MulChecked(money.minor_units, factor, &result->minor_units);
  };
  if (op == Op::kMul && a.type == ValueType::kMoney) {
    return ApplyRows<Money, Money, std::int64_t>(a, b, rows, out, failed, scale);
  }
  if (op == Op::kMul) return ApplyRows<Money, Money, std::int64_t>(b, a, rows, out, failed, scale);
  const auto apply = op == Op::kAdd ? AddChecked<std::int64_t> : SubChecked<std::int64_t>;
  ApplyRows<Money, Money, Money>(a, b, rows, out, failed, [=](const Money& x, const Money& y, Money* result) {
    return CombineMoney(x, y, apply, result);
  });
}

template <typename T>
void Copy(const Operand& from, const Word* rows, std::size_t words, void* out) {
  const auto* values = static_cast<const T*>(from.data);
  const std::size_t step = from.constant ? 0 : 1;
  ForEachBit(rows, words, [&](std::size_t row) { static_cast<T*>(out)[row] = values[row * step]; });
}

}  // namespace

bool CalculatesRows(Op op, ValueType a, ValueType b) {
  const bool linear = op == Op::kAdd || op == Op::kSub;
  if (a == ValueType::kTimestamp || b == ValueType::kTimestamp) return op == Op::kSub && a == b;
  if (a == ValueType::kDuration) return linear && a == b;
  if (a == ValueType::kMoney && b == ValueType::kMoney) return linear;
  if (a == ValueType::kMoney || b == ValueType::kMoney) return op == Op::kMul;
  if (a != b) return false;
  if (a == ValueType::kDouble) return linear || op == Op::kMul || op == Op::kDiv;
  return (a == ValueType::kInt || a == ValueType::kUint) && (linear || op == Op::kMul);
}

void CalculateRows(Op op, const Operand& a, const Operand& b, std::size_t rows, void* out, Word* failed) {
  using base::Timestamp;
  if (a.type == ValueType::kMoney || b.type == ValueType::kMoney) {
    return CalculateMoneys(op, a, b, rows, out, failed);
  }
  switch (a.type) {
    case ValueType::kTimestamp:
      return ApplyRows<base::DurationNs, Timestamp, Timestamp>(a, b, rows, out, failed, SubTimes);
    case ValueType::kDouble: return CalculateDoubles(op, a, b, rows, out, failed);
    case ValueType::kUint: return CalculateIntegers<std::uint64_t>(op, a, b, rows, out, failed);
    default: return CalculateIntegers<std::int64_t>(op, a, b, rows, out, failed);
  }
}

void CopyRows(const Operand& from, const Word* rows, std::size_t words, void* out) {
  switch (from.type) {
    case ValueType::kString: return Copy<std::string_view>(from, rows, words, out);
    case ValueType::kTimestamp: return Copy<base::Timestamp>(from, rows, words, out);
    case ValueType::kMoney: return Copy<base::Money>(from, rows, words, out);
    default: return Copy<std::int64_t>(from, rows, words, out);  // all others have eight bytes
  }
}

}  // namespace sluice::match
