// What functions of values alone (functions.def) have in common: who computes them, and what they take.
//
// Pure functions.   Errors: none. A function that is new in functions.def does not compile before it has its group.
#pragma once

#include <cstdint>

#include "engine/ruleset/program.h"

namespace sluice::ruleset {

enum class FunctionGroup : std::uint8_t {
  kText,    // of texts
  kNumber,  // of numbers of any type, or of a list of them
  kReal,    // of a double
  kBits,    // of the bits of whole numbers
  kSets     // of two lists as sets
};

constexpr FunctionGroup GroupOf(Function function) {
  switch (function) {
    case Function::kCharAt:
    case Function::kIndexOf:
    case Function::kLastIndexOf:
    case Function::kLastIndexUpTo:
    case Function::kJoin:
    case Function::kQuote:
    case Function::kReplace:
    case Function::kReverse:
    case Function::kSplit:
    case Function::kSubstringFrom:
    case Function::kSubstring: return FunctionGroup::kText;
    case Function::kGreatest:
    case Function::kLeast:
    case Function::kSqrt:
    case Function::kAbs:
    case Function::kSign: return FunctionGroup::kNumber;
    case Function::kCeil:
    case Function::kFloor:
    case Function::kRound:
    case Function::kTrunc:
    case Function::kIsNan:
    case Function::kIsInf:
    case Function::kIsFinite: return FunctionGroup::kReal;
    case Function::kBitAnd:
    case Function::kBitOr:
    case Function::kBitXor:
    case Function::kBitNot:
    case Function::kBitShiftLeft:
    case Function::kBitShiftRight: return FunctionGroup::kBits;
    case Function::kSetsContains:
    case Function::kSetsEquivalent:
    case Function::kSetsIntersects: return FunctionGroup::kSets;
  }
  return {};  // no function: Verify refuses it
}

constexpr bool IsTextFunction(Function function) { return GroupOf(function) == FunctionGroup::kText; }
constexpr bool IsSetFunction(Function function) { return GroupOf(function) == FunctionGroup::kSets; }

}  // namespace sluice::ruleset
