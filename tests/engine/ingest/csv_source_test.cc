#include "engine/ingest/csv_source.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <map>

#include "tests/engine/ingest/input_fixture.h"

namespace sluice::ingest {
namespace {

using parcel::ReadError;
using testing::ElementsAre;
using testing::HasSubstr;

class CsvSourceTest : public InputTest {};

constexpr const char* kMapping = R"(
null: ["-"]
columns:
  Number: id
  Day: { field: at, format: "%Y-%m-%d" }
  Mass: { field: weight_g, unit: kg }
  Price: { field: value, currency: KRW, null: ["0.0"] }
  Sender: sender.name
)";

TEST_F(CsvSourceTest, CellsBecomeFieldsByTheirTypes) {
  const std::string path = Write("a.csv",
                                 "id,at,took,weight_g,mass_kg,value,way,gift,total\r\n"
                                 "007,2026-01-02T03:04:05Z,1h30m,250,0.5,12.50 EUR,air,true,18446744073709551615\r\n"
                                 "8,1000,90,,,,10,0,\r\n");
  const auto reads = ReadAll({path});
  ASSERT_EQ(reads.size(), 2u);
  EXPECT_EQ(reads[0].text, "at=2026-01-02T03:04:05Z gift=1 id=007 mass_kg=0.500000 took=5400s "
                           "total=18446744073709551615 value=12.50 EUR way=40 weight_g=250");
  EXPECT_EQ(reads[1].text, "at=1970-01-01T00:00:01Z gift=0 id=8 took=90s way=10");
}

TEST_F(CsvSourceTest, TheMappingNamesColumnsUnitsCurrenciesNullsAndTimes) {
  const std::string path = Write("a.csv", "\xEF\xBB\xBFNumber,Day,Mass,Price,Sender,Other\n"
                                          "A,2021-01-01,0.25,5000,\"Kim, \"\"Lee\"\"\",x\n"
                                          "B,-,-,0.0,,y\n");
  const auto reads = ReadAll({path}, kMapping);
  ASSERT_EQ(reads.size(), 2u);
  EXPECT_EQ(reads[0].text, "at=2020-12-31T15:00:00Z id=A sender.name=Kim, \"Lee\" value=5000 KRW weight_g=250");
  EXPECT_EQ(reads[1].text, "id=B");
}

TEST_F(CsvSourceTest, AWrongRowIsOneUnreadableRecordAndTheRestIsRead) {
  const std::string path = Write("a.csv", "id,weight_g,gift\n"
                                          "A,1,1\n"
                                          "B,2\n"
                                          "C,heavy,1\n"
                                          "D\xFF,4,1\n"
                                          "E,-5,1\n"
                                          "longer than twelve,6,1\n"
                                          "G,7,maybe\n"
                                          "H,8,1\n");
  const auto reads = ReadAll({path});
  ASSERT_EQ(reads.size(), 8u);
  EXPECT_EQ(reads[0].text, "gift=1 id=A weight_g=1");
  EXPECT_EQ(reads[1].error, ReadError::kBadCell);
  EXPECT_EQ(reads[1].place, "a.csv:3");
  EXPECT_EQ(reads[1].flaw, "2 cells where the header has 3");
  EXPECT_EQ(reads[2].flaw, "column weight_g: \"heavy\" is not a whole number");
  EXPECT_EQ(reads[3].error, ReadError::kBadUtf8);
  EXPECT_EQ(reads[4].flaw, "column weight_g: \"-5\": out_of_range");
  EXPECT_EQ(reads[5].flaw, "column id: \"longer than twelve\": text_too_long");
  EXPECT_EQ(reads[6].flaw, "column gift: \"maybe\" is not true, false, 1 or 0");
  EXPECT_EQ(reads[7].text, "gift=1 id=H weight_g=8");
}

TEST_F(CsvSourceTest, WrongHeadersAreNamedBeforeAnythingIsRead) {
  EXPECT_THAT(OpenError(Write("a.csv", "")), HasSubstr("is empty"));
  EXPECT_THAT(OpenError(Write("b.csv", "id,wieght\n")), HasSubstr("the record has no field 'wieght'"));
  EXPECT_THAT(OpenError(Write("c.csv", "id,id\n")), HasSubstr("column 'id' stands twice"));
  EXPECT_THAT(OpenError(Write("d.csv", "id,items\n")), HasSubstr("not a single value"));
  EXPECT_THAT(OpenError(Write("e.csv", "Number,Day\n"), kMapping), HasSubstr("has no column 'Mass'"));
  EXPECT_THAT(OpenError(Write("f.csv", "x\n"), "columns: { x: { field: id, unit: kg } }"), HasSubstr("unit 'kg'"));
  EXPECT_THAT(OpenError(Write("g.csv", "x,y\n"), "columns: { x: id }\nunmapped: error"),
              HasSubstr("column 'y' is not in the mapping"));
  EXPECT_THAT(OpenError(folder() + "missing.csv"), HasSubstr("missing.csv"));
  EXPECT_THAT(OpenError(folder() + "file.xml"), HasSubstr("told by the ending"));
}

TEST_F(CsvSourceTest, BlockSizesDoNotMatterAndFilesFollowEachOther) {
  std::string text = "id,weight_g\n";
  for (int i = 0; i < 1000; ++i) text += "P" + std::to_string(i) + "," + std::to_string(i) + "\n";
  const std::string first = Write("a.csv", text);
  const std::string second = Write("b.ndjson", "{\"id\": \"last\"}\n");
  for (const std::size_t block : {1u, 7u, 4096u}) {
    const auto reads = ReadAll({first, second}, "", block);
    ASSERT_EQ(reads.size(), 1001u);
    EXPECT_EQ(reads[999].text, "id=P999 weight_g=999");
    EXPECT_EQ(reads[1000].text, "id=last");
    EXPECT_EQ(reads[1000].place, "b.ndjson:1");
  }
}

TEST_F(CsvSourceTest, EveryCutAndFlipOfAFileIsSurvived) {
  const std::string text = "id,weight_g,value\nA,1,\"2.00 EUR\"\n\"B\"\"\",2,3.00 USD\nC,3,\n";
  for (std::size_t cut = 19; cut < text.size(); ++cut) ReadAll({Write("cut.csv", text.substr(0, cut))});
  for (std::size_t at = 18; at < text.size(); ++at) {
    for (const char c : {'\0', '"', '\n', ',', '\xFF'}) {
      std::string changed = text;
      changed[at] = c;
      EXPECT_GE(ReadAll({Write("flip.csv", changed)}).size(), 1u);
    }
  }
}

}  // namespace
}  // namespace sluice::ingest
