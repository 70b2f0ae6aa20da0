// Reads book.yaml. Its keys are listed in rules/LANGUAGE.md.
//
// Thread-safety: pure function.   Errors: diagnostics; the result holds what could be read.
#pragma once

#include "rules/book/book.h"
#include "rules/diag/diagnostic.h"
#include "rules/syntax/yaml_node.h"

namespace sluice::rules {

/// `controls` gets the control desks that the book declares.
BookConfig ReadConfig(const YamlNode& root, NameBits* controls, DiagnosticList* diagnostics);

}  // namespace sluice::rules
