// Macros with one or two variables.
#include <optional>

#include "rules/lower/lower_pass.h"

namespace sluice::rules {

using parcel::ValueType;

namespace {

constexpr TypeId kBoolType = ruleset::ScalarTypeId(ValueType::kBool);
constexpr TypeId kIntType = ruleset::ScalarTypeId(ValueType::kInt);

}  // namespace

void LowerPass::MarkVariablesRead() {
  for (NodeId id = 0; id < ast_.node_count(); ++id) {
    const Resolution& found = resolution(id);
    if (found.meaning != Meaning::kLocal) continue;
    (found.index == 0 ? reads_first_ : reads_second_)[found.base] = true;
  }
}

NodeIndex LowerPass::EmptyComprehension(NodeId id) {
  switch (ast_.comprehension(id).macro) {
    case Macro::kAll: return nodes_.AddBool(true);
    case Macro::kExists:
    case Macro::kExistsOne: return nodes_.AddBool(false);
    default: return EmptyLiteral(TypeOf(type(id)));
  }
}

NodeIndex LowerPass::EmptyLiteral(TypeId of) {
  const bool is_map = nodes_.TypeAt(of).kind == ValueType::kMap;
  return nodes_.AddWithList(is_map ? Op::kMapLiteral : Op::kListLiteral, of, {});
}

/// How many variables the nodes need. A form with two of which one is not read is the plain form,
/// which the engine evaluates in columns; but for a transform with a filter, whose errors count step
/// by step, not those of the filter first.
std::uint32_t LowerPass::VariablesNeeded(NodeId id, const ruleset::TypeInfo& range) const {
  const Comprehension& macro = ast_.comprehension(id);
  const bool is_keyed = macro.macro == Macro::kTransformMap || macro.macro == Macro::kTransformMapEntry;
  if (macro.var2.empty()) return 1;
  if (is_keyed || macro.filter != kNoNode) return 2;
  return (range.kind == ValueType::kMap ? reads_second_ : reads_first_)[id] ? 2 : 1;
}

void LowerPass::OpenVariables(NodeId id, NodeIndex range, std::uint32_t count) {
  const ruleset::TypeInfo info = nodes_.type(range);
  const auto slot = static_cast<std::uint32_t>(variables_.size());
  const auto open = [&](std::uint32_t index, TypeId of) {
    const ruleset::TypeInfo& type_info = nodes_.TypeAt(of);
    Variable variable{id, index, static_cast<std::uint32_t>(variables_.size()), 0, of};
    const bool is_element = info.kind == ValueType::kList && variable.slot + 1 == slot + count;
    if (type_info.kind == ValueType::kRecord) {
      variable.domain = type_info.reference;
    } else if (is_element && nodes_.node(range).op == Op::kRows) {
      variable.domain = nodes_.node(range).b;
    }
    variables_.push_back(variable);
  };
  const bool is_map = info.kind == ValueType::kMap;
  if (count == 2) {
    open(0, is_map ? info.key : kIntType);
    open(1, info.element);
  } else {
    const bool is_second = !is_map && !ast_.comprehension(id).var2.empty();
    open(is_second ? 1 : 0, is_map ? info.key : info.element);
  }
}

NodeIndex LowerPass::LowerComprehension(NodeId id, bool positive) {
  const Comprehension& macro = ast_.comprehension(id);
  const NodeIndex range = Lower(macro.range, positive);
  if (range == kBlankNode) return Blank(id, positive);
  const Op range_op = nodes_.node(range).op;
  const bool is_literal = range_op == Op::kListLiteral || range_op == Op::kMapLiteral;
  if (is_literal && nodes_.node(range).c == 0) return EmptyComprehension(id);
  const auto slot = static_cast<std::uint32_t>(variables_.size());
  const std::uint32_t count = VariablesNeeded(id, nodes_.type(range));
  OpenVariables(id, range, count);
  NodeIndex filter = ruleset::kNoNode;
  if (macro.filter != kNoNode) {
    filter = LowerBool(macro.filter, positive);
    // What a filter leaves are values, no longer rows of a vector.
    const bool is_scalar = parcel::IsScalar(nodes_.TypeAt(nodes_.type(range).element).kind);
    if (count == 1 && is_scalar) variables_.back().domain = 0;
  }
  const bool yields_value = !type(id).Is(TypeKind::kBool) && macro.macro != Macro::kFilter;
  const NodeIndex body = yields_value ? Lower(macro.body, positive) : LowerBool(macro.body, positive);
  variables_.resize(slot);
  if (body == kBlankNode) return Blank(id, positive);
  return count == 1 ? FinishSingle(id, range, filter, body, slot)
                    : FinishPairs(id, range, filter, body, slot);
}

NodeIndex LowerPass::FinishSingle(NodeId id, NodeIndex range, NodeIndex filter, NodeIndex body,
                                  std::uint32_t slot) {
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

NodeIndex LowerPass::FinishPairs(NodeId id, NodeIndex range, NodeIndex filter, NodeIndex body,
                                 std::uint32_t slot) {
  const TypeId result = TypeOf(type(id));
  const Macro macro = ast_.comprehension(id).macro;
  switch (macro) {
    case Macro::kAll: return nodes_.Add(Op::kAllPairs, result, range, body, slot);
    case Macro::kExists: return nodes_.Add(Op::kExistsPair, result, range, body, slot);
    case Macro::kExistsOne: return nodes_.Add(Op::kExistsOnePair, result, range, body, slot);
    default: break;
  }
  NodeIndex entry = body;
  if (macro == Macro::kTransformList) {
    const NodeIndex items[] = {body};
    entry = nodes_.AddWithList(Op::kListLiteral, result, items);
  } else if (macro == Macro::kTransformMap) {
    const NodeIndex key = nodes_.Add(Op::kLocal, nodes_.TypeAt(result).key, slot);
    const NodeIndex items[] = {key, body};
    entry = nodes_.AddWithList(Op::kMapLiteral, result, items);
  }
  if (filter != ruleset::kNoNode) {
    entry = nodes_.Add(Op::kCond, result, filter, entry, EmptyLiteral(result));
  }
  const Op op = macro == Macro::kTransformList ? Op::kJoinLists : Op::kJoinMaps;
  return nodes_.Add(op, result, range, entry, slot);
}

}  // namespace sluice::rules
