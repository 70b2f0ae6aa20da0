// Turns drafts into records of the shipped schema.
//
// Thread-safety: an encoder belongs to one thread at a time.   Ownership: the world outlives it.
// Errors: a draft that the schema refuses is a programmer's error (SLUICE_CHECK).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/wire/record_builder.h"
#include "tools/generator/draft.h"

namespace sluice::generator {

class Encoder {
 public:
  explicit Encoder(const World& world);

  /// The record's bytes, good until the next call.
  std::span<const std::uint8_t> Encode(const Draft& draft);

 private:
  using Handle = wire::RecordBuilder::Handle;
  using Node = wire::RecordBuilder::Node;

  struct PartyHandles {
    Handle name, id, id_type, address, city, postcode, district, country, phone, email,
        account_created_at;
  };

  Handle Find(std::string_view path);
  Handle FindIn(Handle vector, std::string_view path);
  PartyHandles FindParty(const std::string& role);
  void Text(Handle handle, std::string_view text, Node node = wire::RecordBuilder::kRoot);
  void Int(Handle handle, std::int64_t value, Node node = wire::RecordBuilder::kRoot);
  void Uint(Handle handle, std::uint64_t value, Node node = wire::RecordBuilder::kRoot);
  void Bool(Handle handle, bool value);
  void OptionalInt(Handle handle, const std::optional<std::int64_t>& value);
  void OptionalCredit(Handle handle, const std::optional<Credit>& value);

  void EncodeFacts(const Draft& draft);
  void EncodeCodes(const Draft& draft);
  void EncodeScan(const DraftScan& scan);
  void EncodeItem(const Draft& draft, std::size_t index);
  void EncodeParty(const PartyHandles& handles, const DraftParty& party);
  void EncodeTexts(const Draft& draft);
  void EncodeLists(const Draft& draft);
  void EncodeTruth(const Draft& draft);

  const World& world_;
  wire::RecordBuilder builder_;

  struct {
    Handle declared_at, received_at, total_value, freight, insurance, discount, tax_total,
        actual_paid, order_amount, payment_amount, gross_weight_g, net_weight_g, pieces, direction,
        phase, transport_mode, content_category, merchant_credit, platform_credit, declarant_credit,
        consignor_credit, indivisible, bonded, currency, office, border_office, inspection_site,
        procedure, additional_procedure, departure_country, last_country, destination_country,
        bag_destination_country, packaging;
  } facts_;
  struct {
    Handle scanned_at, confidence, weight_g, length_mm, width_mm, height_mm, status, scanner_count,
        radiation_alarm, trace_alarm, xray_class, device;
  } scan_;
  struct {
    Handle list, unit_price, total_price, quantity, net_weight_g, item_no, currency, quantity_unit,
        origin_country, preference, hs_code, description, brand, model, sku, barcode, licence_no;
  } item_;
  struct {
    Handle parcel_id, declaration_id, order_no, payment_no, merchant_id, merchant_name, platform_id,
        payment_company_id, logistics_company_id, declarant_id, guarantor_id,
        waybill_consignee_name, flight, master_bill, bag_id, ioss_number, books_no, scan_image_id;
  } text_;
  struct {
    Handle transit, transit_element, documents, document_kind, document_number;
  } list_;
  struct {
    Handle planted, near_miss, violation;
  } truth_;
  PartyHandles consignor_, consignee_, buyer_, payer_;
};

}  // namespace sluice::generator
