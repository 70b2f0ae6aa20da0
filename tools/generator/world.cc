#include "tools/generator/world.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include "engine/base/check.h"
#include "tools/generator/world_table.h"

namespace sluice::generator {

namespace {

std::vector<std::uint64_t> Weights(const WorldTable& table, std::string_view column) {
  std::vector<std::uint64_t> weights;
  for (std::size_t row = 0; row < table.rows(); ++row) weights.push_back(table.Count(row, column));
  return weights;
}

std::string Numbered(const char* format, std::uint32_t number) {
  char text[16];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

std::uint32_t NumberOf(const std::string& text) {
  return static_cast<std::uint32_t>(std::stoul(text));
}

}  // namespace

World::World() {
  LoadPlaces();
  LoadGoods();
  LoadKeywords();
  LoadBrands();
  MakeMerchants();
  LoadSpecialMerchants();
  LoadLists();
  LoadWords();
}

CountryIndex World::CountryOf(const std::string& code) const {
  for (CountryIndex i = 0; i < countries.size(); ++i) {
    if (countries[i].code == code) return i;
  }
  SLUICE_CHECK(false);
  return 0;
}

void World::LoadPlaces() {
  const WorldTable money("currencies");
  for (std::size_t row = 0; row < money.rows(); ++row) {
    const std::string& code = money.Text(row, "currency");
    const auto packed = base::ParseCurrency(code);
    SLUICE_CHECK(packed.has_value());
    double minor = 1.0;
    for (int digit = 0; digit < base::MinorDigits(*packed); ++digit) minor *= 10.0;
    currencies.push_back({code, *packed, money.Number(row, "cny_rate"), minor});
    if (code == "EUR") eur = static_cast<std::uint32_t>(row);
    if (code == "CNY") cny = static_cast<std::uint32_t>(row);
  }
  import_currencies = Alias(Weights(money, "import_weight"));
  export_currencies = Alias(Weights(money, "export_weight"));

  const WorldTable places("countries");
  std::vector<std::uint64_t> eu_weights;
  for (std::size_t row = 0; row < places.rows(); ++row) {
    const auto currency =
        std::find_if(currencies.begin(), currencies.end(),
                     [&](const Currency& c) { return c.code == places.Text(row, "currency"); });
    SLUICE_CHECK(currency != currencies.end());
    countries.push_back({places.Text(row, "country"),
                         static_cast<std::uint32_t>(currency - currencies.begin()),
                         places.Number(row, "price_level"), places.Flag(row, "eu"), false, false});
    eu_weights.push_back(places.Flag(row, "eu") ? places.Count(row, "export_weight") : 0);
  }
  import_countries = Alias(Weights(places, "import_weight"));
  export_countries = Alias(Weights(places, "export_weight"));
  eu_export_countries = Alias(eu_weights);
  china = CountryOf("CN");
  for (const std::string& code : WorldTable("free_zones").Column("country"))
    free_zones.push_back(CountryOf(code));
  for (const std::string& code : WorldTable("embargo_countries").Column("country")) {
    embargo_countries.push_back(CountryOf(code));
  }
  for (const CountryIndex country : free_zones) countries[country].free_zone = true;
  for (const CountryIndex country : embargo_countries) countries[country].embargo = true;

  const WorldTable custom_houses("offices");
  offices = custom_houses.Column("office");
  office_alias = Alias(Weights(custom_houses, "weight"));
}

void World::LoadGoods() {
  const WorldTable hs2("hs2");
  for (std::size_t row = 0; row < hs2.rows(); ++row) {
    chapters[NumberOf(hs2.Text(row, "hs2"))] = {
        hs2.Number(row, "density_low"), hs2.Number(row, "density_high"),
        hs2.Number(row, "density_typical"), Split(hs2.Text(row, "xray_classes"), ';')};
  }
  const std::vector<std::string> embargo = WorldTable("embargo_hs").Column("hs_prefix");
  const WorldTable table("goods");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Good good;
    good.hs10 = table.Text(row, "hs10");
    good.zh = table.Text(row, "zh");
    good.en = table.Text(row, "en");
    good.unit = table.Text(row, "unit");
    good.xray_class = table.Text(row, "xray_class");
    good.chapter = NumberOf(good.hs10.substr(0, 2));
    good.price_cny = table.Number(row, "price_cny");
    good.log_sigma = table.Number(row, "log_sigma");
    good.unit_weight_g = static_cast<std::uint32_t>(table.Count(row, "unit_weight_g"));
    good.popularity = static_cast<std::uint32_t>(table.Count(row, "popularity"));
    good.high_duty = table.Flag(row, "high_duty");
    good.refund_rated = table.Flag(row, "refund_rated");
    good.licence = table.Flag(row, "licence_needed");
    good.battery = table.Flag(row, "battery");
    good.positive = table.Flag(row, "positive_list");
    good.import_only = table.Text(row, "flow") == "import";
    good.embargo =
        std::find(embargo.begin(), embargo.end(), good.hs10.substr(0, 4)) != embargo.end();
    std::vector<std::uint64_t> weights;
    for (const std::string& entry : Split(table.Text(row, "origins"), ';')) {
      good.origins.push_back(CountryOf(entry.substr(0, 2)));
      weights.push_back(NumberOf(entry.substr(3)));
    }
    good.origin_alias = Alias(weights);
    goods.push_back(std::move(good));
  }
}

void World::LoadKeywords() {
  const std::vector<std::string> kept = WorldTable("keyword_heading").Column("keyword");
  const std::set<std::string> known(kept.begin(), kept.end());
  const WorldTable table("goods");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    goods[row].has_keywords = known.count(table.Text(row, "keyword_zh")) != 0 &&
                              known.count(table.Text(row, "keyword_en")) != 0;
  }
}

