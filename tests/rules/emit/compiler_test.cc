#include "rules/emit/compiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/diag/render.h"
#include "tests/rules/emit/book_folder.h"

namespace sluice::rules {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

std::vector<std::string> RuleIds(const ruleset::RuleSet& rule_set) {
  std::vector<std::string> ids;
  for (const ruleset::Rule& rule : rule_set.rules) ids.emplace_back(rule_set.Text(rule.id));
  return ids;
}

TEST(CompilerTest, SmallBookBecomesARuleSet) {
  const BookFolder folder;
  folder.Write("lists/banned.csv", "key\n3304\n");
  folder.Write("rules/a.yaml", R"yaml(rules:
  - { id: VAL-1, title: Too heavy, when: parcel.gross_weight_g > 5000, offices: ["4600"],
      then: { lane: inspect, score: 10 + 30, reason: LIMIT } }
  - { id: HS-1, when: "parcel.items.exists(i, lists.banned.hasPrefixOf(i.hs_code))", then: { lane: hold } }
)yaml");
  const auto book = CompileBook(folder.path());
  ASSERT_TRUE(book.ok());
  ASSERT_NE(book->rule_set, nullptr) << RenderPretty(book->diagnostics, *book->sources);
  const ruleset::RuleSet& rule_set = *book->rule_set;
  EXPECT_THAT(RuleIds(rule_set), ElementsAre("VAL-1", "HS-1"));
  EXPECT_EQ(rule_set.Text(rule_set.rules[0].title), "Too heavy");
  EXPECT_EQ(rule_set.rules[0].score, 40u);
  EXPECT_EQ(rule_set.rules[0].score_node, ruleset::kNoNode);
  EXPECT_EQ(rule_set.lanes[rule_set.rules[0].lane].name, "inspect");
  EXPECT_EQ(rule_set.office_sets[rule_set.rules[0].offices], std::vector<std::string>{"4600"});
  EXPECT_NE(rule_set.system.id, ruleset::kNone);
  EXPECT_EQ(rule_set.program.zones[rule_set.zone].name, "Asia/Shanghai");
  EXPECT_NE(rule_set.hash, base::Hash256{});
}

TEST(CompilerTest, RequiredFieldsOfParcelAndItemsAreNamed) {
  const BookFolder folder;
  const auto book = CompileBook(folder.path());
  ASSERT_TRUE(book.ok());
  ASSERT_NE(book->rule_set, nullptr) << RenderPretty(book->diagnostics, *book->sources);
  std::vector<std::string> names;
  for (const ruleset::RequiredField& field : book->rule_set->required) {
    names.emplace_back(book->rule_set->Text(field.name));
  }
  EXPECT_THAT(names, IsSupersetOf({"parcel_id", "office", "items.hs_code", "scan.scanned_at"}));
}

TEST(CompilerTest, MistakesOfAllFilesAreReportedTogether) {
  const BookFolder folder;
  folder.Write("tables/bands.csv", "hs:key,low:value:int\n3304,ten\n,5\n");
  folder.Write("lists/banned.csv", "kee\nx\n");
  folder.Write("rules/a.yaml", R"yaml(rules:
  - { id: A, when: parcel.gros_weight_g > 5, then: { lane: hold } }
  - { id: B, when: parcel.gross_weight_g + 5, then: { lane: hodl } }
  - id: C
    when: >-
      parcel.pieces > 3 &&
      parcel.office == 4600
    then: { lane: hold, score: "'x'" }
  - { id: D, when: "parcel.items.exists(i, tables.bands.row(i.hs_code).lo > 4)", then: { lane: hold } }
)yaml");
  folder.Write("rules/b.yaml", R"yaml(rules:
  - { id: A, when: parcel.pieces > 2 &&, then: { lane: hold } }
  - { id: E, when: "true", each: tables.band, then: { lane: hold } }
)yaml");
  const auto book = CompileBook(folder.path());
  ASSERT_TRUE(book.ok());
  EXPECT_EQ(book->rule_set, nullptr);
  EXPECT_THAT(folder.Findings(book->diagnostics),
              ElementsAre("lists/banned.csv:1:1 list-header", "rules/a.yaml:2:27 unknown-field",
                          "rules/a.yaml:3:20 type-mismatch", "rules/a.yaml:3:61 unknown-lane",
                          "rules/a.yaml:7:21 type-mismatch", "rules/a.yaml:8:33 type-mismatch",
                          "rules/a.yaml:9:72 unknown-column", "rules/b.yaml:2:11 duplicate-rule",
                          "rules/b.yaml:2:40 syntax", "rules/b.yaml:3:34 unknown-table",
                          "tables/bands.csv:2:6 bad-cell"));
}

TEST(CompilerTest, ATableWithoutUsableHeaderIsToldOnce) {
  const BookFolder folder;
  folder.Write("tables/bands.csv", "hs:kee,low:value:int\n3304,1\n");
  folder.Write("rules/a.yaml", R"yaml(rules:
  - { id: A, when: tables.bands.row(parcel.office).low > 4 && tables.bands.has(parcel.office), then: { lane: hold } }
  - { id: B, when: parcel.office == row.hs, each: tables.bands, then: { lane: hold, score: row.low } }
  - { id: C, when: parcel.pieces > 3u, each: tables.bands, then: { lane: row.lane } }
  - { id: D, when: tables.bands.has(parcel.offise), then: { lane: hold } }
)yaml");
  const auto book = CompileBook(folder.path());
  ASSERT_TRUE(book.ok());
  EXPECT_EQ(book->rule_set, nullptr);
  EXPECT_THAT(folder.Findings(book->diagnostics),
              ElementsAre("rules/a.yaml:5:44 unknown-field", "tables/bands.csv:1:1 table-header"));
}

TEST(CompilerTest, CaretsPointIntoFoldedExpressions) {
  const BookFolder folder;
  folder.Write("rules/a.yaml", R"yaml(rules:
  - id: C
    when: >-
      parcel.pieces > 3 &&
      parcel.offise == "4600"
    then: { lane: hold }
)yaml");
  const auto book = CompileBook(folder.path());
  ASSERT_TRUE(book.ok());
  const std::string text = RenderPretty(book->diagnostics, *book->sources);
  EXPECT_THAT(text, HasSubstr("rules/a.yaml:5:"));
  EXPECT_THAT(text, HasSubstr("office"));
}

TEST(CompilerTest, ProfileIsOneRuleARow) {
  const BookFolder folder;
  folder.Write(
      "tables/p.csv",
      "who:key,country:value,heavy:value:int,lane:value,score:value:int,why:value,share:value\n"
      "alpha,CN,5000,hold,70,FIRST,50 %\n"
      "beta,,100,,,,\n"
      "beta,KR,,document,5,,\n");
  folder.Write("rules/a.yaml", R"yaml(rules:
  - id: P
    each: tables.p
    when: parcel.departure_country == row.country && parcel.gross_weight_g > row.heavy
    then: { lane: row.lane, score: row.score, reason: row.why, probability: row.share }
)yaml");
  const auto book = CompileBook(folder.path());
  ASSERT_TRUE(book.ok());
  ASSERT_NE(book->rule_set, nullptr) << RenderPretty(book->diagnostics, *book->sources);
  const ruleset::RuleSet& rule_set = *book->rule_set;
  EXPECT_THAT(RuleIds(rule_set), ElementsAre("P/alpha", "P/beta#2", "P/beta#3"));
  EXPECT_EQ(rule_set.rules[0].score, 70u);
  EXPECT_EQ(rule_set.Text(rule_set.rules[0].reason), "FIRST");
  EXPECT_EQ(rule_set.rules[0].probability, 500'000u);
  EXPECT_EQ(rule_set.rules[1].lane, ruleset::kNoLane);
  EXPECT_EQ(rule_set.rules[1].score, 0u);
  EXPECT_EQ(rule_set.rules[1].probability, 1'000'000u);
  EXPECT_EQ(rule_set.rules[2].profile_row, 2u);
  EXPECT_EQ(rule_set.lanes[rule_set.rules[2].lane].name, "document");
  // A blank cell does not constrain: the second row asks for the weight alone.
  EXPECT_THAT(ruleset::DumpNode(rule_set.program, rule_set.rules[0].condition), HasSubstr("CN"));
  EXPECT_THAT(ruleset::DumpNode(rule_set.program, rule_set.rules[1].condition),
              ::testing::Not(HasSubstr("and")));
}

TEST(CompilerTest, ProfileMistakesPointIntoTheTable) {
  const BookFolder folder;
  folder.Write("tables/p.csv",
               "who:key,lane:value,score:value:int\nalpha,hodl,70\nbeta,hold,10001\n,hold,1\n");
  folder.Write("rules/a.yaml", R"yaml(rules:
  - { id: P, each: tables.p, when: parcel.merchant_id == row.who, then: { lane: row.lane, score: row.score } }
  - { id: Q, each: tables.p, when: parcel.merchant_id == row.whom, then: { lane: row.lain } }
)yaml");
  const auto book = CompileBook(folder.path());
  ASSERT_TRUE(book.ok());
  const auto findings = folder.Findings(book->diagnostics);
  EXPECT_THAT(findings, Contains("tables/p.csv:2:7 unknown-lane"));
  EXPECT_THAT(findings, Contains("tables/p.csv:3:1 score-range"));
  EXPECT_THAT(findings, Contains("tables/p.csv:4:1 matches-all"));
  EXPECT_THAT(findings, Contains(HasSubstr("rules/a.yaml:3:")));
}

TEST(CompilerTest, BlankKeysAreRefusedOnlyWhereARuleLooksThemUp) {
  const BookFolder folder;
  folder.Write("tables/p.csv", "who:key,limit:value:int\nalpha,1\n,2\n");
  folder.Write("rules/a.yaml",
               "rules:\n  - { id: P, each: tables.p, when: parcel.merchant_id == row.who && "
               "parcel.pieces > row.limit, then: { lane: hold } }\n");
  const auto as_profile = CompileBook(folder.path());
  ASSERT_TRUE(as_profile.ok());
  EXPECT_THAT(folder.Findings(as_profile->diagnostics), IsEmpty());
  folder.Write("rules/b.yaml",
               "rules:\n  - { id: L, when: tables.p.row(parcel.merchant_id).limit > 1, then: { "
               "lane: hold } }\n");
  const auto as_look_up = CompileBook(folder.path());
  ASSERT_TRUE(as_look_up.ok());
  EXPECT_THAT(folder.Findings(as_look_up->diagnostics), ElementsAre("tables/p.csv:3:1 blank-key"));
}

TEST(CompilerTest, SystemFieldsMustBeThereAndFit) {
  const BookFolder folder;
  folder.Write("rules/a.yaml", "rules:\n  - { id: A, when: 'true', then: { lane: hold } }\n");
  std::string config = kSmallConfig;
  config.replace(config.find("parcel_id"), 9, "parcel_ib");
  config.replace(config.find("received_at"), 11, "office");
  folder.Write("book.yaml", config);
  const auto book = CompileBook(folder.path());
  ASSERT_TRUE(book.ok());
  EXPECT_THAT(folder.Findings(book->diagnostics),
              ElementsAre("book.yaml:2:15 unknown-field", "book.yaml:2:36 field-type"));
  EXPECT_THAT(book->diagnostics.items()[0].hint, HasSubstr("parcel_id"));
}

TEST(CompilerTest, MissingFolderIsAStatus) {
  EXPECT_EQ(CompileBook("no/such/folder").status().code(), StatusCode::kNotFound);
}

TEST(CompilerTest, SameBookGivesTheSameHash) {
  const BookFolder folder;
  folder.Write("rules/a.yaml",
               "rules:\n  - { id: A, when: parcel.pieces > 2, then: { lane: hold } }\n");
  const auto first = CompileBook(folder.path());
  const auto second = CompileBook(folder.path());
  folder.Write("rules/a.yaml",
               "rules:\n  - { id: A, when: parcel.pieces > 3, then: { lane: hold } }\n");
  const auto other = CompileBook(folder.path());
  ASSERT_TRUE(first.ok() && second.ok() && other.ok());
  ASSERT_TRUE(first->rule_set != nullptr && second->rule_set != nullptr &&
              other->rule_set != nullptr);
  EXPECT_EQ(first->rule_set->hash, second->rule_set->hash);
  EXPECT_NE(first->rule_set->hash, other->rule_set->hash);
}

TEST(CompilerTest, ShippedBooksCompileWithoutErrors) {
  for (const char* pack : {"kcs", "cbec_import"}) {
    const auto book = CompileBook(std::string(SLUICE_SOURCE_DIR) + "/rules/packs/" + pack);
    ASSERT_TRUE(book.ok()) << pack;
    EXPECT_NE(book->rule_set, nullptr) << RenderPretty(book->diagnostics, *book->sources);
  }
}

}  // namespace
}  // namespace sluice::rules
