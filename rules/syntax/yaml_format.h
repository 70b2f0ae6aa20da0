// The layout of a YAML file of a rule book: what `sluice rules fmt` makes of it.
//
// Edits by position, so that what it does not change stays as it was written: comments, the order of keys, plain
// texts, line breaks that a person chose, values that stand in a column. It changes:
//   line ends (LF), the byte order mark, blanks at the ends of lines, blank lines (one at most, none at the ends)
//   indentation: two blanks a level, lists below a key indented, `- ` before items
//   blanks after `:` and `,` and inside `{ }`; 'text' to "text" where both mean the same
//   `when` beyond kFormatColumnsMax columns: broken after && and ||, folded (`>-`)
// Formatting twice is formatting once, and no value changes: both are checked before anything is returned.
// Thread-safety: pure functions.   Errors: diagnostics, where the file is not YAML as books may use it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"

namespace sluice::rules {

inline constexpr std::size_t kFormatColumnsMax = 120;

/// The formatted text; nothing, with diagnostics, where the file cannot be read.
std::optional<std::string> FormatYaml(const SourceFile& file, DiagnosticList* diagnostics);

}  // namespace sluice::rules
