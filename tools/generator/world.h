// The synthetic world in memory: goods, brands, places, merchants and the lists that patterns are
// planted from.
//
// Independent of seed and date. Meaning of the columns: world/README.md.
// Thread-safety: immutable once made.   Errors: a broken world file is a programmer's error
// (SLUICE_CHECK). Units: prices in CNY as double (a draft of money, rounded to minor units before
// it becomes a fact), weights in g.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/money.h"
#include "tools/generator/random.h"

namespace sluice::generator {

inline constexpr std::uint32_t kMerchants = 20'000;  // M00001 on
inline constexpr std::uint32_t kPlatforms = 400;     // P001 on

using CountryIndex = std::uint32_t;

struct Country {
  std::string code;
  std::uint32_t currency;  // index into World::currencies
  double price_level;
  bool eu;
  bool free_zone;
  bool embargo;
};

struct Currency {
  std::string code;
  base::CurrencyCode packed;
  double cny_rate;  // CNY for one unit
  double minor_per_unit;
};

/// Goods chapter (HS, two digits).
struct Chapter {
  double density_low, density_high, density_typical;  // g/cm3
  std::vector<std::string> xray_classes;
};

struct Good {
  std::string hs10, zh, en, unit, xray_class;
  std::uint32_t chapter;  // 1 to 99
  double price_cny, log_sigma;
  std::uint32_t unit_weight_g;
  std::uint32_t popularity;
  bool high_duty, refund_rated, licence, battery, positive, import_only;
  bool embargo;       // its heading is on the embargo list
  bool has_keywords;  // both keywords point to its chapter
  std::vector<CountryIndex> origins;
  Alias origin_alias;
};

struct Brand {
  std::string name;
  std::vector<std::uint32_t> chapters;
  double reference_cny;
  bool luxury, recorded;
  std::vector<CountryIndex> origins;
  std::vector<std::uint32_t> merchants;  // authorised, by index
};

struct Merchant {
  std::string id;
  std::uint32_t platform;
  std::uint32_t office;
  bool aeo, dishonest, target, young;
  std::uint32_t account_age_days;     // of accounts that are not young
  std::vector<std::uint32_t> brands;  // authorised
};

/// An HS prefix with an origin: disease listings, duties. `goods` are those that begin with it.
struct HsOrigin {
  std::string hs_prefix;
  CountryIndex origin;
  bool expired;
  std::vector<std::uint32_t> goods;
};

struct Profile {
  std::int64_t merchant, platform, origin, office;  // indexes; -1 means any
  std::vector<std::uint32_t> goods;                 // empty means any
};

struct Sanctioned {
  std::string id, name, phone;
};

struct Alert {
  std::string kind, value;
  bool expired;
};

struct Word {
  std::string text;
  bool chinese, toy_guard;
};

class World {
 public:
  World();

  std::vector<Country> countries;
  std::vector<Currency> currencies;
  std::vector<std::string> offices, platforms;
  std::array<Chapter, 100> chapters;
  std::vector<Good> goods;
  std::vector<Brand> brands;
  std::array<std::vector<std::uint32_t>, 100> plain_brands;  // by chapter: not recorded
  std::vector<Merchant> merchants;
  std::vector<HsOrigin> quarantine, anti_dumping;
  std::vector<Profile> profiles;
  std::vector<Sanctioned> sanctioned;
  std::vector<Alert> alerts;
  std::vector<Word> prohibited;
  std::vector<std::string> vague, decorations_zh, decorations_en, contraband;
  std::vector<CountryIndex> free_zones, embargo_countries, eu_countries;
  CountryIndex china = 0;
  std::uint32_t cny = 0, eur = 0;

  Alias import_countries, export_countries, eu_export_countries;
  Alias import_currencies, export_currencies, office_alias, platform_alias, merchant_alias;

  CountryIndex CountryOf(const std::string& code) const;
  /// Median unit price of the good from this origin.
  double MedianPrice(const Good& good, CountryIndex origin) const {
    return good.price_cny * countries[origin].price_level;
  }
  /// The good's origin list holds it, or it is China.
  bool KnowsOrigin(const Good& good, CountryIndex origin) const;
  bool HasDuty(const Good& good, CountryIndex origin) const;
  bool IsQuarantined(const Good& good, CountryIndex origin) const;

 private:
  void LoadPlaces();
  void LoadGoods();
  void LoadKeywords();
  void LoadBrands();
  void MakeMerchants();
  void LoadSpecialMerchants();
  void LoadLists();
  void LoadWords();
  std::vector<HsOrigin> LoadPairs(const char* table);
  std::vector<std::uint32_t> GoodsBelow(const std::string& hs_prefix) const;
};

}  // namespace sluice::generator
