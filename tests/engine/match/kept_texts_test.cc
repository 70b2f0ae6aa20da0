// More texts than a batch keeps: what a parcel gets depends on the parcel alone, not on who else is in its batch.
#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "engine/base/limits.h"
#include "engine/match/evaluator.h"
#include "tests/engine/match/test_batches.h"
#include "tests/support/program_builder.h"

namespace sluice::testing {
namespace {

constexpr std::uint32_t kItemsEach = 8;
constexpr std::size_t kLongTexts = 10;  // parcels that have one
constexpr std::int64_t kRules = 20;
constexpr std::size_t kItemLetters = 990;
static_assert(kRules * limits::kBatchRowsMax * kItemsEach * kItemLetters > limits::kKeptTextBytesMax * 11 / 10);

class KeptTextsTest : public ::testing::Test {
 protected:
  /// Sets parcel `number` into row `row` of a batch whose domains are set.
  void SetParcel(std::int64_t number, std::size_t row, parcel::Batch* batch) {
    SetInt(kNumber, row, number, batch);
    SetText(kText, row, std::string(2000, 'T'), batch);
    if (number < std::int64_t{kLongTexts}) SetText(kOther, row, std::string(limits::kTextBytesMax, 'a'), batch);
    for (std::uint32_t i = 0; i < kItemsEach; ++i) {
      const std::size_t item = row * kItemsEach + i;
      if ((number + i) % 50 != 0) SetInt(kItemNumber, item, (number + 3 * i) % 40, batch);
      SetText(kItemText, item, std::string(kItemLetters, (number + i) % 300 == 7 ? 'Z' : 'A'), batch);
    }
  }
  static void SetInt(parcel::ColumnIndex column, std::size_t row, std::int64_t value, parcel::Batch* batch) {
    parcel::SetBit(batch->columns[column].present, row);
    batch->columns[column].ints[row] = value;
  }
  void SetText(parcel::ColumnIndex column, std::size_t row, std::string text, parcel::Batch* batch) {
    parcel::SetBit(batch->columns[column].present, row);
    batch->columns[column].texts[row] = texts_.emplace_back(std::move(text));
  }

  void Fill(std::int64_t first, std::uint32_t rows, parcel::Batch* batch) {
    texts_.clear();
    batch->Clear();
    batch->domains[kParcels].count = rows;
    SetRows(batch, kItems, std::vector<std::uint32_t>(rows, kItemsEach));
    SetRows(batch, kTags, std::vector<std::uint32_t>(rows));
    SetRows(batch, kParts, std::vector<std::uint32_t>(rows * kItemsEach));
    for (std::uint32_t row = 0; row < rows; ++row) SetParcel(first + row, row, batch);
  }

  /// What a full batch says of each of its parcels is what is said of it alone. Returns how many errors there are.
  std::size_t ExpectTheSameOfEachAlone() {
    constexpr auto kRows = static_cast<std::uint32_t>(limits::kBatchRowsMax);
    rules_ = b_.Finish();
    parcel::Batch batch(rules_->columns);
    ruleset::BatchMatches all, one;
    match::Evaluator together(match::MakeMatcher(rules_)), alone(match::MakeMatcher(rules_));
    Fill(0, kRows, &batch);
    together.Evaluate(batch, &all);
    for (std::uint32_t row = 0; row < kRows; ++row) {
      Fill(row, 1, &batch);
      alone.Evaluate(batch, &one);
      const auto same = [&](const auto& a, const auto& b) { return std::ranges::equal(a.Row(row), b.Row(0)); };
      EXPECT_TRUE(same(all.hits, one.hits)) << row;
      EXPECT_TRUE(same(all.absent, one.absent)) << row;
      EXPECT_TRUE(same(all.errors, one.errors)) << row;
    }
    return all.errors.size();
  }

