// Parser of the whole CEL grammar (cel-spec doc/langdef.md), without stack growth by length, only
// by nesting.
//
// Thread-safety: pure function.   Errors: values, with spans in bytes of the expression; TextPlace
// (text_place.h) turns them into places of a file.
// Parsed and refused here, each with its own code: bytes literals, null, message construction,
// optional syntax.
// Macros become ExprKind::kHas, kComprehension and kBind nodes; nothing is expanded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/diag/diagnostic.h"
#include "rules/syntax/cel_ast.h"
#include "rules/syntax/text_place.h"

namespace sluice::rules {

/// A finding about a stretch of an expression; the checker uses it for its own findings as well.
struct CelError {
  TextSpan span;
  std::string code;
  std::string message;
  std::string hint;
  TextSpan related;             // with related_message: a second place that explains the first
  std::string related_message;
};

struct CelParse {
  Ast ast;                       // empty when there are errors
  std::vector<CelError> errors;  // at most one of syntax, and any number of unsupported constructs
  bool ok() const { return errors.empty(); }
};

/// Limits: kExpressionBytesMax, kExpressionNodesMax, kExpressionDepthMax give code
/// "expression-too-large".
CelParse ParseCel(std::string_view text);

/// Turns findings about an expression into diagnostics about its file.
void ReportCelErrors(const std::vector<CelError>& errors, const TextPlace& place,
                     DiagnosticList* diagnostics);

/// Parses and reports every error into `diagnostics` at its place; an empty Ast when there was one.
Ast ParseCel(std::string_view text, const TextPlace& place, DiagnosticList* diagnostics);

}  // namespace sluice::rules
