// CRC-32C (Castagnoli, RFC 3720 appendix B.4), by ISA-L: finds bytes that a disk or a wire changed; proves nothing.
//
// Thread-safety: pure functions.   Errors: none.
#pragma once

#include <cstdint>
#include <span>

namespace sluice::base {

/// Of `bytes` after those whose CRC is `before`: Crc32c(b, Crc32c(a)) is that of a and b together.
std::uint32_t Crc32c(std::span<const std::uint8_t> bytes, std::uint32_t before = 0);

}  // namespace sluice::base
