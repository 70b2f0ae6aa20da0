#include "tools/generator/day.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/wire/parcels_file.h"
#include "engine/wire/schema_loader.h"
#include "tests/tools/generator/family_oracle.h"
#include "tools/generator/world_table.h"

namespace sluice::generator {
namespace {

std::unique_ptr<Day> MakeDay(const DayOptions& options) {
  auto day = Day::Make(options);
  EXPECT_TRUE(day.ok()) << day.status().message();
  return *std::move(day);
}

std::vector<std::uint8_t> Bytes(const DayOptions& options) {
  base::MemorySink sink;
  const auto day = MakeDay(options);
  EXPECT_TRUE(day->Write(sink, [](std::uint64_t, const Draft&) { return Status::Ok(); }).ok());
  return sink.bytes();
}

DayOptions Small(std::uint64_t seed) {
  DayOptions options;
  options.parcels = 2000;
  options.seed = seed;
  return options;
}

TEST(DayTest, SameSeedGivesTheSameBytes) { EXPECT_EQ(Bytes(Small(7)), Bytes(Small(7))); }

TEST(DayTest, AnotherSeedGivesOtherBytes) { EXPECT_NE(Bytes(Small(7)), Bytes(Small(8))); }

TEST(DayTest, ParcelsAreTheSameInWhateverOrderTheyAreDrawn) {
  const auto day = MakeDay(Small(3));
  Draft fresh;
  Draft used;
  for (std::uint64_t number = 0; number < 500; ++number) day->Draw(number, &used);
  for (const std::uint64_t number : {411u, 3u, 1999u}) {
    day->Draw(number, &used);
    Draft first;
    day->Draw(number, &first);
    EXPECT_EQ(first.parcel_id, used.parcel_id);
    EXPECT_EQ(first.total_value, used.total_value);
    EXPECT_EQ(first.items[0].description, used.items[0].description);
    EXPECT_EQ(first.consignee.address, used.consignee.address);
    EXPECT_EQ(first.documents.size(), used.documents.size());
  }
}

TEST(DayTest, FileIsWholeAndOfTheShippedSchema) {
  const std::vector<std::uint8_t> bytes = Bytes(Small(1));
  base::MemorySource source(bytes);
  wire::ParcelsReader reader(source);
  ASSERT_TRUE(reader.Open().ok());
  EXPECT_EQ(reader.header().fingerprint, wire::CatalogFingerprint(wire::DefaultCatalog()));
  wire::ParcelsBlock block;
  std::size_t records = 0;
  while (true) {
    const Result<bool> more = reader.Next(block);
    ASSERT_TRUE(more.ok());
    if (!*more) break;
    for (const wire::ParcelsFrame& frame : block.frames) {
      EXPECT_EQ(frame.error, parcel::ReadError::kNone);
      ++records;
    }
  }
  EXPECT_TRUE(reader.has_end_mark());
  EXPECT_EQ(records, 2000u);
}

TEST(DayTest, DaysScreenedTogetherHaveDifferentParcelIds) {
  DayOptions next = Small(1);
  ++next.date_days;
  Draft today;
  Draft tomorrow;
  MakeDay(Small(1))->Draw(41, &today);
  MakeDay(next)->Draw(41, &tomorrow);
  EXPECT_EQ(today.parcel_id, "CB0000000042CN");
  EXPECT_NE(today.parcel_id, tomorrow.parcel_id);
  EXPECT_EQ((tomorrow.received_at - today.received_at) / 86'400'000, 1);
}

TEST(DayTest, OptionsThatCannotBeMeantAreRefused) {
  DayOptions options;
  options.parcels = 0;
  EXPECT_THAT(Day::Make(options).status().message(), testing::HasSubstr("1 to"));
  options = {};
  options.violations = 0.5;
  EXPECT_THAT(Day::Make(options).status().message(), testing::HasSubstr("0 to 0.2"));
  EXPECT_FALSE(ParseDay("11.03.2026").ok());
  EXPECT_FALSE(ParseDay("2026-02-30").ok());
  EXPECT_EQ(*ParseDay("2026-03-11"), DayOptions{}.date_days);
}

TEST(ArithmeticTest, ExponentialAndLogarithmAreInverse) {
  for (const double x : {-20.0, -1.5, 0.0, 0.3, 4.0, 25.0}) EXPECT_NEAR(Log(Exp(x)), x, 1e-11);
  EXPECT_NEAR(Exp(1.0), 2.718281828459045, 1e-12);
  EXPECT_NEAR(CubeRoot(27.0), 3.0, 1e-11);
}

TEST(ArithmeticTest, AliasDrawsByWeight) {
  const std::vector<std::uint64_t> weights = {1, 0, 3, 6};
  const Alias alias(weights);
  Random random(5, 0);
  std::vector<int> drawn(4);
  for (int i = 0; i < 100'000; ++i) ++drawn[alias.Draw(&random)];
  EXPECT_EQ(drawn[1], 0);
  EXPECT_NEAR(drawn[0], 10'000, 600);
  EXPECT_NEAR(drawn[2], 30'000, 900);
}

TEST(WorldTest, KeywordsStandInTheirOwnDescriptionsAndInLowerCase) {
  const WorldTable goods("goods");
  for (std::size_t row = 0; row < goods.rows(); ++row) {
    EXPECT_THAT(goods.Text(row, "zh"), testing::HasSubstr(goods.Text(row, "keyword_zh")));
    EXPECT_THAT(goods.Text(row, "en"), testing::HasSubstr(goods.Text(row, "keyword_en")));
  }
  for (const char* table :
       {"keyword_heading", "battery_words", "vague_words", "prohibited_words"}) {
    const char* column = table == std::string("keyword_heading") ? "keyword" : "word";
    for (const std::string& word : WorldTable(table).Column(column)) {
      EXPECT_TRUE(std::none_of(word.begin(), word.end(), [](char c) {
        return c >= 'A' && c <= 'Z';
      })) << word;
    }
  }
}

/// One large day for all that is a matter of shares.
class DayShape : public testing::Test {
 protected:
  struct Totals {
    std::array<double, 2> count{}, value{};
    std::map<std::string, double> platforms, merchants;
    std::set<std::string> countries;
    std::array<double, 24> hours{};
    std::array<double, kNearMissFamilies> violations{}, near_misses{};
    double items = 0, scanned = 0, parcels = 0, insured = 0, emails = 0;
    std::int64_t last_received = 0;
    bool in_order = true;
  };

  static void SetUpTestSuite() {
    DayOptions options;
    options.parcels = 400'000;
    day_ = MakeDay(options).release();
    totals_ = new Totals;
    Draft draft;
    for (std::uint64_t number = 0; number < options.parcels; ++number) {
      day_->Draw(number, &draft);
      Add(draft);
    }
  }
  static void TearDownTestSuite() {
    delete totals_;
    delete day_;
  }

  static void Add(const Draft& draft) {
    Totals& t = *totals_;
    const auto side = static_cast<std::size_t>(draft.direction);
    ++t.parcels;
    ++t.count[side];
    t.value[side] += Cny(draft.total_value, day_->world().currencies[draft.currency]);
    if (!draft.platform_id.empty()) ++t.platforms[draft.platform_id];
    if (!draft.merchant_id.empty()) ++t.merchants[draft.merchant_id];
    t.countries.insert(draft.departure_country);
    t.countries.insert(draft.destination_country);
    t.hours[static_cast<std::size_t>((draft.received_at / 3'600'000 + 8) % 24)] += 1;
    t.items += static_cast<double>(draft.item_count);
    t.scanned += draft.scanned;
    t.insured += draft.insurance.has_value();
    t.emails += !draft.consignee.email.empty();
    t.in_order &= draft.received_at >= t.last_received;
    t.last_received = draft.received_at;
    if (draft.planted == Family::kNone) return;
    ++(draft.near_miss ? t.near_misses : t.violations)[static_cast<std::size_t>(draft.planted)];
  }

  static Day* day_;
  static Totals* totals_;
};
Day* DayShape::day_ = nullptr;
DayShape::Totals* DayShape::totals_ = nullptr;

TEST_F(DayShape, ThreeQuartersAreImports) {
  EXPECT_NEAR(totals_->count[0] / totals_->parcels, 0.74, 0.003);
}

TEST_F(DayShape, MeanValuesAreThoseOfARealDay) {
  EXPECT_NEAR(totals_->value[0] / totals_->count[0], 147.50, 0.02 * 147.50);
  EXPECT_NEAR(totals_->value[1] / totals_->count[1], 95.60, 0.02 * 95.60);
}

TEST_F(DayShape, PlatformsAndMerchantsFollowZipf) {
  EXPECT_EQ(totals_->platforms.size(), kPlatforms);
  EXPECT_GT(totals_->merchants.size(), 0.95 * kMerchants);
  const auto top =
      std::max_element(totals_->merchants.begin(), totals_->merchants.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  EXPECT_EQ(top->first, "M00001");
  // 1 / (11 * (H(20010) - H(10))) of all who have a merchant.
  EXPECT_NEAR(top->second / totals_->parcels, 0.0117, 0.002);
  EXPECT_GT(totals_->platforms["P001"], 20 * totals_->platforms["P300"]);
}

TEST_F(DayShape, ParcelsComeFromAndGoToEveryCountry) { EXPECT_GE(totals_->countries.size(), 215u); }

TEST_F(DayShape, ReceivedTimesNeverDecrease) { EXPECT_TRUE(totals_->in_order); }

TEST_F(DayShape, HoursHavePeaksAndAQuietNight) {
  EXPECT_GT(totals_->hours[10], 6 * totals_->hours[4]);
  EXPECT_GT(totals_->hours[21], totals_->hours[18]);
}

TEST_F(DayShape, OptionalFieldsAreAbsentAsInLife) {
  EXPECT_NEAR(totals_->insured / totals_->parcels, 0.36, 0.03);
  EXPECT_NEAR(totals_->emails / totals_->parcels, 0.35, 0.02);
  EXPECT_NEAR(totals_->items / totals_->parcels, 1.8, 0.05);
  EXPECT_NEAR(totals_->scanned / totals_->parcels, 0.30, 0.02);
}

TEST_F(DayShape, EachFamilyIsPlantedAboutEqually) {
  const double each = 0.02 * totals_->parcels / kViolationFamilies;
  const double each_near = 0.02 * totals_->parcels / kNearMissFamilies;
  for (std::uint32_t family = 0; family < kNearMissFamilies; ++family) {
    const std::string name(FamilyName(static_cast<Family>(family)));
    const bool only_near = static_cast<Family>(family) == Family::kAeoGuard;
    EXPECT_NEAR(totals_->violations[family], only_near ? 0 : each, only_near ? 0 : 0.35 * each)
        << name;
    EXPECT_NEAR(totals_->near_misses[family], each_near, 0.35 * each_near) << name;
  }
}

/// What a plain reading of the families finds in what was drafted.
class PlantedTruth : public testing::Test {
 protected:
  static constexpr std::uint64_t kCount = 40'000;

  static std::string Names(const std::set<Family>& families) {
    std::string text;
    for (const Family family : families) text += std::string(FamilyName(family)) + " ";
    return text;
  }
};

TEST_F(PlantedTruth, ViolationsShowTheirFamilyAndSeldomAnother) {
  DayOptions options;
  options.parcels = kCount;
  options.violations = 0.2;
  options.near_misses = 0.0;
  const auto day = MakeDay(options);
  Draft draft;
  std::map<std::string, int> others;
  int planted = 0;
  int with_others = 0;
  for (std::uint64_t number = 0; number < kCount; ++number) {
    day->Draw(number, &draft);
    if (draft.planted == Family::kNone) continue;
    ++planted;
    const std::set<Family> shown = FamiliesShown(day->world(), draft);
    EXPECT_TRUE(shown.count(draft.planted))
        << FamilyName(draft.planted) << " of " << draft.parcel_id;
    if (shown.size() == 1) continue;
    ++with_others;
    ++others[std::string(FamilyName(draft.planted)) + " shows " + Names(shown)];
  }
  EXPECT_NEAR(planted, 0.2 * kCount, 500);
  EXPECT_LT(with_others, 0.02 * planted) << testing::PrintToString(others);
}

TEST_F(PlantedTruth, NearMissesShowNothing) {
  DayOptions options;
  options.parcels = kCount;
  options.violations = 0.0;
  options.near_misses = 0.2;
  const auto day = MakeDay(options);
  Draft draft;
  std::map<std::string, int> seen;
  int near_misses = 0;
  int hits = 0;
  for (std::uint64_t number = 0; number < kCount; ++number) {
    day->Draw(number, &draft);
    if (!draft.near_miss) continue;
    ++near_misses;
    const std::set<Family> shown = FamiliesShown(day->world(), draft);
    EXPECT_FALSE(shown.count(draft.planted))
        << FamilyName(draft.planted) << " of " << draft.parcel_id;
    if (shown.empty()) continue;
    ++hits;
    ++seen[std::string(FamilyName(draft.planted)) + " shows " + Names(shown)];
  }
  EXPECT_LT(hits, 0.01 * near_misses) << testing::PrintToString(seen);
}

TEST_F(PlantedTruth, OrdinaryParcelsSeldomShowAPattern) {
  DayOptions options;
  options.parcels = kCount;
  options.violations = 0.0;
  options.near_misses = 0.0;
  const auto day = MakeDay(options);
  Draft draft;
  std::map<std::string, int> seen;
  int hits = 0;
  for (std::uint64_t number = 0; number < kCount; ++number) {
    day->Draw(number, &draft);
    const std::set<Family> shown = FamiliesShown(day->world(), draft);
    hits += !shown.empty();
    for (const Family family : shown) ++seen[std::string(FamilyName(family))];
  }
  RecordProperty("hits_per_10000", hits * 10'000 / static_cast<int>(kCount));
  EXPECT_LT(hits, 0.04 * kCount) << testing::PrintToString(seen);
  EXPECT_GT(hits, 0.005 * kCount) << "prices spread naturally, so some are beyond their band";
}

}  // namespace
}  // namespace sluice::generator
