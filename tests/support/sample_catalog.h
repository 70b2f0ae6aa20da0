// A small hand-made field catalogue for tests that need no schema text, and an environment over it.
//
// Plain values. The environment refers to the catalogue, which must outlive it.
#pragma once

#include <string>
#include <utility>

#include "engine/parcel/catalog.h"
#include "rules/check/environment.h"

namespace sluice::support {

inline parcel::Field ScalarField(std::string name, parcel::ValueType type, std::string unit = {}) {
  parcel::Field field;
  field.name = std::move(name);
  field.type = type;
  field.unit = std::move(unit);
  field.presence = parcel::Presence::kSlot;
  return field;
}

inline parcel::Field EnumField(std::string name, std::uint32_t enumeration) {
  parcel::Field field = ScalarField(std::move(name), parcel::ValueType::kInt);
  field.enumeration = enumeration;
  return field;
}

/// The amount's currency is the field of the record at `currency_field`.
inline parcel::Field MoneyField(std::string name, std::uint32_t currency_field) {
  parcel::Field field = ScalarField(std::move(name), parcel::ValueType::kMoney);
  field.currency_field = currency_field;
  return field;
}

inline parcel::Field RecordField(std::string name, std::uint32_t record) {
  parcel::Field field = ScalarField(std::move(name), parcel::ValueType::kRecord);
  field.record = record;
  return field;
}

inline parcel::Field VectorField(std::string name, parcel::ValueType element,
                                 std::uint32_t record = parcel::kNoIndex) {
  parcel::Field field = ScalarField(std::move(name), parcel::ValueType::kList);
  field.element_type = element;
  field.record = record;
  field.presence = parcel::Presence::kVector;
  return field;
}

/// Parcel (root) with scalars, money, a party, goods items with marks, and tags.
inline parcel::Catalog SampleCatalog() {
  using parcel::ValueType;
  parcel::Catalog catalog;
  catalog.enums = {{"Direction", {{"import", 0}, {"export", 1}}},
                   {"Mode", {{"sea", 1}, {"air", 4}}}};
  parcel::Field label = ScalarField("fraud", ValueType::kBool);
  label.label = true;
  parcel::Field mask = ScalarField("mask", ValueType::kUint);
  mask.hidden = true;
  catalog.records = {
      {"Parcel",
       false,
       0,
       parcel::kNoIndex,
       {ScalarField("id", ValueType::kString),
        ScalarField("origin", ValueType::kString),
        EnumField("direction", 0),
        EnumField("mode", 1),
        ScalarField("gross_g", ValueType::kInt, "g"),
        ScalarField("net_kg", ValueType::kDouble, "kg"),
        ScalarField("length_mm", ValueType::kInt, "mm"),
        ScalarField("count", ValueType::kUint),
        ScalarField("ratio", ValueType::kDouble),
        ScalarField("gift", ValueType::kBool),
        ScalarField("declared", ValueType::kTimestamp),
        ScalarField("transit", ValueType::kDuration),
        ScalarField("currency", ValueType::kString),
        MoneyField("value", 12),
        MoneyField("freight", 12),
        RecordField("consignee", 1),
        VectorField("items", ValueType::kRecord, 2),
        VectorField("tags", ValueType::kString),
        ScalarField("office", ValueType::kString),
        label,
        mask}},
      {"Party",
       false,
       0,
       parcel::kNoIndex,
       {ScalarField("name", ValueType::kString), ScalarField("country", ValueType::kString)}},
      {"Item",
       false,
       0,
       parcel::kNoIndex,
       {ScalarField("hs_code", ValueType::kString), ScalarField("pieces", ValueType::kInt),
        ScalarField("currency", ValueType::kString), MoneyField("price", 2), MoneyField("tax", 2),
        RecordField("maker", 1), VectorField("marks", ValueType::kString)}},
  };
  return catalog;
}

/// Lists watch (string) and lanes (int); table bands (hs prefix, origin) -> p01 in CNY, factor,
/// note; table profiles for `each`; an aggregate, an office, rates based on CNY.
inline rules::Environment SampleEnvironment(const parcel::Catalog& catalog) {
  using parcel::ValueType;
  using ruleset::KeyKind;
  rules::Environment environment;
  environment.catalog = &catalog;
  environment.lists = {{"watch", ValueType::kString}, {"lanes", ValueType::kInt}};
  environment.tables = {{"bands",
                         {{"hs", KeyKind::kPrefix, ValueType::kString},
                          {"origin", KeyKind::kExact, ValueType::kString}},
                         {{"p01", ValueType::kMoney, *base::ParseCurrency("CNY")},
                          {"factor", ValueType::kDouble, 0},
                          {"note", ValueType::kString, 0}}},
                        {"profiles",
                         {{"name", KeyKind::kExact, ValueType::kString},
                          {"age", KeyKind::kInterval, ValueType::kInt}},
                         {{"origin", ValueType::kString, 0},
                          {"weight_g", ValueType::kInt, 0},
                          {"gift", ValueType::kBool, 0},
                          {"score", ValueType::kInt, 0}}}};
  environment.aggregates = {"buyer_year"};
  environment.office = parcel::FindPath(catalog, "office");
  environment.base_currency = *base::ParseCurrency("CNY");
  return environment;
}

}  // namespace sluice::support
