#include "engine/ruleset/function_groups.h"

#include <gtest/gtest.h>

namespace sluice::ruleset {
namespace {

// The signature of functions.def says which operands a function takes; its group must not contradict it.
TEST(FunctionGroupsTest, AGroupTakesWhatTheSignaturesOfItsFunctionsSay) {
  for (std::uint32_t i = 0; i < kFunctionCount; ++i) {
    const auto function = static_cast<Function>(i);
    const char first = FunctionSignature(function).front();
    const bool of_texts = first == 's' || first == 't';
    const bool of_bits = first == 'w';
    const bool of_sets = first == 'l';
    EXPECT_EQ(IsTextFunction(function), of_texts) << FunctionText(function);
    EXPECT_EQ(IsSetFunction(function), of_sets) << FunctionText(function);
    EXPECT_EQ(GroupOf(function) == FunctionGroup::kBits, of_bits) << FunctionText(function);
    EXPECT_EQ(GroupOf(function) == FunctionGroup::kReal, first == 'd') << FunctionText(function);
  }
}

}  // namespace
}  // namespace sluice::ruleset
