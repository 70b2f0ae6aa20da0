// Diagnostics as text for people and as JSON for programs. One file a format.
//
// Thread-safety: pure functions.   Errors: none; a place whose file is not in the set is shown
// without its line.
#pragma once

#include <string>
#include <string_view>

#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"

namespace sluice::rules {

/// `file:line:col: severity: text [code]`, the source line, a caret line, `hint: ...`; then "and N
/// more".
std::string RenderPretty(const DiagnosticList& list, const SourceSet& sources);

/// An array of objects, in the order of the list. Keys, always all of them: severity, code,
/// message, file, line, column, end_line, end_column, hint, notes (objects with message, file,
/// line, column, end_line, end_column).
std::string RenderJson(const DiagnosticList& list);

/// `text` as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
std::string JsonQuote(std::string_view text);

}  // namespace sluice::rules
