#include <algorithm>
#include <limits>
#include <tuple>

#include "engine/ruleset/reference_data.h"

namespace sluice::ruleset {
namespace {

using Wide = unsigned __int128;

constexpr std::int64_t kNanoUnitsOfOne = 1'000'000'000;

std::uint64_t Magnitude(std::int64_t value) {
  return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

std::uint64_t PowerOfTen(int exponent) {
  std::uint64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

// As Scale, where neither the product nor the divisor, 10,000 times over, needs more than 64 bits: wide
// divisions take ten times as long, and amounts of parcels are small.
constexpr int kNarrowBits = 49;

std::uint64_t ScaleNarrow(std::uint64_t product, std::uint64_t up, std::uint64_t divisor) {
  const std::uint64_t scaled = product * up;
  return scaled / divisor + (scaled % divisor * 2 >= divisor ? 1 : 0);
}

// floor(amount * factor * up / (divisor * down)) rounded half up, or nothing where it needs more than
// 64 bits. `up` or `down` is 1 and neither is above 10,000, so no step leaves 128 bits: the first
// quotient is taken before it is scaled up, and its rest is scaled apart.
std::optional<std::uint64_t> Scale(std::uint64_t amount, std::uint64_t factor, std::uint64_t up,
                                   std::uint64_t divisor, std::uint64_t down) {
  const Wide product = static_cast<Wide>(amount) * factor;
  const Wide whole_divisor = static_cast<Wide>(divisor) * down;
  if ((product | whole_divisor) >> kNarrowBits == 0) {
    return ScaleNarrow(static_cast<std::uint64_t>(product), up,
                       static_cast<std::uint64_t>(whole_divisor));
  }
  const Wide quotient = product / whole_divisor;
  if (quotient > std::numeric_limits<std::uint64_t>::max()) return std::nullopt;
  const Wide rest = product % whole_divisor * up;
  const Wide rounded = (rest % whole_divisor) * 2 >= whole_divisor ? 1 : 0;
  const Wide result = quotient * up + rest / whole_divisor + rounded;
  if (result > std::numeric_limits<std::uint64_t>::max()) return std::nullopt;
  return static_cast<std::uint64_t>(result);
}

}  // namespace

std::int64_t RateTable::NanoUnits(base::CurrencyCode currency, const base::Timestamp& now) const {
  if (currency == base_currency) return kNanoUnitsOfOne;
  const auto later = std::partition_point(rates.begin(), rates.end(), [&](const Rate& rate) {
    return std::tie(rate.currency, rate.from) <= std::tie(currency, now);
  });
  if (later == rates.begin() || (later - 1)->currency != currency) return 0;
  return (later - 1)->nano_units;
}

RateTable::Outcome RateTable::Convert(const base::Money& money, base::CurrencyCode to,
                                      const base::Timestamp& now, base::Money* converted) const {
  if (money.currency == to) {
    *converted = money;
    return Outcome::kOk;
  }
  const std::int64_t from_rate = NanoUnits(money.currency, now);
  const std::int64_t to_rate = NanoUnits(to, now);
  if (from_rate <= 0 || to_rate <= 0) return Outcome::kNoRate;
  const int shift = base::MinorDigits(to) - base::MinorDigits(money.currency);
  const std::optional<std::uint64_t> magnitude =
      Scale(Magnitude(money.minor_units), static_cast<std::uint64_t>(from_rate), PowerOfTen(shift),
            static_cast<std::uint64_t>(to_rate), PowerOfTen(-shift));
  const bool negative = money.minor_units < 0;
  const std::uint64_t most = Magnitude(negative ? std::numeric_limits<std::int64_t>::min()
                                                : std::numeric_limits<std::int64_t>::max());
  if (!magnitude || *magnitude > most) return Outcome::kOverflow;
  const std::uint64_t bits = negative ? 0 - *magnitude : *magnitude;
  *converted = {static_cast<std::int64_t>(bits), to};
  return Outcome::kOk;
}

}  // namespace sluice::ruleset
