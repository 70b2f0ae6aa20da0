// Fields, ranges and variables: where columns and domains are allotted.
#include <algorithm>

#include "engine/base/check.h"
#include "rules/lower/lower_pass.h"

namespace sluice::rules {

using parcel::ValueType;

TypeId LowerPass::TypeOf(const Type& of) {
  ruleset::TypeInfo info;
  const std::optional<ValueType> kind = ToValueType(of.kind);
  SLUICE_CHECK(kind.has_value());  // the checker leaves no type open
  info.kind = *kind;
  switch (info.kind) {
    case ValueType::kRecord: info.reference = DomainOf(of.range); break;
    case ValueType::kTableRow: info.reference = of.reference; break;
    case ValueType::kMap: info.key = TypeOf(*of.key); [[fallthrough]];
    case ValueType::kList: info.element = TypeOf(*of.element); break;
    default: break;
  }
  return nodes_.AddType(info);
}

parcel::DomainIndex LowerPass::DomainOf(std::uint32_t range_index) {
  if (range_index == 0) return parcel::kParcelDomain;
  const Range& range = checked_.ranges[range_index];
  const parcel::DomainIndex parent = DomainOf(range.parent);
  return columns_.AddDomain(*environment_.catalog, parent, range.path);
}

NodeIndex LowerPass::LowerField(NodeId id, bool positive) {
  const Resolution& found = resolution(id);
  const bool has = ast_.node(id).kind == ExprKind::kHas;
  const parcel::Catalog& catalog = *environment_.catalog;
  if (found.base == kNoNode) {
    const auto column = columns_.AddColumn(catalog, parcel::kParcelDomain, found.path);
    return nodes_.Add(has ? Op::kHas : Op::kColumn, TypeOf(type(id)), column);
  }
  const NodeIndex record = Lower(found.base, positive);
  if (record == kBlankNode) return Blank(id, positive);
  const auto column = columns_.AddColumn(catalog, DomainOf(type(found.base).range), found.path);
  return nodes_.Add(has ? Op::kHasField : Op::kField, TypeOf(type(id)), record, column);
}

NodeIndex LowerPass::LowerRange(NodeId id, bool positive) {
  const Resolution& found = resolution(id);
  NodeIndex record = ruleset::kNoNode;
  if (found.base != kNoNode) {
    record = Lower(found.base, positive);
    if (record == kBlankNode) return Blank(id, positive);
  }
  const parcel::DomainIndex domain = DomainOf(found.index);
  const parcel::Catalog& catalog = *environment_.catalog;
  ruleset::TypeInfo list;
  list.kind = ValueType::kList;
  if (columns_.domains[domain].record == parcel::kNoIndex) {
    // A vector of scalars is read by the column of its elements.
    const auto column = columns_.AddColumn(catalog, domain, {});
    list.element = ruleset::ScalarTypeId(columns_.columns[column].type);
  } else {
    ruleset::TypeInfo element;
    element.kind = ValueType::kRecord;
    element.reference = domain;
    list.element = nodes_.AddType(element);
  }
  const NodeIndex rows = nodes_.Add(Op::kRows, nodes_.AddType(list), record, domain);
  if (ast_.node(id).kind != ExprKind::kHas) return rows;
  const NodeIndex size = nodes_.Add(Op::kSize, ruleset::ScalarTypeId(ValueType::kInt), rows);
  return nodes_.Add(Op::kGt, ruleset::ScalarTypeId(ValueType::kBool), size,
                    nodes_.AddConstant(Value{}));
}

NodeIndex LowerPass::LowerLocal(NodeId id, bool positive) {
  const NodeId declaration = resolution(id).base;
  if (ast_.node(declaration).kind == ExprKind::kBind) {
    const NodeId value = ast_.child(declaration, 0);
    const std::tuple key(value, variables_.size(), positive);
    const auto known = bound_.find(key);
    if (known != bound_.end()) return known->second;
    ++bind_depth_;
    const NodeIndex lowered = Lower(value, positive);
    --bind_depth_;
    bound_.emplace(key, lowered);
    return lowered;
  }
  const auto variable =
      std::find_if(variables_.begin(), variables_.end(),
                   [&](const Variable& one) {
                     return one.declaration == declaration && one.index == resolution(id).index;
                   });
  SLUICE_CHECK(variable != variables_.end());
  return nodes_.Add(Op::kLocal, variable->type, variable->slot, 0, variable->domain);
}

}  // namespace sluice::rules
