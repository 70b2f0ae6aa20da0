#include "engine/ruleset/verify_types.h"

#include <algorithm>

#include "engine/ruleset/verify_parts.h"

namespace sluice::ruleset {
namespace {

constexpr const char* kWrongType = "its type is not what its operation yields";
constexpr TypeId kNoType = 0xFFFF;
constexpr const char* kWrongOperand = "an operand's type does not fit its operation";

bool IsNumeric(ValueType kind) {
  return kind == ValueType::kInt || kind == ValueType::kUint || kind == ValueType::kDouble;
}

// The result of a binary arithmetic operation on two scalars, or nothing where there is none.
std::optional<ValueType> ArithmeticResult(Op op, ValueType a, ValueType b) {
  using enum ValueType;
  const bool additive = op == Op::kAdd || op == Op::kSub;
  if (op == Op::kMod) return a == b && (a == kInt || a == kUint) ? std::optional(a) : std::nullopt;
  if (a == b && IsNumeric(a)) return a;
  if (a == b && additive && (a == kDuration || a == kMoney)) return a;
  if (a == kString && b == kString && op == Op::kAdd) return kString;
  if (a == kTimestamp && b == kTimestamp && op == Op::kSub) return kDuration;
  if (a == kTimestamp && b == kDuration && additive) return kTimestamp;
  if (a == kDuration && b == kTimestamp && op == Op::kAdd) return kTimestamp;
  if (a == kMoney && b == kInt && (op == Op::kMul || op == Op::kDiv)) return kMoney;
  if (a == kInt && b == kMoney && op == Op::kMul) return kMoney;
  return std::nullopt;
}

}  // namespace

NodeTyping::NodeTyping(const RuleSet& rule_set)
    : rule_set_(rule_set), types_(rule_set.program.types), nodes_(rule_set.program.nodes),
      comparable_(types_.size()), element_columns_(rule_set.columns.domains.size(), kNone) {
  for (std::size_t i = 0; i < types_.size(); ++i) {
    const TypeInfo& type = types_[i];
    const bool collection = type.kind == ValueType::kList || type.kind == ValueType::kMap;
    comparable_[i] = IsScalar(type.kind) || (collection && comparable_[type.element]);
  }
  const std::vector<parcel::ColumnSpec>& columns = rule_set.columns.columns;
  for (std::uint32_t c = 0; c < columns.size(); ++c) {
    if (columns[c].path.empty()) element_columns_[columns[c].domain] = c;
  }
}

const char* NodeTyping::FlawOf(const Node& node) const {
  switch (node.op) {
    case Op::kConst: return Constant(node);
    case Op::kColumn: case Op::kHas: case Op::kNow: case Op::kLocal: return Leaf(node);
    case Op::kRows: return Rows(node);
    case Op::kField: case Op::kHasField: return RecordLeaf(node);
    case Op::kNot: case Op::kAnd: case Op::kOr: case Op::kCond: return Logic(node);
    case Op::kEq: case Op::kNe: case Op::kLt: case Op::kLe: case Op::kGt: case Op::kGe:
      return Comparison(node);
    case Op::kAdd: case Op::kSub: case Op::kMul: case Op::kDiv: case Op::kMod: case Op::kNeg:
      return Arithmetic(node);
    case Op::kInSet: case Op::kInValues: case Op::kInList: case Op::kListHasPrefix:
    case Op::kContainsAny: case Op::kSimilarTo:
      return Membership(node);
    case Op::kListLiteral: case Op::kMapLiteral: case Op::kIndex: case Op::kSize:
      return Collection(node);
    case Op::kAll: case Op::kExists: case Op::kExistsOne: case Op::kMap: case Op::kFilter:
    case Op::kAllPairs: case Op::kExistsPair: case Op::kExistsOnePair: case Op::kJoinLists: case Op::kJoinMaps:
      return Comprehension(node);
    case Op::kContains: case Op::kStartsWith: case Op::kEndsWith: case Op::kLowerAscii:
    case Op::kUpperAscii: case Op::kTrim:
      return Text(node);
    case Op::kConvert:
      return IsScalar(Kind(node.a)) && IsScalar(Result(node)) ? nullptr : kWrongOperand;
    case Op::kTimePart: return Time(node);
    case Op::kTableRow: case Op::kTableHas: case Op::kTableCell: return TableLookup(node);
    case Op::kMoneyTo: case Op::kMoneyMinor: return MoneyOp(node);
    case Op::kCall: return Call(node);
    case Op::kMatches:
      if (Kind(node.a) != ValueType::kString) return kWrongOperand;
      return Result(node) == ValueType::kBool ? nullptr : kWrongType;
  }
  return "an unknown operation";
}

const char* NodeTyping::Constant(const Node& node) const {
  const Program& program = rule_set_.program;
  constexpr const char* kMissing = "its constant does not exist";
  const auto within = [&](std::size_t size) { return node.a < size ? nullptr : kMissing; };
  switch (Result(node)) {
    case ValueType::kBool:
      if (node.a >= program.ints.size()) return kMissing;
      return program.ints[node.a] == 0 || program.ints[node.a] == 1 ? nullptr : "it is no bool";
    case ValueType::kInt:
    case ValueType::kDuration: return within(program.ints.size());
    case ValueType::kUint: return within(program.uints.size());
    case ValueType::kDouble: return within(program.doubles.size());
    case ValueType::kString: return within(program.texts.size());
    case ValueType::kTimestamp: return within(program.times.size());
    case ValueType::kMoney: return within(program.moneys.size());
    default: return "constants are of scalar types";
  }
}

const char* NodeTyping::Leaf(const Node& node) const {
  if (node.op == Op::kNow) return Result(node) == ValueType::kTimestamp ? nullptr : kWrongType;
  if (node.op == Op::kLocal) {
    const std::vector<parcel::Domain>& domains = rule_set_.columns.domains;
    const TypeInfo& type = types_[node.type];
    if (type.kind == ValueType::kRecord) {
      return node.c == type.reference ? nullptr : "its domain is not its record's";
    }
    const bool of_scalars = node.c < domains.size() && domains[node.c].record == parcel::kNoIndex;
    return node.c == 0 || of_scalars ? nullptr : "its domain is not one of scalars";
  }
  const parcel::ColumnSpec& column = rule_set_.columns.columns[node.a];
  if (column.domain != parcel::kParcelDomain) return "its column is not of the parcels";
  if (node.op == Op::kHas) return Result(node) == ValueType::kBool ? nullptr : kWrongType;
  return IsScalar(column.type) && Result(node) == column.type ? nullptr : kWrongType;
}

const char* NodeTyping::RecordLeaf(const Node& node) const {
  const TypeInfo& record = Info(node.a);
  const parcel::ColumnSpec& column = rule_set_.columns.columns[node.b];
  if (record.kind != ValueType::kRecord) return kWrongOperand;
  if (column.domain != record.reference) return "its column is not of its record";
  if (node.op == Op::kHasField) return Result(node) == ValueType::kBool ? nullptr : kWrongType;
  return IsScalar(column.type) && Result(node) == column.type ? nullptr : kWrongType;
}

const char* NodeTyping::Rows(const Node& node) const {
  const parcel::Domain& domain = rule_set_.columns.domains[node.b];
  if (node.b == parcel::kParcelDomain) return "parcels are below no record";
  std::uint32_t parent = parcel::kParcelDomain;
  if (node.a != kNoNode) {
    if (Kind(node.a) != ValueType::kRecord) return kWrongOperand;
    parent = Info(node.a).reference;
  }
  if (domain.parent != parent) return "its domain is not below its record";
  if (Result(node) != ValueType::kList) return kWrongType;
  const TypeId element = types_[node.type].element;
  if (domain.record != parcel::kNoIndex) {
    const bool fits = types_[element].kind == ValueType::kRecord && types_[element].reference == node.b;
    return fits ? nullptr : kWrongType;
  }
  const std::uint32_t column = element_columns_[node.b];
  if (column == kNone) return "no column holds the elements of its domain";
  return element == ScalarTypeId(rule_set_.columns.columns[column].type) ? nullptr : kWrongType;
}

const char* NodeTyping::Logic(const Node& node) const {
  if (node.op == Op::kCond) {
    const bool fits = Kind(node.a) == ValueType::kBool && nodes_[node.b].type == node.type &&
                      nodes_[node.c].type == node.type;
    return fits ? nullptr : kWrongOperand;
  }
  if (Result(node) != ValueType::kBool) return kWrongType;
  if (node.op == Op::kNot) return Kind(node.a) == ValueType::kBool ? nullptr : kWrongOperand;
  if (node.c == 0) return "it has no operands";
  for (std::uint32_t i = 0; i < node.c; ++i) {
    if (Kind(rule_set_.program.operands[node.b + i]) != ValueType::kBool) return kWrongOperand;
  }
  return nullptr;
}

bool NodeTyping::Equatable(TypeId a, TypeId b) const {
  while (a != b) {
    const TypeInfo& one = types_[a];
    const TypeInfo& other = types_[b];
    if (IsNumeric(one.kind) && IsNumeric(other.kind)) return true;
    if (one.kind != other.kind || (one.kind != ValueType::kList && one.kind != ValueType::kMap)) return false;
    const bool keys = one.key == other.key || (IsNumeric(types_[one.key].kind) && IsNumeric(types_[other.key].kind));
    if (one.kind == ValueType::kMap && !keys) return false;
    a = one.element;
    b = other.element;
  }
  return comparable_[a];
}

const char* NodeTyping::Comparison(const Node& node) const {
  if (Result(node) != ValueType::kBool) return kWrongType;
  if (IsNumeric(Kind(node.a)) && IsNumeric(Kind(node.b))) return nullptr;
  if (node.op == Op::kEq || node.op == Op::kNe) {
    return Equatable(nodes_[node.a].type, nodes_[node.b].type) ? nullptr : kWrongOperand;
  }
  const bool ordered = nodes_[node.a].type == nodes_[node.b].type && IsScalar(Kind(node.a));
  return ordered ? nullptr : kWrongOperand;
}

const char* NodeTyping::Arithmetic(const Node& node) const {
  const ValueType a = Kind(node.a);
  if (node.op == Op::kNeg) {
    const bool signed_kind = a == ValueType::kInt || a == ValueType::kDouble ||
                             a == ValueType::kDuration || a == ValueType::kMoney;
    if (!signed_kind) return kWrongOperand;
    return Result(node) == a ? nullptr : kWrongType;
  }
  if (node.op == Op::kAdd && a == ValueType::kList) {
    const bool one_type = nodes_[node.a].type == node.type && nodes_[node.b].type == node.type;
    return one_type ? nullptr : kWrongOperand;
  }
  const std::optional<ValueType> result = ArithmeticResult(node.op, a, Kind(node.b));
  if (!result) return kWrongOperand;
  return Result(node) == *result ? nullptr : kWrongType;
}

const char* NodeTyping::Membership(const Node& node) const {
  if (Result(node) != ValueType::kBool) return kWrongType;
  const ValueType a = Kind(node.a);
  switch (node.op) {
    case Op::kInSet: {
      const std::vector<ConstantSet>& sets = rule_set_.program.sets;
      if (node.b >= sets.size()) return "its set does not exist";
      return sets[node.b].type == a ? nullptr : kWrongOperand;
    }
    case Op::kInList: return rule_set_.lists[node.b].type == a ? nullptr : kWrongOperand;
    case Op::kListHasPrefix: case Op::kContainsAny: case Op::kSimilarTo: {
      const bool texts = a == ValueType::kString && rule_set_.lists[node.b].type == a;
      if (!texts) return kWrongOperand;
      if (node.op == Op::kContainsAny && node.c > 1) return "it is neither of whole words nor of any";
      const bool no_threshold = node.op == Op::kSimilarTo && (node.c < 1 || node.c > 1000);
      return no_threshold ? "its threshold is outside 1 to 1000" : nullptr;
    }
    default: break;
  }
  const TypeInfo& values = Info(node.b);
  const TypeId wanted = nodes_[node.a].type;
  if (values.kind == ValueType::kList) return Equatable(values.element, wanted) ? nullptr : kWrongOperand;
  return values.kind == ValueType::kMap && Equatable(values.key, wanted) ? nullptr : kWrongOperand;
}

const char* NodeTyping::Collection(const Node& node) const {
  const TypeInfo& result = types_[node.type];
  if (node.op == Op::kSize) {
    const ValueType a = Kind(node.a);
    const bool sized = a == ValueType::kString || a == ValueType::kList || a == ValueType::kMap;
    if (!sized) return kWrongOperand;
    return result.kind == ValueType::kInt ? nullptr : kWrongType;
  }
  if (node.op == Op::kIndex) {
    const TypeInfo& of = Info(node.a);
    const bool list = of.kind == ValueType::kList && Kind(node.b) == ValueType::kInt;
    const bool map = of.kind == ValueType::kMap && Equatable(nodes_[node.b].type, of.key);
    if (!list && !map) return kWrongOperand;
    return node.type == of.element ? nullptr : kWrongType;
  }
  const bool is_map = node.op == Op::kMapLiteral;
  if (result.kind != (is_map ? ValueType::kMap : ValueType::kList)) return kWrongType;
  if (is_map && node.c % 2 != 0) return "a key of it has no value";
  for (std::uint32_t i = 0; i < node.c; ++i) {
    const TypeId wanted = is_map && i % 2 == 0 ? result.key : result.element;
    if (nodes_[rule_set_.program.operands[node.b + i]].type != wanted) return kWrongOperand;
  }
  return nullptr;
}

std::optional<TypeId> NodeTyping::VariableType(const Node& comprehension, std::uint32_t variable) const {
  const TypeInfo& range = Info(comprehension.a);
  const bool is_list = range.kind == ValueType::kList;
  if (!is_list && range.kind != ValueType::kMap) return std::nullopt;
  if (VariablesBound(comprehension.op) == 1) return is_list ? range.element : range.key;
  if (variable == 1) return range.element;
  return is_list ? ScalarTypeId(ValueType::kInt) : range.key;
}

const char* NodeTyping::Comprehension(const Node& node) const {
  const std::optional<TypeId> element = VariableType(node, 0);
  if (!element) return "its range is neither list nor map";
  if (node.op == Op::kJoinLists || node.op == Op::kJoinMaps) {
    if (Result(node) != (node.op == Op::kJoinLists ? ValueType::kList : ValueType::kMap)) return kWrongType;
    return nodes_[node.b].type == node.type ? nullptr : kWrongOperand;
  }
  if (node.op == Op::kMap) return IsListOf(node.type, nodes_[node.b].type) ? nullptr : kWrongType;
  if (Kind(node.b) != ValueType::kBool) return kWrongOperand;
  if (node.op == Op::kFilter) return IsListOf(node.type, *element) ? nullptr : kWrongType;
  return Result(node) == ValueType::kBool ? nullptr : kWrongType;
}

const char* NodeTyping::Text(const Node& node) const {
  if (Kind(node.a) != ValueType::kString) return kWrongOperand;
  const bool transforms =
      node.op == Op::kLowerAscii || node.op == Op::kUpperAscii || node.op == Op::kTrim;
  if (transforms) return Result(node) == ValueType::kString ? nullptr : kWrongType;
  if (Kind(node.b) != ValueType::kString) return kWrongOperand;
  return Result(node) == ValueType::kBool ? nullptr : kWrongType;
}

const char* NodeTyping::Time(const Node& node) const {
  const ValueType a = Kind(node.a);
  if (a != ValueType::kTimestamp && a != ValueType::kDuration) return kWrongOperand;
  if (node.b != kNoNode && node.b >= rule_set_.program.zones.size()) return "its zone does not exist";
  if (node.c > static_cast<std::uint32_t>(TimePart::kMilliseconds)) return "an unknown part of time";
  return Result(node) == ValueType::kInt ? nullptr : kWrongType;
}

const char* NodeTyping::TableLookup(const Node& node) const {
  if (node.op == Op::kTableCell) {
    if (Kind(node.a) != ValueType::kTableRow) return kWrongOperand;
    const Table& table = rule_set_.tables[Info(node.a).reference];
    if (node.b >= table.values.size()) return "its column does not exist";
    return Result(node) == table.values[node.b].type ? nullptr : kWrongType;
  }
  const Table& table = rule_set_.tables[node.a];
  if (node.c != table.keys.size()) return "it has not one operand a key";
  for (std::uint32_t i = 0; i < node.c; ++i) {
    const NodeIndex operand = rule_set_.program.operands[node.b + i];
    if (Kind(operand) != table.keys[i].type) return kWrongOperand;
  }
  const TypeInfo& result = types_[node.type];
  if (node.op == Op::kTableHas) return result.kind == ValueType::kBool ? nullptr : kWrongType;
  const bool fits = result.kind == ValueType::kTableRow && result.reference == node.a;
  return fits ? nullptr : kWrongType;
}

const char* NodeTyping::MoneyOp(const Node& node) const {
  if (Kind(node.a) != ValueType::kMoney) return kWrongOperand;
  if (node.op == Op::kMoneyMinor) return Result(node) == ValueType::kInt ? nullptr : kWrongType;
  if (!IsCurrency(node.b)) return "its currency is none";
  return Result(node) == ValueType::kMoney ? nullptr : kWrongType;
}

// `bound` is the type that the signature's open letters stand for; kNoType until one has been met.
bool NodeTyping::FitsLetter(char letter, TypeId type, TypeId* bound) const {
  const TypeInfo& info = types_[type];
  const auto is_bound_to = [&](TypeId open) {
    if (*bound == kNoType) *bound = open;
    return *bound == open;
  };
  switch (letter) {
    case 'b': return info.kind == ValueType::kBool;
    case 'i': return info.kind == ValueType::kInt;
    case 'd': return info.kind == ValueType::kDouble;
    case 's': return info.kind == ValueType::kString;
    case 't': return IsListOf(type, ScalarTypeId(ValueType::kString));
    case 'n': return IsNumeric(info.kind) && is_bound_to(type);
    case 'w': return (info.kind == ValueType::kInt || info.kind == ValueType::kUint) && is_bound_to(type);
    case 'm': return info.kind == ValueType::kList && IsNumeric(types_[info.element].kind) && is_bound_to(info.element);
    default: return info.kind == ValueType::kList && comparable_[info.element] && is_bound_to(type);  // l
  }
}

const char* NodeTyping::Call(const Node& node) const {
  const std::string_view signature = FunctionSignature(static_cast<Function>(node.a));
  const std::size_t count = signature.size() - 2;  // behind them, a colon and the result
  if (node.c != count) return "it has not one operand a parameter";
  TypeId bound = kNoType;
  for (std::uint32_t i = 0; i < node.c; ++i) {
    const NodeIndex operand = rule_set_.program.operands[node.b + i];
    if (!FitsLetter(signature[i], nodes_[operand].type, &bound)) return kWrongOperand;
  }
  return FitsLetter(signature.back(), node.type, &bound) ? nullptr : kWrongType;
}

}  // namespace sluice::ruleset
