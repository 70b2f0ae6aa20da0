// XXH3 (xxHash 0.8): the fast hash of checksums, in-memory indexes and record identity; never for anything
// that must resist an adversary.
//
// Thread-safety: pure functions.   Errors: none.   Stable over builds and machines: file formats rest on it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sluice::base {

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  friend auto operator<=>(const Hash128&, const Hash128&) = default;
};

std::uint64_t Hash64(std::span<const std::uint8_t> bytes, std::uint64_t seed = 0);
std::uint64_t Hash64(std::string_view text, std::uint64_t seed = 0);
/// With a seed that nobody outside knows, nobody outside can make two inputs collide.
Hash128 HashTo128(std::span<const std::uint8_t> bytes, std::uint64_t seed = 0);
Hash128 HashTo128(std::string_view bytes, std::uint64_t seed = 0);

/// A hash of an integer and of what came before it; order matters. Both halves of the product are
/// folded, so every input bit reaches every output bit.
inline std::uint64_t CombineHash(std::uint64_t hash, std::uint64_t value) {
  constexpr std::uint64_t kOdd1 = 0x9E3779B97F4A7C15u;
  constexpr std::uint64_t kOdd2 = 0xD6E8FEB86659FD93u;
  const auto product = static_cast<unsigned __int128>(hash ^ kOdd1) * ((value ^ kOdd2) | 1);
  const auto low = static_cast<std::uint64_t>(product);
  const std::uint64_t folded = low ^ static_cast<std::uint64_t>(product >> 64) ^ value;
  return folded * kOdd1 ^ (folded >> 32);
}

}  // namespace sluice::base
