#include "engine/match/inspector.h"

#include "engine/base/convert.h"
#include "engine/base/time_text.h"
#include "engine/match/arena.h"
#include "engine/match/row_interpreter.h"
#include "engine/match/scopes.h"

namespace sluice::match {

using ruleset::TypeId;
using ruleset::TypeInfo;
using ruleset::ValueType;

struct Inspector::Impl {
  explicit Impl(ruleset::RuleSetPtr rules) : rule_set(std::move(rules)), interpreter(*rule_set, &arena) {}

  InspectedValue Copy(TypeId type_id, const Value& value) const {
    const TypeInfo& type = rule_set->program.types[type_id];
    InspectedValue copy;
    copy.type = type.kind;
    switch (type.kind) {
      case ValueType::kBool:
      case ValueType::kInt:
      case ValueType::kDuration: copy.number = value.number; break;
      case ValueType::kUint: copy.natural = value.natural; break;
      case ValueType::kDouble: copy.real = value.real; break;
      case ValueType::kString: copy.text = value.Text(); break;
      case ValueType::kTimestamp: copy.time = value.time; break;
      case ValueType::kMoney: copy.money = value.money; break;
      case ValueType::kRecord:
      case ValueType::kTableRow: copy.number = value.row; break;
      case ValueType::kList:
        for (std::size_t i = 0; i < value.items.count; ++i) {
          copy.items.push_back(Copy(type.element, value.items.first[i]));
        }
        break;
      case ValueType::kMap:
        for (std::size_t i = 0; i < 2 * value.items.count; ++i) {
          copy.items.push_back(Copy(i % 2 == 0 ? type.key : type.element, value.items.first[i]));
        }
        break;
    }
    return copy;
  }

  InspectedValue Inspected(ErrorKind error, ruleset::NodeIndex node, const Value& value) const {
    InspectedValue inspected;
    if (error == ErrorKind::kNone) inspected = Copy(rule_set->program.nodes[node].type, value);
    inspected.error = error;
    return inspected;
  }

  Arena::Mark Stand(const parcel::Batch& batch, std::uint32_t row) {
    interpreter.SetBatch(batch);
    interpreter.SetParcel(row);
    return arena.mark();
  }

  Trace TraceAt(ruleset::NodeIndex index, const TraceBounds& bounds, int depth) {
    Trace trace;
    trace.node = index;
    Value value;
    const ErrorKind error = interpreter.Eval(index, &value);
    trace.value = Inspected(error, index, value);
    if (depth < bounds.depth_max) AddParts(bounds, depth + 1, &trace);
    return trace;
  }

  void AddParts(const TraceBounds& bounds, int depth, Trace* trace) {
    const ruleset::Program& program = rule_set->program;
    const ruleset::Node& node = program.nodes[trace->node];
    const bool loops = ruleset::VariablesBound(node.op) != 0;
    ForEachOperand(program, node, [&](ruleset::NodeIndex part) {
      const ruleset::Op op = program.nodes[part].op;
      if (op == ruleset::Op::kConst || op == ruleset::Op::kRows || op == ruleset::Op::kLocal) return;
      if (loops && part != node.a) return;  // the body: element by element below
      trace->parts.push_back(TraceAt(part, bounds, depth));
    });
    if (!loops) return;
    static_cast<void>(interpreter.VisitBody(trace->node, [&](ErrorKind, const Value&) {
      if (++trace->element_count <= bounds.elements_max) trace->elements.push_back(TraceAt(node.b, bounds, depth));
    }));
  }

  ruleset::RuleSetPtr rule_set;
  Arena arena;
  RowInterpreter interpreter;
};

Inspector::Inspector(ruleset::RuleSetPtr rule_set) : impl_(std::make_unique<Impl>(std::move(rule_set))) {}
Inspector::~Inspector() = default;

InspectedValue Inspector::Inspect(const parcel::Batch& batch, std::uint32_t row, ruleset::NodeIndex node) {
  const Arena::Mark mark = impl_->Stand(batch, row);
  Value value;
  const ErrorKind error = impl_->interpreter.Eval(node, &value);
  InspectedValue inspected = impl_->Inspected(error, node, value);
  impl_->arena.Rewind(mark);
  return inspected;
}

Trace Inspector::TraceOf(const parcel::Batch& batch, std::uint32_t row, ruleset::NodeIndex node,
                         const TraceBounds& bounds) {
  const Arena::Mark mark = impl_->Stand(batch, row);
  Trace trace = impl_->TraceAt(node, bounds, 0);
  impl_->arena.Rewind(mark);
  return trace;
}

namespace {

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string ItemsText(const InspectedValue& value) {
  const bool is_map = value.type == ValueType::kMap;
  std::string text(1, is_map ? '{' : '[');
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) text += is_map && i % 2 == 1 ? ": " : ", ";
    text += InspectedText(value.items[i]);
  }
  return text + (is_map ? '}' : ']');
}

}  // namespace

std::string InspectedText(const InspectedValue& value) {
  if (value.error == ErrorKind::kAbsent) return "absent";
  if (value.error != ErrorKind::kNone) return std::string("error: ") + ErrorKindName(value.error);
  switch (value.type) {
    case ValueType::kBool: return value.number != 0 ? "true" : "false";
    case ValueType::kInt: return std::to_string(value.number);
    case ValueType::kUint: return std::to_string(value.natural) + "u";
    case ValueType::kDouble: return base::DoubleText(value.real);
    case ValueType::kString: return Quoted(value.text);
    case ValueType::kTimestamp: return base::TimestampText(value.time);
    case ValueType::kDuration: return base::DurationText(value.number);
    case ValueType::kMoney: return base::MoneyText(value.money);
    case ValueType::kRecord: return "record " + std::to_string(value.number);
    case ValueType::kTableRow: return "row " + std::to_string(value.number);
    default: return ItemsText(value);
  }
}

}  // namespace sluice::match
