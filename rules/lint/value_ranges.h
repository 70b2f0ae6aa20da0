// What the value of an expression can be at all: by its type, by the schema's limits, by arithmetic on whole numbers,
// by what the columns of a table hold.
//
// Thread-safety: none (it remembers).   Ownership: refers to the rule set, which must outlive it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "engine/ruleset/rule_set.h"
#include "rules/lint/domain.h"

namespace sluice::rules {

/// How values of a type are ordered; nothing for records, rows, lists and maps.
std::optional<Scale> ScaleOf(ruleset::ValueType type);

class ValueRanges {
 public:
  explicit ValueRanges(const ruleset::RuleSet& rule_set) : rules_(rule_set) {}

  /// Of a node of scalar type. An enum's values are those that the schema names. Good until the next call.
  const Domain& Of(ruleset::NodeIndex node);

  /// The value of a kConst node.
  Scalar ConstantOf(const ruleset::Node& node) const;
  ruleset::ValueType TypeOf(ruleset::NodeIndex node) const;
  /// The schema's field that a column reads; null for the element of a vector of scalars.
  const parcel::Field* FieldOf(std::uint32_t column) const;
  /// The vector field that a domain's rows are elements of; null for the parcel.
  const parcel::Field* VectorOf(parcel::DomainIndex domain) const;

 private:
  Domain Make(ruleset::NodeIndex node);
  Domain OfColumn(std::uint32_t column) const;
  Domain OfField(const parcel::Field& field, ruleset::ValueType type) const;
  Domain OfArithmetic(const ruleset::Node& node);
  Domain OfSize(const ruleset::Node& node);
  const Domain& OfCell(const ruleset::Node& node);
  Domain OfTableColumn(const ruleset::TableValueColumn& column) const;
  Domain OfText(const ruleset::Node& node);
  Domain OfType(ruleset::ValueType type) const;

  const ruleset::RuleSet& rules_;
  std::unordered_map<ruleset::NodeIndex, Domain> known_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Domain> table_columns_;  // by table and value column
};

}  // namespace sluice::rules
