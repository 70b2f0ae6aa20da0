// A number that nobody can foresee, from the operating system. For seeds of hashes; never for a
// decision.
//
// Thread-safety: free function.   Errors: none (libsodium ends the process when the system has no
// entropy).
#pragma once

#include <cstdint>

namespace sluice::base {

std::uint64_t RandomSeed();

}  // namespace sluice::base
