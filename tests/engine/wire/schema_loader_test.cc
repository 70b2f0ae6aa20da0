#include "engine/wire/schema_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "tests/engine/wire/all_kinds.h"

namespace sluice::wire {
namespace {

using parcel::Catalog;
using parcel::Field;
using parcel::ValueType;
using parcel::WireKind;
using testing::HasSubstr;

const std::string kAttributes =
    "attribute \"timestamp\"; attribute \"duration\"; attribute \"money\"; attribute \"unit\"; "
    "attribute \"text\";"
    "attribute \"required_at\"; attribute \"max_bytes\"; attribute \"max_items\"; attribute "
    "\"presence_mask\";"
    "attribute \"flatten\"; attribute \"label\"; attribute \"personal\";\n";

std::string ErrorOf(const std::string& body) {
  const Result<Catalog> loaded = LoadSchema(kAttributes + body, "own.fbs", {}, "");
  return loaded.ok() ? "" : loaded.status().message();
}

const Field& At(const Catalog& catalog, const char* path) {
  const auto found = parcel::FindPath(catalog, path);
  EXPECT_TRUE(found.has_value()) << path;
  return parcel::FieldAt(catalog, catalog.root, *found);
}

TEST(SchemaLoaderTest, TheDefaultSchemaHasThePathsThatRulesUse) {
  const Catalog& catalog = DefaultCatalog();
  EXPECT_EQ(catalog.root_record().name, "Parcel");
  EXPECT_EQ(catalog.file_identifier, "PRCL");
  for (const char* path : {"parcel_id", "consignee.name", "scan.xray_class", "office", "currency",
                           "destination_country"}) {
    EXPECT_EQ(At(catalog, path).type, ValueType::kString) << path;
  }
  for (const char* path :
       {"gross_weight_g", "scan.weight_g", "scan.length_mm", "direction", "merchant_credit"}) {
    EXPECT_EQ(At(catalog, path).type, ValueType::kInt) << path;
  }
  EXPECT_EQ(At(catalog, "received_at").type, ValueType::kTimestamp);
  EXPECT_EQ(At(catalog, "received_at").time_units_per_second, 1000);
  EXPECT_EQ(At(catalog, "total_value").type, ValueType::kMoney);
  EXPECT_EQ(At(catalog, "gross_weight_g").unit, "g");
  EXPECT_EQ(At(catalog, "scan.radiation_alarm").type, ValueType::kBool);
  EXPECT_EQ(At(catalog, "scan.xray_confidence").type, ValueType::kDouble);
  EXPECT_EQ(At(catalog, "transit_countries").element_type, ValueType::kString);
  const parcel::Record& item = catalog.records[At(catalog, "items").record];
  for (const char* name : {"hs_code", "description", "brand", "unit_price", "total_price",
                           "quantity", "net_weight_g", "origin_country"}) {
    EXPECT_NE(item.Find(name), parcel::kNoIndex) << name;
  }
  EXPECT_TRUE(At(catalog, "planted").label);
  EXPECT_TRUE(At(catalog, "consignee.name").personal);
}

TEST(SchemaLoaderTest, MembersOfAFlattenedStructAreFieldsOfTheTable) {
  const Catalog& catalog = DefaultCatalog();
  const parcel::Record& root = catalog.root_record();
  EXPECT_EQ(root.Find("facts"), parcel::kNoIndex);
  EXPECT_EQ(root.Find("presence"), parcel::kNoIndex);
  const Field& value = root.fields[root.Find("total_value")];
  EXPECT_TRUE(root.fields[value.inline_in].hidden);
  EXPECT_EQ(root.fields[value.inline_in].name, "facts");
  EXPECT_EQ(value.presence, parcel::Presence::kMaskBit);
  EXPECT_EQ(value.mask_bit, 2);  // third member after the mask
  EXPECT_EQ(root.fields[value.currency_field].name, "currency");
  EXPECT_EQ(root.fields[value.currency_field].inline_in, value.inline_in);
}

TEST(SchemaLoaderTest, RequiredPhasesComeFromTheAttribute) {
  const Catalog& catalog = DefaultCatalog();
  EXPECT_EQ(At(catalog, "parcel_id").required_phases, parcel::kAllPhases);
  EXPECT_EQ(At(catalog, "scan.status").required_phases, parcel::PhaseBit(parcel::Phase::kScanned));
  EXPECT_EQ(At(catalog, "flight").required_phases, 0);
}

TEST(SchemaLoaderTest, WhatRulesCannotReadIsLeftOutAndListed) {
  std::vector<SkippedField> skipped;
  const Result<Catalog> loaded = LoadSchema(kAllKindsSchema, "all_kinds.fbs", {}, "", &skipped);
  ASSERT_TRUE(loaded.ok()) << loaded.status().message();
  std::vector<std::string> paths;
  for (const SkippedField& field : skipped) paths.push_back(field.path + ": " + field.reason);
  EXPECT_THAT(paths,
              testing::UnorderedElementsAre("Root.payload: a vector of bytes",
                                            "Root.nested: a nested buffer", "Root.either: a union",
                                            "Root.either_type: a union", "Root.old: deprecated"));
  EXPECT_EQ(loaded->root_record().Find("payload"), parcel::kNoIndex);
}

TEST(SchemaLoaderTest, DefaultsAndPresenceFollowTheSchema) {
  const Catalog catalog = *LoadSchema(kAllKindsSchema, "all_kinds.fbs", {}, "");
  EXPECT_EQ(At(catalog, "i8").default_int, 7);
  EXPECT_EQ(At(catalog, "i16").default_int, -5);
  EXPECT_EQ(At(catalog, "u64").default_int, 9'000'000'000'000'000'000);
  EXPECT_EQ(At(catalog, "f32").default_double, 1.5);
  EXPECT_EQ(At(catalog, "flag").default_int, 1);
  EXPECT_EQ(At(catalog, "i8").presence, parcel::Presence::kAlways);
  EXPECT_EQ(At(catalog, "u8").presence, parcel::Presence::kSlot);
  EXPECT_EQ(At(catalog, "numbers").presence, parcel::Presence::kVector);
  EXPECT_EQ(At(catalog, "u64").type, ValueType::kUint);
  EXPECT_EQ(At(catalog, "u32").type, ValueType::kInt);
  EXPECT_EQ(catalog.enums[At(catalog, "colour").enumeration].values[0].value, -3);
}

TEST(SchemaLoaderTest, AnotherRootAndIncludesAreFound) {
  const Result<Catalog> leaf = LoadSchema(kAllKindsSchema, "all_kinds.fbs", {}, "Leaf");
  ASSERT_TRUE(leaf.ok());
  EXPECT_EQ(leaf->root_record().name, "Leaf");
  EXPECT_TRUE(LoadSchema(kAllKindsSchema, "all_kinds.fbs", {}, "test.Leaf").ok());
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / "schema_loader_test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "part.fbs") << "table Part { name: string; }";
  const std::string text = "include \"part.fbs\"; table Whole { part: Part; } root_type Whole;";
  EXPECT_TRUE(LoadSchema(text, "whole.fbs", {folder.string()}, "").ok());
  EXPECT_TRUE(LoadSchema(text, (folder / "whole.fbs").string(), {}, "").ok());
  EXPECT_FALSE(LoadSchema(text, "whole.fbs", {}, "").ok());
  std::filesystem::remove_all(folder);
}

TEST(SchemaLoaderTest, MistakesAreNamedWithTheirPlace) {
  EXPECT_THAT(ErrorOf("table T { a: int; } table T { b: int; } root_type T;"),
              HasSubstr("own.fbs:2"));
  EXPECT_THAT(ErrorOf("table T { a: int; }"), HasSubstr("no root_type"));
  EXPECT_THAT(ErrorOf("struct S { a: int; } root_type S;"), HasSubstr("own.fbs"));
  EXPECT_THAT(ErrorOf("table T { a: long (timestamp: \"min\"); } root_type T;"),
              HasSubstr("T.a: 'timestamp' has the unit"));
  EXPECT_THAT(ErrorOf("table T { a: string (timestamp); } root_type T;"),
              HasSubstr("T.a: 'timestamp' stands on"));
  EXPECT_THAT(ErrorOf("table T { a: ulong (duration); } root_type T;"),
              HasSubstr("T.a: 'duration' stands on"));
  EXPECT_THAT(ErrorOf("table T { a: long (money); } root_type T;"),
              HasSubstr("T.a: 'money' names \"\""));
  EXPECT_THAT(ErrorOf("table T { a: long (money: \"b\"); b: int; } root_type T;"),
              HasSubstr("\"b\" is not a text"));
  EXPECT_THAT(ErrorOf("table T { a: double (money: \"b\"); b: string; } root_type T;"),
              HasSubstr("T.a: 'money' stands on"));
  EXPECT_THAT(ErrorOf("table T { a: int (required_at: \"declared\"); } root_type T;"),
              HasSubstr("never absent"));
  EXPECT_THAT(ErrorOf("table T { a: string (required_at: \"later\"); } root_type T;"),
              HasSubstr("phase \"later\""));
  EXPECT_THAT(ErrorOf("table T { a: string (max_bytes: 0); } root_type T;"),
              HasSubstr("T.a: 'max_bytes' is a number"));
  EXPECT_THAT(ErrorOf("table T { a: [int] (max_items: 100000); } root_type T;"),
              HasSubstr("T.a: 'max_items' is a number"));
  EXPECT_THAT(ErrorOf("table T { a: int (max_bytes: 5); } root_type T;"),
              HasSubstr("does not fit this type"));
  EXPECT_THAT(ErrorOf("table T { a: string (unit: \"g\"); } root_type T;"),
              HasSubstr("'unit' stands on a number"));
  EXPECT_THAT(ErrorOf("table T { a: string (text); } root_type T;"),
              HasSubstr("'text' stands on [ubyte:N]"));
  EXPECT_THAT(ErrorOf("table T { a: int (flatten); } root_type T;"),
              HasSubstr("'flatten' stands on a struct"));
  EXPECT_THAT(
      ErrorOf("struct S { m: int (presence_mask); a: int; } table T { s: S; } root_type T;"),
      HasSubstr("S.m: 'presence_mask' stands on an unsigned integer"));
  EXPECT_THAT(ErrorOf("struct S { m: ubyte (presence_mask); n: ubyte (presence_mask); } table T { "
                      "s: S; } root_type T;"),
              HasSubstr("S.n: a second presence mask"));
  EXPECT_THAT(ErrorOf("struct S { a: int; } table T { a: int; s: S (flatten); } root_type T;"),
              HasSubstr("T.a: a member of the flattened S has the name of another field"));
}

TEST(SchemaLoaderTest, AMaskTooNarrowForItsStructIsRefused) {
  std::string members;
  for (int i = 0; i < 9; ++i) members += " a" + std::to_string(i) + ": int;";
  EXPECT_THAT(ErrorOf("struct S { m: ubyte (presence_mask);" + members +
                      " } table T { s: S; } root_type T;"),
              HasSubstr("a mask of 8 bits for 9 members"));
}

TEST(SchemaLoaderTest, LimitsAreEnforced) {
  std::string deep = "table T0 { a: int; }";
  for (int i = 1; i <= 8; ++i) {
    deep += "table T" + std::to_string(i) + " { t: T" + std::to_string(i - 1) + "; }";
  }
  EXPECT_THAT(ErrorOf(deep + "root_type T8;"), HasSubstr("nested deeper than 8"));
  EXPECT_EQ(ErrorOf(deep + "root_type T7;"), "");
  std::string wide = "table T {";
  for (std::size_t i = 0; i <= limits::kSchemaFieldsMax; ++i)
    wide += " a" + std::to_string(i) + ": int;";
  EXPECT_THAT(ErrorOf(wide + "} root_type T;"), HasSubstr("more than 4096 fields"));
}

TEST(SchemaLoaderTest, ARecordWithinItselfIsLeftOut) {
  std::vector<SkippedField> skipped;
  const auto loaded =
      LoadSchema("table T { a: int; t: T; all: [T]; } root_type T;", "own.fbs", {}, "", &skipped);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->root_record().fields.size(), 1u);
  EXPECT_EQ(skipped.size(), 2u);
}

TEST(SchemaLoaderTest, TheFingerprintChangesWithTheLayoutAndNotWithComments) {
  const auto fingerprint = [](const std::string& text) {
    return CatalogFingerprint(*LoadSchema(text, "f.fbs", {}, ""));
  };
  const auto base = fingerprint("table T { a: int; } root_type T;");
  EXPECT_EQ(fingerprint("/// A comment.\ntable T {\n/// Another.\na: int; } root_type T;"), base);
  EXPECT_NE(fingerprint("table T { a: long; } root_type T;"), base);
  EXPECT_NE(fingerprint("table T { b: int; } root_type T;"), base);
  EXPECT_NE(fingerprint("table T { a: int; b: int; } root_type T;"), base);
}

}  // namespace
}  // namespace sluice::wire
