// Reads `lint:` of a rule or of book.yaml: which findings are wanted as they are, and why.
//
// Thread-safety: pure function.   Ownership: the silences refer to the YAML document. Errors:
// diagnostics; a silence without a reason is one. Whether a code exists and is found, the linter says.
#pragma once

#include <vector>

#include "rules/book/book.h"
#include "rules/diag/diagnostic.h"
#include "rules/syntax/yaml_node.h"

namespace sluice::rules {

/// `owner` is the map that may have the key `lint`: one map of `allow` and `why`, or a list of such.
std::vector<Silence> ReadSilences(const YamlNode& owner, DiagnosticList* diagnostics);

}  // namespace sluice::rules
