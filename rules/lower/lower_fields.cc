// Fields, ranges, variables and macros: where columns and domains are allotted.
#include <algorithm>

#include "engine/base/check.h"
#include "rules/lower/lower_pass.h"

namespace sluice::rules {

using parcel::ValueType;

namespace {

bool HasUntypedElement(const Type& range) {
  const Type& element = range.Is(TypeKind::kMap) ? *range.key : *range.element;
  return element.Is(TypeKind::kAny);
}

}  // namespace

TypeId LowerPass::TypeOf(const Type& of) {
  ruleset::TypeInfo info;
  // The element of a list that is always empty has no type of its own; int is as good as any.
  info.kind = ToValueType(of.kind).value_or(ValueType::kInt);
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
                   [&](const Variable& one) { return one.declaration == declaration; });
  SLUICE_CHECK(variable != variables_.end());
  return nodes_.Add(Op::kLocal, TypeOf(type(id)), variable->slot, 0, variable->domain);
}

NodeIndex LowerPass::EmptyComprehension(NodeId id) {
  switch (ast_.comprehension(id).macro) {
    case Macro::kAll: return nodes_.AddBool(true);
    case Macro::kExists:
    case Macro::kExistsOne: return nodes_.AddBool(false);
    default: return nodes_.AddWithList(Op::kListLiteral, TypeOf(type(id)), {});
  }
}

/// A range whose elements have no type is empty whenever it does not err: only its error counts.
NodeIndex LowerPass::UntypedComprehension(NodeId id, NodeIndex range) {
  const TypeId bool_type = ruleset::ScalarTypeId(ValueType::kBool);
  const NodeIndex size = nodes_.Add(Op::kSize, ruleset::ScalarTypeId(ValueType::kInt), range);
  const NodeIndex zero = nodes_.AddConstant(Value{});
  const bool is_all = ast_.comprehension(id).macro == Macro::kAll;
  if (type(id).Is(TypeKind::kBool)) {
    return nodes_.Add(is_all ? Op::kEq : Op::kNe, bool_type, size, zero);
  }
  const NodeIndex empty = EmptyComprehension(id);
  const NodeIndex is_empty = nodes_.Add(Op::kEq, bool_type, size, zero);
  return nodes_.Add(Op::kCond, TypeOf(type(id)), is_empty, empty, empty);
}

NodeIndex LowerPass::LowerComprehension(NodeId id, bool positive) {
  const Comprehension& macro = ast_.comprehension(id);
  NodeIndex range = Lower(macro.range, positive);
  if (range == kBlankNode) return Blank(id, positive);
  const Op range_op = nodes_.node(range).op;
  const bool is_literal = range_op == Op::kListLiteral || range_op == Op::kMapLiteral;
  if (is_literal && nodes_.node(range).c == 0) return EmptyComprehension(id);
  if (HasUntypedElement(type(macro.range))) return UntypedComprehension(id, range);
  const auto slot = static_cast<std::uint32_t>(variables_.size());
  std::uint32_t domain = 0;
  const ruleset::TypeInfo element =
      nodes_.TypeAt(nodes_.type(range).kind == ValueType::kMap ? nodes_.type(range).key
                                                               : nodes_.type(range).element);
  if (element.kind == ValueType::kRecord) domain = element.reference;
  if (element.kind != ValueType::kRecord && range_op == Op::kRows) domain = nodes_.node(range).b;
  variables_.push_back({id, slot, domain});
  NodeIndex filter = ruleset::kNoNode;
  if (macro.filter != kNoNode) {
    filter = LowerBool(macro.filter, positive);
    // What a filter leaves are values, no longer rows of a vector.
    if (element.kind != ValueType::kRecord) variables_.back().domain = 0;
  }
  const bool is_map = macro.macro == Macro::kMap;
  const NodeIndex body = is_map ? Lower(macro.body, positive) : LowerBool(macro.body, positive);
  variables_.pop_back();
  if (body == kBlankNode) return Blank(id, positive);
  return FinishComprehension(id, range, filter, body, slot);
}

NodeIndex LowerPass::FinishComprehension(NodeId id, NodeIndex range, NodeIndex filter,
                                         NodeIndex body, std::uint32_t slot) {
  const TypeId result = TypeOf(type(id));
  switch (ast_.comprehension(id).macro) {
    case Macro::kAll:
      // Rows never err, so a body that is always true settles it; and so below.
      if (nodes_.node(range).op == Op::kRows && nodes_.BoolOf(body) == true) return body;
      return nodes_.Add(Op::kAll, result, range, body, slot);
    case Macro::kExists:
      if (nodes_.node(range).op == Op::kRows && nodes_.BoolOf(body) == false) return body;
      return nodes_.Add(Op::kExists, result, range, body, slot);
    case Macro::kExistsOne: return nodes_.Add(Op::kExistsOne, result, range, body, slot);
    case Macro::kFilter: return nodes_.Add(Op::kFilter, result, range, body, slot);
    default: break;
  }
  if (filter != ruleset::kNoNode) {
    ruleset::TypeInfo filtered = nodes_.type(range);
    if (filtered.kind == ValueType::kMap) filtered.element = filtered.key;
    filtered.kind = ValueType::kList;
    filtered.key = 0;
    range = nodes_.Add(Op::kFilter, nodes_.AddType(filtered), range, filter, slot);
  }
  return nodes_.Add(Op::kMap, result, range, body, slot);
}

}  // namespace sluice::rules
