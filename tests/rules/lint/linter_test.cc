#include "rules/lint/linter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "engine/base/time_text.h"
#include "rules/diag/render.h"
#include "tests/rules/emit/book_folder.h"

namespace sluice::rules {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class LinterTest : public ::testing::Test {
 protected:
  /// "file:line:column code" of every finding but those of severity info; the text goes to text_.
  std::vector<std::string> Lint(const LintOptions& options = {.now = {1773216000, 0}, .sample = nullptr}) {
    const auto book = CompileBook(folder_.path(), KeepTrees::kYes);
    if (!book.ok()) return {book.status().message()};
    if (book->rule_set == nullptr) return {RenderPretty(book->diagnostics, *book->sources)};
    const DiagnosticList all = rules::Lint(*book, options);
    DiagnosticList kept;
    for (const Diagnostic& item : all.items()) {
      if (item.severity != Severity::kInfo) kept.Add(item);
    }
    text_ = RenderPretty(kept, *book->sources);
    return folder_.Findings(kept);
  }

  /// One rule of each condition, from line 3 on, three lines each; conditions stand in column 11.
  std::vector<std::string> LintConditions(const std::vector<std::string>& conditions) {
    std::string text = "rules:\n";
    int number = 0;
    for (const std::string& condition : conditions) {
      const std::string n = std::to_string(++number);
      text += "  - id: R-" + n + "\n    when: " + condition + "\n    then: { lane: inspect, score: " + n + " }\n";
    }
    folder_.Write("rules/a.yaml", text);
    return Lint();
  }

