#include "engine/ingest/mapping.h"

#include <gmock/gmock.h>

namespace sluice::ingest {
namespace {

using testing::HasSubstr;

std::string ErrorOf(const std::string& yaml) {
  const Result<Mapping> mapping = ParseMapping(yaml, "m.yaml");
  return mapping.ok() ? "" : mapping.status().message();
}

TEST(MappingTest, WrongMappingsAreRefusedWithTheirPlace) {
  EXPECT_EQ(ErrorOf("columns: { a: id }"), "");
  EXPECT_THAT(ErrorOf("columns:\n  a: { feild: id }"), HasSubstr("m.yaml:2:8: error: unknown key 'feild'"));
  EXPECT_THAT(ErrorOf("columns:\n  a: id\n  a: id"), HasSubstr("m.yaml:3:3: error: key 'a' stands twice"));
  EXPECT_THAT(ErrorOf("columns: { a: { unit: kg } }"), HasSubstr("column 'a' needs a 'field'"));
  EXPECT_THAT(ErrorOf("columns: { a: { field: x, currency: won } }"), HasSubstr("not an ISO 4217 currency"));
  EXPECT_THAT(ErrorOf("unmapped: ignore"), HasSubstr("needs a map 'columns'"));
  EXPECT_THAT(ErrorOf("columns: {}\nunmapped: perhaps"), HasSubstr("'ignore' or 'error'"));
  EXPECT_THAT(ErrorOf("columns: [a"), HasSubstr("m.yaml:"));
  EXPECT_THAT(ErrorOf(std::string(2u << 20, ' ')), HasSubstr("at most 1 MiB"));
}

TEST(MappingTest, NullIsAKeyLikeAnyOther) {
  const Result<Mapping> mapping = ParseMapping("null: ['', NA]\ncolumns: { a: { field: x, null: none } }", "m.yaml");
  ASSERT_TRUE(mapping.ok()) << mapping.status().message();
  EXPECT_THAT(mapping->null, testing::ElementsAre("", "NA"));
  EXPECT_THAT(mapping->Find("a")->null, testing::ElementsAre("none"));
  EXPECT_EQ(mapping->Find("b"), nullptr);
}

}  // namespace
}  // namespace sluice::ingest
