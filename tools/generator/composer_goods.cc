// What is in the parcel: goods, brands, origins, prices, descriptions.
#include <algorithm>
#include <cmath>

#include "tools/generator/composer.h"

namespace sluice::generator {

namespace {

constexpr double kTameDeviations = 1.8;        // within the 5th and 95th percentile of a price band
constexpr double kLuxuryPriceMaxCny = 2500.0;  // of one item in an ordinary parcel
constexpr double kCheapestCny = 3.0;

/// Highest total value of an ordinary parcel, in CNY: below the legal limits.
double LimitOf(const Plan& plan, const World& world) {
  const double eur = world.currencies[world.eur].cny_rate;
  switch (plan.channel) {
    case Channel::kPersonal: return 43.0 * eur;
    case Channel::kLowValue: return 144.0 * eur;
    case Channel::kDirect:
    case Channel::kBonded:
    case Channel::kBondedA: return 4'850.0;
    case Channel::kB2bDirect:
    case Channel::kB2bOverseas: break;
  }
  return 9'000.0;
}

double ExpectedPrice(const Good& good) {
  return good.price_cny * Exp(good.log_sigma * good.log_sigma / 2.0);
}

/// The exponent of price by which popularity must fall so that the mean price becomes
/// `mean_price_cny`.
double Tilt(const World& world, const std::vector<std::uint32_t>& goods, double mean_price_cny) {
  double low = -2.0;
  double high = 4.0;
  for (int step = 0; step < 60; ++step) {
    const double tilt = (low + high) / 2.0;
    double weight_sum = 0.0;
    double value_sum = 0.0;
    for (const std::uint32_t index : goods) {
      const Good& good = world.goods[index];
      const double weight = good.popularity * Exp(-tilt * Log(good.price_cny));
      weight_sum += weight;
      value_sum += weight * ExpectedPrice(good);
    }
    (value_sum > mean_price_cny * weight_sum ? low : high) = tilt;
  }
  return low;
}

bool Sells(const Brand& brand, std::uint32_t chapter) {
  return std::find(brand.chapters.begin(), brand.chapters.end(), chapter) != brand.chapters.end();
}

}  // namespace

std::int64_t MinorUnits(double cny, const Currency& currency) {
  return static_cast<std::int64_t>(
      std::floor(cny / currency.cny_rate * currency.minor_per_unit + 0.5));
}

double Cny(std::int64_t minor, const Currency& currency) {
  return static_cast<double>(minor) / currency.minor_per_unit * currency.cny_rate;
}

template <typename Accept>
Composer::Shelf Composer::MakeShelf(double mean_price_cny, Accept accept) const {
  Shelf shelf;
  for (std::uint32_t i = 0; i < world_.goods.size(); ++i) {
    if (accept(world_.goods[i])) shelf.goods.push_back(i);
  }
  const double tilt = Tilt(world_, shelf.goods, mean_price_cny);
  std::vector<std::uint64_t> weights;
  std::array<std::vector<std::uint64_t>, 100> chapter_weights;
  for (const std::uint32_t index : shelf.goods) {
    const Good& good = world_.goods[index];
    const double weight = good.popularity * Exp(-tilt * Log(good.price_cny)) * 1e6;
    weights.push_back(1 + static_cast<std::uint64_t>(weight));
    shelf.chapter_goods[good.chapter].push_back(index);
    chapter_weights[good.chapter].push_back(weights.back());
  }
  shelf.alias = Alias(weights);
  for (std::size_t chapter = 0; chapter < chapter_weights.size(); ++chapter) {
    if (!chapter_weights[chapter].empty())
      shelf.chapters[chapter] = Alias(chapter_weights[chapter]);
  }
  return shelf;
}

Composer::Composer(const World& world, double import_price_cny, double export_price_cny)
    : world_(world) {
  constexpr double kPersonalPriceCny = 45.0;
  import_shelf_ = MakeShelf(import_price_cny, [](const Good& good) { return good.positive; });
  personal_shelf_ = MakeShelf(kPersonalPriceCny, [](const Good& good) {
    return !good.licence && !good.import_only && good.price_cny < 120.0;
  });
  export_shelf_ = MakeShelf(export_price_cny,
                            [](const Good& good) { return !good.licence && !good.import_only; });
}

const Composer::Shelf& Composer::ShelfOf(const Plan& plan) const {
  if (plan.channel == Channel::kPersonal) return personal_shelf_;
  return plan.direction == Direction::kImport ? import_shelf_ : export_shelf_;
}

std::int64_t Composer::BrandOf(const Plan& plan, std::int64_t merchant, Random* random) const {
  if (plan.brand >= 0) return plan.brand;
  // Recorded brands come from abroad, and only by those whom their owners allow.
  if (merchant < 0 || plan.good >= 0 || plan.direction == Direction::kExport) return -1;
  const std::vector<std::uint32_t>& brands =
      world_.merchants[static_cast<std::size_t>(merchant)].brands;
  if (brands.empty()) return -1;
  const std::uint32_t brand = brands[random->Below(static_cast<std::uint32_t>(brands.size()))];
  if (world_.brands[brand].luxury && !plan.luxury_allowed) return -1;
  return random->Chance(world_.brands[brand].luxury ? 0.03 : 0.25) ? std::int64_t{brand} : -1;
}

std::uint32_t Composer::GoodOf(const Plan& plan, const Brand* brand, Random* random,
                               const Draft& draft) const {
  if (plan.good >= 0 && draft.item_count == 0) return static_cast<std::uint32_t>(plan.good);
  const Shelf& shelf = ShelfOf(plan);
  std::uint32_t chapter = 0;
  if (brand != nullptr) {
    chapter = brand->chapters[random->Below(static_cast<std::uint32_t>(brand->chapters.size()))];
  } else if (draft.item_count > 0) {
    const DraftItem& first = draft.items[0];
    if (random->Chance(0.25)) return first.good;
    if (random->Chance(0.5)) chapter = world_.goods[first.good].chapter;
  }
  const bool within = !shelf.chapter_goods[chapter].empty();
  if (within) return shelf.chapter_goods[chapter][shelf.chapters[chapter].Draw(random)];
  return shelf.goods[shelf.alias.Draw(random)];
}

CountryIndex Composer::OriginOf(const Plan& plan, const Good& good, const Brand* brand,
                                Random* random) const {
  if (plan.origin >= 0) return static_cast<CountryIndex>(plan.origin);
  if (plan.direction == Direction::kExport) return world_.china;
  if (brand != nullptr && brand->recorded) {
    return brand->origins[random->Below(static_cast<std::uint32_t>(brand->origins.size()))];
  }
  // A few goods come from anywhere; food and plants only from where they are known to come.
  if (!plan.tame && good.chapter >= 25 && random->Chance(0.02)) {
    const CountryIndex anywhere = world_.import_countries.Draw(random);
    if (!(good.embargo && world_.countries[anywhere].embargo)) return anywhere;
  }
  return good.origins[good.origin_alias.Draw(random)];
}

double Composer::PriceOf(const Plan& plan, const DraftItem& item, Random* random) const {
  const Good& good = world_.goods[item.good];
  double deviation = random->Normal();
  if (plan.tame) deviation = std::clamp(deviation, -kTameDeviations, kTameDeviations);
  if (item.brand >= 0 && world_.brands[static_cast<std::size_t>(item.brand)].luxury) {
    const double reference = world_.brands[static_cast<std::size_t>(item.brand)].reference_cny;
    return std::min(reference * random->Between(0.3, 1.0),
                    std::max(kLuxuryPriceMaxCny, 0.2 * reference));
  }
  return std::max(world_.MedianPrice(good, item.origin) * Exp(good.log_sigma * deviation),
                  kCheapestCny);
}

void Composer::ReachTotal(double total_cny, const Draft& draft, DraftItem* item) const {
  const Currency& currency = world_.currencies[draft.currency];
  const std::int64_t total = MinorUnits(total_cny, currency);
  const std::int64_t pieces = (total + item->unit_price / 2) / item->unit_price;
  item->quantity = static_cast<std::uint32_t>(std::max<std::int64_t>(pieces, 1));
  item->unit_price = total / item->quantity;  // rounds down: a total just below a limit stays below
}

void Composer::PriceItem(const Plan& plan, Random* random, const Draft& draft,
                         DraftItem* item) const {
  const bool first = draft.item_count == 0;
  const Currency& currency = world_.currencies[draft.currency];
  const double natural = PriceOf(plan, *item, random);
  const double price = first && plan.unit_price_cny > 0.0 ? plan.unit_price_cny : natural;
  item->unit_price = std::max<std::int64_t>(MinorUnits(price, currency), 1);
  constexpr std::uint32_t kManyPrice = 200;  // dearer goods are bought one by one
  const std::uint32_t drawn = 1 + random->Pick({80, 13, 5, 2});
  item->quantity = price > kManyPrice ? 1 : drawn;
  if (first && plan.quantity > 0) item->quantity = plan.quantity;
  if (first && plan.total_cny > 0.0) ReachTotal(plan.total_cny, draft, item);
  item->total_price = item->unit_price * item->quantity;
}

void Composer::Describe(Random* random, DraftItem* item) const {
  const Good& good = world_.goods[item->good];
  const bool chinese = random->Chance(0.7);
  item->description.clear();
  if (item->brand >= 0 && random->Chance(0.6)) {
    item->description += world_.brands[static_cast<std::size_t>(item->brand)].name;
    item->description += ' ';
  }
  item->description += chinese ? good.zh : good.en;
  const std::size_t at = item->description.size() - (chinese ? good.zh : good.en).size();
  if (!chinese && random->Chance(0.3)) {
    char& initial = item->description[at];
    if (initial >= 'a' && initial <= 'z') initial = static_cast<char>(initial - 'a' + 'A');
  }
  if (!random->Chance(0.75)) return;
  const auto& words = chinese ? world_.decorations_zh : world_.decorations_en;
  item->description += ' ';
  item->description += words[random->Below(static_cast<std::uint32_t>(words.size()))];
}

void Composer::AddItem(const Plan& plan, std::int64_t merchant, Random* random,
                       Draft* draft) const {
  if (draft->items.size() <= draft->item_count) draft->items.emplace_back();
  DraftItem& item = draft->items[draft->item_count];
  item.brand = draft->item_count == 0 ? BrandOf(plan, merchant, random) : -1;
  const Brand* brand =
      item.brand >= 0 ? &world_.brands[static_cast<std::size_t>(item.brand)] : nullptr;
  item.good = GoodOf(plan, brand, random, *draft);
  const Good& good = world_.goods[item.good];
  const bool brand_fits = brand != nullptr && Sells(*brand, good.chapter);
  if (brand != nullptr && !brand_fits && plan.brand < 0) {
    item.brand = -1;
    brand = nullptr;
  }
  item.origin = OriginOf(plan, good, brand, random);
  const std::vector<std::uint32_t>& plain = world_.plain_brands[good.chapter];
  if (item.brand < 0 && !plain.empty() && random->Chance(0.4)) {
    item.brand = plain[random->Below(static_cast<std::uint32_t>(plain.size()))];
  }
  PriceItem(plan, random, *draft, &item);
  const double weight = good.unit_weight_g * item.quantity * random->Between(0.92, 1.08);
  item.net_weight_g = std::max(1u, static_cast<std::uint32_t>(weight));
  item.preference = false;
  item.model.clear();
  item.sku.clear();
  item.barcode.clear();
  item.licence_no.clear();
  Describe(random, &item);
  if (random->Chance(0.65)) {
    item.sku = "SKU";
    AppendDigits(random, 8, &item.sku);
  }
  if (random->Chance(0.5)) {
    item.barcode = "69";
    AppendDigits(random, 11, &item.barcode);
  }
  if (random->Chance(0.45)) {
    item.model = "MD-";
    AppendDigits(random, 4, &item.model);
  }
  if (good.licence) {
    item.licence_no = "LIC26";
    AppendDigits(random, 8, &item.licence_no);
  }
  ++draft->item_count;
}

void Composer::KeepBelowLimit(const Plan& plan, Random* random, Draft* draft) const {
  if (plan.total_cny > 0.0 || plan.unit_price_cny > 0.0) return;
  const Currency& currency = world_.currencies[draft->currency];
  const std::int64_t limit = MinorUnits(LimitOf(plan, world_), currency);
  const auto total = [draft] {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < draft->item_count; ++i) sum += draft->items[i].total_price;
    return sum;
  };
  while (draft->item_count > 1 && total() > limit) --draft->item_count;
  DraftItem& first = draft->items[0];
  if (total() <= limit) return;
  first.quantity = 1;
  first.total_price = first.unit_price;
  if (total() <= limit || plan.good >= 0) return;
  // Nothing that dear travels this way: other goods.
  Plan cheaper = plan;
  cheaper.tame = true;
  cheaper.brand = -1;
  cheaper.luxury_allowed = false;
  draft->item_count = 0;
  AddItem(cheaper, -1, random, draft);
  KeepBelowLimit(plan, random, draft);
}

void Composer::AddItems(const Plan& plan, std::int64_t merchant, Random* random,
                        Draft* draft) const {
  draft->item_count = 0;
  const std::uint32_t count = plan.single_item ? 1 : 1 + random->Pick({52, 27, 12, 6, 3});
  for (std::uint32_t i = 0; i < count; ++i) AddItem(plan, merchant, random, draft);
  KeepBelowLimit(plan, random, draft);
}

}  // namespace sluice::generator
