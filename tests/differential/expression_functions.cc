// Functions of CEL's extensions, wherever a value of their result is wanted.
#include "tests/differential/expression_generator.h"

namespace sluice::differential {

namespace {

const std::vector<std::string>& SmallIntPool() {
  static const std::vector<std::string>& pool =
      *new std::vector<std::string>{"0", "1", "2", "3", "5", "8", "-1", "64"};
  return pool;
}

/// Patterns that mean the same to RE2 and to std::regex, byte by byte.
const std::vector<std::string>& PatternPool() {
  static const std::vector<std::string>& pool = *new std::vector<std::string>{
      "", "^$", "^[0-9]+$", "[A-Z][A-Z]", "CN|US", "a+b", "^(ab|AB)", "[^a-z]$", "0{1,2}1", "(a|b)(b|c)"};
  return pool;
}

}  // namespace

/// A position: small, or any int at all.
std::string ExpressionGenerator::Position(int depth) {
  return chance_.OneIn(4) ? Make(Kind::kInt, depth) : chance_.Pick(SmallIntPool());
}

std::string ExpressionGenerator::Extremum(Kind kind, int depth) {
  const std::string name = chance_.OneIn(2) ? "math.greatest(" : "math.least(";
  switch (chance_.Below(3)) {
    case 0: return name + ListOf(kind, depth) + ")";
    case 1: return name + Make(kind, depth) + ")";
    default: return name + Make(kind, depth) + ", " + Leaf(kind) + ", " + Make(kind, depth) + ")";
  }
}

std::string ExpressionGenerator::BitFunction(Kind kind, int depth) {
  static const std::vector<std::string> kTwo = {"math.bitAnd(", "math.bitOr(", "math.bitXor("};
  static const std::vector<std::string> kShifts = {"math.bitShiftLeft(", "math.bitShiftRight("};
  switch (chance_.Below(3)) {
    case 0: return chance_.Pick(kTwo) + Make(kind, depth) + ", " + Make(kind, depth) + ")";
    case 1: return "math.bitNot(" + Make(kind, depth) + ")";
    default: return chance_.Pick(kShifts) + Make(kind, depth) + ", " + Position(depth) + ")";
  }
}

std::string ExpressionGenerator::IntFunction(int depth) {
  const std::string text = Make(Kind::kString, depth);
  const std::string part = chance_.OneIn(2) ? LiteralOf(Kind::kString) : Make(Kind::kString, depth);
  switch (chance_.Below(6)) {
    case 0: return text + ".indexOf(" + part + (chance_.OneIn(2) ? ", " + Position(depth) : "") + ")";
    case 1: return text + ".lastIndexOf(" + part + (chance_.OneIn(2) ? ", " + Position(depth) : "") + ")";
    case 2: return "math.abs(" + Make(Kind::kInt, depth) + ")";
    case 3: return "math.sign(" + Make(Kind::kInt, depth) + ")";
    case 4: return Extremum(Kind::kInt, depth);
    default: return BitFunction(Kind::kInt, depth);
  }
}

std::string ExpressionGenerator::UintFunction(int depth) {
  switch (chance_.Below(3)) {
    case 0: return "math.sign(math.abs(" + Make(Kind::kUint, depth) + "))";
    case 1: return Extremum(Kind::kUint, depth);
    default: return BitFunction(Kind::kUint, depth);
  }
}

std::string ExpressionGenerator::DoubleFunction(int depth) {
  static const std::vector<std::string> kNames = {"ceil", "floor", "round", "trunc", "abs", "sign", "sqrt"};
  if (chance_.OneIn(3)) return Extremum(Kind::kDouble, depth);
  static const std::vector<Kind> kRoots = {Kind::kInt, Kind::kUint, Kind::kDouble};
  const std::string name = chance_.Pick(kNames);
  const Kind kind = name == "sqrt" ? chance_.Pick(kRoots) : Kind::kDouble;
  return "math." + name + "(" + Make(kind, depth) + ")";
}

std::string ExpressionGenerator::StringFunction(int depth) {
  const std::string text = Make(Kind::kString, depth);
  const std::string part = chance_.OneIn(2) ? CelText(chance_.OneIn(2) ? "a" : "") : Leaf(Kind::kString);
  switch (chance_.Below(7)) {
    case 0: return text + ".charAt(" + Position(depth) + ")";
    case 1: return text + ".substring(" + Position(depth) + (chance_.OneIn(2) ? ", " + Position(depth) : "") + ")";
    case 2:
      return text + ".replace(" + part + ", " + Leaf(Kind::kString) +
             (chance_.OneIn(3) ? ", " + Position(depth) : "") + ")";
    case 3: return text + ".reverse()";
    case 4: return text + ".split(" + part + (chance_.OneIn(3) ? ", " + Position(depth) : "") + ")[0]";
    case 5: return ListOf(Kind::kString, depth) + ".join(" + (chance_.OneIn(2) ? part : "") + ")";
    default: return "strings.quote(" + text + ")";
  }
}

std::string ExpressionGenerator::BoolFunction(int depth) {
  static const std::vector<std::string> kReals = {"math.isNaN(", "math.isInf(", "math.isFinite("};
  static const std::vector<std::string> kSets = {"sets.contains(", "sets.equivalent(", "sets.intersects("};
  static const std::vector<Kind> kKinds = {Kind::kInt, Kind::kString, Kind::kDouble, Kind::kUint};
  switch (chance_.Below(4)) {
    case 0: return chance_.Pick(kReals) + Make(Kind::kDouble, depth) + ")";
    case 1: {
      const Kind kind = chance_.Pick(kKinds);
      return chance_.Pick(kSets) + ListOf(kind, depth) + ", " + ListOf(kind, depth) + ")";
    }
    case 2: return Make(Kind::kString, depth) + ".matches(" + CelText(chance_.Pick(PatternPool())) + ")";
    default: return "matches(" + Make(Kind::kString, depth) + ", " + CelText(chance_.Pick(PatternPool())) + ")";
  }
}

}  // namespace sluice::differential
