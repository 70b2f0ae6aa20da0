// What operations yield for constants, so that it need not be computed for each parcel.
//
// Thread-safety: pure functions.   Errors: an operation that can only fail says why.
#pragma once

#include <span>

#include "engine/ruleset/program.h"
#include "rules/check/environment.h"

namespace sluice::rules {

struct Folded {
  enum class State { kNotFolded, kValue, kFails };
  State state = State::kNotFolded;
  Value value;
  const char* why = nullptr;  // kFails: "division by zero"
};

/// `result` is the node's type. Operations that look at more than their operands are not folded.
Folded FoldUnary(ruleset::Op op, parcel::ValueType result, const Value& operand);
Folded FoldBinary(ruleset::Op op, const Value& left, const Value& right);
/// The first greatest, or least, of one number or more of one type.
Folded FoldGreatest(bool greatest, std::span<const Value> numbers);
/// Of as many operands as the function's signature has.
Folded FoldCall(ruleset::Function function, std::span<const Value> operands);

}  // namespace sluice::rules
