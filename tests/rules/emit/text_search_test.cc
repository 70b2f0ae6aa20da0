// Rules that search texts by lists, from the book's files to a decision's matches.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "engine/ruleset/bundle.h"
#include "engine/ruleset/node_text.h"
#include "engine/ruleset/verify.h"
#include "engine/text/text_version.h"
#include "rules/diag/render.h"
#include "rules/emit/book_tests.h"
#include "rules/emit/compiler.h"
#include "tests/rules/emit/book_folder.h"

namespace sluice::rules {
namespace {

using ::testing::ElementsAre;

constexpr const char* kRules = R"yaml(rules:
  - id: WRD-1
    when: parcel.items.exists(i, i.description.containsAny(lists.weapons))
    then: { lane: hold }
  - id: SUB-1
    when: parcel.items.exists(i, i.description.containsAny(lists.weapons, "substring"))
    then: { lane: inspect }
  - id: NAM-1
    when: parcel.consignee.name.similarTo(lists.parties, 920)
    then: { lane: hold }
)yaml";

class TextSearchTest : public ::testing::Test {
 protected:
  TextSearchTest() {
    folder_.Write("lists/weapons.csv", "key\nGun\n手枪\n");
    folder_.Write("lists/parties.csv", "key\n王小明\nJohn Smith\n");
  }
  CompiledBook Compile(const std::string& rules) {
    folder_.Write("rules/a.yaml", rules);
    auto book = CompileBook(folder_.path());
    EXPECT_TRUE(book.ok());
    return *std::move(book);
  }
  /// Codes of the findings of one condition.
  std::vector<std::string> Codes(const std::string& condition) {
    const CompiledBook book =
        Compile("rules:\n  - id: A\n    when: >-\n      " + condition + "\n    then: { lane: hold }\n");
    std::vector<std::string> codes;
    for (const Diagnostic& found : book.diagnostics.items()) codes.push_back(found.code);
    return codes;
  }

  BookFolder folder_;
};

TEST_F(TextSearchTest, ConditionsSayInWordsWhatTheyAsk) {
  const CompiledBook book = Compile(kRules);
  ASSERT_NE(book.rule_set, nullptr) << RenderPretty(book.diagnostics, *book.sources);
  const auto text = [&](std::size_t rule) {
    return ruleset::NodeText(*book.rule_set, book.rule_set->rules[rule].condition);
  };
  EXPECT_EQ(text(0), "parcel.items.exists(i, i.description.containsAny(lists.weapons))");
  EXPECT_EQ(text(1), "parcel.items.exists(i, i.description.containsAny(lists.weapons, \"substring\"))");
  EXPECT_EQ(text(2), "parcel.consignee.name.similarTo(lists.parties, 920)");
}

TEST_F(TextSearchTest, ABundleSaysByWhichUnicodeDataItWasMade) {
  const CompiledBook book = Compile(kRules);
  ASSERT_NE(book.rule_set, nullptr);
  EXPECT_EQ(book.rule_set->program.text_version, text::TextVersion());
  ruleset::RuleSet other = *book.rule_set;
  other.program.text_version = "ICU 1.0, Unicode 1.0";
  const auto read = ruleset::DecodeBundle(ruleset::EncodeBundle(other));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.status().code(), StatusCode::kUnsupported);
  EXPECT_NE(read.status().message().find("compile the book again"), std::string::npos) << read.status().message();
}

TEST_F(TextSearchTest, ABookThatSearchesNoTextNeedsNoUnicodeData) {
  const CompiledBook book = Compile("rules:\n  - { id: A, when: parcel.gross_weight_g > 1, then: { lane: hold } }\n");
  ASSERT_NE(book.rule_set, nullptr);
  EXPECT_EQ(book.rule_set->program.text_version, "");
  EXPECT_EQ(book.rule_set->text.literals, nullptr);
}

TEST_F(TextSearchTest, WhatIsNoListNoThresholdAndNoWayIsRefused) {
  EXPECT_THAT(Codes("parcel.office.containsAny(lists.weapons, \"word\")"), ElementsAre());
  EXPECT_THAT(Codes("parcel.office.containsAny([\"gun\"])"), ElementsAre("argument-type"));
  EXPECT_THAT(Codes("parcel.office.containsAny(lists.weapon)"), ElementsAre("unknown-list"));
  EXPECT_THAT(Codes("parcel.office.containsAny(lists.weapons, \"words\")"), ElementsAre("search-way"));
  EXPECT_THAT(Codes("parcel.office.containsAny(lists.weapons, parcel.office)"), ElementsAre("constant-text"));
  EXPECT_THAT(Codes("parcel.office.containsAny()"), ElementsAre("argument-count"));
  EXPECT_THAT(Codes("parcel.gross_weight_g.containsAny(lists.weapons)"), ElementsAre("argument-type"));
  EXPECT_THAT(Codes("containsAny(parcel.office, lists.weapons)"), ElementsAre("call-form"));
  EXPECT_THAT(Codes("parcel.office.similarTo(lists.parties)"), ElementsAre("argument-count"));
  EXPECT_THAT(Codes("parcel.office.similarTo(lists.parties, 0)"), ElementsAre("threshold-range"));
  EXPECT_THAT(Codes("parcel.office.similarTo(lists.parties, 1001)"), ElementsAre("threshold-range"));
  EXPECT_THAT(Codes("parcel.office.similarTo(lists.parties, 0.92)"), ElementsAre("constant-number"));
  EXPECT_THAT(Codes("parcel.office.similarTo(lists.parties, parcel.gross_weight_g)"), ElementsAre("constant-number"));
}

