#include "engine/base/money.h"

#include <array>
#include <limits>

namespace sluice::base {
namespace {

struct Digits {
  CurrencyCode currency;
  int digits;
};

constexpr CurrencyCode Code(std::string_view text) { return *ParseCurrency(text); }

// ISO 4217 table A.1: the currencies whose minor unit is not a hundredth.
constexpr std::array kUnusualDigits{
    Digits{Code("BIF"), 0}, Digits{Code("CLP"), 0}, Digits{Code("DJF"), 0}, Digits{Code("GNF"), 0},
    Digits{Code("ISK"), 0}, Digits{Code("JPY"), 0}, Digits{Code("KMF"), 0}, Digits{Code("KRW"), 0},
    Digits{Code("PYG"), 0}, Digits{Code("RWF"), 0}, Digits{Code("UGX"), 0}, Digits{Code("UYI"), 0},
    Digits{Code("VND"), 0}, Digits{Code("VUV"), 0}, Digits{Code("XAF"), 0}, Digits{Code("XOF"), 0},
    Digits{Code("XPF"), 0}, Digits{Code("BHD"), 3}, Digits{Code("IQD"), 3}, Digits{Code("JOD"), 3},
    Digits{Code("KWD"), 3}, Digits{Code("LYD"), 3}, Digits{Code("OMR"), 3}, Digits{Code("TND"), 3},
    Digits{Code("CLF"), 4}, Digits{Code("UYW"), 4},
};
constexpr int kUsualDigits = 2;

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Appends a digit to a count that is zero or negative, so that the lowest int64 can be read too.
bool AppendDigit(char digit, std::int64_t* negative) {
  constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
  const std::int64_t value = digit - '0';
  if (*negative < (kLowest + value) / 10) return false;
  *negative = *negative * 10 - value;
  return true;
}

}  // namespace

std::string CurrencyText(CurrencyCode currency) {
  if (currency == 0) return {};
  return {static_cast<char>(currency >> 16 & 0xFF), static_cast<char>(currency >> 8 & 0xFF),
          static_cast<char>(currency & 0xFF)};
}

int MinorDigits(CurrencyCode currency) {
  for (const Digits& unusual : kUnusualDigits) {
    if (unusual.currency == currency) return unusual.digits;
  }
  return kUsualDigits;
}

std::optional<Money> ParseMoney(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::optional<CurrencyCode> currency = ParseCurrency(text.substr(space + 1));
  if (!currency) return std::nullopt;
  return ParseMoneyAmount(text.substr(0, space), *currency);
}

std::optional<Money> ParseMoneyAmount(std::string_view amount, CurrencyCode currency) {
  const bool is_negative = amount.starts_with('-');
  if (is_negative) amount.remove_prefix(1);
  const std::size_t point = amount.find('.');
  const std::string_view whole = amount.substr(0, point);
  const std::string_view decimals =
      point == std::string_view::npos ? std::string_view{} : amount.substr(point + 1);
  const std::size_t digits = static_cast<std::size_t>(MinorDigits(currency));
  if (whole.empty() || decimals.size() > digits) return std::nullopt;
  if (point != std::string_view::npos && decimals.empty()) return std::nullopt;
  std::int64_t negative = 0;
  for (const char c : whole) {
    if (!IsDigit(c) || !AppendDigit(c, &negative)) return std::nullopt;
  }
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = i < decimals.size() ? decimals[i] : '0';
    if (!IsDigit(c) || !AppendDigit(c, &negative)) return std::nullopt;
  }
  if (is_negative) return Money{negative, currency};
  if (negative == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  return Money{-negative, currency};
}

std::string MoneyText(const Money& money) {
  const bool is_negative = money.minor_units < 0;
  const std::uint64_t magnitude =
      is_negative ? std::uint64_t{0} - static_cast<std::uint64_t>(money.minor_units)
                  : static_cast<std::uint64_t>(money.minor_units);
  std::string text = std::to_string(magnitude);
  const std::size_t digits = static_cast<std::size_t>(MinorDigits(money.currency));
  if (text.size() <= digits) text.insert(0, digits + 1 - text.size(), '0');
  if (digits != 0) text.insert(text.size() - digits, 1, '.');
  if (is_negative) text.insert(0, 1, '-');
  return text + ' ' + CurrencyText(money.currency);
}

}  // namespace sluice::base
