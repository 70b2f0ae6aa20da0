#include <algorithm>

#include "tools/generator/planter.h"

namespace sluice::generator {

namespace {

constexpr double kFirstPercentile = -2.3263478740;  // of the standard normal distribution

std::uint32_t Any(const std::vector<std::uint32_t>& indexes, Random* random) {
  return indexes[random->Below(static_cast<std::uint32_t>(indexes.size()))];
}

template <typename T>
const T& AnyOf(const std::vector<T>& rows, Random* random) {
  return rows[random->Below(static_cast<std::uint32_t>(rows.size()))];
}

bool Holds(const std::vector<std::uint32_t>& values, std::uint32_t value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

void ImportTrade(Random* random, Plan* plan) {
  plan->direction = Direction::kImport;
  plan->channel = random->Chance(0.7) ? Channel::kDirect : Channel::kBonded;
}

void Export(Channel channel, Plan* plan) {
  plan->direction = Direction::kExport;
  plan->channel = channel;
}

void PersonalImport(Plan* plan) {
  plan->direction = Direction::kImport;
  plan->channel = Channel::kPersonal;
}

void LowestPrice(const World& world, const Good& good, CountryIndex origin, double* price) {
  *price = world.MedianPrice(good, origin) * Exp(good.log_sigma * kFirstPercentile);
}

}  // namespace

Planter::Planter(const World& world) : world_(world) {
  for (std::uint32_t i = 0; i < world.goods.size(); ++i) {
    const Good& good = world.goods[i];
    const bool plain = good.positive && !good.licence && !good.battery && !good.embargo;
    const bool exported = !good.import_only && !good.licence && !good.battery && !good.embargo;
    if (plain && good.price_cny >= 15 && good.price_cny <= 200) ordinary_.push_back(i);
    if (plain && good.price_cny >= 100 && good.price_cny <= 350) dear_.push_back(i);
    if (good.positive && good.price_cny >= 650) single_pieces_.push_back(i);
    if (plain && good.chapter >= 25 && good.unit_weight_g >= 300) bulky_.push_back(i);
    if (plain && good.unit_weight_g >= 350 && good.price_cny <= 200) heavy_.push_back(i);
    if (exported && good.refund_rated && good.price_cny <= 50) refunded_.push_back(i);
    if (exported && good.price_cny >= 20 && good.price_cny <= 60) modest_exports_.push_back(i);
    if (plain && good.price_cny <= 200) (good.high_duty ? high_duty_ : low_duty_).push_back(i);
    if (good.hs10.starts_with("4907")) letters_.push_back(i);
    if (good.hs10.starts_with("9503")) toys_.push_back(i);
    if (plain && good.has_keywords) keyword_goods_.push_back(i);
    if (good.positive && good.battery && good.price_cny <= 400) batteries_.push_back(i);
    if (good.licence && good.price_cny <= 220) licensed_.push_back(i);
    if (!good.positive && good.price_cny <= 250) unlisted_.push_back(i);
    if (good.embargo && good.positive && !good.licence) embargoed_.push_back(i);
  }
  for (std::uint32_t i = 0; i < world.brands.size(); ++i) {
    if (world.brands[i].luxury) luxury_brands_.push_back(i);
    if (world.brands[i].recorded && !world.brands[i].luxury) recorded_brands_.push_back(i);
  }
}

CountryIndex Planter::OtherCountry(const Good& good, bool unknown_origin, Random* random) const {
  while (true) {
    const CountryIndex country = world_.import_countries.Draw(random);
    const bool usable = country != world_.china && !world_.countries[country].embargo &&
                        !world_.countries[country].free_zone && !world_.HasDuty(good, country) &&
                        !world_.IsQuarantined(good, country);
    if (usable && !(unknown_origin && world_.KnowsOrigin(good, country))) return country;
  }
}

std::uint32_t Planter::OrdinaryMerchant(const Brand* not_of, Random* random) const {
  while (true) {
    const std::uint32_t index = world_.merchant_alias.Draw(random);
    const Merchant& merchant = world_.merchants[index];
    if (merchant.dishonest || merchant.target || merchant.young) continue;
    if (not_of == nullptr || !Holds(not_of->merchants, index)) return index;
  }
}

void Planter::Prepare(Random* random, Plan* plan) const {
  plan->tame = true;
  plan->direct_route = true;
  plan->luxury_allowed = false;
  switch (plan->family) {
    case Family::kSingleLimit:
    case Family::kLowValueScheme:
    case Family::kProcedureConflict:
    case Family::kAmountMismatch: return PrepareValue(random, plan);
    case Family::kUndervaluation:
    case Family::kTriflingPrice:
    case Family::kOvervaluation:
    case Family::kLuxuryPrice: return PreparePrice(random, plan);
    case Family::kWeightMismatch:
    case Family::kNetOverGross:
    case Family::kDensity:
    case Family::kLetterThickness:
    case Family::kXrayClass:
    case Family::kContraband:
    case Family::kRadiation:
    case Family::kScanStatus: return PrepareScan(random, plan);
    case Family::kProhibitedWords:
    case Family::kVagueDescription:
    case Family::kHeadingMismatch:
    case Family::kBattery:
    case Family::kAeoGuard: return PrepareWords(random, plan);
    case Family::kBrandInfringement:
    case Family::kBrandRoute: return PrepareBrand(random, plan);
    case Family::kLicence:
    case Family::kPositiveList:
    case Family::kQuarantine:
    case Family::kAntiDumping: return PrepareLists(random, plan);
    case Family::kEmbargoRoute:
    case Family::kFreeZoneRoute:
    case Family::kOriginFraud: return PrepareRoute(random, plan);
    case Family::kTargetProfile: return PrepareProfile(random, plan);
    case Family::kDishonestParty: return ImportTrade(random, plan);
    case Family::kGiftMisuse:
      PersonalImport(plan);
      if (!plan->near_miss) plan->merchant = OrdinaryMerchant(nullptr, random);
      return;
    case Family::kSanctionedParty:
    case Family::kAlertList:
    case Family::kBagDestination:
    case Family::kNewShipper:
    case Family::kNone: return;
  }
}

void Planter::PrepareValue(Random* random, Plan* plan) const {
  const bool near = plan->near_miss;
  const double eur = world_.currencies[world_.eur].cny_rate;
  if (plan->family == Family::kSingleLimit) {
    ImportTrade(random, plan);
    plan->single_item = true;
    plan->good = Any(dear_, random);
    plan->total_cny = near ? random->Between(4'910.0, 4'995.0) : random->Between(5'060.0, 6'000.0);
    if (near && random->Chance(0.25)) {
      plan->good = Any(single_pieces_, random);
      plan->quantity = 1;
      plan->total_cny = 0.0;
      plan->unit_price_cny = random->Between(5'060.0, 6'000.0);
    }
  } else if (plan->family == Family::kLowValueScheme) {
    const bool personal = random->Chance(0.4);
    Export(personal ? Channel::kPersonal : Channel::kLowValue, plan);
    plan->single_item = true;
    plan->good = Any(modest_exports_, random);
    plan->currency = world_.eur;
    if (personal) {
      plan->total_cny = eur * (near ? random->Between(43.2, 44.9) : random->Between(47.0, 90.0));
    } else {
      plan->total_cny =
          eur * (near ? random->Between(145.0, 149.9) : random->Between(152.0, 290.0));
    }
  } else if (plan->family == Family::kProcedureConflict) {
    const std::uint32_t variant = near ? 1 : random->Below(3);
    if (variant == 0) Export(Channel::kPersonal, plan);
    if (variant == 1) Export(Channel::kLowValue, plan);
    if (variant == 2) {
      ImportTrade(random, plan);
      plan->channel = Channel::kDirect;
    }
  } else {
    ImportTrade(random, plan);
  }
}

void Planter::PreparePrice(Random* random, Plan* plan) const {
  const bool near = plan->near_miss;
  plan->single_item = true;
  if (plan->family == Family::kOvervaluation) {
    Export(Channel::kDirect, plan);
    plan->good = Any(refunded_, random);
    const Good& good = world_.goods[static_cast<std::size_t>(plan->good)];
    const double high =
        world_.MedianPrice(good, world_.china) * Exp(-good.log_sigma * kFirstPercentile);
    plan->unit_price_cny = high * (near ? random->Between(2.75, 2.92) : random->Between(3.15, 4.2));
    plan->quantity = 1;
    return;
  }
  ImportTrade(random, plan);
  if (plan->family == Family::kLuxuryPrice) return PickLuxury(random, plan);
  if (plan->family == Family::kTriflingPrice) return PickTrifle(random, plan);
  plan->good = Any(ordinary_, random);
  const Good& good = world_.goods[static_cast<std::size_t>(plan->good)];
  plan->origin = good.origins[good.origin_alias.Draw(random)];
  double low = 0.0;
  LowestPrice(world_, good, static_cast<CountryIndex>(plan->origin), &low);
  plan->unit_price_cny = low * (near ? random->Between(1.04, 1.15) : random->Between(0.3, 0.92));
}

void Planter::PickTrifle(Random* random, Plan* plan) const {
  // From a country whose prices of these goods nobody knows: no price band speaks up.
  plan->good = Any(bulky_, random);
  plan->origin = OtherCountry(world_.goods[static_cast<std::size_t>(plan->good)], true, random);
  plan->currency = world_.cny;
  plan->quantity = 1;
  plan->unit_price_cny = plan->near_miss ? random->Between(1.02, 1.6) : random->Between(0.3, 0.95);
}

void Planter::PickLuxury(Random* random, Plan* plan) const {
  while (true) {
    plan->brand = Any(luxury_brands_, random);
    const Brand& brand = world_.brands[static_cast<std::size_t>(plan->brand)];
    plan->good = Any(ordinary_, random);
    const Good& good = world_.goods[static_cast<std::size_t>(plan->good)];
    if (!Holds(brand.chapters, good.chapter)) continue;
    plan->origin = AnyOf(brand.origins, random);
    plan->merchant = AnyOf(brand.merchants, random);
    plan->unit_price_cny = brand.reference_cny * (plan->near_miss ? random->Between(0.115, 0.14)
                                                                  : random->Between(0.05, 0.094));
    plan->quantity = 1;
    double low = 0.0;
    LowestPrice(world_, good, static_cast<CountryIndex>(plan->origin), &low);
    if (plan->unit_price_cny > 1.05 * low) return;
  }
}

void Planter::PrepareScan(Random* random, Plan* plan) const {
  plan->scanned = plan->family != Family::kNetOverGross;
  if (plan->family == Family::kDensity) {
    ImportTrade(random, plan);
    plan->single_item = true;
    plan->good = Any(heavy_, random);
  } else if (plan->family == Family::kLetterThickness) {
    PersonalImport(plan);
    plan->single_item = true;
    plan->good = Any(letters_, random);
    plan->quantity = 6 + random->Below(4);
  } else if (plan->family == Family::kXrayClass || plan->family == Family::kContraband) {
    ImportTrade(random, plan);
    plan->single_item = true;
    plan->good = Any(ordinary_, random);
  }
}

void Planter::PrepareWords(Random* random, Plan* plan) const {
  ImportTrade(random, plan);
  plan->single_item = true;
  plan->good = Any(ordinary_, random);
  if (plan->family == Family::kBattery) plan->good = Any(batteries_, random);
  if (plan->family == Family::kProhibitedWords && plan->near_miss) plan->good = Any(toys_, random);
}

void Planter::PrepareBrand(Random* random, Plan* plan) const {
  ImportTrade(random, plan);
  plan->single_item = true;
  plan->brand = Any(random->Chance(0.75) ? recorded_brands_ : luxury_brands_, random);
  const Brand& brand = world_.brands[static_cast<std::size_t>(plan->brand)];
  do {
    plan->good = Any(ordinary_, random);
  } while (!Holds(brand.chapters, world_.goods[static_cast<std::size_t>(plan->good)].chapter));
  const bool foreign = plan->family == Family::kBrandInfringement && !plan->near_miss;
  plan->merchant = foreign ? OrdinaryMerchant(&brand, random) : AnyOf(brand.merchants, random);
  plan->origin = AnyOf(brand.origins, random);
  if (plan->family == Family::kBrandInfringement || plan->near_miss) return;
  const Good& good = world_.goods[static_cast<std::size_t>(plan->good)];
  do {
    plan->origin = OtherCountry(good, false, random);
  } while (Holds(brand.origins, static_cast<std::uint32_t>(plan->origin)));
}

void Planter::PrepareLists(Random* random, Plan* plan) const {
  plan->single_item = true;
  ImportTrade(random, plan);
  if (plan->family == Family::kPositiveList) {
    plan->good = Any(plan->near_miss ? ordinary_ : unlisted_, random);
  } else if (plan->family == Family::kQuarantine) {
    PickQuarantined(random, plan);
  } else if (plan->family == Family::kAntiDumping) {
    const HsOrigin& pair = AnyOf(world_.anti_dumping, random);
    plan->good = Any(pair.goods, random);
    plan->origin = pair.origin;
    if (plan->near_miss)
      plan->origin =
          OtherCountry(world_.goods[static_cast<std::size_t>(plan->good)], false, random);
  } else {
    plan->good = Any(licensed_, random);
    const bool imported =
        world_.goods[static_cast<std::size_t>(plan->good)].import_only || random->Chance(0.6);
    if (imported) PersonalImport(plan);
    if (!imported) Export(Channel::kDirect, plan);
  }
}

void Planter::PickQuarantined(Random* random, Plan* plan) const {
  const bool expired = plan->near_miss && random->Chance(0.4);
  const HsOrigin* pair = nullptr;
  do {
    pair = &AnyOf(world_.quarantine, random);
  } while (pair->expired != expired);
  plan->good = Any(pair->goods, random);
  const Good& good = world_.goods[static_cast<std::size_t>(plan->good)];
  plan->origin = pair->origin;
  if (plan->near_miss && !expired) plan->origin = good.origins[good.origin_alias.Draw(random)];
  if (!good.positive) PersonalImport(plan);
}

void Planter::PickEmbargo(Random* random, Plan* plan) const {
  const CountryIndex banned = AnyOf(world_.embargo_countries, random);
  plan->good = Any(plan->near_miss ? low_duty_ : embargoed_, random);
  const Good& good = world_.goods[static_cast<std::size_t>(plan->good)];
  plan->quantity = 1;
  const std::uint32_t variant = good.chapter >= 25 ? random->Below(3) : 1 + random->Below(2);
  if (variant == 0) plan->origin = banned;
  if (variant == 1) plan->transit = banned;
  if (variant == 2) plan->departure = banned;
}

void Planter::PrepareRoute(Random* random, Plan* plan) const {
  ImportTrade(random, plan);
  plan->single_item = true;
  if (plan->family == Family::kEmbargoRoute) return PickEmbargo(random, plan);
  const bool zone = plan->family == Family::kFreeZoneRoute;
  plan->good = Any(zone ? (plan->near_miss ? low_duty_ : high_duty_) : ordinary_, random);
  const Good& good = world_.goods[static_cast<std::size_t>(plan->good)];
  plan->origin = good.origins[good.origin_alias.Draw(random)];
  do {
    plan->departure = OtherCountry(good, false, random);
  } while (plan->departure == plan->origin);
  if (zone) plan->transit = AnyOf(world_.free_zones, random);
}

void Planter::PrepareProfile(Random* random, Plan* plan) const {
  const Profile& profile = AnyOf(world_.profiles, random);
  ImportTrade(random, plan);
  plan->single_item = true;
  plan->good = Any(profile.goods.empty() ? ordinary_ : profile.goods, random);
  plan->merchant = profile.merchant;
  plan->platform = profile.platform;
  plan->origin = profile.origin;
  plan->office = profile.office;
  if (!plan->near_miss) return;
  if (profile.merchant >= 0) {
    plan->merchant = OrdinaryMerchant(nullptr, random);
    return;
  }
  do {
    plan->office = world_.office_alias.Draw(random);
  } while (plan->office == profile.office);
}

}  // namespace sluice::generator
