#include "tools/generator/encoder.h"

#include "engine/base/check.h"
#include "engine/wire/schema_loader.h"

namespace sluice::generator {

using wire::RecordBuilder;
using wire::SetResult;

Encoder::Encoder(const World& world) : world_(world), builder_(wire::DefaultCatalog()) {
  facts_ = {Find("declared_at"),
            Find("received_at"),
            Find("total_value"),
            Find("freight"),
            Find("insurance"),
            Find("discount"),
            Find("tax_total"),
            Find("actual_paid"),
            Find("order_amount"),
            Find("payment_amount"),
            Find("gross_weight_g"),
            Find("net_weight_g"),
            Find("pieces"),
            Find("direction"),
            Find("phase"),
            Find("transport_mode"),
            Find("content_category"),
            Find("merchant_credit"),
            Find("platform_credit"),
            Find("declarant_credit"),
            Find("consignor_credit"),
            Find("indivisible"),
            Find("bonded"),
            Find("currency"),
            Find("office"),
            Find("border_office"),
            Find("inspection_site"),
            Find("procedure"),
            Find("additional_procedure"),
            Find("departure_country"),
            Find("last_country"),
            Find("destination_country"),
            Find("bag_destination_country"),
            Find("packaging")};
  scan_ = {Find("scan.scanned_at"),  Find("scan.xray_confidence"), Find("scan.weight_g"),
           Find("scan.length_mm"),   Find("scan.width_mm"),        Find("scan.height_mm"),
           Find("scan.status"),      Find("scan.scanner_count"),   Find("scan.radiation_alarm"),
           Find("scan.trace_alarm"), Find("scan.xray_class"),      Find("scan.device")};
  const Handle items = Find("items");
  item_ = {items,
           FindIn(items, "unit_price"),
           FindIn(items, "total_price"),
           FindIn(items, "quantity"),
           FindIn(items, "net_weight_g"),
           FindIn(items, "item_no"),
           FindIn(items, "currency"),
           FindIn(items, "quantity_unit"),
           FindIn(items, "origin_country"),
           FindIn(items, "preference"),
           FindIn(items, "hs_code"),
           FindIn(items, "description"),
           FindIn(items, "brand"),
           FindIn(items, "model"),
           FindIn(items, "sku"),
           FindIn(items, "barcode"),
           FindIn(items, "licence_no")};
  text_ = {Find("parcel_id"),    Find("declaration_id"),     Find("order_no"),
           Find("payment_no"),   Find("merchant_id"),        Find("merchant_name"),
           Find("platform_id"),  Find("payment_company_id"), Find("logistics_company_id"),
           Find("declarant_id"), Find("guarantor_id"),       Find("waybill_consignee_name"),
           Find("flight"),       Find("master_bill"),        Find("bag_id"),
           Find("ioss_number"),  Find("books_no"),           Find("scan_image_id")};
  const Handle transit = Find("transit_countries");
  const Handle documents = Find("documents");
  list_ = {transit, FindIn(transit, ""), documents, FindIn(documents, "kind"),
           FindIn(documents, "number")};
  truth_ = {Find("planted"), Find("near_miss"), Find("violation")};
  consignor_ = FindParty("consignor");
  consignee_ = FindParty("consignee");
  buyer_ = FindParty("buyer");
  payer_ = FindParty("payer");
}

Encoder::Handle Encoder::Find(std::string_view path) {
  const Handle handle = builder_.Find(path);
  SLUICE_CHECK(handle != RecordBuilder::kNoHandle);
  return handle;
}

Encoder::Handle Encoder::FindIn(Handle vector, std::string_view path) {
  const Handle handle = builder_.FindInItem(vector, path);
  SLUICE_CHECK(handle != RecordBuilder::kNoHandle);
  return handle;
}

Encoder::PartyHandles Encoder::FindParty(const std::string& role) {
  const auto at = [&](const char* name) { return Find(role + "." + name); };
  return {at("name"),  at("id"),       at("id_type"),           at("address"),
          at("city"),  at("postcode"), at("district"),          at("country"),
          at("phone"), at("email"),    at("account_created_at")};
}

void Encoder::Text(Handle handle, std::string_view text, Node node) {
  if (text.empty()) return;
  SLUICE_CHECK(builder_.SetString(handle, text, node) == SetResult::kOk);
}

void Encoder::Int(Handle handle, std::int64_t value, Node node) {
  SLUICE_CHECK(builder_.SetInt(handle, value, node) == SetResult::kOk);
}

void Encoder::Uint(Handle handle, std::uint64_t value, Node node) {
  SLUICE_CHECK(builder_.SetUint(handle, value, node) == SetResult::kOk);
}

void Encoder::Bool(Handle handle, bool value) {
  SLUICE_CHECK(builder_.SetBool(handle, value) == SetResult::kOk);
}

void Encoder::OptionalInt(Handle handle, const std::optional<std::int64_t>& value) {
  if (value) Int(handle, *value);
}

void Encoder::OptionalCredit(Handle handle, const std::optional<Credit>& value) {
  if (value) Int(handle, static_cast<std::int64_t>(*value));
}

std::span<const std::uint8_t> Encoder::Encode(const Draft& draft) {
  builder_.Start();
  Text(text_.parcel_id, draft.parcel_id);
  EncodeFacts(draft);
  EncodeCodes(draft);
  if (draft.scanned) EncodeScan(draft.scan);
  for (std::size_t i = 0; i < draft.item_count; ++i) EncodeItem(draft, i);
  EncodeParty(consignor_, draft.consignor);
  EncodeParty(consignee_, draft.consignee);
  EncodeParty(buyer_, draft.buyer);
  EncodeParty(payer_, draft.payer);
  EncodeLists(draft);
  EncodeTexts(draft);
  EncodeTruth(draft);
  return builder_.Finish();
}

void Encoder::EncodeFacts(const Draft& draft) {
  Int(facts_.declared_at, draft.declared_at);
  Int(facts_.received_at, draft.received_at);
  Int(facts_.total_value, draft.total_value);
  OptionalInt(facts_.freight, draft.freight);
  OptionalInt(facts_.insurance, draft.insurance);
  OptionalInt(facts_.discount, draft.discount);
  OptionalInt(facts_.tax_total, draft.tax_total);
  OptionalInt(facts_.actual_paid, draft.actual_paid);
  OptionalInt(facts_.order_amount, draft.order_amount);
  OptionalInt(facts_.payment_amount, draft.payment_amount);
  Uint(facts_.gross_weight_g, draft.gross_weight_g);
  if (draft.net_weight_g) Uint(facts_.net_weight_g, *draft.net_weight_g);
  if (draft.pieces > 0) Uint(facts_.pieces, draft.pieces);
  Int(facts_.direction, static_cast<std::int64_t>(draft.direction));
  Int(facts_.phase, draft.scanned ? 1 : 0);
  if (draft.transport_mode > 0) Int(facts_.transport_mode, draft.transport_mode);
  if (draft.category) Int(facts_.content_category, static_cast<std::int64_t>(*draft.category));
  OptionalCredit(facts_.merchant_credit, draft.merchant_credit);
  OptionalCredit(facts_.platform_credit, draft.platform_credit);
  OptionalCredit(facts_.declarant_credit, draft.declarant_credit);
  OptionalCredit(facts_.consignor_credit, draft.consignor_credit);
  if (draft.indivisible) Bool(facts_.indivisible, *draft.indivisible);
  if (draft.bonded) Bool(facts_.bonded, true);
}

void Encoder::EncodeCodes(const Draft& draft) {
  Text(facts_.currency, world_.currencies[draft.currency].code);
  Text(facts_.office, draft.office);
  Text(facts_.border_office, draft.border_office);
  Text(facts_.inspection_site, draft.inspection_site);
  Text(facts_.procedure, draft.procedure);
  Text(facts_.additional_procedure, draft.additional_procedure);
  Text(facts_.departure_country, draft.departure_country);
  Text(facts_.last_country, draft.last_country);
  Text(facts_.destination_country, draft.destination_country);
  Text(facts_.bag_destination_country, draft.bag_destination_country);
  Text(facts_.packaging, draft.packaging);
}

void Encoder::EncodeScan(const DraftScan& scan) {
  Int(scan_.scanned_at, scan.scanned_at);
  Int(scan_.status, static_cast<std::int64_t>(scan.status));
  Uint(scan_.weight_g, scan.weight_g);
  Uint(scan_.length_mm, scan.length_mm);
  Uint(scan_.width_mm, scan.width_mm);
  Uint(scan_.height_mm, scan.height_mm);
  SLUICE_CHECK(builder_.SetDouble(scan_.confidence, scan.confidence) == SetResult::kOk);
  Uint(scan_.scanner_count, 1);
  Bool(scan_.radiation_alarm, scan.radiation_alarm);
  Bool(scan_.trace_alarm, scan.trace_alarm);
  Text(scan_.xray_class, scan.xray_class);
  Text(scan_.device, "CT-01");
}

void Encoder::EncodeItem(const Draft& draft, std::size_t index) {
  const DraftItem& item = draft.items[index];
  const Good& good = world_.goods[item.good];
  const Node node = builder_.AddItem(item_.list);
  SLUICE_CHECK(node != RecordBuilder::kNoNode);
  Int(item_.unit_price, item.unit_price, node);
  Int(item_.total_price, item.total_price, node);
  Uint(item_.quantity, item.quantity, node);
  Uint(item_.net_weight_g, item.net_weight_g, node);
  Uint(item_.item_no, index + 1, node);
  Text(item_.currency, world_.currencies[draft.currency].code, node);
  Text(item_.quantity_unit, good.unit, node);
  Text(item_.origin_country, world_.countries[item.origin].code, node);
  if (item.preference) Text(item_.preference, "FTA", node);
  Text(item_.hs_code, good.hs10, node);
  Text(item_.description, item.description, node);
  if (item.brand >= 0)
    Text(item_.brand, world_.brands[static_cast<std::size_t>(item.brand)].name, node);
  Text(item_.model, item.model, node);
  Text(item_.sku, item.sku, node);
  Text(item_.barcode, item.barcode, node);
  Text(item_.licence_no, item.licence_no, node);
}

void Encoder::EncodeParty(const PartyHandles& handles, const DraftParty& party) {
  Text(handles.name, party.name);
  Text(handles.id, party.id);
  Text(handles.id_type, party.id_type);
  Text(handles.address, party.address);
  Text(handles.city, party.city);
  Text(handles.postcode, party.postcode);
  Text(handles.district, party.district);
  Text(handles.country, party.country);
  Text(handles.phone, party.phone);
  Text(handles.email, party.email);
  OptionalInt(handles.account_created_at, party.account_created_at);
}

void Encoder::EncodeTexts(const Draft& draft) {
  Text(text_.declaration_id, draft.declaration_id);
  Text(text_.order_no, draft.order_no);
  Text(text_.payment_no, draft.payment_no);
  Text(text_.merchant_id, draft.merchant_id);
  Text(text_.merchant_name, draft.merchant_name);
  Text(text_.platform_id, draft.platform_id);
  Text(text_.payment_company_id, draft.payment_company_id);
  Text(text_.logistics_company_id, draft.logistics_company_id);
  Text(text_.declarant_id, draft.declarant_id);
  Text(text_.guarantor_id, draft.guarantor_id);
  Text(text_.waybill_consignee_name, draft.waybill_consignee_name);
  Text(text_.flight, draft.flight);
  Text(text_.master_bill, draft.master_bill);
  Text(text_.bag_id, draft.bag_id);
  Text(text_.ioss_number, draft.ioss_number);
  Text(text_.books_no, draft.books_no);
  if (draft.scanned) Text(text_.scan_image_id, draft.scan_image_id);
}

void Encoder::EncodeLists(const Draft& draft) {
  for (const CountryIndex country : draft.transit) {
    Text(list_.transit_element, world_.countries[country].code, builder_.AddItem(list_.transit));
  }
  for (const DraftDocument& document : draft.documents) {
    const Node node = builder_.AddItem(list_.documents);
    Text(list_.document_kind, document.kind, node);
    Text(list_.document_number, document.number, node);
  }
}

void Encoder::EncodeTruth(const Draft& draft) {
  const bool planted = draft.planted != Family::kNone;
  if (planted) Text(truth_.planted, FamilyName(draft.planted));
  Bool(truth_.near_miss, draft.near_miss);
  Bool(truth_.violation, planted && !draft.near_miss);
}

}  // namespace sluice::generator
