// What functions of values alone yield at their edges, and each of their errors.
#include "engine/match/functions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "engine/base/limits.h"

namespace sluice::match {
namespace {

using ruleset::Function;
using ruleset::ValueType;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

class FunctionsTest : public ::testing::Test {
 protected:
  ErrorKind Call(Function function, ValueType number, std::vector<Value> operands) {
    return CallFunction(function, number, operands.data(), &arena_, &out_);
  }
  ErrorKind CallText(Function function, std::vector<Value> operands) {
    return Call(function, ValueType::kString, std::move(operands));
  }

  Arena arena_;
  Value out_;
};

TEST_F(FunctionsTest, PositionsOutsideTheTextAreIndexErrors) {
  const Value text = TextValue("héllo");
  EXPECT_EQ(CallText(Function::kCharAt, {text, NumberValue(5)}), ErrorKind::kNone);
  EXPECT_EQ(out_.Text(), "");
  EXPECT_EQ(CallText(Function::kCharAt, {text, NumberValue(6)}), ErrorKind::kIndex);
  EXPECT_EQ(CallText(Function::kIndexOf, {text, TextValue("l"), NumberValue(6)}), ErrorKind::kIndex);
  EXPECT_EQ(CallText(Function::kLastIndexUpTo, {text, TextValue("l"), NumberValue(-1)}), ErrorKind::kIndex);
  EXPECT_EQ(CallText(Function::kSubstringFrom, {text, NumberValue(6)}), ErrorKind::kIndex);
  EXPECT_EQ(CallText(Function::kSubstring, {text, NumberValue(2), NumberValue(1)}), ErrorKind::kIndex);
}

TEST_F(FunctionsTest, WhatIsMadeIsBoundedBeforeItIsMade) {
  const std::string long_text(limits::kTextBytesMax, 'a');
  const Value text = TextValue(long_text);
  // 4 GiB, were it made.
  EXPECT_EQ(CallText(Function::kReplace, {text, TextValue("a"), text, NumberValue(-1)}), ErrorKind::kLimit);
  EXPECT_EQ(CallText(Function::kQuote, {text}), ErrorKind::kLimit);
  EXPECT_EQ(CallText(Function::kReverse, {text}), ErrorKind::kNone);
  const Value twice[] = {text, TextValue("b")};
  EXPECT_EQ(CallText(Function::kJoin, {ItemsValue(twice, 2), TextValue("")}), ErrorKind::kLimit);
  EXPECT_EQ(CallText(Function::kSplit, {text, TextValue(""), NumberValue(-1)}), ErrorKind::kLimit);
  const auto most = static_cast<std::int64_t>(limits::kSplitPartsMax);
  EXPECT_EQ(CallText(Function::kSplit, {text, TextValue(""), NumberValue(most)}), ErrorKind::kNone);
  EXPECT_EQ(out_.items.count, limits::kSplitPartsMax);
}

TEST_F(FunctionsTest, TheGreatestOfEqualNumbersIsTheFirstAndNanHasNoPlace) {
  const Value numbers[] = {RealValue(-0.0), RealValue(0.0), RealValue(-1.0)};
  EXPECT_EQ(Call(Function::kGreatest, ValueType::kDouble, {ItemsValue(numbers, 3)}), ErrorKind::kNone);
  EXPECT_TRUE(std::signbit(out_.real));
  EXPECT_EQ(Call(Function::kLeast, ValueType::kDouble, {ItemsValue(numbers, 3)}), ErrorKind::kNone);
  EXPECT_EQ(out_.real, -1.0);
  EXPECT_EQ(Call(Function::kLeast, ValueType::kInt, {ItemsValue(nullptr, 0)}), ErrorKind::kIndex);
  const Value with_nan[] = {RealValue(1), RealValue(kNan)};
  EXPECT_EQ(Call(Function::kGreatest, ValueType::kDouble, {ItemsValue(with_nan, 2)}), ErrorKind::kRange);
  EXPECT_EQ(Call(Function::kLeast, ValueType::kDouble, {ItemsValue(with_nan + 1, 1)}), ErrorKind::kRange);
  const Value large[] = {NaturalValue(1), NaturalValue(std::numeric_limits<std::uint64_t>::max())};
  EXPECT_EQ(Call(Function::kGreatest, ValueType::kUint, {ItemsValue(large, 2)}), ErrorKind::kNone);
  EXPECT_EQ(out_.natural, large[1].natural) << "not taken for a negative int";
}

TEST_F(FunctionsTest, HalvesAreRoundedAwayFromZero) {
  const std::pair<double, double> kRounded[] = {
      {0.5, 1.0}, {-0.5, -1.0}, {2.5, 3.0}, {1.2, 1.0}, {0.49999999999999994, 0.0}, {0x1p52 + 1, 0x1p52 + 1}};
  for (const auto& [value, rounded] : kRounded) {
    EXPECT_EQ(Call(Function::kRound, ValueType::kDouble, {RealValue(value)}), ErrorKind::kNone);
    EXPECT_EQ(out_.real, rounded) << value;
  }
}

TEST_F(FunctionsTest, AbsOverflowsAndShiftsForwardZeros) {
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(Call(Function::kAbs, ValueType::kInt, {NumberValue(least)}), ErrorKind::kOverflow);
  EXPECT_EQ(Call(Function::kAbs, ValueType::kInt, {NumberValue(least + 1)}), ErrorKind::kNone);
  EXPECT_EQ(out_.number, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(Call(Function::kBitShiftRight, ValueType::kInt, {NumberValue(-1024), NumberValue(3)}), ErrorKind::kNone);
  EXPECT_EQ(out_.number, 2305843009213693824);
  EXPECT_EQ(Call(Function::kBitShiftLeft, ValueType::kInt, {NumberValue(-1), NumberValue(64)}), ErrorKind::kNone);
  EXPECT_EQ(out_.number, 0);
  EXPECT_EQ(Call(Function::kBitShiftLeft, ValueType::kUint, {NaturalValue(1), NumberValue(-1)}), ErrorKind::kRange);
  EXPECT_EQ(Call(Function::kBitNot, ValueType::kUint, {NaturalValue(0)}), ErrorKind::kNone);
  EXPECT_EQ(out_.natural, std::numeric_limits<std::uint64_t>::max());
}

}  // namespace
}  // namespace sluice::match