  BookFolder folder_;
  std::string text_;
};

TEST_F(LinterTest, ACleanBookHasNoFindings) {
  EXPECT_THAT(LintConditions({"parcel.procedure == \"9610\" && parcel.gross_weight_g > weight(\"2 kg\")"}), IsEmpty());
}

TEST_F(LinterTest, ThePartThatIsNeverTrueIsShown) {
  EXPECT_THAT(LintConditions({"parcel.pieces > 3u && parcel.departure_country == \"CHN\""}),
              ElementsAre("rules/a.yaml:3:33 never-true"));
  EXPECT_THAT(text_, HasSubstr("                                ^~~~~~~"));
  EXPECT_THAT(LintConditions({"parcel.net_weight_g > 4294967295"}), ElementsAre("rules/a.yaml:3:11 never-true"));
  EXPECT_THAT(LintConditions({"parcel.net_weight_g >= 4294967295"}), IsEmpty());
  EXPECT_THAT(LintConditions({"parcel.received_at.getHours() == 24"}), ElementsAre("rules/a.yaml:3:11 never-true"));
  EXPECT_THAT(LintConditions({"parcel.items.exists(i, i.hs_code.startsWith(\"33041010101\"))"}),
              ElementsAre("rules/a.yaml:3:34 never-true"));
}

TEST_F(LinterTest, ATestThatIsAlwaysTrueIsShown) {
  EXPECT_THAT(LintConditions({"parcel.net_weight_g >= 0 && parcel.pieces > 3u"}),
              ElementsAre("rules/a.yaml:3:11 always-true"));
  EXPECT_THAT(LintConditions({"parcel.procedure == \"C07\" && (parcel.net_weight_g > 5 || parcel.net_weight_g < 10)"}),
              ElementsAre("rules/a.yaml:3:41 always-true"));
  // A rule of all parcels is meant as it is written.
  EXPECT_THAT(LintConditions({"\"true\""}), Not(Contains(HasSubstr("always-true"))));
}

TEST_F(LinterTest, BothPartsOfAContradictionAreShown) {
  EXPECT_THAT(LintConditions({"parcel.net_weight_g > 100 && parcel.pieces > 3u && parcel.net_weight_g < 50"}),
              ElementsAre("rules/a.yaml:3:62 contradiction"));
  EXPECT_THAT(text_, HasSubstr("a.yaml:3:11: note: the part that excludes it"));
}

TEST_F(LinterTest, ContradictionsAreSeenByMeaning) {
  for (const char* condition : {
           "\"!has(parcel.merchant_id) && parcel.merchant_id == \\\"M1\\\"\"",
           "parcel.procedure.startsWith(\"C\") && parcel.procedure == \"9610\"",
           "parcel.net_weight_g > parcel.gross_weight_g && parcel.gross_weight_g > parcel.net_weight_g",
           "parcel.items.exists(i, i.hs_code == \"3304\") && !parcel.items.exists(i, i.hs_code.startsWith(\"33\"))",
           "parcel.consignor_credit == CreditLevel.aeo && parcel.consignor_credit == CreditLevel.dishonest",
           "parcel.indivisible && !parcel.indivisible",
           "parcel.departure_country in [\"FR\", \"IT\"] && !(parcel.departure_country in [\"IT\", \"FR\", \"ES\"])",
       }) {
    EXPECT_THAT(LintConditions({condition}), Contains(HasSubstr("contradiction"))) << condition;
  }
  for (const char* condition : {
           "parcel.items.exists(i, i.hs_code == \"3304\") && parcel.items.exists(i, i.hs_code == \"3305\")",
           "parcel.net_weight_g > 100 && parcel.gross_weight_g < 50",
           "parcel.items.exists(i, i.hs_code == \"3304\") && !parcel.items.exists(i, i.hs_code.startsWith(\"34\"))",
       }) {
    EXPECT_THAT(LintConditions({condition}), IsEmpty()) << condition;
  }
}

TEST_F(LinterTest, ARuleThatAddsNothingIsFoundByImplication) {
  folder_.Write("rules/a.yaml", R"yaml(rules:
  - { id: WIDE, when: "parcel.items.exists(i, i.hs_code.startsWith('33'))", then: { lane: inspect } }
  - { id: NARROW, then: { lane: document },
      when: "parcel.pieces > 2u && parcel.items.exists(i, i.origin_country == 'FR' && i.hs_code.startsWith('3304'))" }
  - { id: GRAVER, when: "parcel.items.exists(i, i.hs_code.startsWith('3305'))", then: { lane: hold } }
  - { id: SCORED, when: "parcel.items.exists(i, i.hs_code.startsWith('3306'))", then: { score: 10, reason: X } }
  - { id: OTHER, when: "parcel.items.exists(i, i.hs_code.startsWith('34'))", then: { lane: document } }
)yaml");
  EXPECT_THAT(Lint(), ElementsAre("rules/a.yaml:4:13 subsumed-rule"));
  EXPECT_THAT(text_, HasSubstr("'NARROW' adds nothing: 'WIDE' matches whenever it does"));
}

TEST_F(LinterTest, ARuleOfFewerParcelsDoesNotCoverOneOfMore) {
  folder_.Write("rules/a.yaml", R"yaml(rules:
  - { id: WIDE, when: parcel.pieces > 2u, direction: import, then: { lane: inspect } }
  - { id: NARROW, when: parcel.pieces > 5u, then: { lane: document } }
  - { id: SHADOW, when: parcel.pieces > 1u, mode: shadow, then: { lane: inspect } }
  - { id: DRAWN, when: parcel.pieces > 1u, then: { lane: inspect, probability: "5 %" } }
)yaml");
  EXPECT_THAT(Lint(), IsEmpty());
}

TEST_F(LinterTest, ARuleWhoseErrorsAreItsOwnIsNotCovered) {
  folder_.Write("rules/a.yaml", R"yaml(rules:
  - { id: B, when: parcel.pieces > 10u, then: { lane: inspect } }
  - { id: ABSENT, when: "parcel.pieces > 10u && parcel.procedure == '9610'", absent: error, then: { lane: document } }
  - { id: DIVIDES, when: "parcel.pieces > 10u && 100 / int(parcel.pieces) > 3", then: { lane: document } }
  - { id: SCORES, when: parcel.pieces > 20u, then: { score: "int(parcel.pieces) * 1000000000000", reason: X } }
)yaml");
  EXPECT_THAT(Lint(), IsEmpty());
}

TEST_F(LinterTest, ARuleIsCoveredByOneThatFailsWhereItDoes) {
  folder_.Write("rules/a.yaml", R"yaml(rules:
  - { id: B, when: "100 / int(parcel.pieces) > 3", absent: error, then: { lane: inspect } }
  - { id: A, when: "100 / int(parcel.pieces) > 3 && parcel.procedure == '9610'", then: { lane: document } }
  - { id: C, when: "100 / int(parcel.pieces) > 3", absent: error, then: { lane: document } }
)yaml");
  EXPECT_THAT(Lint(), ElementsAre("rules/a.yaml:3:20 subsumed-rule", "rules/a.yaml:4:20 subsumed-rule"));
}

TEST_F(LinterTest, ALaneDecidesNothingOnlyWhereItIsTheDefaultAndTheMildest) {
  const std::string rules = R"yaml(rules:
  - { id: TRU, when: parcel.consignor_credit == CreditLevel.aeo, then: { lane: pass } }
  - { id: VAL, when: parcel.pieces > 10u, then: { lane: document } }
)yaml";
  folder_.Write("rules/a.yaml", rules);
  EXPECT_THAT(Lint(), ElementsAre("rules/a.yaml:2:80 lane-decides-nothing"));
  // The default stands only where no rule asks for a lane: TRU lets parcels pass, and VAL keeps them from it.
  std::string config = kSmallConfig;
  config.replace(config.find("default_lane: pass"), 18, "default_lane: document");
  folder_.Write("book.yaml", config);
  EXPECT_THAT(Lint(), IsEmpty());
}

