#include "bench/workloads/parcel_model.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "engine/base/check.h"
#include "tools/generator/random.h"

namespace sluice::bench {
namespace {

using generator::Draft;
using generator::DraftItem;
using generator::DraftParty;
using generator::Random;

constexpr std::uint64_t kDrafts = 1'000'000;           // of the day: parcels from its beginning, profiles from its end
constexpr std::uint64_t kProfileStream = 3'000'000'000, kAbsenceStream = 4'000'000'000;

// Of parcels that the day has not scanned yet: so many are left out that four in five are scanned.
constexpr double kUnscannedLeftOut = 0.9;

std::size_t CharacterStart(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}

/// Exactly `bytes` long: cut between characters, or filled with words of no rule.
void Resize(std::size_t bytes, std::string* text) {
  constexpr std::string_view kFiller = " retail pack, new, boxed, article of the season;";
  text->resize(CharacterStart(*text, std::min(bytes, text->size())));
  while (text->size() < bytes) text->append(kFiller.substr(0, bytes - text->size()));
}

class Taker {
 public:
  Taker(std::uint32_t percent, Random* random) : percent_(percent), random_(*random) {}

  void Texts(std::initializer_list<std::string*> texts) {
    for (std::string* text : texts) {
      if (random_.Below(100) < percent_) text->clear();
    }
  }
  template <typename... T>
  void Optionals(std::optional<T>*... values) {
    ((random_.Below(100) < percent_ ? values->reset() : void()), ...);
  }
  void Party(DraftParty* party) {
    Texts({&party->name, &party->id, &party->id_type, &party->address, &party->city, &party->postcode, &party->district,
           &party->country, &party->phone, &party->email});
    Optionals(&party->account_created_at);
  }

 private:
  std::uint32_t percent_;
  Random& random_;
};

void TakeAway(std::uint32_t percent, Random* random, Draft* draft) {
  Taker take(percent, random);
  take.Texts({&draft->declaration_id, &draft->order_no, &draft->payment_no, &draft->merchant_id, &draft->merchant_name,
              &draft->platform_id, &draft->payment_company_id, &draft->logistics_company_id, &draft->declarant_id,
              &draft->guarantor_id, &draft->waybill_consignee_name, &draft->flight, &draft->master_bill, &draft->bag_id,
              &draft->ioss_number, &draft->books_no, &draft->scan_image_id, &draft->border_office,
              &draft->inspection_site, &draft->procedure, &draft->additional_procedure, &draft->departure_country,
              &draft->last_country, &draft->destination_country, &draft->bag_destination_country, &draft->packaging});
  take.Optionals(&draft->freight, &draft->insurance, &draft->discount, &draft->tax_total, &draft->actual_paid,
                 &draft->order_amount, &draft->payment_amount, &draft->net_weight_g, &draft->category,
                 &draft->merchant_credit, &draft->platform_credit, &draft->declarant_credit, &draft->consignor_credit,
                 &draft->indivisible);
  for (DraftParty* party : {&draft->consignor, &draft->consignee, &draft->buyer, &draft->payer}) take.Party(party);
  for (DraftItem& item : draft->items) take.Texts({&item.model, &item.sku, &item.barcode, &item.licence_no});
}

std::string SomeWord(const std::string& text, Random* random) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    if (end - begin >= 4 && text.find(';', begin) >= end) words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words.empty() ? std::string("boxed") : words[random->Below(static_cast<std::uint32_t>(words.size()))];
}

class ProfileMaker {
 public:
  explicit ProfileMaker(const ParcelModel& model) : model_(model) {}

