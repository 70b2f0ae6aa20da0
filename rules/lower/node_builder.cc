#include "rules/lower/node_builder.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/base/pattern.h"

namespace sluice::rules {

namespace {

using parcel::ValueType;

std::size_t Mix(std::size_t hash, std::uint64_t value) {
  // A multiplication by an odd constant (2^64 / golden ratio) and a fold spread every bit.
  const std::uint64_t mixed = (hash ^ value) * 0x9E3779B97F4A7C15u;
  return static_cast<std::size_t>(mixed ^ (mixed >> 32));
}

/// The index of `key` in `pool`; the value is appended when it is new.
template <typename Index, typename Key, typename Pool, typename Stored>
std::uint32_t Intern(Index* index, const Key& key, Pool* pool, const Stored& stored) {
  const auto [place, is_new] = index->try_emplace(key, static_cast<std::uint32_t>(pool->size()));
  if (is_new) pool->push_back(stored);
  return place->second;
}

}  // namespace

std::size_t NodeBuilder::NodeHash::operator()(const ruleset::Node& node) const {
  std::size_t hash = Mix(static_cast<std::size_t>(node.op), node.type);
  hash = Mix(hash, node.a);
  hash = Mix(hash, node.b);
  return Mix(hash, node.c);
}

NodeBuilder::NodeBuilder(ruleset::Program* program) : program_(*program) {
  SLUICE_CHECK(program_.nodes.empty());
  program_.types.clear();
  for (int i = 0; i < parcel::kScalarTypeCount; ++i) {
    ruleset::TypeInfo scalar;
    scalar.kind = static_cast<ValueType>(i);
    program_.types.push_back(scalar);
  }
}

TypeId NodeBuilder::AddType(const ruleset::TypeInfo& info) {
  if (parcel::IsScalar(info.kind)) return ruleset::ScalarTypeId(info.kind);
  const auto found = std::find(program_.types.begin(), program_.types.end(), info);
  if (found == program_.types.end()) {
    // No expression has more nodes than numbers are left above kTypesMax, which the caller asks after each.
    static_assert(limits::kTypesMax + limits::kExpressionNodesMax < std::numeric_limits<TypeId>::max());
    SLUICE_CHECK(program_.types.size() < std::numeric_limits<TypeId>::max());
    program_.types.push_back(info);
    return static_cast<TypeId>(program_.types.size() - 1);
  }
  return static_cast<TypeId>(found - program_.types.begin());
}

NodeIndex NodeBuilder::Append(const ruleset::Node& node) {
  depths_.push_back(DepthOf(node));
  program_.nodes.push_back(node);
  return static_cast<NodeIndex>(program_.nodes.size() - 1);
}

NodeIndex NodeBuilder::Add(Op op, TypeId type, std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  const ruleset::Node node{op, type, a, b, c};
  const auto [place, is_new] =
      nodes_.try_emplace(node, static_cast<NodeIndex>(program_.nodes.size()));
  if (is_new) Append(node);
  return place->second;
}

NodeIndex NodeBuilder::AddWithList(Op op, TypeId type, std::span<const NodeIndex> list,
                                   std::uint32_t a) {
  ruleset::Node node{op, type, a, 0, static_cast<std::uint32_t>(list.size())};
  std::size_t hash = NodeHash()(node);
  for (const NodeIndex operand : list) hash = Mix(hash, operand);
  const auto [begin, end] = list_nodes_.equal_range(hash);
  for (auto at = begin; at != end; ++at) {
    const ruleset::Node& known = program_.nodes[at->second];
    if (known.op != op || known.type != type || known.a != a) continue;
    const auto known_list = operands(at->second);
    if (std::equal(known_list.begin(), known_list.end(), list.begin(), list.end())) {
      return at->second;
    }
  }
  node.b = static_cast<std::uint32_t>(program_.operands.size());
  program_.operands.insert(program_.operands.end(), list.begin(), list.end());
  const NodeIndex added = Append(node);
  list_nodes_.emplace(hash, added);
  return added;
}

std::uint32_t NodeBuilder::DepthOf(const ruleset::Node& node) const {
  std::uint32_t below = 0;
  const std::uint32_t fields[] = {node.a, node.b, node.c};
  const std::string_view letters = ruleset::OpOperands(node.op);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (letters[i] == 'N' && fields[i] != ruleset::kNoNode) below = std::max(below, depths_[fields[i]]);
    if (letters[i] != 'P') continue;
    for (std::uint32_t k = 0; k < node.c; ++k) {
      below = std::max(below, depths_[program_.operands[node.b + k]]);
    }
  }
  return below + 1;
}

std::uint32_t NodeBuilder::AddPooledText(std::string_view text) {
  const auto [place, is_new] = texts_.try_emplace(std::string(text), program_.texts.size());
  if (is_new) program_.texts.Add(text);
  return place->second;
}

