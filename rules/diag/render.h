// Diagnostics as text for people, and as JSON and SARIF for programs. One file a format.
//
// Thread-safety: pure functions.   Errors: none; a place whose file is not in the set is shown
// without its line.
#pragma once

#include <span>
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

/// What a format may say of a code beside its findings.
struct CodeInfo {
  std::string_view code;
  std::string_view title;  // what a finding with this code says, without a trailing stop
  std::string_view page;   // file that explains it; may be empty
};

/// SARIF 2.1.0 (OASIS), one run: `tool.driver.rules` holds the codes found, in the order of their first finding.
/// Files are relative references with `%` escapes; an unknown place has no region.
std::string RenderSarif(const DiagnosticList& list, std::span<const CodeInfo> codes);

/// `text` as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
std::string JsonQuote(std::string_view text);

}  // namespace sluice::rules
