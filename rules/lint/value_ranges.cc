#include "rules/lint/value_ranges.h"

#include <algorithm>
#include <array>

namespace sluice::rules {
namespace {

using parcel::ValueType;
using parcel::WireKind;
using ruleset::Node;
using ruleset::NodeIndex;
using ruleset::Op;
using ruleset::TimePart;

constexpr Wide kIntMin = std::numeric_limits<std::int64_t>::min();
constexpr Wide kIntMax = std::numeric_limits<std::int64_t>::max();
constexpr Wide kUintMax = std::numeric_limits<std::uint64_t>::max();

Wide Nanoseconds(const base::Timestamp& time) {
  return Wide{time.seconds} * base::kNsPerSecond + time.nanos;
}

/// The whole numbers that a wire kind holds.
std::optional<std::pair<Wide, Wide>> WireRange(WireKind wire) {
  switch (wire) {
    case WireKind::kI8: return std::pair<Wide, Wide>(INT8_MIN, INT8_MAX);
    case WireKind::kU8: return std::pair<Wide, Wide>(0, UINT8_MAX);
    case WireKind::kI16: return std::pair<Wide, Wide>(INT16_MIN, INT16_MAX);
    case WireKind::kU16: return std::pair<Wide, Wide>(0, UINT16_MAX);
    case WireKind::kI32: return std::pair<Wide, Wide>(INT32_MIN, INT32_MAX);
    case WireKind::kU32: return std::pair<Wide, Wide>(0, UINT32_MAX);
    default: return std::nullopt;
  }
}

std::pair<Wide, Wide> TimePartRange(TimePart part) {
  switch (part) {
    case TimePart::kFullYear: return {0, 9999};  // a zone may shift the first hours of year 1
    case TimePart::kMonth: return {0, 11};
    case TimePart::kDayOfMonth: return {0, 30};
    case TimePart::kDate: return {1, 31};
    case TimePart::kDayOfWeek: return {0, 6};
    case TimePart::kDayOfYear: return {0, 365};
    case TimePart::kHours: return {0, 23};
    case TimePart::kMinutes:
    case TimePart::kSeconds: return {0, 59};
    case TimePart::kMilliseconds: return {0, 999};
  }
  return {kIntMin, kIntMax};
}

Domain Clamped(Wide low, Wide high, ValueType type) {
  const bool is_uint = type == ValueType::kUint;
  // Beyond the type's range it is an error, no value.
  return NumberBetween(std::max(low, is_uint ? Wide{0} : kIntMin), std::min(high, is_uint ? kUintMax : kIntMax));
}

std::pair<Wide, Wide> Ends(const Domain& domain, ValueType type) {
  if (domain.finite && !domain.values.empty()) {
    return {domain.values.front().number, domain.values.back().number};
  }
  const bool is_uint = type == ValueType::kUint;
  return {domain.has_low ? domain.low.number : is_uint ? Wide{0} : kIntMin,
          domain.has_high ? domain.high.number : is_uint ? kUintMax : kIntMax};
}

std::pair<Wide, Wide> MinMax(std::initializer_list<Wide> values) { return std::minmax(values); }

}  // namespace

std::optional<Scale> ScaleOf(ValueType type) {
  switch (type) {
    case ValueType::kString: return Scale::kText;
    case ValueType::kDouble: return Scale::kReal;
    case ValueType::kRecord:
    case ValueType::kTableRow:
    case ValueType::kList:
    case ValueType::kMap: return std::nullopt;
    default: return Scale::kNumber;
  }
}

ValueType ValueRanges::TypeOf(NodeIndex node) const {
  return rules_.program.types[rules_.program.nodes[node].type].kind;
}

Scalar ValueRanges::ConstantOf(const Node& node) const {
  const ruleset::Program& program = rules_.program;
  Scalar value;
  switch (program.types[node.type].kind) {
    case ValueType::kUint: value.number = program.uints[node.a]; break;
    case ValueType::kDouble: value.real = program.doubles[node.a]; break;
    case ValueType::kString: value.text = program.texts[node.a]; break;
    case ValueType::kTimestamp: value.number = Nanoseconds(program.times[node.a]); break;
    case ValueType::kMoney: value.number = program.moneys[node.a].minor_units; break;
    default: value.number = program.ints[node.a]; break;
  }
  return value;
}

const parcel::Field* ValueRanges::VectorOf(parcel::DomainIndex domain) const {
  if (domain == parcel::kParcelDomain) return nullptr;
  const parcel::Domain& of = rules_.columns.domains[domain];
  const std::uint32_t record = parcel::DomainRecord(rules_.catalog, rules_.columns, of.parent);
  return &parcel::FieldAt(rules_.catalog, record, of.path);
}

const parcel::Field* ValueRanges::FieldOf(std::uint32_t column) const {
  const parcel::ColumnSpec& spec = rules_.columns.columns[column];
  if (spec.path.empty()) return nullptr;
  const std::uint32_t record = parcel::DomainRecord(rules_.catalog, rules_.columns, spec.domain);
  return &parcel::FieldAt(rules_.catalog, record, spec.path);
}

const Domain& ValueRanges::Of(NodeIndex node) {
  const auto known = known_.find(node);
  if (known != known_.end()) return known->second;
  Domain made = Make(node);
  return known_.emplace(node, std::move(made)).first->second;
}

Domain ValueRanges::OfType(ValueType type) const {
  switch (type) {
    case ValueType::kBool: return OneOf(Scale::kNumber, {{.number = 0}, {.number = 1}});
    case ValueType::kUint: return NumberBetween(0, kUintMax);
    case ValueType::kInt:
    case ValueType::kDuration:
    case ValueType::kMoney: return NumberBetween(kIntMin, kIntMax);
    case ValueType::kTimestamp:
      return NumberBetween(Wide{base::kTimestampSecondsMin} * base::kNsPerSecond,
                           Wide{base::kTimestampSecondsMax + 1} * base::kNsPerSecond - 1);
    default: return AnyOf(ScaleOf(type).value_or(Scale::kNumber));
  }
}

Domain ValueRanges::OfField(const parcel::Field& field, ValueType type) const {
  Domain domain = OfType(type);
  if (type == ValueType::kString) {
    if (field.max_bytes > 0) domain.bytes_max = field.max_bytes;
    if (field.fixed_bytes > 0) domain.bytes_max = std::min<std::uint32_t>(domain.bytes_max, field.fixed_bytes);
    return domain;
  }
  if (type != ValueType::kInt && type != ValueType::kUint) return domain;
  if (field.enumeration != parcel::kNoIndex) {
    std::vector<Scalar> values;
    for (const parcel::EnumValue& value : rules_.catalog.enums[field.enumeration].values) {
      values.push_back({.number = value.value});
    }
    return OneOf(Scale::kNumber, std::move(values));
  }
  const WireKind wire = field.type == ValueType::kList ? field.element_wire : field.wire;
  if (const auto range = WireRange(wire)) return NumberBetween(range->first, range->second);
  return domain;
}

Domain ValueRanges::OfColumn(std::uint32_t column) const {
  const parcel::ColumnSpec& spec = rules_.columns.columns[column];
  const parcel::Field* field = spec.path.empty() ? VectorOf(spec.domain) : FieldOf(column);
  return field == nullptr ? OfType(spec.type) : OfField(*field, spec.type);
}

Domain ValueRanges::OfArithmetic(const Node& node) {
  const ValueType type = rules_.program.types[node.type].kind;
  const Domain whole = OfType(type);
  const bool is_integer = type == ValueType::kInt || type == ValueType::kUint;
  if (!is_integer || TypeOf(node.a) != type) return whole;
  const auto [a_low, a_high] = Ends(Of(node.a), type);
  if (node.op == Op::kNeg) return Clamped(-a_high, -a_low, type);
  if (TypeOf(node.b) != type) return whole;
  const auto [b_low, b_high] = Ends(Of(node.b), type);
  switch (node.op) {
    case Op::kAdd: return Clamped(a_low + b_low, a_high + b_high, type);
    case Op::kSub: return Clamped(a_low - b_high, a_high - b_low, type);
    case Op::kMul: {
      // Within 64 bits times 64 bits: no overflow of 128 but for two unsigned ends, which are then out of range anyhow.
      if (type == ValueType::kUint && a_high > kIntMax && b_high > kIntMax) return whole;
      const auto [low, high] = MinMax({a_low * b_low, a_low * b_high, a_high * b_low, a_high * b_high});
      return Clamped(low, high, type);
    }
    case Op::kDiv: {
      if (b_low <= 0) return whole;
      const auto [low, high] = MinMax({a_low / b_low, a_low / b_high, a_high / b_low, a_high / b_high});
      return Clamped(low, high, type);
    }
    case Op::kMod: {
      const Wide most = std::max(b_high < 0 ? -b_high : b_high, b_low < 0 ? -b_low : b_low) - 1;
      if (most < 0) return whole;
      return Clamped(a_low >= 0 ? Wide{0} : -most, a_high <= 0 ? Wide{0} : most, type);
    }
    default: return whole;
  }
}

Domain ValueRanges::OfSize(const Node& node) {
  const Node& of = rules_.program.nodes[node.a];
  Wide most = kIntMax;
  if (TypeOf(node.a) == ValueType::kString) {
    most = Of(node.a).bytes_max;
  } else if (of.op == Op::kRows) {
    const parcel::Field* vector = VectorOf(of.b);
    if (vector != nullptr && vector->max_items > 0) most = vector->max_items;
  }
  return NumberBetween(0, most);
}

const Domain& ValueRanges::OfCell(const Node& node) {
  const std::uint32_t table = rules_.program.types[rules_.program.nodes[node.a].type].reference;
  const auto known = table_columns_.find({table, node.b});
  if (known != table_columns_.end()) return known->second;
  Domain domain = OfTableColumn(rules_.tables[table].values[node.b]);
  return table_columns_.emplace(std::pair(table, node.b), std::move(domain)).first->second;
}

Domain ValueRanges::OfTableColumn(const ruleset::TableValueColumn& column) const {
  const Domain whole = OfType(column.type);
  const bool has_ints = column.type == ValueType::kInt || column.type == ValueType::kMoney ||
                        column.type == ValueType::kDuration;
  if (!has_ints) return whole;
  std::optional<std::pair<Wide, Wide>> range;
  for (std::size_t i = 0; i < column.ints.size(); ++i) {
    if (column.present[i] == 0) continue;
    const Wide value = column.ints[i];
    range = range ? std::pair(std::min(range->first, value), std::max(range->second, value)) : std::pair(value, value);
  }
  return range ? NumberBetween(range->first, range->second) : whole;
}

Domain ValueRanges::OfText(const Node& node) {
  Domain domain = AnyOf(Scale::kText);
  domain.bytes_max = Of(node.a).bytes_max;
  domain.no_upper = node.op == Op::kLowerAscii || (node.op == Op::kTrim && Of(node.a).no_upper);
  domain.no_lower = node.op == Op::kUpperAscii || (node.op == Op::kTrim && Of(node.a).no_lower);
  return domain;
}

Domain ValueRanges::Make(NodeIndex index) {
  const Node node = rules_.program.nodes[index];
  const ValueType type = TypeOf(index);
  switch (node.op) {
    case Op::kConst: {
      const Scale scale = *ScaleOf(type);
      const Scalar value = ConstantOf(node);
      if (scale == Scale::kReal && value.real != value.real) return AnyOf(scale);
      return OneOf(scale, {value});
    }
    case Op::kColumn: return OfColumn(node.a);
    case Op::kField: return OfColumn(node.b);
    case Op::kLocal: {
      const parcel::Field* vector = VectorOf(node.c);
      return vector == nullptr || !parcel::IsScalar(type) ? OfType(type) : OfField(*vector, type);
    }
    case Op::kAdd:
    case Op::kSub:
    case Op::kMul:
    case Op::kDiv:
    case Op::kMod:
    case Op::kNeg: return OfArithmetic(node);
    case Op::kSize: return OfSize(node);
    case Op::kTableCell: return OfCell(node);
    case Op::kLowerAscii:
    case Op::kUpperAscii:
    case Op::kTrim: return OfText(node);
    case Op::kTimePart: {
      if (TypeOf(node.a) != ValueType::kTimestamp) return OfType(type);
      const auto [low, high] = TimePartRange(static_cast<TimePart>(node.c));
      return NumberBetween(low, high);
    }
    default: return OfType(type);
  }
}

}  // namespace sluice::rules
