#include "engine/ingest/json_source.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <map>

#include "engine/base/limits.h"
#include "tests/engine/ingest/input_fixture.h"

namespace sluice::ingest {
namespace {

using parcel::ReadError;
using testing::HasSubstr;

class JsonSourceTest : public InputTest {};

TEST_F(JsonSourceTest, ObjectsBecomeRecordsByTheSchema) {
  const std::string path =
      Write("a.ndjson", R"({"id":"007","at":"2026-01-02T03:04:05Z","weight_g":250,"mass_kg":0.5,)"
                        R"("value":"12.50 EUR","way":"air","gift":true,"total":18446744073709551615,)"
                        R"("sender":{"name":"Kim"},"marks":["x","y"],)"
                        R"("items":[{"code":"1"},{"code":"2","price":"3.00 USD"}]})"
                        "\n\n"
                        R"({"id":"8","weight_g":null,"items":[]})"
                        "\n");
  const auto reads = ReadAll({path});
  ASSERT_EQ(reads.size(), 2u);
  EXPECT_EQ(reads[0].text, "at=2026-01-02T03:04:05Z gift=1 id=007 mass_kg=0.500000 sender.name=Kim "
                           "total=18446744073709551615 value=12.50 EUR way=40 weight_g=250 item:1 item:2@3.00 USD");
  EXPECT_EQ(reads[1].text, "id=8");
  EXPECT_EQ(reads[1].place, "a.ndjson:3");
}

TEST_F(JsonSourceTest, AWrongLineIsOneUnreadableRecordWithItsField) {
  const std::string path = Write("a.ndjson", "{\"id\":\"A\"}\n"
                                             "{\"id\":\"B\"\n"
                                             "[1]\n"
                                             "{\"id\":\"C\",\"sender\":{\"nmae\":\"x\"}}\n"
                                             "{\"id\":\"D\",\"weight_g\":1.5}\n"
                                             "{\"id\":\"E\",\"items\":[{},{},{},{}]}\n"
                                             "{\"id\":\"F\",\"items\":[{\"code\":{}}]}\n"
                                             "{\"id\":\"G\",\"weight_g\":-1}\n"
                                             "{\"id\":\"H\"}");
  const auto reads = ReadAll({path});
  ASSERT_EQ(reads.size(), 9u);
  EXPECT_EQ(reads[0].text, "id=A");
  EXPECT_THAT(reads[1].flaw, HasSubstr("not JSON"));
  EXPECT_EQ(reads[2].flaw, "not a JSON object");
  EXPECT_EQ(reads[3].flaw, "field sender.nmae: the record has no such field");
  EXPECT_EQ(reads[4].flaw, "field weight_g: \"1.5\" is not a whole number");
  EXPECT_EQ(reads[5].flaw, "field items: more elements than the schema allows");
  EXPECT_THAT(reads[6].flaw, HasSubstr("expected a single value"));
  EXPECT_EQ(reads[7].flaw, "field weight_g: \"-1\": out_of_range");
  EXPECT_EQ(reads[8].text, "id=H");
}

TEST_F(JsonSourceTest, AMappingNamesPathsOfTheExport) {
  const std::string mapping = "columns:\n  shipment.no: id\n  shipment.mass: { field: weight_g, unit: kg }\n";
  const std::string path = Write("a.ndjson", R"({"shipment":{"no":"A","mass":1.25,"else":1},"more":[1,{"x":2}]})");
  EXPECT_EQ(ReadAll({path}, mapping)[0].text, "id=A weight_g=1250");
  EXPECT_EQ(ReadAll({path}, mapping + "unmapped: error")[0].error, ReadError::kBadCell);
  EXPECT_THAT(OpenError(path, "columns: { a: nowhere }"), HasSubstr("no field 'nowhere'"));
}

TEST_F(JsonSourceTest, ALineOverTheLimitIsOneUnreadableRecord) {
  const std::string path =
      Write("a.ndjson",
            "{\"id\":\"A\"}\n{\"id\":\"" + std::string(limits::kRecordBytesMax * 3, 'x') + "\"}\n{\"id\":\"C\"}\n");
  const auto reads = ReadAll({path});
  ASSERT_EQ(reads.size(), 3u);
  EXPECT_EQ(reads[0].text, "id=A");
  EXPECT_EQ(reads[1].error, ReadError::kTooLong);
  EXPECT_EQ(reads[2].text, "id=C");
  EXPECT_EQ(reads[2].place, "a.ndjson:3");
}

TEST_F(JsonSourceTest, EveryCutAndFlipOfALineIsSurvived) {
  const std::string text = R"({"id":"A","items":[{"code":"1","price":"3.00 USD"}],"sender":{"name":"K"}})";
  for (std::size_t cut = 1; cut < text.size(); ++cut) {
    EXPECT_EQ(ReadAll({Write("cut.ndjson", text.substr(0, cut))})[0].error, ReadError::kBadCell) << cut;
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char c : {'\0', '"', '{', ']', '\xFF', '9'}) {
      std::string changed = text;
      changed[at] = c;
      EXPECT_EQ(ReadAll({Write("flip.ndjson", changed)}).size(), 1u);
    }
  }
}

}  // namespace
}  // namespace sluice::ingest