void World::LoadBrands() {
  const WorldTable table("brands");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Brand brand;
    brand.name = table.Text(row, "brand");
    brand.reference_cny = table.Number(row, "reference_price_cny");
    brand.luxury = table.Flag(row, "luxury");
    brand.recorded = table.Flag(row, "ipr_recorded");
    for (const std::string& code : Split(table.Text(row, "origins"), ';'))
      brand.origins.push_back(CountryOf(code));
    for (const std::string& chapter : Split(table.Text(row, "chapters"), ';')) {
      brand.chapters.push_back(NumberOf(chapter));
      if (!brand.recorded)
        plain_brands[brand.chapters.back()].push_back(static_cast<std::uint32_t>(row));
    }
    brands.push_back(std::move(brand));
  }
}

void World::MakeMerchants() {
  for (std::uint32_t i = 0; i < kPlatforms; ++i) platforms.push_back(Numbered("P%03u", i + 1));
  platform_alias = Alias(ZipfWeights(kPlatforms, 2));
  merchant_alias = Alias(ZipfWeights(kMerchants, 10));
  constexpr std::uint64_t kMerchantSeed = 0x6D65726368616E74u;  // of the world, not of a day
  for (std::uint32_t i = 0; i < kMerchants; ++i) {
    Random random(kMerchantSeed, i);
    Merchant merchant;
    merchant.id = Numbered("M%05u", i + 1);
    merchant.platform = platform_alias.Draw(&random);
    merchant.office = office_alias.Draw(&random);
    merchant.aeo = random.Chance(0.06);
    merchant.young = i >= 100 && random.Chance(0.008);
    merchant.account_age_days = 60 + random.Below(3000);
    merchant.dishonest = merchant.target = false;
    merchants.push_back(std::move(merchant));
  }
}

void World::LoadSpecialMerchants() {
  const WorldTable table("merchants");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::uint32_t index = NumberOf(table.Text(row, "merchant").substr(1)) - 1;
    Merchant& merchant = merchants[index];
    const std::string& role = table.Text(row, "role");
    merchant.dishonest |= role == "dishonest";
    merchant.target |= role == "target";
    if (role != "authorised_brand") continue;
    for (std::uint32_t i = 0; i < brands.size(); ++i) {
      if (brands[i].name != table.Text(row, "brand")) continue;
      brands[i].merchants.push_back(index);
      merchant.brands.push_back(i);
    }
  }
  for (const Brand& brand : brands) SLUICE_CHECK(!brand.recorded || !brand.merchants.empty());
}