  /// Half of its values are those of one parcel, half of another: few parcels have both.
  ParcelProfile Make(std::uint32_t number) {
    Random random(model_.knobs.seed, kProfileStream + number);
    const Draft first = DraftOf(&random), second = DraftOf(&random);
    const DraftItem& item = first.items[0];
    const generator::World& world = model_.day->world();
    ParcelProfile profile;
    profile.score = 1 + random.Below(30);
    const std::string& code = world.goods[item.good].hs10;
    if (random.Below(100) < model_.knobs.text_percent) {
      profile.departure = second.departure_country;
      profile.word = SomeWord(item.description, &random);
      return profile;
    }
    switch (random.Pick({35, 25, 20, 20})) {
      case 0:
        profile.platform = second.platform_id;
        profile.departure = first.departure_country;
        profile.hs_prefix = code.substr(0, 4);
        break;
      case 1:
        profile.merchant = second.merchant_id;
        profile.weight_from_g = 100 + 100 * random.Below(30);
        break;
      case 2:
        profile.hs_prefix = code.substr(0, 6);
        profile.origin = world.countries[second.items[0].origin].code;
        profile.value_from_minor = 2'000 + 1'000 * random.Below(50);
        break;
      default:
        profile.office = second.office;
        profile.hs_prefix = code.substr(0, 4);
        profile.quantity_from = 2 + random.Below(4);
    }
    return profile;
  }

 private:
  Draft DraftOf(Random* random) const {
    Draft draft;
    do {
      model_.day->Draw(kDrafts - 1 - random->Below(kDrafts / 2), &draft);
    } while (draft.merchant_id.empty());
    draft.items.resize(draft.item_count);
    return draft;
  }

  const ParcelModel& model_;
};

bool HoldsOfItem(const ParcelModel& model, const ParcelProfile& profile, const DraftItem& item) {
  const generator::World& world = model.day->world();
  if (!world.goods[item.good].hs10.starts_with(profile.hs_prefix)) return false;
  if (!profile.origin.empty() && world.countries[item.origin].code != profile.origin) return false;
  if (!profile.word.empty() && item.description.find(profile.word) == std::string::npos) return false;
  return item.quantity >= profile.quantity_from;
}

}  // namespace

ParcelModel MakeParcelModel(const ParcelKnobs& knobs) {
  SLUICE_CHECK(knobs.text_bytes >= 20 && knobs.text_bytes <= 1'000);
  auto day = generator::Day::Make({.parcels = kDrafts, .seed = knobs.seed});
  SLUICE_CHECK(day.ok());
  ParcelModel model{.knobs = knobs, .day = std::move(*day), .parcels = {}, .profiles = {}};
  Draft draft;
  for (std::uint64_t number = 0; model.parcels.size() < knobs.parcels; ++number) {
    SLUICE_CHECK(number < kDrafts / 2);
    model.day->Draw(number, &draft);
    Random random(knobs.seed, kAbsenceStream + number);
    if (draft.item_count != 2 || (!draft.scanned && random.Chance(kUnscannedLeftOut))) continue;
    draft.items.resize(2);
    for (DraftItem& item : draft.items) Resize(knobs.text_bytes, &item.description);
    TakeAway(knobs.absent_percent, &random, &draft);
    model.parcels.push_back(draft);
  }
  ProfileMaker maker(model);
  for (std::uint32_t number = 0; number < knobs.profiles; ++number) model.profiles.push_back(maker.Make(number));
  return model;
}

bool Holds(const ParcelModel& model, const ParcelProfile& profile, const Draft& parcel) {
  const auto differs = [](const std::string& wanted, const std::string& said) {
    return !wanted.empty() && wanted != said;
  };
  if (differs(profile.platform, parcel.platform_id) || differs(profile.departure, parcel.departure_country) ||
      differs(profile.merchant, parcel.merchant_id) || differs(profile.office, parcel.office)) {
    return false;
  }
  if (parcel.gross_weight_g < profile.weight_from_g) return false;
  const generator::Currency& currency = model.day->world().currencies[parcel.currency];
  const double value_minor = std::floor(generator::Cny(parcel.total_value, currency) * 100 + 0.5);
  if (value_minor < static_cast<double>(profile.value_from_minor)) return false;
  return !profile.asks_items() || std::ranges::any_of(parcel.items, [&](const DraftItem& item) {
    return HoldsOfItem(model, profile, item);
  });
}

}  // namespace sluice::bench
