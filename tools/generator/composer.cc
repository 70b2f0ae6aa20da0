#include "tools/generator/composer.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace sluice::generator {

namespace {

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kDayS = 86400;

const char* ProcedureOf(Channel channel) {
  switch (channel) {
    case Channel::kDirect: return "9610";
    case Channel::kBonded: return "1210";
    case Channel::kBondedA: return "1239";
    case Channel::kPersonal: return "C08";
    case Channel::kLowValue: return "C07";
    case Channel::kB2bDirect: return "9710";
    case Channel::kB2bOverseas: return "9810";
  }
  return "";
}

void Clear(DraftParty* party) {
  for (std::string* text :
       {&party->name, &party->id, &party->id_type, &party->address, &party->city, &party->postcode,
        &party->district, &party->country, &party->phone, &party->email}) {
    text->clear();
  }
  party->account_created_at.reset();
}

void Numbered(std::string_view prefix, Random* random, int digits, std::string* text) {
  *text = prefix;
  AppendDigits(random, digits, text);
}

}  // namespace

void Composer::Reset(const Plan& plan, std::int64_t received_at, Random* random,
                     Draft* draft) const {
  for (std::string* text : {&draft->declaration_id,
                            &draft->order_no,
                            &draft->payment_no,
                            &draft->merchant_id,
                            &draft->merchant_name,
                            &draft->platform_id,
                            &draft->payment_company_id,
                            &draft->logistics_company_id,
                            &draft->declarant_id,
                            &draft->guarantor_id,
                            &draft->waybill_consignee_name,
                            &draft->flight,
                            &draft->master_bill,
                            &draft->bag_id,
                            &draft->ioss_number,
                            &draft->books_no,
                            &draft->scan_image_id,
                            &draft->border_office,
                            &draft->inspection_site,
                            &draft->additional_procedure,
                            &draft->last_country,
                            &draft->bag_destination_country,
                            &draft->packaging}) {
    text->clear();
  }
  for (DraftParty* party : {&draft->consignor, &draft->consignee, &draft->buyer, &draft->payer})
    Clear(party);
  draft->documents.clear();
  draft->transit.clear();
  draft->direction = plan.direction;
  draft->scanned = plan.scanned;
  draft->bonded = false;
  draft->indivisible.reset();
  draft->received_at = received_at;
  const std::int64_t age_s = plan.scanned ? random->Whole(1800, 2 * kDayS) : random->Whole(1, 300);
  draft->declared_at = received_at - age_s * kSecondMs;
  const Alias& currencies =
      plan.direction == Direction::kImport ? world_.import_currencies : world_.export_currencies;
  draft->currency =
      plan.currency >= 0 ? static_cast<std::uint32_t>(plan.currency) : currencies.Draw(random);
}

std::int64_t Composer::MerchantOf(const Plan& plan, Random* random) const {
  if (plan.merchant >= 0) return plan.merchant;
  if (plan.channel == Channel::kPersonal) return -1;
  // Those on an officer's list appear only where their pattern is planted.
  while (true) {
    const std::uint32_t index = world_.merchant_alias.Draw(random);
    const Merchant& merchant = world_.merchants[index];
    if (!merchant.dishonest && !merchant.target && !(plan.tame && merchant.young)) return index;
  }
}

