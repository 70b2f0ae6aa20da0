// A decision as C sees it.
//
// Thread-safety: pure functions.   Ownership: what is given points into what the decision points into.   Errors: none.
#pragma once

#include <sluice/decision.h>
#include <sluice/sluice.h>

namespace sluice::abi {

/// `size` is that of this library.
sluice_decision InC(const Decision& decision);

}  // namespace sluice::abi
