// Compiles one CEL expression by itself, for `sluice eval`: no parcel, but variables with values.
//
// Thread-safety: pure function.   Ownership: the result owns everything it holds.
// Errors: diagnostics; their file is kExpressionFile.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "engine/ruleset/rule_set.h"
#include "rules/check/environment.h"
#include "rules/check/type.h"
#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"

namespace sluice::rules {

inline constexpr const char* kExpressionFile = "expression";

struct CompiledExpression {
  std::unique_ptr<SourceSet> sources;
  DiagnosticList diagnostics;
  /// Verified and finished; null if there is an error. It has no rules and reads no field.
  ruleset::RuleSetPtr rule_set;
  ruleset::NodeIndex root = ruleset::kNoNode;
  Type type;  // of the value
};

CompiledExpression CompileExpression(std::string_view text, std::vector<Variable> variables);

}  // namespace sluice::rules
