// Arithmetic in 128 bits, cut to what the types can hold.
#include <limits>

#include "engine/base/check.h"
#include "tests/support/oracle/evaluator.h"

namespace sluice::oracle {

using rules::BinaryOp;

namespace {

using Wide = __int128;

template <typename T>
bool Fits(Wide value) {
  return value >= std::numeric_limits<T>::min() && value <= Wide{std::numeric_limits<T>::max()};
}

/// The exact result, or why there is none.
struct Exact {
  Wide value = 0;
  bool by_zero = false;
};

Exact Whole(BinaryOp op, Wide a, Wide b) {
  switch (op) {
    case BinaryOp::kAdd: return {a + b};
    case BinaryOp::kSub: return {a - b};
    case BinaryOp::kMul: {
      // Products of two 64-bit numbers of either sign fit, but for those of two large uints.
      Wide product = 0;
      if (__builtin_mul_overflow(a, b, &product)) return {std::numeric_limits<Wide>::max()};
      return {product};
    }
    case BinaryOp::kDiv: return b == 0 ? Exact{0, true} : Exact{a / b};
    default: return b == 0 ? Exact{0, true} : Exact{a % b};
  }
}

template <typename T>
Result WholeOf(BinaryOp op, T a, T b) {
  const Exact exact = Whole(op, a, b);
  if (exact.by_zero) return ErrorKind::kDivide;
  // The remainder by -1 of the smallest number overflows, as its quotient does.
  const bool quotient_overflows =
      op == BinaryOp::kMod && std::is_signed_v<T> && !Fits<T>(Whole(BinaryOp::kDiv, a, b).value);
  if (quotient_overflows || !Fits<T>(exact.value)) return ErrorKind::kOverflow;
  return Value{static_cast<T>(exact.value)};
}

Result Real(BinaryOp op, double a, double b) {
  switch (op) {
    case BinaryOp::kAdd: return Value{a + b};
    case BinaryOp::kSub: return Value{a - b};
    case BinaryOp::kMul: return Value{a * b};
    default: return Value{a / b};
  }
}

Result MoneyOf(BinaryOp op, std::int64_t a, std::int64_t b, const std::string& currency) {
  const Result minor = WholeOf(op, a, b);
  if (!minor.ok()) return minor;
  return Value{Money{minor.value().As<std::int64_t>(), currency}};
}

Wide Nanoseconds(const base::Timestamp& time) {
  return Wide{time.seconds} * 1'000'000'000 + time.nanos;
}

Result TimeAt(Wide ns) {
  Wide seconds = ns / 1'000'000'000;
  if (ns % 1'000'000'000 < 0) --seconds;
  if (seconds < base::kTimestampSecondsMin || seconds > base::kTimestampSecondsMax) {
    return ErrorKind::kRange;
  }
  return Value{base::Timestamp{static_cast<std::int64_t>(seconds),
                               static_cast<std::int32_t>(ns - seconds * 1'000'000'000)}};
}

Result SpanOf(Wide ns) {
  if (!Fits<std::int64_t>(ns)) return ErrorKind::kOverflow;
  return Value{Duration{static_cast<std::int64_t>(ns)}};
}

Result TimeOrSpan(BinaryOp op, const Value& a, const Value& b) {
  const Wide sign = op == BinaryOp::kAdd ? 1 : -1;
  if (a.Is<Duration>() && b.Is<Duration>()) {
    return SpanOf(Wide{a.As<Duration>().ns} + sign * b.As<Duration>().ns);
  }
  if (a.Is<Duration>()) return TimeAt(Nanoseconds(b.As<base::Timestamp>()) + a.As<Duration>().ns);
  const Wide time = Nanoseconds(a.As<base::Timestamp>());
  if (b.Is<Duration>()) return TimeAt(time + sign * b.As<Duration>().ns);
  return SpanOf(time - Nanoseconds(b.As<base::Timestamp>()));
}

}  // namespace

Result Arithmetic(BinaryOp op, const Value& a, const Value& b) {
  if (a.Is<Money>()) {
    const Money& money = a.As<Money>();
    const bool two = b.Is<Money>();
    SLUICE_CHECK(!two || b.As<Money>().currency == money.currency);
    return MoneyOf(op, money.minor, two ? b.As<Money>().minor : b.As<std::int64_t>(),
                   money.currency);
  }
  if (b.Is<Money>()) {
    return MoneyOf(op, a.As<std::int64_t>(), b.As<Money>().minor, b.As<Money>().currency);
  }
  if (a.Is<std::int64_t>()) return WholeOf(op, a.As<std::int64_t>(), b.As<std::int64_t>());
  if (a.Is<std::uint64_t>()) return WholeOf(op, a.As<std::uint64_t>(), b.As<std::uint64_t>());
  if (a.Is<double>()) return Real(op, a.As<double>(), b.As<double>());
  if (a.Is<std::string>()) return Value{a.As<std::string>() + b.As<std::string>()};
  if (a.Is<std::shared_ptr<const List>>()) {
    List joined = *a.As<std::shared_ptr<const List>>();
    const List& more = *b.As<std::shared_ptr<const List>>();
    joined.insert(joined.end(), more.begin(), more.end());
    return MakeList(std::move(joined));
  }
  return TimeOrSpan(op, a, b);
}

Result Negate(const Value& value) {
  if (value.Is<double>()) return Value{-value.As<double>()};
  const bool is_money = value.Is<Money>();
  const std::int64_t number = is_money ? value.As<Money>().minor : value.As<std::int64_t>();
  if (number == std::numeric_limits<std::int64_t>::min()) return ErrorKind::kOverflow;
  if (is_money) return Value{Money{-number, value.As<Money>().currency}};
  return Value{-number};
}

}  // namespace sluice::oracle