  NodeIndex Lower(NodeIndex text) { return b_.Make(Op::kLowerAscii, ValueType::kString, text); }
  NodeIndex IsNumber(std::int64_t number) { return b_.Compare(Op::kEq, b_.Column(kNumber), b_.Int(number)); }
  NodeIndex Equal(NodeIndex a, NodeIndex b) { return b_.Compare(Op::kEq, a, b); }
  NodeIndex Add(NodeIndex a, NodeIndex b) { return b_.Make(Op::kAdd, ValueType::kString, a, b); }
  NodeIndex Doubled(NodeIndex text, int times) {
    for (; times > 0; --times) text = Add(text, text);
    return text;
  }
  /// Rules that make more texts than are kept, each of every item.
  void AddRulesThatLower() {
    const NodeIndex wanted = b_.Text(std::string(kItemLetters, 'z'));
    for (std::int64_t k = 0; k < kRules; ++k) {
      const NodeIndex other = b_.Compare(Op::kNe, b_.Field(0, kItemNumber), b_.Int(k));
      const NodeIndex lower = Lower(
          b_.Make(Op::kCond, ValueType::kString, other, b_.Field(0, kItemText), b_.Text("X")));
      const NodeIndex starts = b_.Make(Op::kStartsWith, ValueType::kBool, lower, b_.Text("zz"));
      NodeIndex test = k % 4 == 0 ? Equal(lower, wanted) : starts;
      if (k % 4 == 2) {
        test = b_.Compare(Op::kLt, b_.Make(Op::kSize, ValueType::kInt, lower), b_.Int(2));
      }
      if (k % 4 == 3) test = b_.Or({starts, Equal(Add(lower, b_.Text("x")), b_.Text("xx"))});
      b_.Rule(b_.Quantify(Op::kExists, b_.Rows(kItems), test, 0));
    }
  }

  ProgramBuilder b_;
  ruleset::RuleSetPtr rules_;
  std::deque<std::string> texts_;
};

TEST_F(KeptTextsTest, BatchesThatFindNoRoomSayTheSameAsEachParcelAlone) {
  AddRulesThatLower();
  EXPECT_EQ(ExpectTheSameOfEachAlone(), 0);
}

// Numbers that many conditions compare are made for the index before any condition is asked.
TEST_F(KeptTextsTest, NumbersOfTextsThatFindNoRoomAreNotGuessed) {
  const NodeIndex text = Lower(Doubled(b_.Column(kText), 7));  // 250 KiB of each parcel
  const NodeIndex size = b_.Make(Op::kSize, ValueType::kInt, text);
  for (std::int64_t bound = 1; bound <= 8; ++bound) b_.Rule(b_.Compare(Op::kGt, size, b_.Int(bound * 40'000)));
  EXPECT_EQ(ExpectTheSameOfEachAlone(), 0);
}

// The parts of a choice's condition are evaluated one by one in either tier, and free what they made.
TEST_F(KeptTextsTest, AChoiceWithoutRoomHasTheMemoryThatItHasWithRoom) {
  AddRulesThatLower();
  std::vector<NodeIndex> parts;
  for (char letter = 'b'; letter <= 'd'; ++letter) {
    const NodeIndex text = Add(b_.Column(kOther), b_.Text(std::string(1, letter)));
    parts.push_back(Equal(Doubled(text, 6), b_.Text("q")));  // 24 MiB made on the way
  }
  const NodeIndex chosen = b_.Make(Op::kCond, ValueType::kString, b_.Or(parts), b_.Text("q"), Lower(b_.Column(kText)));
  b_.Rule(b_.And({IsNumber(7), Equal(chosen, b_.Text(std::string(2000, 't')))}));
  EXPECT_EQ(ExpectTheSameOfEachAlone(), 0);
}

// Eight keys of 8 MiB each are a little too much for one value. Alone, a parcel could have the text once and kept.
TEST_F(KeptTextsTest, LongTextsAreTooLongForAParcelAloneToo) {
  b_.rules().tables.emplace_back().keys.resize(limits::kTableKeysMax);
  const NodeIndex text = Add(b_.Column(kOther), Doubled(b_.Text(std::string(1 << 20, 'b')), 3));
  const std::vector<NodeIndex> keys(limits::kTableKeysMax, text);
  b_.Rule(b_.Many(Op::kTableHas, b_.Scalar(ValueType::kBool), keys, 0));
  EXPECT_EQ(ExpectTheSameOfEachAlone(), kLongTexts);
}

}  // namespace
}  // namespace sluice::testing
