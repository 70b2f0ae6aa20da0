// A fast 64-bit hash (XXH3) for checksums and tables; never for anything that must resist an adversary.
//
// Thread-safety: free functions.   Errors: none.   Stable over builds and machines: file formats rest on it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sluice::base {

std::uint64_t Hash64(std::span<const std::uint8_t> bytes, std::uint64_t seed = 0);
std::uint64_t Hash64(std::string_view text, std::uint64_t seed = 0);

}  // namespace sluice::base
