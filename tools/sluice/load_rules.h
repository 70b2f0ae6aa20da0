// Rules from the command line: a rule book's folder, compiled here and now, or a bundle.
#pragma once

#include <optional>
#include <string>

#include "engine/ingest/mapping.h"
#include "engine/ruleset/rule_set.h"
#include "tools/sluice/verb.h"

namespace sluice::tools {

struct LoadedRules {
  ruleset::RuleSetPtr rule_set;
  std::string folder;                      // of the book, as it was named; empty: a bundle
  std::optional<ingest::Mapping> mapping;  // of the book, where it has one
};

/// Loads what stands at `path` into `*rules`. Prints a book's diagnostics, and any failure, to stderr and gives the
/// exit code; kExitOk if the rules can be used. `mapping_path` overrides the book's mapping unless empty.
int LoadRules(const std::string& path, const std::string& mapping_path, LoadedRules* rules);

/// Whether stderr is a terminal: only there progress is shown.
bool OnTerminal();

}  // namespace sluice::tools
