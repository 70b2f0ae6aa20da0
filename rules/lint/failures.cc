#include "rules/lint/failures.h"

#include <string_view>

namespace sluice::rules {

using ruleset::Op;

Failures::Failures(const ruleset::Program& program) {
  // Operands stand before what they are operands of.
  for (const ruleset::Node& node : program.nodes) {
    std::uint8_t kinds = OwnKinds(program, node);
    const std::string_view letters = ruleset::OpOperands(node.op);
    const std::uint32_t operands[] = {node.a, node.b, node.c};
    for (std::size_t i = 0; i < letters.size(); ++i) {
      if (letters[i] == 'N' && operands[i] != ruleset::kNoNode) kinds |= kinds_[operands[i]];
    }
    const bool takes_list = letters.find('P') != std::string_view::npos;
    for (std::uint32_t i = node.b; takes_list && i < node.b + node.c; ++i) kinds |= kinds_[program.operands[i]];
    kinds_.push_back(kinds);
  }
}

/// Beside what its operands have.
std::uint8_t Failures::OwnKinds(const ruleset::Program& program, const ruleset::Node& node) {
  switch (node.op) {
    case Op::kConst: case Op::kHas: case Op::kHasField: case Op::kNow: case Op::kLocal: case Op::kRows:
    case Op::kNot: case Op::kAnd: case Op::kOr: case Op::kCond:
    case Op::kAll: case Op::kExists: case Op::kExistsOne: case Op::kAllPairs: case Op::kExistsPair:
    case Op::kExistsOnePair:
    case Op::kInSet: case Op::kInList: case Op::kListHasPrefix: case Op::kContainsAny: case Op::kSimilarTo:
    case Op::kContains: case Op::kStartsWith: case Op::kEndsWith: case Op::kMatches:
    case Op::kLowerAscii: case Op::kUpperAscii: case Op::kTrim: case Op::kSize:
    case Op::kTableHas: return 0;
    case Op::kColumn: case Op::kField: case Op::kTableRow: case Op::kTableCell: return kAbsent;
    case Op::kEq: case Op::kNe: case Op::kLt: case Op::kLe: case Op::kGt: case Op::kGe: {
      // Moneys of two currencies do not compare, nor do lists of them.
      const ruleset::TypeInfo& type = program.types[program.nodes[node.a].type];
      const bool compares = type.kind != ruleset::ValueType::kMoney && type.kind != ruleset::ValueType::kList &&
                            type.kind != ruleset::ValueType::kMap;
      return compares ? 0 : kOther;
    }
    default: return kAbsent | kOther;
  }
}

}  // namespace sluice::rules
