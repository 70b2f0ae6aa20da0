// The engine and the reference evaluator decide alike on generated books and records.
//
// SLUICE_SEED (default 1) names the first round, SLUICE_ROUNDS how many there are. A difference
// prints its seed and the command that shows it again.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "tests/differential/book_generator.h"
#include "tests/differential/comparison.h"
#include "tests/differential/record_generator.h"

namespace sluice::differential {
namespace {

constexpr std::uint64_t kQuickRounds = 120;
constexpr std::uint64_t kLongRounds = 400;  // from here on nothing may stay unexercised
constexpr std::size_t kRecords = 200;

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::string Folder() {
  return (std::filesystem::temp_directory_path() /
          ("sluice-differential-" + std::to_string(getpid())))
      .string();
}

/// The difference of one round, or empty.
std::string Round(std::uint64_t seed, Coverage* coverage) {
  Chance chance(seed);
  const Schema& schema = chance.OneIn(2) ? DefaultSchema() : SmallSchema();
  oracle::BookModel book = BookGenerator(schema, &chance).Book();
  const auto stream = RecordGenerator(schema, &chance).Stream(kRecords);
  std::string failure;
  const auto rule_set = CompileWhatCompiles(&book, Folder(), coverage, &failure);
  if (rule_set == nullptr) return ShrinkFailure(book, Folder(), failure);
  const auto difference = FindDifference(book, schema, rule_set, stream, true, coverage);
  return difference ? Shrink(book, schema, Folder(), stream, *difference) : "";
}

void ExpectNoBlindSpots(const Coverage& coverage) {
#define X(name, operands, text) \
  EXPECT_GT(coverage.operations.count(text), 0u) << "operation " << text;
#include "engine/ruleset/ops.def"
#undef X
  // One value has so much memory that no generated record comes near: tests/engine/match/kept_texts_test.cc does.
  const auto is_rare = [](const std::string& name) { return name == "limit"; };
  for (const auto& [name, count] : coverage.errors) {
    EXPECT_TRUE(count > 0 || is_rare(name)) << "error " << name;
  }
  for (const auto& [name, count] : coverage.final_errors) {
    EXPECT_TRUE(count > 0 || is_rare(name)) << "final error " << name;
  }
  for (const char* key :
       {"lane", "lane: row", "split", "score", "probability", "probability: row", "control",
        "control: row", "waive", "tags", "direction", "offices", "phase", "valid", "mode: shadow",
        "must_inspect", "mandatory", "absent: error", "each"}) {
    EXPECT_GT(coverage.keys.count(key), 0u) << "key " << key;
  }
  for (const char* clause : {"some", "none", "one", "not one", "codes", "codes, several", "codes, negated", "range",
                             "has", "has, negated", "literal", "literal, negated"}) {
    EXPECT_GT(coverage.clauses.count(clause), 0u) << "clause with " << clause;
  }
  for (const char* fact : {"unreadable", "incomplete", "conflict", "rule_error", "matched",
                           "suppressed", "shadow", "absent", "draws", "duplicate", "controls"}) {
    EXPECT_GT(coverage.outcomes.count(fact), 0u) << "decision with " << fact;
  }
}

TEST(DifferentialTest, EngineDecidesEveryGeneratedParcelAsTheOracleDoes) {
  const std::uint64_t first = FromEnvironment("SLUICE_SEED", 1);
  const std::uint64_t rounds = FromEnvironment("SLUICE_ROUNDS", kQuickRounds);
  Coverage coverage;
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t seed = first; seed < first + rounds; ++seed) {
    const std::string difference = Round(seed, &coverage);
    if (difference.empty()) continue;
    ADD_FAILURE() << "seed " << seed << ": " << difference << "again: SLUICE_SEED=" << seed
                  << " SLUICE_ROUNDS=1 test_differential";
    if (std::getenv("SLUICE_GO_ON") == nullptr) break;
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::cout << coverage.Table()
            << static_cast<std::uint64_t>(static_cast<double>(coverage.pairs) / seconds)
            << " pairs of rule and record a second\n";
  if (!testing::Test::HasFailure()) std::filesystem::remove_all(Folder());
  if (rounds >= kLongRounds) ExpectNoBlindSpots(coverage);
}

}  // namespace
}  // namespace sluice::differential
