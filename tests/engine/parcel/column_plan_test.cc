#include "engine/parcel/column_plan.h"

#include <gtest/gtest.h>

#include "tests/support/sample_rule_set.h"

namespace sluice::parcel {
namespace {

FieldPath Path(const Catalog& catalog, std::string_view dotted) {
  return FindPath(catalog, dotted).value();
}

TEST(CatalogTest, PathsLeadThroughRecordsAndEndAtVectors) {
  const Catalog catalog = testing::SampleCatalog();
  EXPECT_EQ(FindPath(catalog, "sender.name"), (FieldPath{6, 0}));
  EXPECT_EQ(FieldAt(catalog, catalog.root, {6, 0}).name, "name");
  EXPECT_EQ(PathText(catalog, catalog.root, {6, 0}), "sender.name");
  EXPECT_TRUE(FindPath(catalog, "items").has_value());
  EXPECT_EQ(FindPath(catalog, "items.hs_code"), std::nullopt);
  EXPECT_EQ(FindPath(catalog, "id.length"), std::nullopt);
  EXPECT_EQ(FindPath(catalog, "nothing"), std::nullopt);
  EXPECT_EQ(FindPath(catalog, ""), std::nullopt);
}

TEST(CatalogTest, HiddenFieldsAreNotFoundAndFlattenedMembersAre) {
  const Catalog catalog = testing::SampleCatalog();
  const Record& item = catalog.records[2];
  EXPECT_EQ(item.Find("hot"), kNoIndex);
  EXPECT_EQ(item.fields[item.Find("quantity")].inline_in, 0u);
}

TEST(ColumnPlanTest, AColumnIsMadeOnceAndKnowsItsType) {
  const Catalog catalog = testing::SampleCatalog();
  ColumnPlan plan;
  const ColumnIndex value = plan.AddColumn(catalog, kParcelDomain, Path(catalog, "value"));
  const ColumnIndex sender = plan.AddColumn(catalog, kParcelDomain, Path(catalog, "sender"));
  EXPECT_EQ(plan.AddColumn(catalog, kParcelDomain, Path(catalog, "value")), value);
  ASSERT_EQ(plan.columns.size(), 2u);
  EXPECT_EQ(plan.columns[value].type, ValueType::kMoney);
  EXPECT_EQ(plan.columns[sender].type, ValueType::kRecord);
}

TEST(ColumnPlanTest, VectorsOfRecordsAndOfScalarsBecomeDomains) {
  const Catalog catalog = testing::SampleCatalog();
  ColumnPlan plan;
  const DomainIndex items = plan.AddDomain(catalog, kParcelDomain, Path(catalog, "items"));
  const DomainIndex marks = plan.AddDomain(catalog, kParcelDomain, Path(catalog, "marks"));
  EXPECT_EQ(plan.AddDomain(catalog, kParcelDomain, Path(catalog, "items")), items);
  EXPECT_EQ(DomainRecord(catalog, plan, kParcelDomain), catalog.root);
  EXPECT_EQ(DomainRecord(catalog, plan, items), 2u);
  EXPECT_EQ(DomainRecord(catalog, plan, marks), kNoIndex);
  const ColumnIndex mark = plan.AddColumn(catalog, marks, {});
  EXPECT_EQ(plan.columns[mark].type, ValueType::kString);
  const ColumnIndex code = plan.AddColumn(catalog, items, {1});
  EXPECT_EQ(plan.columns[code].type, ValueType::kString);
  EXPECT_NE(code, plan.AddColumn(catalog, kParcelDomain, {1}));
}

}  // namespace
}  // namespace sluice::parcel