TEST_F(TextSearchTest, EntriesThatCannotBeSearchedForAreReportedWhereTheyStand) {
  folder_.Write("lists/weapons.csv", "key\ngun\n\xE2\x80\x8B\n" + std::string(300, 'x') + "\n");
  folder_.Write("lists/parties.csv", "key\nJohn\n--\n");
  const CompiledBook book = Compile(kRules);
  EXPECT_EQ(book.rule_set, nullptr);
  EXPECT_THAT(folder_.Findings(book.diagnostics),
              ElementsAre("lists/parties.csv:3:1 no-letters", "lists/weapons.csv:3:1 blank-key",
                          "lists/weapons.csv:4:1 long-entry"));
}

// Not where its text stands in a note, nor where it begins another entry.
TEST_F(TextSearchTest, AnEntryStandsInTheColumnOfKeys) {
  folder_.Write("lists/weapons.csv", "note,key\ngun,gun\n");
  folder_.Write("lists/parties.csv", "note,key\n--,John\n\"a\n--\",--x\nno,\"--\"\n");
  EXPECT_THAT(folder_.Findings(Compile(kRules).diagnostics), ElementsAre("lists/parties.csv:5:5 no-letters"));
}

TEST_F(TextSearchTest, ThePlacesOfManyEntriesAreFoundInTime) {
  std::string parties = "key\nJohn\n";
  for (int i = 0; i < 400'000; ++i) parties += "J\n";
  for (int i = 0; i < 9'000; ++i) parties += std::string(1 + i % 90, '-') + std::string(1 + i / 90, '+') + "\n";
  folder_.Write("lists/parties.csv", parties);
  const auto begin = std::chrono::steady_clock::now();
  const CompiledBook book = Compile(kRules);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(book.diagnostics.count(Severity::kWarning), 9'000u);
  EXPECT_LT(taken.count(), 5.0);  // seconds; a search of the file for each takes a minute
}

TEST_F(TextSearchTest, AListOfIntsIsNotSearched) {
  folder_.Write("lists/weapons.csv", "key:int\n1\n");
  EXPECT_THAT(Codes("parcel.office.containsAny(lists.weapons)"), ElementsAre("argument-type"));
}

TEST_F(TextSearchTest, AListHasAtMostFiftyThousandLiterals) {
  std::string entries = "key\n";
  for (int i = 0; i <= 50'000; ++i) entries += "word" + std::to_string(i) + "\n";
  folder_.Write("lists/weapons.csv", entries);
  EXPECT_THAT(Codes("parcel.office.containsAny(lists.weapons)"), ElementsAre("list-too-long"));
}

// One letter of 3 bytes whose folded form has 33.
constexpr const char* kLongLigature = "\xEF\xB7\xBA";

TEST_F(TextSearchTest, LiteralsOfAllListsAreBoundedAsTheyAreSearchedFor) {
  std::string entry;
  for (int i = 0; i < 80; ++i) entry += kLongLigature;
  std::string entries = "key\n";
  for (int i = 0; i < 6'500; ++i) entries += entry + std::to_string(i) + "\n";  // 1.6 MB, and folded 17.2
  folder_.Write("lists/weapons.csv", entries);
  folder_.Write("lists/parties.csv", "key\nJohn\n");
  const CompiledBook book = Compile(
      "rules:\n  - id: A\n    when: >-\n      parcel.office.containsAny(lists.parties) ||\n"
      "      parcel.office.containsAny(lists.weapons)\n"
      "    then: { lane: hold }\n");
  EXPECT_EQ(book.rule_set, nullptr);
  EXPECT_THAT(folder_.Findings(book.diagnostics), ElementsAre("lists/weapons.csv:1:1 list-too-long"));
}

TEST_F(TextSearchTest, ABundleWithTooManyBytesOfLiteralsIsRefused) {
  ruleset::RuleSet other = *Compile(kRules).rule_set;
  ASSERT_EQ(other.lists[1].name, "weapons");
  std::string entry;
  for (int i = 0; i < 80; ++i) entry += kLongLigature;
  other.lists[1].texts = {};
  for (int i = 0; i < 6'500; ++i) other.lists[1].texts.Add(entry + std::to_string(100'000 + i));
  const Status status = ruleset::Verify(other);
  EXPECT_NE(status.message().find("too many bytes of literals"), std::string::npos) << status.message();
}

}  // namespace
}  // namespace sluice::rules
