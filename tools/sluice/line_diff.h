// The lines that differ between two texts, as `diff -u` writes them.
//
// Algorithm: Myers, "An O(ND) Difference Algorithm and Its Variations" (1986); beyond kEditsMax edits all lines between
// the first and the last difference are shown as replaced.
// Thread-safety: pure function.   Errors: none.
#pragma once

#include <string>
#include <string_view>

namespace sluice::tools {

/// Empty where nothing differs. `name` heads both sides.
std::string UnifiedDiff(std::string_view name, std::string_view before, std::string_view after);

}  // namespace sluice::tools
