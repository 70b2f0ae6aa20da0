#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/engine/decide/small_book.h"

namespace sluice::decide {
namespace {

std::string CanonicalHex(const SmallBook& book, const Decision& decision) {
  std::vector<std::uint8_t> bytes;
  AppendCanonical(book.rule_set, decision, &bytes);
  return base::Hex(bytes);
}

/// FORMAT.md's worked example, without blanks.
std::string ExampleOfTheSpecification() {
  std::ifstream file(SLUICE_SOURCE_DIR "/engine/decide/FORMAT.md");
  std::string hex;
  bool in_example = false;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("## A decision byte by byte", 0) == 0) in_example = true;
    if (!in_example || line.rfind("    ", 0) != 0) continue;
    for (const char c : line) {
      if (c != ' ') hex.push_back(c);
    }
  }
  return hex;
}

TEST(CanonicalTest, TheWorkedExampleOfTheSpecificationHolds) {
  SmallBook book;
  Decision decision;
  decision.parcel_id = "P1";
  decision.sequence = 1;
  decision.revision = 1;
  decision.generation = 1;
  decision.lane = SmallBook::kInspect;
  decision.controls = 0b010;
  decision.score = 40;
  decision.matched = {{book.Add("R", SmallBook::kInspect), 40}};
  EXPECT_EQ(CanonicalHex(book, decision), ExampleOfTheSpecification());
}

TEST(CanonicalTest, EveryFieldButTimesAndAbsencesIsInTheBytes) {
  SmallBook book;
  book.Add("R0", SmallBook::kPass);
  book.Add("R1", SmallBook::kPass);
  book.Require(0, parcel::kAllPhases, "parcel_id");
  Decision base;
  base.lane = SmallBook::kPass;
  const std::string before = CanonicalHex(book, base);
  const std::vector<void (*)(Decision&)> changes = {
      [](Decision& d) { d.parcel_id = "x"; },
      [](Decision& d) { d.sequence = 1; },
      [](Decision& d) { d.revision = 1; },
      [](Decision& d) { d.cause = Cause::kScanned; },
      [](Decision& d) { d.phase = parcel::Phase::kScanned; },
      [](Decision& d) { d.generation = 1; },
      [](Decision& d) { d.lane = SmallBook::kHold; },
      [](Decision& d) { d.outcomes = 1; },
      [](Decision& d) { d.test_key = true; },
      [](Decision& d) { d.must_inspect = true; },
      [](Decision& d) { d.duplicate_of = 1; },
      [](Decision& d) { d.controls = 1; },
      [](Decision& d) { d.score = 1; },
      [](Decision& d) { d.read_error = parcel::ReadError::kTooLong; },
      [](Decision& d) {
        d.matched = {{0, 0}};
      },
      [](Decision& d) { d.suppressed = {0}; },
      [](Decision& d) { d.errors = {0}; },
      [](Decision& d) {
        d.shadow = {{0, 0}};
      },
      [](Decision& d) {
        d.draws = {{0, 0, 0, false}};
      },
      [](Decision& d) { d.missing = {0}; },
  };
  std::set<std::string> distinct{before};
  for (const auto change : changes) {
    Decision changed = base;
    change(changed);
    distinct.insert(CanonicalHex(book, changed));
  }
  EXPECT_EQ(distinct.size(), changes.size() + 1);
  Decision unchanged = base;
  unchanged.now = {1'700'000'000, 5};
  unchanged.absent = {0, 1};
  EXPECT_EQ(CanonicalHex(book, unchanged), before);
}

TEST(CanonicalTest, ListsAreInTheOrderOfTheirTexts) {
  SmallBook book;
  const auto late = book.Add("Z", SmallBook::kPass);
  const auto early = book.Add("A", SmallBook::kPass);
  Decision decision;
  decision.lane = SmallBook::kPass;
  decision.matched = {{late, 1}, {early, 2}};
  decision.controls = 0b011;  // "quarantine", "desk"
  const std::string hex = CanonicalHex(book, decision);
  EXPECT_NE(hex.find("0100000041"
                     "02000000"
                     "010000005a"
                     "01000000"),
            std::string::npos)
      << hex;
  EXPECT_LT(hex.find("6465736b"), hex.find("71756172")) << hex;
}

}  // namespace
}  // namespace sluice::decide
