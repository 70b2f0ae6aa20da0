#include <algorithm>
#include <cmath>
#include <string_view>

#include "tools/generator/composer.h"
#include "tools/generator/planter.h"

namespace sluice::generator {

namespace {

constexpr std::int64_t kDayS = 86400;

std::int64_t Expected(const Draft& draft) {
  return draft.total_value + draft.freight.value_or(0) + draft.insurance.value_or(0) +
         draft.tax_total.value_or(0) - draft.discount.value_or(0);
}

void RemoveDocuments(std::string_view kind, Draft* draft) {
  std::erase_if(draft->documents,
                [kind](const DraftDocument& document) { return document.kind == kind; });
}

void AddDocument(const char* kind, Random* random, Draft* draft) {
  RemoveDocuments(kind, draft);
  draft->documents.push_back({kind, kind});
  AppendDigits(random, 9, &draft->documents.back().number);
}

/// Mostly as the dictionary has it, at times in capitals.
void AppendWord(const std::string& word, Random* random, std::string* text) {
  const bool capitals = random->Chance(0.25);
  for (const char c : word) {
    const bool lower = c >= 'a' && c <= 'z';
    *text += capitals && lower ? static_cast<char>(c - 'a' + 'A') : c;
  }
}

}  // namespace

void Planter::Spoil(const Plan& plan, Random* random, Draft* draft) const {
  switch (plan.family) {
    case Family::kSingleLimit:
    case Family::kAmountMismatch: return SpoilValue(plan, random, draft);
    case Family::kTriflingPrice:
      // The pattern is little money for much weight: the weight must be declared.
      draft->net_weight_g = draft->items[0].net_weight_g;
      return;
    case Family::kProcedureConflict: return SpoilProcedure(plan, random, draft);
    case Family::kWeightMismatch:
    case Family::kNetOverGross:
    case Family::kDensity:
    case Family::kLetterThickness: return SpoilWeights(plan, random, draft);
    case Family::kXrayClass:
    case Family::kContraband:
    case Family::kRadiation:
    case Family::kScanStatus: return SpoilScan(plan, random, draft);
    case Family::kProhibitedWords:
    case Family::kVagueDescription:
    case Family::kHeadingMismatch:
    case Family::kBattery:
    case Family::kAeoGuard: return SpoilWords(plan, random, draft);
    case Family::kLicence:
    case Family::kOriginFraud:
    case Family::kBagDestination:
    case Family::kAntiDumping: return SpoilPapers(plan, random, draft);
    case Family::kSanctionedParty:
    case Family::kAlertList:
    case Family::kDishonestParty:
    case Family::kNewShipper:
    case Family::kGiftMisuse: return SpoilParties(plan, random, draft);
    default: return;  // the plan alone makes the others
  }
}

void Planter::SpoilValue(const Plan& plan, Random* random, Draft* draft) const {
  const auto share = [draft](double part) {
    return static_cast<std::int64_t>(
        std::floor(static_cast<double>(draft->total_value) * part + 0.5));
  };
  if (plan.family == Family::kSingleLimit) {
    if (plan.unit_price_cny <= 0.0) return;
    draft->indivisible = true;
    draft->tax_total = share(0.13);
    draft->actual_paid = Expected(*draft);
    draft->order_amount.reset();
    draft->payment_amount.reset();
    return;
  }
  if (!draft->freight) draft->freight = share(0.1);
  if (!draft->insurance) draft->insurance = share(0.003);
  if (!draft->discount) draft->discount = share(0.02);
  if (!draft->tax_total) draft->tax_total = share(0.091);
  const double part = plan.near_miss ? random->Between(0.03, 0.046) : random->Between(0.065, 0.4);
  const double paid =
      static_cast<double>(Expected(*draft)) * (random->Chance(0.7) ? 1.0 - part : 1.0 + part);
  draft->actual_paid = static_cast<std::int64_t>(std::floor(paid + 0.5));
  draft->order_amount.reset();
  draft->payment_amount.reset();
}

void Planter::SpoilProcedure(const Plan& plan, Random* random, Draft* draft) const {
  if (plan.channel == Channel::kPersonal) {
    draft->additional_procedure = random->Chance(0.5) ? "F48" : "F49";
  } else if (plan.channel == Channel::kLowValue) {
    draft->ioss_number = "IM";
    AppendDigits(random, 10, &draft->ioss_number);
    draft->additional_procedure = plan.near_miss ? "F48" : "F49";
  } else {
    draft->books_no = "T4612W";
    AppendDigits(random, 6, &draft->books_no);
  }
}

void Planter::SpoilWeights(const Plan& plan, Random* random, Draft* draft) const {
  const bool near = plan.near_miss;
  DraftScan& scan = draft->scan;
  const std::uint32_t gross = draft->gross_weight_g;
  const DensityRange range = AllowedDensity(world_, *draft);
  if (plan.family == Family::kNetOverGross) {
    draft->net_weight_g =
        static_cast<std::uint32_t>(gross * (near ? 0.99 : random->Between(1.03, 1.4))) +
        (near ? 0 : 1);
    if (!near && random->Chance(0.3)) draft->gross_weight_g = 0;
  } else if (plan.family == Family::kWeightMismatch) {
    const double tolerance = std::max(100.0, gross * 0.1);
    const double factor = near ? random->Between(0.8, 0.97) : random->Between(1.1, 4.0);
    const auto difference = static_cast<std::uint32_t>(tolerance * factor);
    const bool lighter = gross > 2 * difference && random->Chance(0.4);
    scan.weight_g = lighter ? gross - difference : gross + difference;
    ShapeByDensity(std::sqrt(range.low * range.high), random, &scan);
  } else if (plan.family == Family::kDensity) {
    const bool light = near || random->Chance(0.5);
    const double edge = near    ? random->Between(1.1, 1.2)
                        : light ? random->Between(0.2, 0.85)
                                : random->Between(1.25, 2.5);
    ShapeByDensity((light ? range.low : range.high) * edge, random, &scan);
  } else {
    const auto thickness = near ? random->Whole(27, 29) : random->Whole(32, 45);
    // Thicker than the flat parcel and as dense, with both other sides longer.
    const double volume_mm3 = scan.weight_g / 0.35 * 1000.0;
    scan.height_mm = static_cast<std::uint32_t>(thickness);
    scan.width_mm =
        std::max(scan.height_mm + 1,
                 static_cast<std::uint32_t>(std::sqrt(volume_mm3 / scan.height_mm / 1.4)));
    scan.length_mm = std::max(
        scan.width_mm, static_cast<std::uint32_t>(volume_mm3 / scan.height_mm / scan.width_mm));
    draft->category = Category::kDocuments;
  }
}

void Planter::SpoilScan(const Plan& plan, Random* random, Draft* draft) const {
  DraftScan& scan = draft->scan;
  if (plan.family == Family::kContraband) {
    scan.xray_class =
        world_.contraband[random->Below(static_cast<std::uint32_t>(world_.contraband.size()))];
    scan.confidence = plan.near_miss ? random->Between(0.6, 0.69) : random->Between(0.71, 0.99);
  } else if (plan.family == Family::kRadiation) {
    scan.radiation_alarm = !plan.near_miss;
  } else if (plan.family == Family::kScanStatus) {
    scan.status =
        plan.near_miss ? ReaderStatus::kOk : static_cast<ReaderStatus>(1 + random->Below(3));
  } else {
    constexpr std::string_view kClasses[] = {"organic", "liquid",  "powder", "glass",
                                             "plastic", "textile", "paper",  "metal"};
    const std::vector<std::string>& allowed =
        world_.chapters[world_.goods[draft->items[0].good].chapter].xray_classes;
    const auto permitted = [&](std::string_view name) {
      return std::find(allowed.begin(), allowed.end(), name) != allowed.end();
    };
    do {
      scan.xray_class = kClasses[random->Below(8)];
    } while (permitted(scan.xray_class) != plan.near_miss);
    scan.confidence = random->Between(0.8, 0.99);
  }
}

void Planter::PlantProhibited(const Plan& plan, Random* random, Draft* draft) const {
  DraftItem& item = draft->items[0];
  const Word* word = nullptr;
  do {
    word = &world_.prohibited[random->Below(static_cast<std::uint32_t>(world_.prohibited.size()))];
  } while (plan.near_miss && !word->toy_guard);
  item.description.clear();
  AppendWord(word->text, random, &item.description);
  if (plan.near_miss) {
    item.description += word->chinese ? "玩具" : " toy";
    return;
  }
  const auto& words = word->chinese ? world_.decorations_zh : world_.decorations_en;
  if (random->Chance(0.6)) {
    item.description += ' ';
    item.description += words[random->Below(static_cast<std::uint32_t>(words.size()))];
  }
}

void Planter::PlantVague(bool exact, Random* random, Draft* draft) const {
  std::string& description = draft->items[0].description;
  if (exact && random->Chance(0.15)) {
    constexpr std::string_view kShort[] = {"件", "ab", "x1", "货", "--"};
    description = kShort[random->Below(5)];
    return;
  }
  const std::string& word =
      world_.vague[random->Below(static_cast<std::uint32_t>(world_.vague.size()))];
  description = exact ? word : word + " " + description;
}

void Planter::SpoilWords(const Plan& plan, Random* random, Draft* draft) const {
  DraftItem& item = draft->items[0];
  switch (plan.family) {
    case Family::kProhibitedWords: return PlantProhibited(plan, random, draft);
    case Family::kVagueDescription: return PlantVague(!plan.near_miss, random, draft);
    case Family::kAeoGuard:
      draft->merchant_credit = Credit::kAeo;
      draft->consignor_credit = Credit::kAeo;
      return PlantVague(true, random, draft);
    case Family::kBattery: {
      const bool chinese = static_cast<unsigned char>(item.description.back()) >= 0x80;
      item.description += chinese ? " 含锂电池" : " with lithium battery";
      RemoveDocuments("DG", draft);
      if (plan.near_miss) AddDocument("DG", random, draft);
      return;
    }
    default: break;
  }
  if (plan.near_miss) return;
  // The words of goods of another chapter under this one's code.
  const std::uint32_t chapter = world_.goods[item.good].chapter;
  const Good* other = nullptr;
  do {
    other = &world_.goods[keyword_goods_[random->Below(
        static_cast<std::uint32_t>(keyword_goods_.size()))]];
  } while (other->chapter == chapter);
  item.description = random->Chance(0.7) ? other->zh : other->en;
}

void Planter::SpoilPapers(const Plan& plan, Random* random, Draft* draft) const {
  if (plan.family == Family::kLicence) {
    if (!plan.near_miss) draft->items[0].licence_no.clear();
  } else if (plan.family == Family::kOriginFraud) {
    draft->items[0].preference = true;
    RemoveDocuments("CO", draft);
    if (plan.near_miss) AddDocument("CO", random, draft);
  } else if (plan.family == Family::kAntiDumping) {
    RemoveDocuments("AD", draft);
  } else {
    draft->bag_destination_country = draft->destination_country;
    while (!plan.near_miss && draft->bag_destination_country == draft->destination_country) {
      draft->bag_destination_country = world_.countries[world_.export_countries.Draw(random)].code;
    }
  }
}

void Planter::PlantSanctioned(const Plan& plan, Random* random, Draft* draft) const {
  const Sanctioned& entry =
      world_.sanctioned[random->Below(static_cast<std::uint32_t>(world_.sanctioned.size()))];
  DraftParty& party = random->Chance(0.5) ? draft->consignor : draft->consignee;
  if (plan.near_miss) {
    // One letter more than the name on the list.
    party.name = entry.name;
    party.name += random->Chance(0.5) ? "s" : "a";
    return;
  }
  const std::uint32_t variant = random->Below(3);
  if (variant == 0) party.name = entry.name;
  if (variant == 1) party.id = entry.id;
  if (variant == 2) party.phone = entry.phone;
}

void Planter::PlantAlert(const Plan& plan, Random* random, Draft* draft) const {
  const Alert* alert = nullptr;
  do {
    alert = &world_.alerts[random->Below(static_cast<std::uint32_t>(world_.alerts.size()))];
  } while (alert->expired != plan.near_miss);
  if (alert->kind == "bag") draft->bag_id = alert->value;
  if (alert->kind == "flight") draft->flight = alert->value;
  if (alert->kind == "phone")
    (random->Chance(0.5) ? draft->consignor : draft->consignee).phone = alert->value;
}

void Planter::SpoilParties(const Plan& plan, Random* random, Draft* draft) const {
  switch (plan.family) {
    case Family::kSanctionedParty: return PlantSanctioned(plan, random, draft);
    case Family::kAlertList: return PlantAlert(plan, random, draft);
    case Family::kDishonestParty: {
      draft->merchant_credit = draft->platform_credit = draft->declarant_credit =
          draft->consignor_credit = Credit::kOrdinary;
      if (plan.near_miss) return;
      std::optional<Credit>* const roles[] = {&draft->merchant_credit, &draft->platform_credit,
                                              &draft->declarant_credit, &draft->consignor_credit};
      *roles[random->Below(4)] = Credit::kDishonest;
      return;
    }
    case Family::kNewShipper: {
      const std::int64_t days = plan.near_miss ? random->Whole(31, 36) : random->Whole(0, 28);
      draft->consignor.account_created_at =
          draft->received_at / 1000 - days * kDayS - random->Whole(600, 80000);
      return;
    }
    default:
      draft->category = Category::kGift;
      if (!plan.near_miss) draft->consignor.id = draft->merchant_id;
  }
}

}  // namespace sluice::generator
