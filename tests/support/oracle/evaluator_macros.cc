// Macros: all, exists, exists_one, map, filter, over lists and the keys of maps.
#include "tests/support/oracle/evaluator.h"

namespace sluice::oracle {

namespace {

List RangeOf(const Value& value) {
  if (value.Is<std::shared_ptr<const List>>()) return *value.As<std::shared_ptr<const List>>();
  List keys;
  for (const auto& entry : *value.As<std::shared_ptr<const Map>>()) keys.push_back(entry.first);
  return keys;
}

}  // namespace

void Outweigh(ErrorKind kind, std::optional<ErrorKind>* error) {
  if (!*error || (*error == ErrorKind::kAbsent && kind != ErrorKind::kAbsent)) *error = kind;
}

Result Evaluator::Macro(NodeId id, const Scope* scope, bool positive) {
  const rules::Comprehension& macro = ast_.comprehension(id);
  const Result found = Eval(macro.range, scope, positive);
  if (!found.ok()) return found;
  const List range = RangeOf(found.value());
  switch (macro.macro) {
    case rules::Macro::kExistsOne: return ExistsOne(macro, range, scope, positive);
    case rules::Macro::kFilter: return FilterBy(macro.body, macro.var1, range, scope, positive);
    case rules::Macro::kMap: return MapBy(macro, range, scope, positive);
    default: return AllOrExists(macro, range, scope, positive);
  }
}

Result Evaluator::AllOrExists(const rules::Comprehension& macro, const List& range,
                              const Scope* scope, bool positive) {
  const bool settles = macro.macro == rules::Macro::kExists;
  std::optional<ErrorKind> error;
  for (const Value& element : range) {
    const Scope inner{scope, macro.var1, &element};
    const Result body = EvalBool(macro.body, &inner, positive);
    if (!body.ok()) {
      Outweigh(body.error(), &error);
    } else if (body.value().As<bool>() == settles) {
      return Value{settles};
    }
  }
  if (error) return *error;
  return Value{!settles};
}

Result Evaluator::ExistsOne(const rules::Comprehension& macro, const List& range,
                            const Scope* scope, bool positive) {
  const Result found = FilterBy(macro.body, macro.var1, range, scope, positive);
  if (!found.ok()) return found;
  return Value{found.value().As<std::shared_ptr<const List>>()->size() == 1};
}

Result Evaluator::FilterBy(NodeId body, std::string_view name, const List& range,
                           const Scope* scope, bool positive) {
  std::optional<ErrorKind> error;
  List kept;
  for (const Value& element : range) {
    const Scope inner{scope, name, &element};
    const Result found = EvalBool(body, &inner, positive);
    if (!found.ok()) {
      Outweigh(found.error(), &error);
    } else if (found.value().As<bool>()) {
      kept.push_back(element);
    }
  }
  if (error) return *error;
  return MakeList(std::move(kept));
}

Result Evaluator::MapBy(const rules::Comprehension& macro, const List& range, const Scope* scope,
                        bool positive) {
  // range.map(x, p, e) is range.filter(x, p).map(x, e).
  List kept = range;
  if (macro.filter != rules::kNoNode) {
    const Result found = FilterBy(macro.filter, macro.var1, range, scope, positive);
    if (!found.ok()) return found;
    kept = *found.value().As<std::shared_ptr<const List>>();
  }
  std::optional<ErrorKind> error;
  List mapped;
  for (const Value& element : kept) {
    const Scope inner{scope, macro.var1, &element};
    const Result body = Eval(macro.body, &inner, positive);
    if (body.ok()) {
      mapped.push_back(body.value());
    } else {
      Outweigh(body.error(), &error);
    }
  }
  if (error) return *error;
  return MakeList(std::move(mapped));
}

}  // namespace sluice::oracle
