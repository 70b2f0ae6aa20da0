// Builds rule sets by hand for tests of the engine: interned nodes over a small fixed set of columns.
//
// Parcel: flag, number, natural, real, text, other, time, span, amount, office, direction. Items (domain 1): number,
// text, real, amount. Tags (domain 2): texts. Parts (domain 3, below items): number.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/parcel/batch.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::testing {

using ruleset::NodeIndex;
using ruleset::Op;
using ruleset::TypeId;
using ruleset::ValueType;

enum TestColumn : parcel::ColumnIndex {
  kFlag, kNumber, kNatural, kReal, kText, kOther, kTime, kSpan, kAmount, kOffice, kDirection,
  kItemNumber, kItemText, kItemReal, kItemAmount, kTag, kPartNumber,
};
enum TestDomain : parcel::DomainIndex { kParcels, kItems, kTags, kParts };

class ProgramBuilder {
 public:
  ProgramBuilder() {
    rules_.program.types.resize(ruleset::ScalarTypeId(ValueType::kMoney) + 1);
    for (TypeId t = 0; t < rules_.program.types.size(); ++t) {
      rules_.program.types[t].kind = static_cast<ValueType>(t);
    }
    AddColumns(kParcels, {ValueType::kBool, ValueType::kInt, ValueType::kUint, ValueType::kDouble, ValueType::kString,
                          ValueType::kString, ValueType::kTimestamp, ValueType::kDuration, ValueType::kMoney,
                          ValueType::kString, ValueType::kInt});
    rules_.columns.domains.push_back({kParcels, {100}, 1});
    rules_.columns.domains.push_back({kParcels, {101}, parcel::kNoIndex});
    rules_.columns.domains.push_back({kItems, {102}, 2});
    AddColumns(kItems, {ValueType::kInt, ValueType::kString, ValueType::kDouble, ValueType::kMoney});
    rules_.columns.columns.push_back({kTags, {}, ValueType::kString});
    AddColumns(kParts, {ValueType::kInt});
  }

  // --- types
  static TypeId Scalar(ValueType type) { return ruleset::ScalarTypeId(type); }
  TypeId Type(const ruleset::TypeInfo& info) {
    auto& types = rules_.program.types;
    for (TypeId t = 0; t < types.size(); ++t) {
      if (types[t] == info) return t;
    }
    types.push_back(info);
    return static_cast<TypeId>(types.size() - 1);
  }
  TypeId Record(parcel::DomainIndex domain) { return Type({ValueType::kRecord, 0, 0, domain}); }
  TypeId ListOf(TypeId element) { return Type({ValueType::kList, 0, element, 0}); }
  TypeId MapOf(TypeId key, TypeId value) { return Type({ValueType::kMap, key, value, 0}); }
  TypeId RowOf(std::uint32_t table) { return Type({ValueType::kTableRow, 0, 0, table}); }

  // --- nodes
  NodeIndex Make(Op op, TypeId type, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0) {
    auto& nodes = rules_.program.nodes;
    const ruleset::Node node{op, type, a, b, c};
    const auto [at, added] =
        known_.try_emplace(std::tuple(op, type, a, b, c), static_cast<NodeIndex>(nodes.size()));
    if (added) nodes.push_back(node);
    return at->second;
  }
  NodeIndex Make(Op op, ValueType type, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0) {
    return Make(op, Scalar(type), a, b, c);
  }
  /// And, Or, ListLiteral, MapLiteral, TableRow, TableHas (a = table).
  NodeIndex Many(Op op, TypeId type, const std::vector<NodeIndex>& operands, std::uint32_t a = 0) {
    auto& all = rules_.program.operands;
    const auto first = static_cast<std::uint32_t>(all.size());
    all.insert(all.end(), operands.begin(), operands.end());
    return Make(op, type, a, first, static_cast<std::uint32_t>(operands.size()));
  }
  NodeIndex And(const std::vector<NodeIndex>& operands) { return Many(Op::kAnd, Scalar(ValueType::kBool), operands); }
  NodeIndex Or(const std::vector<NodeIndex>& operands) { return Many(Op::kOr, Scalar(ValueType::kBool), operands); }
  NodeIndex Not(NodeIndex a) { return Make(Op::kNot, ValueType::kBool, a); }
  NodeIndex Compare(Op op, NodeIndex a, NodeIndex b) { return Make(op, ValueType::kBool, a, b); }