std::vector<std::uint32_t> World::GoodsBelow(const std::string& hs_prefix) const {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < goods.size(); ++i) {
    if (goods[i].hs10.starts_with(hs_prefix)) found.push_back(i);
  }
  return found;
}

std::vector<HsOrigin> World::LoadPairs(const char* name) {
  const WorldTable table(name);
  const bool dated = std::string_view(name) == "quarantine";
  std::vector<HsOrigin> pairs;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& prefix = table.Text(row, "hs_prefix");
    const bool expired = dated && table.Text(row, "until") < "2026";
    pairs.push_back({prefix, CountryOf(table.Text(row, "origin")), expired, GoodsBelow(prefix)});
  }
  std::erase_if(pairs, [](const HsOrigin& pair) { return pair.goods.empty(); });
  return pairs;
}

void World::LoadLists() {
  quarantine = LoadPairs("quarantine");
  anti_dumping = LoadPairs("anti_dumping");

  const WorldTable rows("target_profiles");
  const auto index_in = [](const std::vector<std::string>& names,
                           const std::string& name) -> std::int64_t {
    return name.empty() ? -1 : std::find(names.begin(), names.end(), name) - names.begin();
  };
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    Profile profile;
    const std::string& merchant = rows.Text(row, "merchant");
    const std::string& origin = rows.Text(row, "origin");
    const std::string& prefix = rows.Text(row, "hs_prefix");
    profile.merchant = merchant.empty() ? -1 : std::int64_t{NumberOf(merchant.substr(1))} - 1;
    profile.platform = index_in(platforms, rows.Text(row, "platform"));
    profile.office = index_in(offices, rows.Text(row, "office"));
    profile.origin = origin.empty() ? -1 : std::int64_t{CountryOf(origin)};
    if (!prefix.empty()) profile.goods = GoodsBelow(prefix);
    profiles.push_back(std::move(profile));
  }
  const WorldTable parties("sanctioned_parties");
  for (std::size_t row = 0; row < parties.rows(); ++row) {
    sanctioned.push_back(
        {parties.Text(row, "id"), parties.Text(row, "name"), parties.Text(row, "phone")});
  }
  const WorldTable alarm("alerts");
  for (std::size_t row = 0; row < alarm.rows(); ++row) {
    // Waybills identify a parcel, so an alert on one can hardly be planted in more than one parcel.
    if (alarm.Text(row, "kind") == "waybill") continue;
    alerts.push_back(
        {alarm.Text(row, "kind"), alarm.Text(row, "value"), alarm.Text(row, "until") < "2026"});
  }
}

void World::LoadWords() {
  const WorldTable words("prohibited_words");
  for (std::size_t row = 0; row < words.rows(); ++row) {
    prohibited.push_back({words.Text(row, "word"), words.Text(row, "language") == "zh",
                          words.Flag(row, "toy_guard")});
  }
  vague = WorldTable("vague_words").Column("word");
  decorations_zh = WorldTable("decorations").Column("zh");
  decorations_en = WorldTable("decorations").Column("en");
  const WorldTable classes("xray_classes");
  for (std::size_t row = 0; row < classes.rows(); ++row) {
    if (classes.Flag(row, "contraband")) contraband.push_back(classes.Text(row, "class"));
  }
}

bool World::KnowsOrigin(const Good& good, CountryIndex origin) const {
  return origin == china ||
         std::find(good.origins.begin(), good.origins.end(), origin) != good.origins.end();
}

namespace {
bool Holds(const std::vector<HsOrigin>& pairs, const Good& good, CountryIndex origin) {
  return std::any_of(pairs.begin(), pairs.end(), [&](const HsOrigin& pair) {
    return pair.origin == origin && !pair.expired && good.hs10.starts_with(pair.hs_prefix);
  });
}
}  // namespace

bool World::HasDuty(const Good& good, CountryIndex origin) const {
  return Holds(anti_dumping, good, origin);
}
bool World::IsQuarantined(const Good& good, CountryIndex origin) const {
  return Holds(quarantine, good, origin);
}

}  // namespace sluice::generator
