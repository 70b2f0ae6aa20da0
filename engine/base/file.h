// Whole files: read at once, or replaced so that a reader sees the old or the new bytes, never a part.
//
// Thread-safety: free functions.   Errors: kIo with the path and the system's reason; kLimitExceeded.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <sluice/status.h>

namespace sluice::base {

/// All bytes of a file of at most `bytes_max`. kNotFound where there is none.
Result<std::vector<std::uint8_t>> ReadWholeFile(const std::string& path, std::uint64_t bytes_max);

/// Writes a file beside `path`, brings it to disk, and gives it the name. A device or pipe is written to, not replaced.
Status ReplaceFile(const std::string& path, std::span<const std::uint8_t> bytes);

}  // namespace sluice::base
