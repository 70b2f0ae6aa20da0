// Edits of a sound base, for formats that fuzzers hardly hit by themselves: the input says what is changed where, so
// that seeds stay good when a format or schema grows.
//
// An edit is 7 bytes: place (3, little-endian, within the base as edited so far), kind (1), value (3, little-endian).
// Bytes left over are no edit.   Thread-safety: pure function.   Errors: none.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sluice::fuzz {

/// `base` with the edits of `input`; at most 64 of them.
std::vector<std::uint8_t> Edited(std::vector<std::uint8_t> base, std::span<const std::uint8_t> input);

}  // namespace sluice::fuzz
