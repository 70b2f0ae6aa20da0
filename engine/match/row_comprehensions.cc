// Rows of a domain, and comprehensions over them, over lists and over maps.
#include <algorithm>
#include <span>

#include "engine/match/row_interpreter.h"

namespace sluice::match {

using ruleset::Node;
using ruleset::Op;
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
    Bind(node, range, i);
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

void RowInterpreter::Bind(const Node& node, const Range& range, std::size_t index) {
  if (ruleset::VariablesBound(node.op) == 1) return BindElement(range, index, node.c);
  if (range.stride == 2) {
    locals_[node.c] = range.items[2 * index];
    locals_[node.c + 1] = range.items[2 * index + 1];
    return;
  }
  locals_[node.c] = NumberValue(static_cast<std::int64_t>(index));
  BindElement(range, index, node.c + 1);
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

// `dominant`: false for All, true for Exists.
ErrorKind RowInterpreter::EvalQuantifier(const Node& node, bool dominant, Value* out) {
  Range range;
  const ErrorKind failed = OpenRange(program_.nodes[node.a], &range);
  if (failed != ErrorKind::kNone) return failed;
  ErrorKind told = ErrorKind::kNone;
  for (std::size_t i = 0; i < range.count; ++i) {
    Bind(node, range, i);
    Value value;
    const ErrorKind error = EvalAndFree(node.b, &value);
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

ErrorKind RowInterpreter::EvalAllPairs(const Node& node, Value* out) { return EvalQuantifier(node, false, out); }
ErrorKind RowInterpreter::EvalExistsPair(const Node& node, Value* out) { return EvalQuantifier(node, true, out); }

ErrorKind RowInterpreter::EvalExistsOnePair(const Node& node, Value* out) { return EvalExistsOne(node, out); }

ErrorKind RowInterpreter::EvalExistsOne(const Node& node, Value* out) {
  Range range;
  ErrorKind told = OpenRange(program_.nodes[node.a], &range);
  if (told != ErrorKind::kNone) return told;
  std::size_t found = 0;
  for (std::size_t i = 0; i < range.count; ++i) {
    Bind(node, range, i);
    Value value;
    told = Outweigh(told, EvalAndFree(node.b, &value));
    found += value.number != 0 ? 1 : 0;
  }
  *out = NumberValue(found == 1 ? 1 : 0);
  return told;
}

// The range of a comprehension, and room for a value of each of its elements.
ErrorKind RowInterpreter::OpenWithItems(const Node& node, Range* range, Value** items) {
  const ErrorKind error = OpenRange(program_.nodes[node.a], range);
  return error != ErrorKind::kNone ? error : MakeItems(range->count, items);
}

ErrorKind RowInterpreter::EvalMap(const Node& node, Value* out) {
  Range range;
  Value* items = nullptr;
  ErrorKind told = OpenWithItems(node, &range, &items);
  if (told != ErrorKind::kNone) return told;
  for (std::size_t i = 0; i < range.count; ++i) {
    Bind(node, range, i);
    told = Outweigh(told, Eval(node.b, &items[i]));
  }
  *out = ItemsValue(items, range.count);
  return told;
}

ErrorKind RowInterpreter::EvalFilter(const Node& node, Value* out) {
  Range range;
  Value* items = nullptr;
  ErrorKind told = OpenWithItems(node, &range, &items);
  if (told != ErrorKind::kNone) return told;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < range.count; ++i) {
    Bind(node, range, i);
    const Value element = locals_[node.c];
    Value value;
    told = Outweigh(told, EvalAndFree(node.b, &value));
    if (value.number != 0) items[kept++] = element;
  }
  *out = ItemsValue(items, kept);
  return told;
}

// The bodies' lists or maps one after another; `width` values an entry.
ErrorKind RowInterpreter::JoinBodies(const Node& node, std::size_t width, Value* out) {
  Range range;
  Value* bodies = nullptr;
  ErrorKind told = OpenWithItems(node, &range, &bodies);
  if (told != ErrorKind::kNone) return told;
  std::size_t count = 0;
  for (std::size_t i = 0; i < range.count; ++i) {
    Bind(node, range, i);
    told = Outweigh(told, Eval(node.b, &bodies[i]));
    if (told == ErrorKind::kNone) count += bodies[i].items.count;
  }
  Value* joined = nullptr;
  if (told == ErrorKind::kNone) told = MakeItems(count * width, &joined);
  if (told != ErrorKind::kNone) return told;
  Value* end = joined;
  for (std::size_t i = 0; i < range.count; ++i) {
    end = std::copy_n(bodies[i].items.first, bodies[i].items.count * width, end);
  }
  *out = ItemsValue(joined, count);
  return ErrorKind::kNone;
}

ErrorKind RowInterpreter::EvalJoinLists(const Node& node, Value* out) { return JoinBodies(node, 1, out); }

ErrorKind RowInterpreter::EvalJoinMaps(const Node& node, Value* out) {
  const ErrorKind error = JoinBodies(node, 2, out);
  return error != ErrorKind::kNone ? error : CheckKeys(program_.types[node.type].key, out->items);
}

}  // namespace sluice::match