  NodeIndex Bool(bool value) { return Constant(ValueType::kBool, rules_.program.ints, std::int64_t{value}); }
  NodeIndex Int(std::int64_t value) { return Constant(ValueType::kInt, rules_.program.ints, value); }
  NodeIndex Uint(std::uint64_t value) { return Constant(ValueType::kUint, rules_.program.uints, value); }
  NodeIndex Double(double value) { return Constant(ValueType::kDouble, rules_.program.doubles, value); }
  NodeIndex Duration(std::int64_t ns) { return Constant(ValueType::kDuration, rules_.program.ints, ns); }
  NodeIndex Time(std::int64_t seconds, std::int32_t nanos = 0) {
    return Constant(ValueType::kTimestamp, rules_.program.times, base::Timestamp{seconds, nanos});
  }
  NodeIndex Money(std::int64_t minor, base::CurrencyCode currency) {
    return Constant(ValueType::kMoney, rules_.program.moneys, base::Money{minor, currency});
  }
  NodeIndex Text(std::string_view text) { return Make(Op::kConst, ValueType::kString, TextIndex(text)); }
  std::uint32_t TextIndex(std::string_view text) {
    auto& texts = rules_.program.texts;
    for (std::uint32_t i = 0; i < texts.size(); ++i) {
      if (texts[i] == text) return i;
    }
    return texts.Add(text);
  }

  NodeIndex Column(parcel::ColumnIndex column) { return Make(Op::kColumn, TypeOf(column), column); }
  NodeIndex Has(parcel::ColumnIndex column) { return Make(Op::kHas, ValueType::kBool, column); }
  /// The local of `slot` stands for a row of the column's domain.
  NodeIndex Field(std::uint32_t slot, parcel::ColumnIndex column) {
    const NodeIndex record = Local(slot, Record(Domain(column)), Domain(column));
    return Make(Op::kField, TypeOf(column), record, column);
  }
  NodeIndex HasField(std::uint32_t slot, parcel::ColumnIndex column) {
    const NodeIndex record = Local(slot, Record(Domain(column)), Domain(column));
    return Make(Op::kHasField, ValueType::kBool, record, column);
  }
  NodeIndex Local(std::uint32_t slot, TypeId type, parcel::DomainIndex domain = 0) {
    return Make(Op::kLocal, type, slot, 0, domain);
  }
  NodeIndex Rows(parcel::DomainIndex domain, NodeIndex record = ruleset::kNoNode) {
    const TypeId element = domain == kTags ? Scalar(ValueType::kString) : Record(domain);
    return Make(Op::kRows, ListOf(element), record, domain);
  }
  NodeIndex Call(ruleset::Function function, TypeId type, const std::vector<NodeIndex>& operands) {
    return Many(Op::kCall, type, operands, static_cast<std::uint32_t>(function));
  }
  NodeIndex Matches(NodeIndex text, std::string_view pattern) {
    const std::uint32_t index = rules_.program.patterns.Add(pattern);
    return Make(Op::kMatches, ValueType::kBool, text, index);
  }
  NodeIndex Quantify(Op op, NodeIndex range, NodeIndex body, std::uint32_t slot) {
    return Make(op, ValueType::kBool, range, body, slot);
  }

  // --- rules
  ruleset::Rule& Rule(NodeIndex condition) {
    rules_.rules.emplace_back().condition = condition;
    return rules_.rules.back();
  }
  ruleset::RuleSet& rules() { return rules_; }
  ruleset::RuleSetPtr Finish() {
    rules_.PrepareIndexes();
    return std::make_shared<const ruleset::RuleSet>(std::move(rules_));
  }
  TypeId TypeOf(parcel::ColumnIndex column) const { return Scalar(rules_.columns.columns[column].type); }
  parcel::DomainIndex Domain(parcel::ColumnIndex column) const { return rules_.columns.columns[column].domain; }

 private:
  void AddColumns(parcel::DomainIndex domain, const std::vector<ValueType>& types) {
    for (const ValueType type : types) {
      const auto field = static_cast<std::uint32_t>(rules_.columns.columns.size());
      rules_.columns.columns.push_back({domain, {field}, type});
    }
  }
  template <typename T>
  NodeIndex Constant(ValueType type, std::vector<T>& pool, const T& value) {
    pool.push_back(value);
    for (std::uint32_t i = 0; i < pool.size(); ++i) {
      if (!(pool[i] == value)) continue;
      if (i + 1 < pool.size()) pool.pop_back();
      return Make(Op::kConst, type, i);
    }
    return Make(Op::kConst, type, static_cast<std::uint32_t>(pool.size() - 1));  // NaN equals nothing
  }

  ruleset::RuleSet rules_;
  std::map<std::tuple<Op, TypeId, std::uint32_t, std::uint32_t, std::uint32_t>, NodeIndex> known_;
};

}  // namespace sluice::testing
