// What `status` and `top` show of a running process, for people.
//
// Thread-safety: pure functions.   Errors: what an older process does not say is shown as nothing.
#pragma once

#include <string>

#include "engine/control/protocol.h"

namespace sluice::tools {

/// Of the replies to `status` and `generations`, the latter as "generations".
std::string StatusText(const control::Json& status);
/// The same with rates since `before`, `seconds` ago; null: there was none.
std::string TopText(const control::Json& status, const control::Json& before, double seconds);

}  // namespace sluice::tools
