// Macros over lists and maps. With one variable a map is its keys; with two, a list gives index and
// element, a map key and value.
#include "tests/support/oracle/evaluator.h"

namespace sluice::oracle {

namespace {

using rules::Macro;
using ListPtr = std::shared_ptr<const List>;
using MapPtr = std::shared_ptr<const Map>;

Result JoinMaps(const std::vector<Value>& maps) {
  Map joined;
  for (const Value& one : maps) {
    for (const auto& entry : *one.As<MapPtr>()) {
      for (const auto& known : joined) {
        if (Equal(known.first, entry.first)) return ErrorKind::kDuplicateKey;
      }
      joined.push_back(entry);
    }
  }
  return MakeMap(std::move(joined));
}

}  // namespace

void Outweigh(ErrorKind kind, std::optional<ErrorKind>* error) {
  if (!*error || (*error == ErrorKind::kAbsent && kind != ErrorKind::kAbsent)) *error = kind;
}

std::vector<Evaluator::Step> Evaluator::StepsOf(const Value& range, bool two) {
  std::vector<Step> steps;
  if (range.Is<MapPtr>()) {
    for (const auto& [key, value] : *range.As<MapPtr>()) steps.push_back({key, value});
    return steps;
  }
  for (const Value& element : *range.As<ListPtr>()) {
    const auto index = static_cast<std::int64_t>(steps.size());
    steps.push_back(two ? Step{Value{index}, element} : Step{element, {}});
  }
  return steps;
}

Result Evaluator::Macro(NodeId id, const Scope* scope, bool positive) {
  const rules::Comprehension& macro = ast_.comprehension(id);
  const Result range = Eval(macro.range, scope, positive);
  if (!range.ok()) return range;
  const std::vector<Step> steps = StepsOf(range.value(), !macro.var2.empty());
  switch (macro.macro) {
    case Macro::kAll:
    case Macro::kExists: return AllOrExists(macro, steps, scope, positive);
    case Macro::kExistsOne: {
      const auto found = FilterBy(macro.body, macro, steps, scope, positive);
      return found.error ? Result(*found.error) : Value{found.steps.size() == 1};
    }
    case Macro::kFilter: {
      const auto found = FilterBy(macro.body, macro, steps, scope, positive);
      List kept;
      for (const Step& step : found.steps) kept.push_back(step.first);
      return found.error ? Result(*found.error) : MakeList(std::move(kept));
    }
    default: return Transform(macro, steps, scope, positive);
  }
}

Result Evaluator::AtStep(NodeId id, bool as_bool, const rules::Comprehension& macro, const Step& step,
                         const Scope* scope, bool positive) {
  const Scope first{scope, macro.var1, &step.first};
  const Scope second{&first, macro.var2, &step.second};
  const Scope* inner = macro.var2.empty() ? &first : &second;
  return as_bool ? EvalBool(id, inner, positive) : Eval(id, inner, positive);
}

Result Evaluator::AllOrExists(const rules::Comprehension& macro, const std::vector<Step>& steps,
                              const Scope* scope, bool positive) {
  const bool settles = macro.macro == Macro::kExists;
  std::optional<ErrorKind> error;
  for (const Step& step : steps) {
    const Result body = AtStep(macro.body, true, macro, step, scope, positive);
    if (!body.ok()) {
      Outweigh(body.error(), &error);
    } else if (body.value().As<bool>() == settles) {
      return Value{settles};
    }
  }
  if (error) return *error;
  return Value{!settles};
}

Evaluator::Kept Evaluator::FilterBy(NodeId condition, const rules::Comprehension& macro,
                                    const std::vector<Step>& steps, const Scope* scope,
                                    bool positive) {
  Kept kept;
  for (const Step& step : steps) {
    const Result found = AtStep(condition, true, macro, step, scope, positive);
    if (!found.ok()) {
      Outweigh(found.error(), &kept.error);
    } else if (found.value().As<bool>()) {
      kept.steps.push_back(step);
    }
  }
  return kept;
}

Result Evaluator::Transform(const rules::Comprehension& macro, std::vector<Step> steps,
                            const Scope* scope, bool positive) {
  std::optional<ErrorKind> error;
  if (macro.filter != rules::kNoNode) {
    Kept kept = FilterBy(macro.filter, macro, steps, scope, positive);
    // range.map(x, p, e) is range.filter(x, p).map(x, e); of the others every step counts.
    if (kept.error && macro.macro == Macro::kMap) return *kept.error;
    error = kept.error;
    steps = std::move(kept.steps);
  }
  std::vector<Value> made;
  for (const Step& step : steps) {
    const Result body = AtStep(macro.body, false, macro, step, scope, positive);
    if (!body.ok()) {
      Outweigh(body.error(), &error);
    } else if (macro.macro == Macro::kTransformMap) {
      made.push_back(MakeMap({{step.first, body.value()}}));
    } else {
      made.push_back(body.value());
    }
  }
  if (error) return *error;
  const bool is_list = macro.macro == Macro::kMap || macro.macro == Macro::kTransformList;
  return is_list ? MakeList(std::move(made)) : Count(JoinMaps(made));
}

}  // namespace sluice::oracle
