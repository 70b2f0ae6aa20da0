#include "tests/tools/generator/family_oracle.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "tools/generator/composer.h"
#include "tools/generator/world_table.h"

namespace sluice::generator {

namespace {

constexpr double kP99 = 2.3263478740;

struct Lists {
  std::vector<std::string> battery = WorldTable("battery_words").Column("word");
  std::vector<std::string> keywords = WorldTable("keyword_heading").Column("keyword");
  std::vector<std::string> headings = WorldTable("keyword_heading").Column("hs2");
};

const Lists& TheLists() {
  static const Lists lists;
  return lists;
}

std::string Lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

bool Has(const std::string& text, const std::string& word) {
  return text.find(word) != std::string::npos;
}

std::size_t CodePoints(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

class Oracle {
 public:
  Oracle(const World& world, const Draft& draft)
      : world_(world), draft_(draft), cny_(Value(draft.total_value)) {}

  std::set<Family> Shown() {
    Values();
    Procedures();
    for (std::size_t i = 0; i < draft_.item_count; ++i) {
      Prices(draft_.items[i]);
      Words(draft_.items[i]);
      Lists(draft_.items[i]);
      Routes(draft_.items[i]);
    }
    Weights();
    Parties();
    if (draft_.scanned) Scans();
    Profiles();
    return shown_;
  }

 private:
  double Value(std::int64_t minor) const { return Cny(minor, world_.currencies[draft_.currency]); }
  void If(bool shows, Family family) {
    if (shows) shown_.insert(family);
  }
  bool Import() const { return draft_.direction == Direction::kImport; }
  bool Document(const std::string& kind) const {
    return std::any_of(draft_.documents.begin(), draft_.documents.end(),
                       [&](const DraftDocument& document) { return document.kind == kind; });
  }

  void Values() {
    const bool ecommerce = draft_.procedure == "9610" || draft_.procedure == "1210";
    const bool single = draft_.indivisible.value_or(false) && draft_.tax_total.value_or(0) > 0;
    If(Import() && ecommerce && cny_ > 5000.0 && !single, Family::kSingleLimit);
    const double eur = cny_ / world_.currencies[world_.eur].cny_rate;
    If((draft_.procedure == "C07" && eur > 150.0) || (draft_.procedure == "C08" && eur > 45.0),
       Family::kLowValueScheme);
    const double expected = static_cast<double>(
        draft_.total_value + draft_.freight.value_or(0) + draft_.insurance.value_or(0) +
        draft_.tax_total.value_or(0) - draft_.discount.value_or(0));
    if (draft_.actual_paid) {
      If(std::abs(static_cast<double>(*draft_.actual_paid) - expected) > 0.05 * expected,
         Family::kAmountMismatch);
    }
    If(cny_ < 1.0 && draft_.net_weight_g.value_or(0) > 200, Family::kTriflingPrice);
  }

  void Procedures() {
    const std::string& more = draft_.additional_procedure;
    const bool personal = draft_.procedure == "C08" && (more == "F48" || more == "F49");
    const bool shop = !draft_.ioss_number.empty() && more != "F48";
    If(personal || shop || (draft_.procedure == "9610" && !draft_.books_no.empty()),
       Family::kProcedureConflict);
    If(!draft_.bag_destination_country.empty() &&
           draft_.bag_destination_country != draft_.destination_country,
       Family::kBagDestination);
  }

  void Prices(const DraftItem& item) {
    const Good& good = world_.goods[item.good];
    const double price = Value(item.unit_price);
    if (item.brand >= 0) {
      const Brand& brand = world_.brands[static_cast<std::size_t>(item.brand)];
      If(brand.luxury && price < 0.1 * brand.reference_cny, Family::kLuxuryPrice);
      const auto merchant = std::find_if(
          brand.merchants.begin(), brand.merchants.end(),
          [&](std::uint32_t index) { return world_.merchants[index].id == draft_.merchant_id; });
      If(brand.recorded && merchant == brand.merchants.end(), Family::kBrandInfringement);
      const bool known =
          std::find(brand.origins.begin(), brand.origins.end(), item.origin) != brand.origins.end();
      If(brand.recorded && !known, Family::kBrandRoute);
    }
    if (!world_.KnowsOrigin(good, item.origin)) return;
    const double median = world_.MedianPrice(good, item.origin);
    If(price < median * std::exp(-kP99 * good.log_sigma), Family::kUndervaluation);
    If(!Import() && good.refund_rated && price > 3.0 * median * std::exp(kP99 * good.log_sigma),
       Family::kOvervaluation);
  }

  void Words(const DraftItem& item) {
    const std::string text = Lower(item.description);
    const bool toy = Has(text, "toy") || Has(text, "玩具");
    for (const Word& word : world_.prohibited) {
      If(Has(text, word.text) && !(toy && word.toy_guard), Family::kProhibitedWords);
    }
    const bool vague =
        std::find(world_.vague.begin(), world_.vague.end(), text) != world_.vague.end();
    const bool aeo = draft_.consignor_credit == Credit::kAeo;
    If((vague || CodePoints(text) < 3) && !aeo, Family::kVagueDescription);
    const std::string hs2 = world_.goods[item.good].hs10.substr(0, 2);
    for (std::size_t i = 0; i < TheLists().keywords.size(); ++i) {
      If(Has(text, TheLists().keywords[i]) && TheLists().headings[i] != hs2,
         Family::kHeadingMismatch);
    }
    for (const std::string& word : TheLists().battery)
      If(Has(text, word) && !Document("DG"), Family::kBattery);
  }

  void Lists(const DraftItem& item) {
    const Good& good = world_.goods[item.good];
    If(good.licence && item.licence_no.empty(), Family::kLicence);
    const bool ecommerce = Import() && (draft_.procedure == "9610" || draft_.procedure == "1210");
    If(ecommerce && !good.positive, Family::kPositiveList);
    If(Import() && world_.IsQuarantined(good, item.origin), Family::kQuarantine);
    If(Import() && world_.HasDuty(good, item.origin) && !Document("AD"), Family::kAntiDumping);
  }

  bool Embargo(const std::string& country) const {
    return std::any_of(world_.embargo_countries.begin(), world_.embargo_countries.end(),
                       [&](CountryIndex index) { return world_.countries[index].code == country; });
  }

  void Routes(const DraftItem& item) {
    const Good& good = world_.goods[item.good];
    bool embargo = Embargo(world_.countries[item.origin].code) || Embargo(draft_.consignor.country);
    bool zone = false;
    for (const CountryIndex country : draft_.transit) {
      embargo |= world_.countries[country].embargo;
      zone |= world_.countries[country].free_zone;
    }
    const bool third = draft_.departure_country != world_.countries[item.origin].code;
    If(good.embargo && embargo, Family::kEmbargoRoute);
    If(third && zone && good.high_duty, Family::kFreeZoneRoute);
    If(item.preference && third && !Document("CO"), Family::kOriginFraud);
  }

  void Weights() {
    If(draft_.gross_weight_g == 0 || draft_.net_weight_g.value_or(0) > draft_.gross_weight_g,
       Family::kNetOverGross);
  }

  void Parties() {
    for (const DraftParty* party : {&draft_.consignor, &draft_.consignee}) {
      for (const Sanctioned& entry : world_.sanctioned) {
        If(party->name == entry.name || party->id == entry.id || party->phone == entry.phone,
           Family::kSanctionedParty);
      }
    }
    for (const Alert& alert : world_.alerts) {
      const bool met = alert.value == draft_.bag_id || alert.value == draft_.flight ||
                       alert.value == draft_.consignor.phone ||
                       alert.value == draft_.consignee.phone;
      If(met && !alert.expired, Family::kAlertList);
    }
    for (const auto& credit : {draft_.merchant_credit, draft_.platform_credit,
                               draft_.declarant_credit, draft_.consignor_credit}) {
      If(credit == Credit::kDishonest, Family::kDishonestParty);
    }
    if (draft_.consignor.account_created_at) {
      If(draft_.received_at / 1000 - *draft_.consignor.account_created_at < 30 * 86400,
         Family::kNewShipper);
    }
    If(draft_.category == Category::kGift && !draft_.merchant_id.empty(), Family::kGiftMisuse);
  }

  void Scans() {
    const DraftScan& scan = draft_.scan;
    const double gross = draft_.gross_weight_g;
    If(std::abs(scan.weight_g - gross) > std::max(100.0, 0.1 * gross), Family::kWeightMismatch);
    If(draft_.category == Category::kDocuments &&
           std::min({scan.length_mm, scan.width_mm, scan.height_mm}) > 30,
       Family::kLetterThickness);
    const bool contraband = std::find(world_.contraband.begin(), world_.contraband.end(),
                                      scan.xray_class) != world_.contraband.end();
    If(contraband && scan.confidence >= 0.7, Family::kContraband);
    If(scan.radiation_alarm, Family::kRadiation);
    If(scan.status != ReaderStatus::kOk, Family::kScanStatus);
    const double density = scan.weight_g * 1000.0 / scan.length_mm / scan.width_mm / scan.height_mm;
    bool allowed = contraband;
    for (std::size_t i = 0; i < draft_.item_count; ++i) {
      const Chapter& chapter = world_.chapters[world_.goods[draft_.items[i].good].chapter];
      If(density < chapter.density_low || density > chapter.density_high, Family::kDensity);
      allowed |= std::find(chapter.xray_classes.begin(), chapter.xray_classes.end(),
                           scan.xray_class) != chapter.xray_classes.end();
    }
    If(!allowed, Family::kXrayClass);
  }

  void Profiles() {
    for (const Profile& profile : world_.profiles) {
      const auto is = [](std::int64_t index, const auto& names, const std::string& name) {
        return index < 0 || names[static_cast<std::size_t>(index)] == name;
      };
      if (profile.merchant >= 0 &&
          world_.merchants[static_cast<std::size_t>(profile.merchant)].id != draft_.merchant_id) {
        continue;
      }
      if (!is(profile.platform, world_.platforms, draft_.platform_id)) continue;
      if (!is(profile.office, world_.offices, draft_.office)) continue;
      for (std::size_t i = 0; i < draft_.item_count; ++i) {
        const DraftItem& item = draft_.items[i];
        const bool good =
            profile.goods.empty() ||
            std::find(profile.goods.begin(), profile.goods.end(), item.good) != profile.goods.end();
        If(good && (profile.origin < 0 || profile.origin == item.origin), Family::kTargetProfile);
      }
    }
  }

  const World& world_;
  const Draft& draft_;
  double cny_;
  std::set<Family> shown_;
};

}  // namespace

std::set<Family> FamiliesShown(const World& world, const Draft& draft) {
  return Oracle(world, draft).Shown();
}

}  // namespace sluice::generator
