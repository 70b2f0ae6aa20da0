#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "engine/ruleset/reference_data.h"

namespace sluice::ruleset {
namespace {

using Outcome = RateTable::Outcome;

constexpr std::int64_t kIntMin = std::numeric_limits<std::int64_t>::min();

base::CurrencyCode Code(const char* text) { return base::ParseCurrency(text).value(); }

// Units of CNY for one major unit: EUR 7.8, KRW 0.005234567 (no decimals), KWD 23.456789012 (three decimals),
// CLF (four decimals) and USD at the ends of what a rate can be.
RateTable Rates() {
  RateTable table;
  table.base_currency = Code("CNY");
  table.rates = {{Code("CLF"), {0, 0}, std::numeric_limits<std::int64_t>::max()},
                 {Code("EUR"), {0, 0}, 7'800'000'000},
                 {Code("KRW"), {0, 0}, 5'234'567},
                 {Code("KWD"), {0, 0}, 23'456'789'012},
                 {Code("USD"), {0, 0}, 1}};
  std::sort(table.rates.begin(), table.rates.end(),
            [](const Rate& a, const Rate& b) { return a.currency < b.currency; });
  return table;
}

struct Case {
  std::int64_t minor_units;
  const char* from;
  const char* to;
  std::int64_t expected;
  bool fits;
};

// Computed with integers of any size: minor * rate(from) * 10^digits(to) / (rate(to) * 10^digits(from)),
// rounded half away from zero; `fits` is false where that is outside 64 bits.
constexpr Case kCases[] = {
    {0, "EUR", "CNY", 0, true},
    {0, "CNY", "EUR", 0, true},
    {0, "CNY", "KRW", 0, true},
    {0, "KRW", "CNY", 0, true},
    {0, "KWD", "KRW", 0, true},
    {0, "KRW", "KWD", 0, true},
    {0, "CLF", "USD", 0, true},
    {0, "USD", "CLF", 0, true},
    {0, "EUR", "KWD", 0, true},
    {0, "CNY", "USD", 0, true},
    {0, "CLF", "CNY", 0, true},
    {0, "CNY", "CLF", 0, true},
    {1, "EUR", "CNY", 8, true},
    {1, "CNY", "EUR", 0, true},
    {1, "CNY", "KRW", 2, true},
    {1, "KRW", "CNY", 1, true},
    {1, "KWD", "KRW", 4, true},
    {1, "KRW", "KWD", 0, true},
    {1, "CLF", "USD", 92233720368547758, true},
    {1, "USD", "CLF", 0, true},
    {1, "EUR", "KWD", 3, true},
    {1, "CNY", "USD", 1000000000, true},
    {1, "CLF", "CNY", 92233720, true},
    {1, "CNY", "CLF", 0, true},
    {-1, "EUR", "CNY", -8, true},
    {-1, "CNY", "EUR", 0, true},
    {-1, "CNY", "KRW", -2, true},
    {-1, "KRW", "CNY", -1, true},
    {-1, "KWD", "KRW", -4, true},
    {-1, "KRW", "KWD", 0, true},
    {-1, "CLF", "USD", -92233720368547758, true},
    {-1, "USD", "CLF", 0, true},
    {-1, "EUR", "KWD", -3, true},
    {-1, "CNY", "USD", -1000000000, true},
    {-1, "CLF", "CNY", -92233720, true},
    {-1, "CNY", "CLF", 0, true},
    {5, "EUR", "CNY", 39, true},
    {5, "CNY", "EUR", 1, true},
    {5, "CNY", "KRW", 10, true},
    {5, "KRW", "CNY", 3, true},
    {5, "KWD", "KRW", 22, true},
    {5, "KRW", "KWD", 1, true},
    {5, "CLF", "USD", 461168601842738790, true},
    {5, "USD", "CLF", 0, true},
    {5, "EUR", "KWD", 17, true},
    {5, "CNY", "USD", 5000000000, true},
    {5, "CLF", "CNY", 461168602, true},
    {5, "CNY", "CLF", 0, true},
    {-5, "EUR", "CNY", -39, true},
    {-5, "CNY", "EUR", -1, true},
    {-5, "CNY", "KRW", -10, true},
    {-5, "KRW", "CNY", -3, true},
    {-5, "KWD", "KRW", -22, true},
    {-5, "KRW", "KWD", -1, true},
    {-5, "CLF", "USD", -461168601842738790, true},
    {-5, "USD", "CLF", 0, true},
    {-5, "EUR", "KWD", -17, true},
    {-5, "CNY", "USD", -5000000000, true},
    {-5, "CLF", "CNY", -461168602, true},
    {-5, "CNY", "CLF", 0, true},
    {199, "EUR", "CNY", 1552, true},
    {199, "CNY", "EUR", 26, true},
    {199, "CNY", "KRW", 380, true},
    {199, "KRW", "CNY", 104, true},
    {199, "KWD", "KRW", 892, true},
    {199, "KRW", "KWD", 44, true},
    {199, "CLF", "USD", 0, false},
    {199, "USD", "CLF", 0, true},
    {199, "EUR", "KWD", 662, true},
    {199, "CNY", "USD", 199000000000, true},
    {199, "CLF", "CNY", 18354510353, true},
    {199, "CNY", "CLF", 0, true},
    {9223372036854775807, "EUR", "CNY", 0, false},
    {9223372036854775807, "CNY", "EUR", 1182483594468561001, true},
    {9223372036854775807, "CNY", "KRW", 0, false},
    {9223372036854775807, "KRW", "CNY", 4828035889284279323, true},
    {9223372036854775807, "KWD", "KRW", 0, false},
    {9223372036854775807, "KRW", "KWD", 2058268029274747574, true},
    {9223372036854775807, "CLF", "USD", 0, false},
    {9223372036854775807, "USD", "CLF", 100, true},
    {9223372036854775807, "EUR", "KWD", 0, false},
    {9223372036854775807, "CNY", "USD", 0, false},
    {9223372036854775807, "CLF", "CNY", 0, false},
    {9223372036854775807, "CNY", "CLF", 100000000000, true},
    {kIntMin, "EUR", "CNY", 0, false},
    {kIntMin, "CNY", "EUR", -1182483594468561001, true},
    {kIntMin, "CNY", "KRW", 0, false},
    {kIntMin, "KRW", "CNY", -4828035889284279324, true},
    {kIntMin, "KWD", "KRW", 0, false},
    {kIntMin, "KRW", "KWD", -2058268029274747575, true},
    {kIntMin, "CLF", "USD", 0, false},
    {kIntMin, "USD", "CLF", -100, true},
    {kIntMin, "EUR", "KWD", 0, false},
    {kIntMin, "CNY", "USD", 0, false},
    {kIntMin, "CLF", "CNY", 0, false},
    {kIntMin, "CNY", "CLF", -100000000000, true},
    {123456789012345, "EUR", "CNY", 962962954296291, true},
    {123456789012345, "CNY", "EUR", 15827793463121, true},
    {123456789012345, "CNY", "KRW", 235849095087225, true},
    {123456789012345, "KRW", "CNY", 64624283368998, true},
    {123456789012345, "KWD", "KRW", 553226246213216, true},
    {123456789012345, "KRW", "KWD", 27550353689048, true},
    {123456789012345, "CLF", "USD", 0, false},
    {123456789012345, "USD", "CLF", 0, true},
    {123456789012345, "EUR", "KWD", 410526331546769, true},
    {123456789012345, "CNY", "USD", 0, false},
    {123456789012345, "CLF", "CNY", 0, false},
    {123456789012345, "CNY", "CLF", 1338521, true},
    {19, "CLF", "KRW", 3347823587, true},
    {1363974157860798087, "EUR", "CNY", 0, false},
    {-15, "USD", "EUR", 0, true},
    {21411697638182283, "KWD", "EUR", 6439098383174109, true},
    {-6886183710159224706, "CLF", "USD", 0, false},
    {-948885147964949, "CNY", "EUR", -121651942046788, true},
    {13853553745634, "CLF", "EUR", 0, false},
    {-2077532102358, "CNY", "KRW", -3968870973202, true},
    {239434302353887636, "KRW", "CLF", 1358868419, true},
    {-203357, "KRW", "USD", -106448584141900, true},
    {-8, "KRW", "EUR", -1, true},
    {-51381721, "CNY", "KRW", -98158493, true},
    {-24735, "KWD", "KRW", -110841, true},
    {65485145673108822, "EUR", "CLF", 5537932702, true},
    {1, "EUR", "KWD", 3, true},
    {-4986221, "CLF", "KRW", -878578330184293, true},
    {-28056264645, "USD", "KRW", -54, true},
    {3677533792998, "CNY", "EUR", 471478691410, true},
    {-1588, "KRW", "CLF", 0, true},
    {3249994626, "CNY", "EUR", 416665978, true},
    {1953541639731764767, "EUR", "CNY", 0, false},
    {11211428482, "EUR", "CLF", 948, true},
    {1133, "USD", "KWD", 0, true},
    {-76793, "KWD", "KRW", -344120, true},
    {-54064277427, "CLF", "EUR", -639301211042244446, true},
    {24258491614146, "KRW", "EUR", 1627983329143, true},
    {-1474756406187, "EUR", "KWD", -4903953376728, true},
    {-388670359066, "KWD", "USD", 0, false},
    {223, "CLF", "EUR", 2636938416, true},
    {-34952348, "KRW", "EUR", -2345646, true},
    {288251, "CLF", "USD", 0, false},
    {-104314510, "CLF", "CNY", -9621315345722079, true},
    {-470, "USD", "KRW", 0, true},
    {3737523, "USD", "KRW", 0, true},
    {-262218137, "EUR", "CLF", -22, true},
    {-15925494748420, "KRW", "USD", 0, false},
    {-3, "CLF", "KRW", -528603724, true},
    {38954143, "EUR", "KWD", 129532783, true},
    {-23867, "EUR", "USD", -186162600000000, true},
    {15355554092364, "CNY", "KWD", 6546315475877, true},
};

TEST(RateTableTest, ConversionsEqualExactArithmetic) {
  const RateTable rates = Rates();
  for (const Case& c : kCases) {
    base::Money converted;
    const Outcome outcome = rates.Convert({c.minor_units, Code(c.from)}, Code(c.to), {0, 0}, &converted);
    ASSERT_EQ(outcome, c.fits ? Outcome::kOk : Outcome::kOverflow)
        << c.minor_units << ' ' << c.from << " to " << c.to;
    if (!c.fits) continue;
    EXPECT_EQ(converted, (base::Money{c.expected, Code(c.to)}))
        << c.minor_units << ' ' << c.from << " to " << c.to;
  }
}

TEST(RateTableTest, HalvesGoAwayFromZero) {
  RateTable rates;
  rates.base_currency = Code("CNY");
  rates.rates = {{Code("EUR"), {0, 0}, 500'000'000}};
  base::Money converted;
  ASSERT_EQ(rates.Convert({3, Code("EUR")}, Code("CNY"), {}, &converted), Outcome::kOk);
  EXPECT_EQ(converted.minor_units, 2);  // 1.5
  ASSERT_EQ(rates.Convert({-3, Code("EUR")}, Code("CNY"), {}, &converted), Outcome::kOk);
  EXPECT_EQ(converted.minor_units, -2);
}

TEST(RateTableTest, TheRateInForceIsTheLatestThatHasBegun) {
  RateTable rates;
  rates.base_currency = Code("CNY");
  rates.rates = {{Code("EUR"), {100, 0}, 2'000'000'000}, {Code("EUR"), {200, 7}, 3'000'000'000}};
  base::Money converted;
  const base::Money one{100, Code("EUR")};
  EXPECT_EQ(rates.Convert(one, Code("CNY"), {99, 999'999'999}, &converted), Outcome::kNoRate);
  ASSERT_EQ(rates.Convert(one, Code("CNY"), {100, 0}, &converted), Outcome::kOk);
  EXPECT_EQ(converted.minor_units, 200);
  ASSERT_EQ(rates.Convert(one, Code("CNY"), {200, 6}, &converted), Outcome::kOk);
  EXPECT_EQ(converted.minor_units, 200);
  ASSERT_EQ(rates.Convert(one, Code("CNY"), {200, 7}, &converted), Outcome::kOk);
  EXPECT_EQ(converted.minor_units, 300);
}

TEST(RateTableTest, OneCurrencyNeedsNoRateAndOthersDo) {
  const RateTable none;
  base::Money converted;
  ASSERT_EQ(none.Convert({kIntMin, Code("JPY")}, Code("JPY"), {}, &converted), Outcome::kOk);
  EXPECT_EQ(converted, (base::Money{kIntMin, Code("JPY")}));
  EXPECT_EQ(none.Convert({1, Code("JPY")}, Code("CNY"), {}, &converted), Outcome::kNoRate);
  EXPECT_EQ(Rates().Convert({1, Code("CNY")}, Code("JPY"), {}, &converted), Outcome::kNoRate);
}

}  // namespace
}  // namespace sluice::ruleset