void Composer::AddTrader(std::int64_t index, const Plan& plan, Random* random, Draft* draft) const {
  const auto offices = [&] { return world_.office_alias.Draw(random); };
  std::uint32_t office = offices();
  std::uint32_t platform = world_.platform_alias.Draw(random);
  draft->merchant_credit.reset();
  draft->platform_credit.reset();
  draft->consignor_credit.reset();
  draft->declarant_credit.reset();
  if (index >= 0) {
    const Merchant& merchant = world_.merchants[static_cast<std::size_t>(index)];
    draft->merchant_id = merchant.id;
    if (random->Chance(0.8)) platform = merchant.platform;
    if (random->Chance(0.5)) office = merchant.office;
    const Credit credit = merchant.aeo && !plan.tame ? Credit::kAeo : Credit::kOrdinary;
    if (random->Chance(0.8)) draft->merchant_credit = credit;
    if (random->Chance(0.6)) draft->consignor_credit = credit;
    if (random->Chance(0.5)) draft->platform_credit = Credit::kOrdinary;
  }
  if (random->Chance(0.5)) draft->declarant_credit = Credit::kOrdinary;
  if (plan.platform >= 0) platform = static_cast<std::uint32_t>(plan.platform);
  if (plan.office >= 0) office = static_cast<std::uint32_t>(plan.office);
  if (index >= 0 || plan.platform >= 0) draft->platform_id = world_.platforms[platform];
  draft->office = world_.offices[office];
  if (random->Chance(0.7))
    draft->border_office = random->Chance(0.8) ? draft->office : world_.offices[offices()];
  if (random->Chance(0.4)) draft->inspection_site = draft->office;
}

void Composer::AddRoute(const Plan& plan, Random* random, Draft* draft) const {
  const bool import = plan.direction == Direction::kImport;
  CountryIndex departure = world_.china;
  CountryIndex destination = world_.china;
  if (import) {
    departure = draft->items[0].origin;
    const bool third = !plan.direct_route && random->Chance(0.1);
    if (third) departure = world_.import_countries.Draw(random);
    if (departure == world_.china) departure = draft->items[0].origin;
    if (plan.departure >= 0) departure = static_cast<CountryIndex>(plan.departure);
    bool sensitive = false;
    for (std::size_t i = 0; i < draft->item_count; ++i)
      sensitive |= world_.goods[draft->items[i].good].embargo;
    if (plan.departure < 0 && sensitive && world_.countries[departure].embargo)
      departure = draft->items[0].origin;
  } else {
    const bool eu = plan.channel == Channel::kLowValue || plan.channel == Channel::kPersonal;
    destination = (eu ? world_.eu_export_countries : world_.export_countries).Draw(random);
  }
  draft->departure_country = world_.countries[departure].code;
  draft->destination_country = world_.countries[destination].code;
  if (random->Chance(0.6)) draft->bag_destination_country = draft->destination_country;
  AddTransit(plan, random, draft);
  if (random->Chance(0.5)) {
    draft->last_country = draft->transit.empty() ? draft->departure_country
                                                 : world_.countries[draft->transit.back()].code;
  }
  if (draft->merchant_id.empty()) {
    MakePerson(world_.countries[departure], random, &draft->consignor);
  } else {
    MakeFirm(world_.countries[departure],
             Mix(static_cast<std::uint64_t>(std::stoul(draft->merchant_id.substr(1)))),
             &draft->consignor);
  }
  MakePerson(world_.countries[destination], random, &draft->consignee);
}

void Composer::AddTransit(const Plan& plan, Random* random, Draft* draft) const {
  if (plan.transit >= 0) {
    draft->transit.push_back(static_cast<CountryIndex>(plan.transit));
    return;
  }
  if (plan.direct_route || !random->Chance(0.15)) return;
  bool high_duty = false;
  bool sensitive = false;
  for (std::size_t i = 0; i < draft->item_count; ++i) {
    high_duty |= world_.goods[draft->items[i].good].high_duty;
    sensitive |= world_.goods[draft->items[i].good].embargo;
  }
  const std::uint32_t stops = 1 + random->Pick({80, 20});
  for (std::uint32_t stop = 0; stop < stops; ++stop) {
    const bool hub = random->Chance(0.05);
    const CountryIndex country =
        hub ? world_.free_zones[random->Below(static_cast<std::uint32_t>(world_.free_zones.size()))]
            : world_.import_countries.Draw(random);
    const Country& place = world_.countries[country];
    if ((high_duty && place.free_zone) || (sensitive && place.embargo)) continue;
    draft->transit.push_back(country);
  }
}

