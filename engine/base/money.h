// Money: integer minor units of a currency (ISO 4217). Never a floating-point number.
//
// Plain values. Source of the digits: ISO 4217 table A.1, minor units.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::base {

/// Three upper-case letters packed big-endian into the low 24 bits ("CNY" = 0x434E59); 0 is "no
/// currency".
using CurrencyCode = std::uint32_t;

struct Money {
  std::int64_t minor_units = 0;
  CurrencyCode currency = 0;

  friend bool operator==(const Money&, const Money&) = default;
};

/// The code of three ASCII letters A-Z; nothing for any other text.
constexpr std::optional<CurrencyCode> ParseCurrency(std::string_view text) {
  if (text.size() != 3) return std::nullopt;
  CurrencyCode code = 0;
  for (const char letter : text) {
    if (letter < 'A' || letter > 'Z') return std::nullopt;
    code = code << 8 | static_cast<CurrencyCode>(letter);
  }
  return code;
}
/// The three letters; empty for 0.
std::string CurrencyText(CurrencyCode currency);

/// Digits after the decimal point (CNY 2, KRW 0, KWD 3); 2 for a code that ISO 4217 does not list.
int MinorDigits(CurrencyCode currency);

/// "5000 CNY", "12.50 EUR", "-1 USD": amount, one space, code. Nothing when malformed, out of
/// range, or with more decimals than the currency has.
std::optional<Money> ParseMoney(std::string_view text);
/// A bare decimal amount ("12.50") in major units of `currency`.
std::optional<Money> ParseMoneyAmount(std::string_view amount, CurrencyCode currency);
/// "12.50 EUR", with as many decimals as the currency has.
std::string MoneyText(const Money& money);

}  // namespace sluice::base
