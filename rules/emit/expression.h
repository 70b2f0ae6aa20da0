// Compiles one CEL expression by itself, for `sluice eval`: no parcel, but variables with values.
// Scalars among them are columns of a batch of one row; lists and maps are written into the program.
//
// Thread-safety: pure function.   Ownership: the result owns everything it holds.
// Errors: diagnostics; their file is kExpressionFile.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "engine/parcel/batch.h"
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
  /// Verified and finished; null if there is an error. An expression of type bool is the condition
  /// of its one rule; others have none.
  ruleset::RuleSetPtr rule_set;
  ruleset::NodeIndex root = ruleset::kNoNode;
  Type type;  // of the value
  std::vector<Variable> variables;
};

/// What can only fail, such as 1 / 0, compiles and fails when it is evaluated.
CompiledExpression CompileExpression(std::string_view text, std::vector<Variable> variables);

/// One row with the values of the variables; its texts are those of `compiled`. There is a rule set.
parcel::Batch InputBatch(const CompiledExpression& compiled);

}  // namespace sluice::rules
