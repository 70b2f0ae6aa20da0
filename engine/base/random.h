// Numbers that nobody can foresee, from the operating system. For keys and seeds of hashes; never for a
// decision.
//
// Thread-safety: free functions.   Errors: none (libsodium ends the process when the system has no
// entropy).
#pragma once

#include <cstdint>

#include "engine/base/blake2b.h"

namespace sluice::base {

std::uint64_t RandomSeed();
Key256 RandomKey();

}  // namespace sluice::base
