#include "engine/match/recorder.h"

#include "engine/match/arena.h"
#include "engine/match/row_interpreter.h"

namespace sluice::match {

namespace {

// Remembers nothing: a memo is where the interpreter asks for the nodes that it names, so it is where they are seen.
class Watch : public ValueMemo {
 public:
  Watch(std::size_t node_count, std::span<const ruleset::NodeIndex> watched) {
    column_of_.assign(node_count, kNoMemo);
    for (const ruleset::NodeIndex node : watched) column_of_[node] = node;
  }

  ErrorKind Recall(std::uint32_t node, Value* out) override {
    const ErrorKind error = interpreter->EvalAfresh(node, out);
    (*tell)(node, error, error == ErrorKind::kNone && out->number != 0);
    return error;
  }

  RowInterpreter* interpreter = nullptr;
  const Recorder::Tell* tell = nullptr;
};

}  // namespace

struct Recorder::Impl {
  Impl(ruleset::RuleSetPtr rules, std::span<const ruleset::NodeIndex> watched)
      : rule_set(std::move(rules)), interpreter(*rule_set, &arena), watch(rule_set->program.nodes.size(), watched) {
    watch.interpreter = &interpreter;
    interpreter.SetMemo(&watch);
  }

  ruleset::RuleSetPtr rule_set;
  Arena arena;
  RowInterpreter interpreter;
  Watch watch;
};

Recorder::Recorder(ruleset::RuleSetPtr rule_set, std::span<const ruleset::NodeIndex> watched)
    : impl_(std::make_unique<Impl>(std::move(rule_set), watched)) {}
Recorder::~Recorder() = default;

bool Recorder::Record(const parcel::Batch& batch, std::uint32_t row, ruleset::NodeIndex root, const Tell& tell) {
  impl_->interpreter.SetBatch(batch);
  impl_->interpreter.SetParcel(row);
  impl_->watch.tell = &tell;
  const Arena::Mark mark = impl_->arena.mark();
  Value value;
  const ErrorKind error = impl_->interpreter.Eval(root, &value);
  impl_->arena.Rewind(mark);
  return error == ErrorKind::kNone && value.number != 0;
}

}  // namespace sluice::match
