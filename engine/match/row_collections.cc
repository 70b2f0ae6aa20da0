// Lists, maps and comprehensions of the row interpreter.
#include <algorithm>
#include <memory>

#include "engine/match/row_interpreter.h"

namespace sluice::match {

using ruleset::Node;
using ruleset::Op;
using ruleset::TypeInfo;
using ruleset::ValueType;

// Rows of a domain are gone through where they are; a list or the keys of a map lie as values.
struct RowInterpreter::Range {
  const Value* items = nullptr;  // nullptr: rows
  std::size_t stride = 1;
  std::size_t count = 0;
  parcel::DomainIndex domain = 0;
  std::uint32_t first_row = 0;
  bool records = true;           // false: rows of a domain of scalars
};

ErrorKind RowInterpreter::OpenRange(const Node& range_node, Range* range) {
  Value value;
  if (range_node.op == Op::kRows) {
    value = RowValue(parcel_row_);
    const ErrorKind error = range_node.a == ruleset::kNoNode ? ErrorKind::kNone : Eval(range_node.a, &value);
    if (error != ErrorKind::kNone) return error;
    const std::vector<std::uint32_t>& first = batch_->domains[range_node.b].first;
    range->domain = range_node.b;
    range->first_row = first[value.row];
    range->count = first[value.row + 1] - first[value.row];
    range->records = program_.types[program_.types[range_node.type].element].kind == ValueType::kRecord;
    return ErrorKind::kNone;
  }
  const auto node = static_cast<ruleset::NodeIndex>(&range_node - program_.nodes.data());
  const ErrorKind error = Eval(node, &value);
  if (error != ErrorKind::kNone) return error;
  range->items = value.items.first;
  range->count = value.items.count;
  range->stride = program_.types[range_node.type].kind == ValueType::kMap ? 2 : 1;
  return ErrorKind::kNone;
}

ErrorKind RowInterpreter::VisitBody(ruleset::NodeIndex index,
                                    const std::function<void(ErrorKind, const Value&)>& visit) {
  const Node& node = program_.nodes[index];
  Range range;
  const ErrorKind failed = OpenRange(program_.nodes[node.a], &range);
  for (std::size_t i = 0; failed == ErrorKind::kNone && i < range.count; ++i) {
    BindElement(range, i, node.c);
    Value value;
    const ErrorKind error = Eval(node.b, &value);
    visit(error, value);
  }
  return failed;
}

void RowInterpreter::BindElement(const Range& range, std::size_t index, std::uint32_t slot) {
  Value& local = locals_[slot];
  if (range.items != nullptr) {
    local = range.items[index * range.stride];
    return;
  }
  const auto row = static_cast<std::uint32_t>(range.first_row + index);
  // Elements of a vector of scalars are always present.
  if (range.records || ReadElement(range.domain, row, &local) != ErrorKind::kNone) local = RowValue(row);
}

ErrorKind RowInterpreter::MakeItems(std::size_t count, Value** items) {
  void* place = arena_->Allocate(count * sizeof(Value));
  if (place == nullptr) return ErrorKind::kLimit;
  *items = static_cast<Value*>(place);
  std::uninitialized_default_construct_n(*items, count);
  return ErrorKind::kNone;
}

// As a value, the rows are written out; comprehensions never come here.
ErrorKind RowInterpreter::EvalRows(const Node& node, Value* out) {
  Range range;
  ErrorKind error = OpenRange(node, &range);
  if (error != ErrorKind::kNone) return error;
  Value* items = nullptr;
  error = MakeItems(range.count, &items);
  if (error != ErrorKind::kNone) return error;
  for (std::size_t i = 0; i < range.count; ++i) {
    items[i] = RowValue(static_cast<std::uint32_t>(range.first_row + i));
    if (range.records) continue;
    error = ReadElement(range.domain, range.first_row + i, &items[i]);
    if (error != ErrorKind::kNone) return error;
  }
  *out = ItemsValue(items, range.count);
  return ErrorKind::kNone;
}

ErrorKind RowInterpreter::CountRows(const Node& node, Value* out) {
  Range range;
  const ErrorKind error = OpenRange(node, &range);
  if (error == ErrorKind::kNone) *out = NumberValue(static_cast<std::int64_t>(range.count));
  return error;
}

// --- literals, membership, index ---------------------------------------------------------------------

ErrorKind RowInterpreter::EvalOperands(const Node& node, Value** items) {
  ErrorKind error = MakeItems(node.c, items);
  for (std::uint32_t i = 0; i < node.c && error == ErrorKind::kNone; ++i) {
    error = Eval(program_.operands[node.b + i], &(*items)[i]);
  }
  return error;
}

ErrorKind RowInterpreter::EvalListLiteral(const Node& node, Value* out) {
  Value* items = nullptr;
  const ErrorKind error = EvalOperands(node, &items);
  if (error == ErrorKind::kNone) *out = ItemsValue(items, node.c);
  return error;
}

ErrorKind RowInterpreter::EvalMapLiteral(const Node& node, Value* out) {
  Value* items = nullptr;
  const ErrorKind error = EvalOperands(node, &items);
  if (error != ErrorKind::kNone) return error;
  const ruleset::TypeId key = program_.types[node.type].key;
  for (std::size_t i = 2; i < node.c; i += 2) {
    for (std::size_t j = 0; j < i; j += 2) {
      if (Equals(key, items[i], items[j])) return ErrorKind::kKey;
    }
  }
  *out = ItemsValue(items, node.c / 2);
  return ErrorKind::kNone;
}

ErrorKind RowInterpreter::EvalInValues(const Node& node, Value* out) {
  Value wanted, values;
  const ErrorKind error = EvalTwo(node, &wanted, &values);
  if (error != ErrorKind::kNone) return error;
  const std::size_t stride = KindOf(node.b) == ValueType::kMap ? 2 : 1;
  bool found = false;
  for (std::size_t i = 0; i < values.items.count && !found; ++i) {
    found = Equals(program_.nodes[node.a].type, wanted, values.items.first[i * stride]);
  }
  *out = NumberValue(found ? 1 : 0);
  return ErrorKind::kNone;
}

ErrorKind RowInterpreter::EvalIndex(const Node& node, Value* out) {
  Value collection, index;
  const ErrorKind error = EvalTwo(node, &collection, &index);
  if (error != ErrorKind::kNone) return error;
  const Items& items = collection.items;
  const TypeInfo& type = program_.types[program_.nodes[node.a].type];
  if (type.kind == ValueType::kList) {
    if (index.number < 0 || index.natural >= items.count) return ErrorKind::kIndex;
    *out = items.first[index.natural];
    return ErrorKind::kNone;
  }
  for (std::size_t i = 0; i < items.count; ++i) {
    if (!Equals(type.key, index, items.first[2 * i])) continue;
    *out = items.first[2 * i + 1];
    return ErrorKind::kNone;
  }
  return ErrorKind::kKey;
}

ErrorKind RowInterpreter::Join(const Items& a, const Items& b, Value* out) {
  Value* items = nullptr;
  const ErrorKind error = MakeItems(a.count + b.count, &items);
  if (error != ErrorKind::kNone) return error;
  std::copy_n(b.first, b.count, std::copy_n(a.first, a.count, items));
  *out = ItemsValue(items, a.count + b.count);
  return ErrorKind::kNone;
}

// --- comprehensions ----------------------------------------------------------------------------------

// `dominant`: false for All, true for Exists.
ErrorKind RowInterpreter::EvalQuantifier(const Node& node, bool dominant, Value* out) {
  Range range;
  const ErrorKind failed = OpenRange(program_.nodes[node.a], &range);
  if (failed != ErrorKind::kNone) return failed;
  ErrorKind told = ErrorKind::kNone;
  for (std::size_t i = 0; i < range.count; ++i) {
    BindElement(range, i, node.c);
    Value value;
    const ErrorKind error = Eval(node.b, &value);
    if (error == ErrorKind::kNone && (value.number != 0) == dominant) {
      *out = value;
      return ErrorKind::kNone;
    }
    told = Outweigh(told, error);
  }
  *out = NumberValue(dominant ? 0 : 1);
  return told;
}

ErrorKind RowInterpreter::EvalAll(const Node& node, Value* out) { return EvalQuantifier(node, false, out); }
ErrorKind RowInterpreter::EvalExists(const Node& node, Value* out) { return EvalQuantifier(node, true, out); }

ErrorKind RowInterpreter::EvalExistsOne(const Node& node, Value* out) {
  Range range;
  ErrorKind told = OpenRange(program_.nodes[node.a], &range);
  if (told != ErrorKind::kNone) return told;
  std::size_t found = 0;
  for (std::size_t i = 0; i < range.count; ++i) {
    BindElement(range, i, node.c);
    Value value;
    told = Outweigh(told, Eval(node.b, &value));
    found += value.number != 0 ? 1 : 0;
  }
  *out = NumberValue(found == 1 ? 1 : 0);
  return told;
}

ErrorKind RowInterpreter::EvalMap(const Node& node, Value* out) {
  Range range;
  ErrorKind told = OpenRange(program_.nodes[node.a], &range);
  if (told != ErrorKind::kNone) return told;
  Value* items = nullptr;
  told = MakeItems(range.count, &items);
  if (told != ErrorKind::kNone) return told;
  for (std::size_t i = 0; i < range.count; ++i) {
    BindElement(range, i, node.c);
    told = Outweigh(told, Eval(node.b, &items[i]));
  }
  *out = ItemsValue(items, range.count);
  return told;
}

ErrorKind RowInterpreter::EvalFilter(const Node& node, Value* out) {
  Range range;
  ErrorKind told = OpenRange(program_.nodes[node.a], &range);
  if (told != ErrorKind::kNone) return told;
  Value* items = nullptr;
  told = MakeItems(range.count, &items);
  if (told != ErrorKind::kNone) return told;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < range.count; ++i) {
    BindElement(range, i, node.c);
    const Value element = locals_[node.c];
    Value value;
    told = Outweigh(told, Eval(node.b, &value));
    if (value.number != 0) items[kept++] = element;
  }
  *out = ItemsValue(items, kept);
  return told;
}

}  // namespace sluice::match
