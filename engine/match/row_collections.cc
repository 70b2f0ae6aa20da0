// Lists and maps of the row interpreter.
#include <algorithm>
#include <memory>

#include "engine/match/row_interpreter.h"

namespace sluice::match {

using ruleset::Node;
using ruleset::TypeInfo;
using ruleset::ValueType;

ErrorKind RowInterpreter::MakeItems(std::size_t count, Value** items) {
  void* place = arena_->Allocate(count * sizeof(Value));
  if (place == nullptr) return ErrorKind::kLimit;
  *items = static_cast<Value*>(place);
  std::uninitialized_default_construct_n(*items, count);
  return ErrorKind::kNone;
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

// By sorting a copy of the keys, so that a map of many entries costs no square of them.
ErrorKind RowInterpreter::CheckKeys(ruleset::TypeId key, const Items& map) {
  if (map.count < 2) return ErrorKind::kNone;
  const Arena::Mark mark = arena_->mark();
  Value* keys = nullptr;
  const ErrorKind error = MakeItems(map.count, &keys);
  if (error != ErrorKind::kNone) return error;
  for (std::size_t i = 0; i < map.count; ++i) keys[i] = map.first[2 * i];
  const bool texts = program_.types[key].kind == ValueType::kString;
  std::sort(keys, keys + map.count, [=](const Value& a, const Value& b) {
    return texts ? a.Text() < b.Text() : a.natural < b.natural;
  });
  const bool twice = std::adjacent_find(keys, keys + map.count, [=](const Value& a, const Value& b) {
                       return texts ? a.Text() == b.Text() : a.natural == b.natural;
                     }) != keys + map.count;
  arena_->Rewind(mark);
  return twice ? ErrorKind::kKey : ErrorKind::kNone;
}

ErrorKind RowInterpreter::EvalMapLiteral(const Node& node, Value* out) {
  Value* items = nullptr;
  const ErrorKind error = EvalOperands(node, &items);
  if (error != ErrorKind::kNone) return error;
  *out = ItemsValue(items, node.c / 2);
  return CheckKeys(program_.types[node.type].key, out->items);
}

ErrorKind RowInterpreter::EvalInValues(const Node& node, Value* out) {
  Value wanted, values;
  const ErrorKind error = EvalTwo(node, &wanted, &values);
  if (error != ErrorKind::kNone) return error;
  const TypeInfo& type = program_.types[program_.nodes[node.b].type];
  const std::size_t stride = type.kind == ValueType::kMap ? 2 : 1;
  const ruleset::TypeId held = stride == 2 ? type.key : type.element;
  bool found = false;
  for (std::size_t i = 0; i < values.items.count && !found; ++i) {
    found = Equals(program_.nodes[node.a].type, wanted, held, values.items.first[i * stride]);
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
    if (!Equals(program_.nodes[node.b].type, index, type.key, items.first[2 * i])) continue;
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

}  // namespace sluice::match
