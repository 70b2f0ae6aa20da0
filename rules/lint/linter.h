// The linter: what of a book that compiles is useless, or is likely not what its author means.
//
// It reads what the compiler made: the checked trees, for what an author wrote and where; the rule set, for what it
// means. Rules are compared by implication between their conditions, never by text; see conditions.h.
//
// Thread-safety: pure function.   Ownership: the result owns its text. Errors: none; a question that is too large is
// left open (kLintCasesMax, kLintCandidatesMax), never answered wrongly. Time: near-linear in the size of the book.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "engine/base/time.h"
#include "rules/diag/diagnostic.h"
#include "rules/emit/compiler.h"

namespace sluice::rules {

/// What was measured of one rule on a sample of parcels.
struct RuleMeasure {
  double nanoseconds = 0;   // of evaluating it, a parcel
  std::uint64_t matches = 0;
  struct Part {
    ruleset::NodeIndex node = 0;  // an operand of the condition's `&&`
    std::uint64_t true_count = 0;
  };
  std::vector<Part> parts;
};

struct Sample {
  std::string name;            // of the file, for messages
  std::uint64_t parcels = 0;
  std::unordered_map<ruleset::RuleIndex, RuleMeasure> rules;
};

struct LintOptions {
  base::Timestamp now;               // what is over, is over before then
  const Sample* sample = nullptr;  // null: nothing was measured, and `no-index` is not searched for
};

/// The compiler's findings and the linter's, sorted by place, without those that the book silences. `compiled` has a
/// rule set and its trees.
DiagnosticList Lint(const CompiledBook& compiled, const LintOptions& options);

/// Rules whose condition no index could narrow: in some case it asks nothing of a field's value that few parcels have.
/// Each costs its evaluation for every parcel.
std::vector<ruleset::RuleIndex> UnindexedRules(const CompiledBook& compiled);

}  // namespace sluice::rules
