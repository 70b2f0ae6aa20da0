// The rule compiler's front door: a rule book's folder, or one expression, in; a rule set or
// diagnostics out.
//
// Thread-safety: free functions, may run side by side.   Ownership: results own everything they
// hold. Errors: what a rule's author did wrong is a diagnostic, many at once, sorted by place; a
// folder that is not there is kNotFound, one that cannot be read kIo. Nothing here throws or
// prints.
#pragma once

#include <sluice/status.h>

#include <memory>
#include <string>
#include <string_view>

#include "engine/ruleset/rule_set.h"
#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"
#include "rules/emit/checked_book.h"

namespace sluice::rules {

struct CompiledBook {
  std::string folder;
  std::string mapping_path;            // file that book.yaml names under `mapping`; empty: none
  std::unique_ptr<SourceSet> sources;  // every file read, for RenderPretty
  DiagnosticList diagnostics;          // sorted by place, without what the book silences
  ruleset::RuleSetPtr rule_set;        // verified and finished; null if there is any error
  std::unique_ptr<CheckedBook> trees;  // if asked for, and there is a rule set
};

enum class KeepTrees : bool { kNo, kYes };

/// Reads, checks and compiles the rule book in `folder`. Files are named in diagnostics as
/// folder/relative. Errors: kNotFound (no such folder, or no book.yaml in it), kIo.
Result<CompiledBook> CompileBook(const std::string& folder, KeepTrees keep = KeepTrees::kNo);

}  // namespace sluice::rules