TEST_F(LinterTest, ARuleWithoutLaneCoversNoLaneButTheMildestDefault) {
  const std::string rules = R"yaml(rules:
  - { id: B, when: parcel.pieces > 10u, then: { control: desk } }
  - { id: A, when: parcel.pieces > 20u, then: { lane: document, control: desk } }
)yaml";
  std::string config = kSmallConfig;
  config.replace(config.find("default_lane: pass"), 18, "default_lane: document");
  folder_.Write("book.yaml", config);
  folder_.Write("rules/a.yaml", rules);
  EXPECT_THAT(Lint(), IsEmpty());
}

TEST_F(LinterTest, AWaiverOfAProfileIsJudgedByAllOfItsRows) {
  folder_.Write("tables/trusted.csv", "merchant:key\nM1\nM2\n");
  const std::string waiver =
      "  - { id: OK, each: tables.trusted, then: { waive: [routine] }, "
      "when: parcel.merchant_id == row.merchant && parcel.indivisible }\n";
  const auto rule = [](const std::string& merchant, const std::string& more) {
    return "  - { id: A, tags: [routine], when: \"parcel.pieces > 2u && parcel.merchant_id == '" + merchant + "'\"" +
           more + ", then: { lane: inspect } }\n";
  };
  folder_.Write("rules/a.yaml", "rules:\n" + waiver + rule("M2", ""));
  EXPECT_THAT(Lint(), IsEmpty());
  folder_.Write("rules/a.yaml", "rules:\n" + waiver + rule("M3", ""));
  EXPECT_THAT(Lint(), ElementsAre("rules/a.yaml:2:52 waives-nothing"));
}

TEST_F(LinterTest, MatchesInShadowAreNeverWaived) {
  folder_.Write("rules/a.yaml", R"yaml(rules:
  - { id: A, tags: [routine], when: parcel.pieces > 5u, mode: shadow, then: { lane: inspect } }
  - { id: B, tags: [routine], when: parcel.pieces == 1u, then: { lane: inspect } }
  - { id: OK, when: parcel.pieces > 2u, then: { waive: [routine] } }
)yaml");
  EXPECT_THAT(Lint(), ElementsAre("rules/a.yaml:4:56 waives-nothing"));
}

TEST_F(LinterTest, ARuleInShadowIsNotSaidToBeWaived) {
  const auto book = [](const std::string& mode) {
    return "rules:\n  - { id: A, tags: [routine], when: parcel.pieces > 5u" + mode + ", then: { lane: inspect } }\n" +
           "  - { id: B, tags: [routine], when: parcel.indivisible, then: { lane: inspect } }\n" +
           "  - { id: OK, when: parcel.pieces > 2u, then: { waive: [routine] } }\n";
  };
  folder_.Write("rules/a.yaml", book(""));
  EXPECT_THAT(Lint(), ElementsAre("rules/a.yaml:2:37 always-waived"));
  folder_.Write("rules/a.yaml", book(", mode: shadow"));
  EXPECT_THAT(Lint(), IsEmpty());
}

