#include "engine/draw/draw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <set>

namespace sluice::draw {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kSecret1 = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr const char* kSecret2 = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";

std::string KeyJson(const std::string& party1 = kSecret1, const std::string& party2 = kSecret2,
                    const std::string& rest = "") {
  return "{\"party1\": \"" + party1 + "\", \"party2\": \"" + party2 +
         "\", \"public\": \"drand round 4001234\", \"epoch\": \"2026-03-14 night\", \"site\": "
         "\"4600\"" +
         rest + "}";
}

EpochKey ExampleKey() { return *ParseEpochKey(KeyJson(), "key.json"); }

std::string MessageOf(const std::string& json) {
  const Result<EpochKey> key = ParseEpochKey(json, "key.json");
  EXPECT_FALSE(key.ok()) << json;
  return key.status().message();
}

struct Vector {
  const char* party1;
  const char* party2;
  const char* public_value;
  const char* epoch;
  const char* site;
  const char* draw_id;
  const char* rule;
  std::uint32_t ppm;
};

constexpr const char* kZeros = "0000000000000000000000000000000000000000000000000000000000000000";
constexpr Vector kVectors[] = {
    {kSecret1, kSecret2, "drand round 4001234", "2026-03-14 night", "4600", "RR123456785CN",
     "RND-001", 20'000},
    {kSecret1, kSecret2, "drand round 4001234", "2026-03-14 night", "4600", "包裹 42",
     "PROFILE/4202#2", 999'999},
    {kZeros, kZeros, "test", "test", "test", "P-1", "R-1", 500'000},
    {kSecret1, kSecret2, "drand round 4001234", "2026-03-14 night", "4600", "", "", 1},
    {kSecret2, kSecret1, "", "e", "", "x",
     "a rule of more than 128 bytes, so that the hash needs a further block: "
     "................................................................",
     0},
};

EpochKey KeyOf(const Vector& vector) {
  if (vector.party1 == kZeros) return TestEpochKey();
  const std::string json = std::string("{\"party1\":\"") + vector.party1 + "\",\"party2\":\"" +
                           vector.party2 + "\",\"public\":\"" + vector.public_value +
                           "\",\"epoch\":\"" + vector.epoch + "\",\"site\":\"" + vector.site +
                           "\"}";
  return *ParseEpochKey(json, "key.json");
}

std::string Hex64(std::uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

std::string EngineLine(const Vector& vector) {
  const EpochKey key = KeyOf(vector);
  const DrawSeed seed = SeedOf(key, vector.draw_id);
  const std::uint64_t ticket = RuleTicket(key, seed, vector.rule);
  const std::uint64_t threshold = Threshold(vector.ppm);
  return "{\"key\": \"" + base::Hex(key.key) + "\", \"seed\": \"" + base::Hex(seed) +
         "\", \"minimum\": \"" + Hex64(MinimumRateTicket(seed)) + "\", \"ticket\": \"" +
         Hex64(ticket) + "\", \"threshold\": \"" + Hex64(threshold) +
         "\", \"selected\": " + (ticket < threshold ? "true" : "false") + "}\n";
}

TEST(DrawFormatTest, TheScriptOfAnAuditorDerivesTheSameDraws) {
  const std::string folder = testing::TempDir();
  const std::string input = folder + "/sluice_draws.jsonl";
  std::string expected;
  {
    std::ofstream file(input);
    for (const Vector& v : kVectors) {
      file << "{\"party1\":\"" << v.party1 << "\",\"party2\":\"" << v.party2 << "\",\"public\":\""
           << v.public_value << "\",\"epoch\":\"" << v.epoch << "\",\"site\":\"" << v.site
           << "\",\"draw_id\":\"" << v.draw_id << "\",\"rule\":\"" << v.rule
           << "\",\"ppm\":" << v.ppm << "}\n";
      expected += EngineLine(v);
    }
  }
  const std::string command =
      std::string("python3 " SLUICE_SOURCE_DIR "/tests/engine/draw/verify_draw.py < '") + input +
      "'";
  std::FILE* pipe = popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string derived;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
    derived.push_back(static_cast<char>(c));
  EXPECT_EQ(pclose(pipe), 0);
  EXPECT_EQ(derived, expected);
}

TEST(DrawFormatTest, TheWorkedVectorsStandInTheSpecification) {
  std::ifstream file(SLUICE_SOURCE_DIR "/engine/draw/FORMAT.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(text.empty());
  for (const Vector& v : std::span(kVectors).first(3)) {
    const EpochKey key = KeyOf(v);
    const DrawSeed seed = SeedOf(key, v.draw_id);
    EXPECT_THAT(text, HasSubstr(base::Hex(key.key)));
    EXPECT_THAT(text, HasSubstr(base::Hex(seed).substr(0, 32)));
    EXPECT_THAT(text, HasSubstr("`" + Hex64(RuleTicket(key, seed, v.rule)) + "`"));
    EXPECT_THAT(text, HasSubstr("`" + Hex64(Threshold(v.ppm)) + "`"));
  }
}

TEST(ThresholdTest, IsTheExactFloorForEveryProbability) {
  for (std::uint32_t ppm = 0; ppm < 1'000'000; ++ppm) {
    const auto exact =
        static_cast<std::uint64_t>((static_cast<unsigned __int128>(ppm) << 64) / 1'000'000u);
    ASSERT_EQ(Threshold(ppm), exact) << ppm;
  }
}

TEST(ThresholdDeathTest, AlwaysIsNotDrawn) {
  EXPECT_DEATH(Threshold(1'000'000), "broken invariant");
}

TEST(TicketTest, DependsOnRuleDrawIdAndKey) {
  const EpochKey key = ExampleKey();
  std::set<std::uint64_t> tickets;
  for (const char* id : {"A", "B", "AB", ""}) {
    for (const char* rule : {"A", "B", "AB", ""}) {
      tickets.insert(RuleTicket(key, SeedOf(key, id), rule));
      tickets.insert(RuleTicket(TestEpochKey(), SeedOf(TestEpochKey(), id), rule));
    }
  }
  EXPECT_EQ(tickets.size(), 32u);
}

TEST(TicketTest, SelectedSharesFollowTheProbability) {
  const EpochKey key = ExampleKey();
  constexpr int kParcels = 100'000;
  for (const std::uint32_t ppm : {1'000u, 20'000u, 500'000u, 990'000u}) {
    int selected = 0;
    for (int i = 0; i < kParcels; ++i) {
      selected += RuleTicket(key, SeedOf(key, "P" + std::to_string(i)), "R") < Threshold(ppm);
    }
    const double p = ppm / 1e6;
    const double z = (selected - kParcels * p) / std::sqrt(kParcels * p * (1 - p));
    EXPECT_LT(std::abs(z), 4.0) << ppm << ": " << selected;
  }
}

TEST(TicketTest, TicketsOfTwoRulesAreIndependent) {
  const EpochKey key = ExampleKey();
  constexpr int kParcels = 64'000;
  int cells[4][4] = {};
  for (int i = 0; i < kParcels; ++i) {
    const DrawSeed seed = SeedOf(key, "P" + std::to_string(i));
    ++cells[RuleTicket(key, seed, "R-1") >> 62][RuleTicket(key, seed, "R-2") >> 62];
  }
  double chi_square = 0;
  for (const auto& row : cells) {
    for (const int cell : row)
      chi_square += std::pow(cell - kParcels / 16.0, 2) / (kParcels / 16.0);
  }
  EXPECT_LT(chi_square, 37.7);  // 15 degrees of freedom, p = 0.001
}

TEST(EpochKeyTest, KeepsItsNameAndIsNoTestKey) {
  const EpochKey key = ExampleKey();
  EXPECT_EQ(key.epoch, "2026-03-14 night");
  EXPECT_FALSE(key.is_test);
  EXPECT_TRUE(TestEpochKey().is_test);
}

TEST(EpochKeyTest, EveryPartChangesTheKey) {
  std::set<std::string> keys;
  const char* const parts[] = {"drand round 4001234", "2026-03-14 night", "4600", kSecret1,
                               kSecret2};
  keys.insert(base::Hex(ExampleKey().key));
  for (const std::string part : parts) {
    std::string json = KeyJson();
    json[json.find(part)] = '9';
    keys.insert(base::Hex(ParseEpochKey(json, "key.json")->key));
  }
  keys.insert(base::Hex(ParseEpochKey(KeyJson(kSecret2, kSecret1), "key.json")->key));
  EXPECT_EQ(keys.size(), 7u);
}

TEST(EpochKeyTest, UpperCaseDigitsAreTheSameSecret) {
  std::string upper = kSecret1;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(ParseEpochKey(KeyJson(upper), "key.json")->key, ExampleKey().key);
}

TEST(EpochKeyTest, AFlawIsNamedAndTheSecretIsNot) {
  EXPECT_THAT(MessageOf(KeyJson("abcd")),
              HasSubstr("key.json: \"party1\" must be 64 hexadecimal digits"));
  const std::string bad = MessageOf(KeyJson(kSecret1, std::string(63, 'a') + "x"));
  EXPECT_THAT(bad,
              HasSubstr("\"party2\" has a character that is not a hexadecimal digit, at place 64"));
  EXPECT_THAT(bad, Not(HasSubstr("aaaa")));
  EXPECT_THAT(MessageOf(KeyJson(kSecret1, kSecret1)), HasSubstr("party1 and party2 are equal"));
  EXPECT_THAT(MessageOf(KeyJson(kSecret1, kSecret2, ", \"seed\": 1")),
              HasSubstr("\"seed\" is not a part"));
  EXPECT_THAT(MessageOf(KeyJson(kSecret1, kSecret2, ", \"site\": \"4601\"")),
              HasSubstr("\"site\" stands there twice"));
  EXPECT_THAT(MessageOf("{\"party1\": \"00\"}"), HasSubstr("\"party2\" is missing"));
  EXPECT_THAT(MessageOf("[1]"), HasSubstr("must be a JSON object"));
  EXPECT_THAT(MessageOf("{"), HasSubstr("is not valid JSON"));
  EXPECT_THAT(MessageOf(""), HasSubstr("is not valid JSON"));
}

TEST(EpochKeyTest, APartThatIsNoTextIsRefused) {
  std::string json = KeyJson();
  json.replace(json.find("\"4600\""), 6, "4600");
  EXPECT_THAT(MessageOf(json), HasSubstr("\"site\" must be a text"));
}

TEST(EpochKeyTest, AnEmptyEpochIsRefused) {
  std::string json = KeyJson();
  json.replace(json.find("2026-03-14 night"), 16, "");
  EXPECT_THAT(MessageOf(json), HasSubstr("\"epoch\" must not be empty"));
}

TEST(EpochKeyTest, FilesAreReadAndMissingOrHugeOnesRefused) {
  const std::string path = testing::TempDir() + "/sluice_epoch_key.json";
  std::ofstream(path) << KeyJson();
  EXPECT_EQ(ReadEpochKey(path)->key, ExampleKey().key);
  std::ofstream(path) << std::string(70'000, ' ') << KeyJson();
  EXPECT_EQ(ReadEpochKey(path).status().code(), StatusCode::kLimitExceeded);
  EXPECT_EQ(ReadEpochKey(path + ".none").status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace sluice::draw