std::uint32_t NodeBuilder::ConstantIndex(const Value& value) {
  switch (value.type) {
    case ValueType::kUint:
      return Intern(&uints_, value.unsigned_number, &program_.uints, value.unsigned_number);
    case ValueType::kDouble:
      return Intern(&doubles_, std::bit_cast<std::uint64_t>(value.real), &program_.doubles,
                    value.real);
    case ValueType::kString: return AddPooledText(value.text);
    case ValueType::kTimestamp:
      return Intern(&times_, std::pair(value.time.seconds, value.time.nanos), &program_.times,
                    value.time);
    case ValueType::kMoney:
      return Intern(&moneys_, std::pair(value.money.minor_units, value.money.currency),
                    &program_.moneys, value.money);
    default: return Intern(&ints_, value.number, &program_.ints, value.number);
  }
}

NodeIndex NodeBuilder::AddConstant(const Value& value) {
  SLUICE_CHECK(parcel::IsScalar(value.type));
  return Add(Op::kConst, ruleset::ScalarTypeId(value.type), ConstantIndex(value));
}

NodeIndex NodeBuilder::AddBool(bool value) {
  Value constant;
  constant.type = ValueType::kBool;
  constant.number = value ? 1 : 0;
  return AddConstant(constant);
}

NodeIndex NodeBuilder::AddText(std::string_view text) {
  return Add(Op::kConst, ruleset::ScalarTypeId(ValueType::kString), AddPooledText(text));
}

std::uint32_t NodeBuilder::AddSet(std::span<const NodeIndex> constants) {
  ruleset::ConstantSet set;
  set.type = type(constants.front()).kind;
  std::vector<std::uint64_t> key;
  for (const NodeIndex constant : constants) {
    const std::uint32_t index = node(constant).a;
    if (set.type == ValueType::kInt) set.ints.push_back(program_.ints[index]);
    if (set.type == ValueType::kUint) set.uints.push_back(program_.uints[index]);
    if (set.type == ValueType::kString) set.texts.push_back(index);
  }
  const auto tidy = [](auto* values, auto less) {
    std::sort(values->begin(), values->end(), less);
    values->erase(std::unique(values->begin(), values->end()), values->end());
  };
  tidy(&set.ints, std::less<>());
  tidy(&set.uints, std::less<>());
  tidy(&set.texts,
       [this](std::uint32_t a, std::uint32_t b) { return program_.texts[a] < program_.texts[b]; });
  for (const std::int64_t one : set.ints) key.push_back(static_cast<std::uint64_t>(one));
  key.insert(key.end(), set.uints.begin(), set.uints.end());
  key.insert(key.end(), set.texts.begin(), set.texts.end());
  return Intern(&sets_, std::pair(set.type, key), &program_.sets, set);
}

std::uint32_t NodeBuilder::AddZone(const ruleset::Zone& zone) {
  return Intern(&zones_, zone.name, &program_.zones, zone);
}

Result<std::uint32_t> NodeBuilder::AddPattern(std::string_view source) {
  const auto known = patterns_.find(source);
  if (known != patterns_.end()) return known->second;
  if (program_.patterns.size() == limits::kPatternsMax) {
    return Status(StatusCode::kLimitExceeded,
                  "the book has more than " + std::to_string(limits::kPatternsMax) + " different patterns");
  }
  const auto compiled = base::Pattern::Compile(source);
  if (!compiled.ok()) return compiled.status();
  const std::uint32_t added = program_.patterns.Add(source);
  patterns_.emplace(source, added);
  return added;
}

std::span<const NodeIndex> NodeBuilder::operands(NodeIndex index) const {
  const ruleset::Node& one = node(index);
  return {program_.operands.data() + one.b, one.c};
}

std::optional<Value> NodeBuilder::ConstantOf(NodeIndex index) const {
  if (!IsConstant(index)) return std::nullopt;
  const std::uint32_t at = node(index).a;
  Value value;
  value.type = type(index).kind;
  switch (value.type) {
    case ValueType::kUint: value.unsigned_number = program_.uints[at]; break;
    case ValueType::kDouble: value.real = program_.doubles[at]; break;
    case ValueType::kString: value.text = program_.texts[at]; break;
    case ValueType::kTimestamp: value.time = program_.times[at]; break;
    case ValueType::kMoney: value.money = program_.moneys[at]; break;
    default: value.number = program_.ints[at]; break;
  }
  return value;
}

std::optional<bool> NodeBuilder::BoolOf(NodeIndex index) const {
  if (!IsConstant(index) || type(index).kind != ValueType::kBool) return std::nullopt;
  return program_.ints[node(index).a] != 0;
}

}  // namespace sluice::rules