TEST_F(LinterTest, ARowThatAnotherRowCoversIsFoundAtTheRow) {
  folder_.Write("rules/a.yaml", R"yaml(rules:
  - id: PRF
    each: tables.profiles
    when: parcel.merchant_id == row.merchant && parcel.items.exists(i, i.hs_code.startsWith(row.hs))
    then: { lane: inspect }
)yaml");
  folder_.Write("tables/profiles.csv", "profile:key,merchant:value,hs:value\nA,M1,33\nB,M2,44\nC,M1,3304\nD,M1,\n");
  EXPECT_THAT(Lint(), ElementsAre("tables/profiles.csv:2:1 subsumed-rule", "tables/profiles.csv:4:1 subsumed-rule"));
}

TEST_F(LinterTest, RowsThatNeverMatchAreFoundAtTheRow) {
  folder_.Write("rules/a.yaml", R"yaml(rules:
  - id: WRD
    each: tables.words
    when: parcel.items.exists(i, i.description.lowerAscii().contains(row.word))
    then: { lane: inspect }
)yaml");
  folder_.Write("tables/words.csv", "word:key\nrifle\nPistol\n");
  EXPECT_THAT(Lint(), ElementsAre("tables/words.csv:3:1 never-true"));
}

TEST_F(LinterTest, ANegativeTestOfAnOptionalFieldIsFound) {
  for (const char* condition : {
           "parcel.procedure != \"C07\"",
           "\"!(parcel.procedure in ['C07', 'C08'])\"",
           "\"!parcel.procedure.startsWith('C')\"",
           "\"!parcel.indivisible\"",
           "parcel.items.exists(i, i.brand != \"X\")",
           "parcel.pieces > 3u && !(parcel.procedure == \"C07\" && parcel.transport_mode == TransportMode.air)",
           "parcel.total_value + parcel.freight > parcel.order_amount",
       }) {
    EXPECT_THAT(LintConditions({condition}), Contains(HasSubstr("absence-hides"))) << condition;
  }
}

TEST_F(LinterTest, AbsenceIsNoQuestionWhereTheRuleSpeaksOfIt) {
  for (const char* condition : {
           "\"!has(parcel.procedure) || parcel.procedure != 'C07'\"",
           "has(parcel.procedure) && parcel.procedure != \"C07\"",
           "parcel.procedure != \"C07\" && parcel.procedure.startsWith(\"C\")",
           "parcel.departure_country != parcel.destination_country",   // two fields
           "parcel.items.exists(i, !i.hs_code.startsWith(\"33\"))",      // required
           "parcel.procedure == \"C07\" && parcel.net_weight_g < 100",  // positive
           "has(parcel.scan) && parcel.scan.xray_class != \"mixed\"",
           "parcel.total_value + (has(parcel.freight) ? parcel.freight : parcel.total_value * 0) > parcel.order_amount",
       }) {
    EXPECT_THAT(LintConditions({condition}), Not(Contains(HasSubstr("absence-hides")))) << condition << text_;
  }
  folder_.Write("rules/a.yaml",
                "rules:\n  - { id: A, when: parcel.procedure != 'C07', absent: error, then: { lane: inspect } }\n");
  EXPECT_THAT(Lint(), IsEmpty());
}

TEST_F(LinterTest, AFieldThatMayBeAbsentIsToldOnceARule) {
  EXPECT_THAT(LintConditions({"parcel.procedure != 'A' && parcel.pieces != 1u && parcel.procedure != 'B'",
                              "parcel.procedure != 'C'"}),
              ElementsAre("rules/a.yaml:3:11 absence-hides", "rules/a.yaml:3:38 absence-hides",
                          "rules/a.yaml:6:11 absence-hides"));
}

