// A parcel as plain values before it becomes a record, and the plan it is drafted by.
//
// Plain data; reuse a Draft, its texts keep their memory.   Empty texts and nullopt are absent
// fields. Units: money in minor units of `currency`, weights in g, sides in mm, times in ms since
// 1970 (accounts: s).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/generator/families.h"
#include "tools/generator/world.h"

namespace sluice::generator {

// Values of the enumerations of engine/schema/parcel.fbs.
enum class Direction : std::uint8_t { kImport = 0, kExport = 1 };
enum class Credit : std::uint8_t { kUnknown = 0, kAeo = 1, kOrdinary = 2, kDishonest = 3 };
enum class Category : std::uint8_t {
  kUnknown,
  kGift,
  kDocuments,
  kSample,
  kReturned,
  kSale,
  kOther
};
enum class ReaderStatus : std::uint8_t { kOk, kNoRead, kMultiRead, kNoData };

/// How the parcel is declared; each has its procedure code and its limit of value.
enum class Channel : std::uint8_t {
  kDirect,      // 9610
  kBonded,      // 1210
  kBondedA,     // 1239
  kPersonal,    // C08: between private persons, up to EUR 45
  kLowValue,    // C07: low value goods to the European Union, up to EUR 150
  kB2bDirect,   // 9710
  kB2bOverseas  // 9810
};

/// What must hold of a parcel; -1 and 0 leave it to chance.
struct Plan {
  Family family = Family::kNone;
  bool near_miss = false;
  Direction direction = Direction::kImport;
  Channel channel = Channel::kDirect;
  bool scanned = false;
  bool single_item = false;
  bool direct_route = false;  // departs where the goods are made, no transit
  bool tame = false;  // no extreme price and no certified operator: only the planted pattern shows
  bool luxury_allowed = true;
  std::int64_t good = -1, origin = -1, brand = -1, merchant = -1, platform = -1, office = -1;
  std::int64_t departure = -1, transit = -1, currency = -1;
  double unit_price_cny = 0.0;
  double total_cny = 0.0;  // reached by the quantity and a small change of the unit price
  std::uint32_t quantity = 0;
};

struct DraftItem {
  std::uint32_t good = 0;
  CountryIndex origin = 0;
  std::int64_t brand = -1;
  std::uint32_t quantity = 1;
  std::int64_t unit_price = 0;
  std::int64_t total_price = 0;
  std::uint32_t net_weight_g = 0;
  bool preference = false;
  std::string description, model, sku, barcode, licence_no;
};

struct DraftParty {
  std::string name, id, id_type, address, city, postcode, district, country, phone, email;
  std::optional<std::int64_t> account_created_at;
};

struct DraftDocument {
  const char* kind = "";
  std::string number;
};

struct DraftScan {
  std::int64_t scanned_at = 0;
  double confidence = 0.0;
  std::uint32_t weight_g = 0, length_mm = 0, width_mm = 0, height_mm = 0;
  ReaderStatus status = ReaderStatus::kOk;
  bool radiation_alarm = false, trace_alarm = false;
  std::string xray_class;
};

struct Draft {
  std::string parcel_id, declaration_id, order_no, payment_no, merchant_id, merchant_name,
      platform_id;
  std::string payment_company_id, logistics_company_id, declarant_id, guarantor_id,
      waybill_consignee_name;
  std::string flight, master_bill, bag_id, ioss_number, books_no, scan_image_id;
  std::string office, border_office, inspection_site, procedure, additional_procedure;
  std::string departure_country, last_country, destination_country, bag_destination_country,
      packaging;
  std::uint32_t currency = 0;  // index into World::currencies
  std::int64_t declared_at = 0, received_at = 0;
  std::int64_t total_value = 0;
  std::optional<std::int64_t> freight, insurance, discount, tax_total, actual_paid, order_amount,
      payment_amount;
  std::uint32_t gross_weight_g = 0;
  std::optional<std::uint32_t> net_weight_g;
  std::uint32_t pieces = 0;          // 0: absent
  std::uint32_t transport_mode = 0;  // 0: absent
  Direction direction = Direction::kImport;
  std::optional<Category> category;
  std::optional<Credit> merchant_credit, platform_credit, declarant_credit, consignor_credit;
  std::optional<bool> indivisible;
  bool bonded = false;
  bool scanned = false;
  DraftScan scan;
  std::vector<DraftItem> items;
  std::size_t item_count = 0;
  DraftParty consignor, consignee, buyer, payer;
  std::vector<CountryIndex> transit;
  std::vector<DraftDocument> documents;
  Family planted = Family::kNone;
  bool near_miss = false;
};

}  // namespace sluice::generator
