// Which Unicode data this program compares texts by. Another version may fold, break or transliterate otherwise, so a
// bundle says which one it was made with (engine/ruleset/FORMAT.md), and only that one evaluates it.
//
// Thread-safety: free functions.
#pragma once

#include <string>

namespace sluice::text {

/// Such as "ICU 72.1, Unicode 15.0".
std::string TextVersion();

}  // namespace sluice::text