TEST_F(LinterTest, WhatThePhaseRequiresIsNoQuestionThere) {
  folder_.Write("rules/a.yaml", R"yaml(rules:
  - { id: A, when: parcel.scan.status != ScanStatus.ok, phase: scanned, then: { lane: inspect } }
)yaml");
  EXPECT_THAT(Lint(), IsEmpty());
  folder_.Write("rules/a.yaml", R"yaml(rules:
  - { id: A, when: parcel.scan.status != ScanStatus.ok, then: { lane: inspect } }
)yaml");
  EXPECT_THAT(Lint(), ElementsAre("rules/a.yaml:2:20 absence-hides"));
}

TEST_F(LinterTest, ASilenceHoldsForItsRuleAndCodeAlone) {
  folder_.Write("rules/a.yaml", R"yaml(rules:
  - { id: A, when: parcel.net_weight_g >= 0, then: { lane: inspect }, lint: { allow: always-true, why: tried out } }
  - { id: B, when: parcel.scan.length_mm >= 0, then: { lane: document } }
)yaml");
  EXPECT_THAT(Lint(), ElementsAre("rules/a.yaml:3:20 always-true"));
}

TEST_F(LinterTest, ASilenceOfTheBookHoldsForFindingsOfTheCompilerToo) {
  folder_.Write("book.yaml", std::string(kSmallConfig) + "lint: [ { allow: [no-effect], why: we only count } ]\n");
  folder_.Write("rules/a.yaml", "rules:\n  - { id: A, when: parcel.pieces > 3u, then: { reason: X } }\n");
  EXPECT_THAT(Lint(), IsEmpty());
}

TEST_F(LinterTest, ASilenceOfOneProfileOfATableLeavesTheFindingsOfTheOther) {
  folder_.Write("tables/p.csv", "key:key,merchant:value\nP1,M1\nP2,\n");
  const std::string rule = ", each: tables.p, when: parcel.merchant_id == row.merchant, then: { score: 1 }";
  const std::string silence = ", lint: { allow: matches-all, why: tried out }";
  const auto lint = [&](const std::string& of_a, const std::string& of_b) {
    folder_.Write("rules/a.yaml", "rules:\n  - { id: A, direction: import" + rule + of_a + " }\n" +
                                      "  - { id: B, direction: export" + rule + of_b + " }\n");
    return Lint();
  };
  EXPECT_THAT(lint(silence, silence), IsEmpty());
  for (const bool first : {true, false}) {
    EXPECT_THAT(first ? lint(silence, "") : lint("", silence), ElementsAre("tables/p.csv:3:1 matches-all"));
    EXPECT_THAT(text_, HasSubstr(first ? "rules/a.yaml:3:" : "rules/a.yaml:2:"));
  }
}

TEST_F(LinterTest, AFindingAtATableIsSilencedByAnyRuleOfItsProfiles) {
  folder_.Write("tables/p.csv", "key:key,merchant:value\nP1,M1\nP1,M2\n");
  const std::string rules = R"yaml(rules:
  - { id: A, each: tables.p, direction: import, when: parcel.merchant_id == row.merchant, then: { score: 1 } }
  - { id: C, when: tables.p.has(parcel.procedure), then: { lane: inspect } }
  - { id: B, each: tables.p, direction: export, when: parcel.merchant_id == row.merchant, then: { score: 1 })yaml";
  folder_.Write("rules/a.yaml", rules + " }\n");
  EXPECT_THAT(Lint(), ElementsAre("tables/p.csv:3:1 duplicate-key"));
  folder_.Write("rules/a.yaml", rules + ", lint: { allow: duplicate-key, why: tried out } }\n");
  EXPECT_THAT(Lint(), IsEmpty());
}

TEST_F(LinterTest, ASilenceWithoutUseOrReasonIsFound) {
  folder_.Write("rules/a.yaml", R"yaml(rules:
  - { id: A, when: parcel.pieces > 3u, then: { lane: inspect }, lint: { allow: [never-treu], why: hm } }
)yaml");
  EXPECT_THAT(Lint(), ElementsAre("rules/a.yaml:2:81 unused-silence"));
  EXPECT_THAT(text_, HasSubstr("did you mean 'never-true'?"));
  folder_.Write("rules/a.yaml", R"yaml(rules:
  - { id: A, when: parcel.pieces > 3u, then: { lane: inspect }, lint: { allow: [never-true] } }
)yaml");
  EXPECT_THAT(Lint(), ElementsAre(HasSubstr("[missing-key]")));
}