void Composer::AddMoney(const Plan& plan, Random* random, Draft* draft) const {
  const Currency& currency = world_.currencies[draft->currency];
  std::int64_t goods = 0;
  for (std::size_t i = 0; i < draft->item_count; ++i) goods += draft->items[i].total_price;
  draft->total_value = goods;
  const auto share = [goods](double part) {
    return static_cast<std::int64_t>(std::floor(static_cast<double>(goods) * part + 0.5));
  };
  draft->freight.reset();
  draft->insurance.reset();
  draft->discount.reset();
  draft->tax_total.reset();
  if (random->Chance(0.75)) draft->freight = MinorUnits(random->Between(5.0, 25.0), currency);
  if (random->Chance(0.35)) draft->insurance = share(0.003);
  if (random->Chance(0.4)) draft->discount = share(random->Between(0.0, 0.08));
  const bool taxed = plan.direction == Direction::kImport && plan.channel != Channel::kPersonal;
  if (taxed && random->Chance(0.8)) draft->tax_total = share(0.091);
  const std::int64_t paid = goods + draft->freight.value_or(0) + draft->insurance.value_or(0) +
                            draft->tax_total.value_or(0) - draft->discount.value_or(0);
  const auto present = [&](double chance) {
    return random->Chance(chance) ? std::optional(paid) : std::nullopt;
  };
  draft->actual_paid = present(0.8);
  draft->order_amount = present(0.6);
  draft->payment_amount =
      draft->order_amount && random->Chance(0.9) ? draft->order_amount : std::nullopt;
}

void Composer::AddProcedure(const Plan& plan, Random* random, Draft* draft) const {
  draft->procedure = ProcedureOf(plan.channel);
  draft->category.reset();
  if (plan.channel == Channel::kPersonal) {
    constexpr Category kPrivate[] = {Category::kGift, Category::kOther, Category::kSample};
    draft->category = kPrivate[random->Pick({60, 30, 10})];
    if (world_.goods[draft->items[0].good].hs10.starts_with("4907"))
      draft->category = Category::kDocuments;
  } else if (random->Chance(0.85)) {
    constexpr Category kTrade[] = {Category::kSale, Category::kReturned, Category::kOther};
    draft->category = kTrade[random->Pick({92, 3, 5})];
  }
  if (plan.channel == Channel::kLowValue && random->Chance(0.7)) {
    draft->additional_procedure = "F48";
    Numbered("IM", random, 10, &draft->ioss_number);
  } else if (plan.channel == Channel::kLowValue && random->Chance(0.3)) {
    draft->additional_procedure = "F49";
  }
  if (plan.channel == Channel::kBonded || plan.channel == Channel::kBondedA) {
    draft->bonded = true;
    if (random->Chance(0.8)) Numbered("T4612W", random, 6, &draft->books_no);
  }
}

void Composer::AddPapers(const Plan& plan, Random* random, Draft* draft) const {
  const auto add = [&](const char* kind) {
    draft->documents.push_back({kind, {}});
    Numbered(kind, random, 9, &draft->documents.back().number);
  };
  bool battery = false;
  bool duty = false;
  bool claim = false;
  const bool import = plan.direction == Direction::kImport;
  for (std::size_t i = 0; i < draft->item_count; ++i) {
    DraftItem& item = draft->items[i];
    const Good& good = world_.goods[item.good];
    battery |= good.battery;
    duty |= import && world_.HasDuty(good, item.origin);
    item.preference = import && !plan.tame && random->Chance(0.06);
    claim |= item.preference;
  }
  // Preference for goods that come by way of another country needs the certificate.
  const bool third = draft->departure_country != world_.countries[draft->items[0].origin].code ||
                     draft->item_count > 1;
  if (battery) add("DG");
  if (duty) add("AD");
  if (claim && (third || random->Chance(0.5))) add("CO");
  if (draft->merchant_id.empty()) return;
  if (random->Chance(0.45)) add("order");
  if (random->Chance(0.45)) add("payment");
  if (random->Chance(0.3)) add("waybill");
}

