#include "rules/book/book_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/base/time_text.h"

namespace sluice::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr const char* kConfig = R"(book: test
fields: { id: parcel_id, received: received_at, office: office, phase: phase, direction: direction }
lanes:
  - { name: pass, severity: 0, releases: true }
  - { name: document, severity: 10, releases: false }
  - { name: hold, severity: 30, releases: false }
default_lane: pass
outcomes: { unreadable: hold, incomplete: document, conflict: hold, rule_error: document, parked: hold,
            overflow: hold, internal: hold }
)";

class BookReaderTest : public ::testing::Test {
 protected:
  BookReaderTest()
      : folder_(std::filesystem::path(::testing::TempDir()) /
                ("book_" +
                 std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    Write("book.yaml", kConfig);
  }
  ~BookReaderTest() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path) << text;
  }
  Result<Book> Read() { return ReadBook(folder_.generic_string(), &sources_, &diagnostics_); }
  /// "file:line:column code" of every finding.
  std::vector<std::string> Findings() {
    std::vector<std::string> findings;
    for (const Diagnostic& d : diagnostics_.items()) {
      const std::string file =
          std::filesystem::path(d.place.file).lexically_relative(folder_).generic_string();
      findings.push_back(file + ":" + std::to_string(d.place.line) + ":" +
                         std::to_string(d.place.column) + " " + d.code);
    }
    return findings;
  }

  std::filesystem::path folder_;
  SourceSet sources_;
  DiagnosticList diagnostics_;
};

TEST_F(BookReaderTest, RulesComeByFileThenAsWritten) {
  Write("rules/b/x.yaml", "rules:\n  - { id: B1, when: 'true', then: { lane: hold } }\n");
  Write("rules/a.yaml",
        "rules:\n  - { id: A2, when: 'true', then: { lane: hold } }\n"
        "  - { id: A1, when: 'true', then: { lane: hold } }\n");
  const auto book = Read();
  ASSERT_TRUE(book.ok());
  EXPECT_THAT(Findings(), IsEmpty());
  std::vector<std::string_view> ids;
  for (const RuleSpec& spec : book->specs.rules) ids.push_back(spec.id);
  EXPECT_THAT(ids, ElementsAre("A2", "A1", "B1"));
}

