// The codes of findings that are no errors, of the linter and of the compiler: severity, title, page.
//
// Immutable table; thread-safe.
#pragma once

#include <span>
#include <string_view>

#include "rules/diag/diagnostic.h"
#include "rules/diag/render.h"

namespace sluice::rules {

struct LintCode {
  std::string_view code;
  Severity severity = Severity::kWarning;
  CodeInfo info;
};

/// By code. Each has a page rules/lint/codes/CODE.md, and what stands there as examples is tested.
std::span<const LintCode> LintCodes();
/// Null when there is no such code.
const LintCode* FindLintCode(std::string_view code);
/// What RenderSarif wants of all codes.
std::span<const CodeInfo> LintCodeInfos();

}  // namespace sluice::rules