void Composer::AddNumbers(Random* random, Draft* draft) const {
  const bool trade = !draft->merchant_id.empty();
  if (random->Chance(0.9)) Numbered("D2026", random, 13, &draft->declaration_id);
  if (trade && random->Chance(0.85)) Numbered("O", random, 16, &draft->order_no);
  if (trade && random->Chance(0.7)) Numbered("PAY", random, 16, &draft->payment_no);
  if (trade && random->Chance(0.6)) draft->merchant_name = draft->consignor.name;
  if (trade && random->Chance(0.7)) Numbered("PC", random, 2, &draft->payment_company_id);
  if (random->Chance(0.9)) Numbered("LC", random, 2, &draft->logistics_company_id);
  if (random->Chance(0.8)) Numbered("AG", random, 3, &draft->declarant_id);
  if (trade && random->Chance(0.3)) Numbered("GU", random, 3, &draft->guarantor_id);
  if (random->Chance(0.5)) draft->waybill_consignee_name = draft->consignee.name;
  draft->transport_mode = 0;
  if (random->Chance(0.9)) {
    constexpr std::uint32_t kModes[] = {40, 50, 10, 30, 20};
    draft->transport_mode = kModes[random->Pick({62, 16, 12, 6, 4})];
  }
  if (draft->transport_mode == 40 && random->Chance(0.9)) {
    constexpr std::string_view kCarriers[] = {"CA", "MU", "CZ", "HU", "CX", "NH",
                                              "JL", "KE", "OZ", "LH", "AF", "5X"};
    Numbered(kCarriers[random->Below(12)], random, 3, &draft->flight);
    Numbered("784-", random, 8, &draft->master_bill);
  }
  if (random->Chance(0.7)) Numbered("CNCANA", random, 14, &draft->bag_id);
  if (random->Chance(0.6)) draft->packaging = random->Chance(0.8) ? "CT" : "BG";
  draft->pieces = random->Chance(0.85) ? 1 : 0;
  // People and traders: tokens for identities, and how old the sender's account is.
  if (trade && random->Chance(0.8)) {
    draft->consignor.id = draft->merchant_id;
  }
  if (random->Chance(0.4)) AppendToken(random->Next(), &draft->consignee.id);
  if (trade && random->Chance(0.8)) {
    draft->buyer.name = draft->consignee.name;
    draft->buyer.id_type = random->Chance(0.95) ? "1" : "2";
    AppendToken(random->Next(), &draft->buyer.id);
    if (random->Chance(0.5)) draft->buyer.phone = draft->consignee.phone;
  }
  if (trade && random->Chance(0.5)) {
    draft->payer.name = draft->consignee.name;
    draft->payer.id = draft->buyer.id;
  }
  if (!random->Chance(0.55)) return;
  std::int64_t days = 60 + random->Whole(0, 3000);
  if (trade) {
    const Merchant& merchant = world_.merchants[std::stoul(draft->merchant_id.substr(1)) - 1];
    days = merchant.young ? random->Whole(0, 29) : merchant.account_age_days;
  }
  draft->consignor.account_created_at =
      draft->received_at / kSecondMs - days * kDayS - random->Whole(600, 80000);
}

void Composer::Compose(const Plan& plan, std::int64_t received_at, Random* random,
                       Draft* draft) const {
  Reset(plan, received_at, random, draft);
  const std::int64_t merchant = MerchantOf(plan, random);
  AddTrader(merchant, plan, random, draft);
  AddItems(plan, merchant, random, draft);
  AddRoute(plan, random, draft);
  AddMoney(plan, random, draft);
  AddProcedure(plan, random, draft);
  AddPapers(plan, random, draft);
  AddNumbers(random, draft);
  AddWeights(random, draft);
  if (plan.scanned) AddScan(random, draft);
}

}  // namespace sluice::generator