TEST_F(LinterTest, NowIsTheCallers) {
  folder_.Write("rules/a.yaml", R"yaml(rules:
  - { id: A, when: parcel.pieces > 3u, then: { lane: inspect }, valid: { until: 2026-03-10 } }
)yaml");
  // Shanghai's 11 March begins at 16:00 UTC of the 10th.
  EXPECT_THAT(Lint({.now = *base::ParseTimestamp("2026-03-10T15:59:59Z"), .sample = nullptr}), IsEmpty());
  EXPECT_THAT(Lint({.now = *base::ParseTimestamp("2026-03-10T16:00:00Z"), .sample = nullptr}),
              ElementsAre("rules/a.yaml:2:81 expired-rule"));
}

TEST_F(LinterTest, ARuleWithoutIndexSaysWhatItCosts) {
  folder_.Write("rules/a.yaml",
                "rules:\n  - { id: A, when: parcel.net_weight_g > parcel.gross_weight_g, then: { score: 1 } }\n");
  const auto book = CompileBook(folder_.path(), KeepTrees::kYes);
  ASSERT_TRUE(book.ok());
  ASSERT_THAT(UnindexedRules(*book), ElementsAre(0u));
  Sample sample{.name = "day.parcels", .parcels = 1000, .rules = {}};
  sample.rules[0] = {.nanoseconds = 12.4, .matches = 31, .parts = {}};
  EXPECT_TRUE(rules::Lint(*book, {.now = {}, .sample = nullptr}).empty());
  const DiagnosticList found = rules::Lint(*book, {.now = {}, .sample = &sample});
  ASSERT_EQ(found.items().size(), 1u);
  EXPECT_EQ(found.items()[0].severity, Severity::kInfo);
  EXPECT_THAT(found.items()[0].message, HasSubstr("on 1000 of day.parcels it takes 12 ns a parcel and matches 3.1 %"));
}

// Rules of tables that differ in little, which a comparison of all pairs would not bear.
TEST_F(LinterTest, TenThousandRowsAreComparedInTime) {
  std::string table = "profile:key,merchant:value,hs:value\n";
  for (int i = 0; i < 10'000; ++i) {
    table += "P" + std::to_string(i) + ",M" + std::to_string(i % 500) + "," + std::to_string(1000 + i / 2) + "\n";
  }
  folder_.Write("tables/profiles.csv", table);
  folder_.Write("rules/a.yaml", R"yaml(rules:
  - id: PRF
    each: tables.profiles
    when: parcel.merchant_id == row.merchant && parcel.items.exists(i, i.hs_code.startsWith(row.hs))
    then: { lane: inspect }
)yaml");
  const auto book = CompileBook(folder_.path(), KeepTrees::kYes);
  ASSERT_TRUE(book.ok());
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(folder_.Findings(rules::Lint(*book, {.now = {}, .sample = nullptr})), IsEmpty());
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(taken.count(), 20.0);  // seconds; all pairs of a debug build take minutes
}

TEST_F(LinterTest, RowsWithoutEndAreComparedInTime) {
  constexpr std::size_t kRows = 120'000;
  std::string table = "grams:from:int,grams:to:int,fee:value:int\n";
  for (std::size_t i = 0; i < kRows; ++i) table += std::to_string(i) + ",,5\n";
  folder_.Write("tables/postage.csv", table);
  folder_.Write("rules/a.yaml", R"yaml(rules:
  - { id: A, when: tables.postage.row(int(parcel.pieces)).fee > 6, then: { lane: inspect } }
)yaml");
  const auto book = CompileBook(folder_.path(), KeepTrees::kYes);
  ASSERT_TRUE(book.ok() && book->rule_set != nullptr);
  const auto begin = std::chrono::steady_clock::now();
  const DiagnosticList found = rules::Lint(*book, {.now = {}, .sample = nullptr});
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(found.count(Severity::kWarning), kRows - 1);  // each but the first is covered
  EXPECT_LT(taken.count(), 4.0);                          // seconds; all pairs take a minute
}

}  // namespace
}  // namespace sluice::rules