TEST_F(BookReaderTest, AllKeysOfARuleAreRead) {
  Write("rules/a.yaml", R"(rules:
  - id: VAL-010
    title: A title
    when: parcel.x > 1
    then: { lane: document, score: 40, reason: LOW, probability: "25 %", control: [ipr, quarantine], waive: [trusted] }
    tags: [value]
    direction: import
    offices: ["4604", "4600"]
    phase: [scanned]
    valid: { from: 2026-01-01, until: 2026-12-31 }
    mode: shadow
    mandatory: true
    absent: error
    owner: desk
    note: A note
  - { id: OTHER, when: 'true', tags: trusted, then: { split: { hold: 500000, document: "20 %" } } }
)");
  const auto book = Read();
  ASSERT_TRUE(book.ok());
  EXPECT_THAT(Findings(), IsEmpty());
  ASSERT_EQ(book->specs.rules.size(), 2u);
  const RuleSpec& spec = book->specs.rules[0];
  EXPECT_EQ(spec.title, "A title");
  EXPECT_EQ(spec.reason, "LOW");
  EXPECT_EQ(spec.rule.lane, 1);
  EXPECT_EQ(spec.rule.score, 40u);
  EXPECT_EQ(spec.rule.probability, 250'000u);
  EXPECT_EQ(spec.rule.controls, 0b11u);
  EXPECT_EQ(book->specs.controls.names(), (std::vector<std::string>{"ipr", "quarantine"}));
  EXPECT_EQ(spec.rule.waives, book->specs.rules[1].rule.tags);
  EXPECT_EQ(spec.rule.directions, 0b01);
  EXPECT_EQ(spec.rule.phases, 0b10);
  EXPECT_EQ(book->specs.office_sets, (std::vector<std::vector<std::string>>{{"4600", "4604"}}));
  EXPECT_EQ(base::TimestampText(spec.rule.valid_from), "2026-01-01T00:00:00Z");
  EXPECT_EQ(base::TimestampText(spec.rule.valid_until), "2027-01-01T00:00:00Z");
  EXPECT_EQ(spec.rule.mode, ruleset::RuleMode::kShadow);
  EXPECT_TRUE(spec.rule.mandatory);
  EXPECT_TRUE(spec.rule.absent_is_error);
  ASSERT_EQ(book->specs.rules[1].rule.split_count, 2u);
  EXPECT_EQ(book->specs.split_shares[1].parts_per_million, 200'000u);
}

TEST_F(BookReaderTest, EveryMistakeInARuleIsReported) {
  Write("rules/a.yaml", R"(rules:
  - { id: A, wenn: 'true', then: { lane: hodl } }
  - { id: A, when: 'true', then: { score: 10001 } }
  - { id: "B B", when: 'true', then: { lane: hold, probability: 0 } }
  - { id: C, when: 'true', then: { lane: hold, split: { document: 700000, hold: 400000 } }, offices: [0046] }
  - { id: D, when: 'true', then: { waive: [nobody] }, valid: { from: 2026-02-01, until: 2026-01-31 } }
  - { id: E, when: 'true', mode: dark, direction: inport, absent: maybe, must_inspect: perhaps }
  - { id: F, when: 'true', each: agreements, then: { lane: pass }, must_inspect: true }
)");
  ASSERT_TRUE(Read().ok());
  EXPECT_THAT(Findings(),
              UnorderedElementsAre(
                  "rules/a.yaml:2:14 unknown-key", "rules/a.yaml:2:5 missing-key",
                  "rules/a.yaml:2:42 unknown-lane", "rules/a.yaml:3:11 duplicate-rule",
                  "rules/a.yaml:3:43 score-range", "rules/a.yaml:3:5 no-effect",
                  "rules/a.yaml:4:11 bad-rule-id", "rules/a.yaml:4:65 bad-probability",
                  "rules/a.yaml:5:48 lane-and-split", "rules/a.yaml:5:55 bad-split",
                  "rules/a.yaml:5:103 office-not-text", "rules/a.yaml:6:43 unknown-tag",
                  "rules/a.yaml:6:89 validity-reversed", "rules/a.yaml:7:34 bad-mode",
                  "rules/a.yaml:7:51 bad-direction", "rules/a.yaml:7:67 bad-absent",
                  "rules/a.yaml:7:88 yaml-type", "rules/a.yaml:7:5 no-effect",
                  "rules/a.yaml:8:34 bad-each", "rules/a.yaml:8:60 must-inspect-released"));
}

TEST_F(BookReaderTest, LanesMustBeSafe) {
  Write("book.yaml", R"(book: test
fields: { id: parcel_id, received: received_at, offise: office }
zone: Asia/Shangai
lanes:
  - { name: pass, severity: 0, releases: true }
  - { name: document, severity: 10, releases: false, capacity: 5, overflow: pass }
  - { name: inspect, severity: 10, releases: false, overflow: hold }
  - { name: hold, severity: 30, releases: false, overflow: inspect }
default_lane: pas
outcomes: { unreadable: pass, incomplete: document, conflict: hold, rule_error: document, parked: hold,
            overflow: hold }
minimum_rate: 3 %
)");
  ASSERT_TRUE(Read().ok());
  EXPECT_THAT(Findings(),
              UnorderedElementsAre("book.yaml:2:49 unknown-key", "book.yaml:3:7 unknown-zone",
                                   "book.yaml:6:64 capacity-not-enforced",
                                   "book.yaml:6:77 reaches-release", "book.yaml:7:32 severity-tie",
                                   "book.yaml:7:63 overflow-cycle", "book.yaml:9:15 unknown-lane",
                                   "book.yaml:10:25 reaches-release", "book.yaml:10:11 missing-key",
                                   "book.yaml:12:1 unsupported-random-rate"));
}

TEST_F(BookReaderTest, AggregatesAreRefused) {
  Write("aggregates.yaml", "aggregates: []\n");
  Write("rules/a.yaml", "rules:\n  - { id: A, when: 'true', then: { lane: hold } }\n");
  ASSERT_TRUE(Read().ok());
  EXPECT_THAT(Findings(), ElementsAre("aggregates.yaml:1:1 unsupported-aggregate"));
}

TEST_F(BookReaderTest, ABookWithoutRulesIsAWarning) {
  ASSERT_TRUE(Read().ok());
  EXPECT_THAT(Findings(), ElementsAre("book.yaml:1:1 no-rules"));
  EXPECT_FALSE(diagnostics_.HasErrors());
}

TEST_F(BookReaderTest, ListsAndTablesAreNamedByTheirFiles) {
  Write("lists/cities.csv", "key\nx\n");
  Write("rules/a.yaml", "rules:\n  - { id: A, when: 'true', then: { lane: hold } }\n");
  Write("lists/bad-name.csv", "key\nx\n");
  Write("tables/bands.csv", "k:key\nx\n");
  const auto book = Read();
  ASSERT_TRUE(book.ok());
  ASSERT_EQ(book->lists.size(), 2u);
  EXPECT_EQ(book->lists[1].name, "cities");
  EXPECT_EQ(book->tables.at(0).table.name, "bands");
  EXPECT_THAT(Findings(), ElementsAre("lists/bad-name.csv:1:1 bad-name"));
}

TEST_F(BookReaderTest, MissingFolderIsNotFound) {
  EXPECT_EQ(ReadBook((folder_ / "none").generic_string(), &sources_, &diagnostics_).status().code(),
            StatusCode::kNotFound);
  std::filesystem::remove(folder_ / "book.yaml");
  EXPECT_EQ(Read().status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace sluice::rules
