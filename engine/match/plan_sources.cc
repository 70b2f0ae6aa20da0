// Where operands of masks come from: homes, columns, constants, memo columns, dictionaries.
#include "engine/match/planner.h"

#include <algorithm>

namespace sluice::match {

using ruleset::kNoNode;
using ruleset::Node;
using ruleset::NodeIndex;
using ruleset::Op;
using ruleset::ValueType;

// --- homes -------------------------------------------------------------------------------------------

bool Planner::HasHome(NodeIndex node) const {
  const Scope& scope = scopes_.scope(node);
  return scope.empty() || (scope.size() == 1 && scope[0].domain != parcel::kParcelDomain);
}

HomeIndex Planner::HomeOf(NodeIndex node) {
  const Scope& scope = scopes_.scope(node);
  return scope.empty() ? kParcelHome : AddHome(scope[0]);
}

HomeIndex Planner::AddHome(const FreeLocal& local) {
  for (HomeIndex h = 1; h < plan_.homes.size(); ++h) {
    const Home& home = plan_.homes[h];
    if (home.slot == local.slot && home.domain == local.domain && home.scalar == local.scalar) return h;
  }
  plan_.homes.push_back({local.slot, local.domain, local.scalar});
  return static_cast<HomeIndex>(plan_.homes.size() - 1);
}

// A variable whose values are rows of a domain.
bool Planner::IsElement(NodeIndex node) const {
  const Node& n = program_.nodes[node];
  return n.op == Op::kLocal && n.c != parcel::kParcelDomain;
}

// --- sources -----------------------------------------------------------------------------------------

std::uint32_t Planner::AddSource(const Source& source) {
  plan_.sources.push_back(source);
  return static_cast<std::uint32_t>(plan_.sources.size() - 1);
}

Source Planner::ConstantSource(const Node& node) const {
  Source source;
  source.kind = Source::Kind::kConstant;
  source.type = program_.types[node.type].kind;
  switch (source.type) {
    case ValueType::kUint: source.constant = NaturalValue(program_.uints[node.a]); break;
    case ValueType::kDouble: source.constant = RealValue(program_.doubles[node.a]); break;
    case ValueType::kString: source.constant_text = program_.texts[node.a]; break;
    case ValueType::kTimestamp: source.constant = TimeValue(program_.times[node.a]); break;
    case ValueType::kMoney: source.constant = MoneyValue(program_.moneys[node.a]); break;
    default: source.constant = NumberValue(program_.ints[node.a]); break;
  }
  return source;
}

/// kNoIndex: no column loop can read it.
std::uint32_t Planner::SourceOf(NodeIndex index) {
  if (source_of_[index] == kNotAsked) source_of_[index] = FindSource(index);
  return source_of_[index];
}

std::uint32_t Planner::FindSource(NodeIndex index) {
  const Node& node = program_.nodes[index];
  Source source;
  source.type = program_.types[node.type].kind;
  if (!IsScalar(source.type) || !HasHome(index)) return kNoIndex;
  if (node.op == Op::kConst) {
    source = ConstantSource(node);
  } else if (node.op == Op::kColumn) {
    source.index = node.a;
  } else if (node.op == Op::kField && IsElement(node.a)) {
    source.index = node.b;
    source.home = HomeOf(index);
  } else if (IsElement(index)) {
    source.home = HomeOf(index);
    const parcel::ColumnSpec element{node.c, {}, source.type};
    const auto& columns = rule_set_.columns.columns;
    source.index = static_cast<std::uint32_t>(std::find(columns.begin(), columns.end(), element) - columns.begin());
    if (source.index == columns.size()) return kNoIndex;
  } else {
    return MemoSource(index);
  }
  return AddSource(source);
}

std::uint32_t Planner::MemoSource(NodeIndex index) {
  const std::uint32_t column = MemoColumnOf(index);
  if (column == kNoIndex) return kNoIndex;
  Source source;
  source.kind = Source::Kind::kMemo;
  source.type = plan_.memo_columns[column].type;
  source.home = plan_.memo_columns[column].home;
  source.index = column;
  return AddSource(source);
}

// --- dictionaries ------------------------------------------------------------------------------------

std::uint32_t Planner::DictionaryOf(std::uint32_t source_index, std::size_t prefix_bytes) {
  const Source& source = plan_.sources[source_index];
  const auto [at, added] = dictionary_of_.try_emplace({source.index, prefix_bytes},
                                                      static_cast<std::uint32_t>(plan_.dictionaries.size()));
  if (added) {
    plan_.dictionaries.emplace_back(source.index, source.type, prefix_bytes,
                                    RowsMax(plan_.homes[source.home].domain));
  }
  return at->second;
}

std::uint32_t Planner::CodeOf(std::uint32_t dictionary, std::uint32_t constant_source) {
  const Source& source = plan_.sources[constant_source];
  Dictionary& codes = plan_.dictionaries[dictionary];
  return source.type == ValueType::kString ? codes.Add(source.constant_text) : codes.Add(source.constant.number);
}

}  // namespace sluice::match
