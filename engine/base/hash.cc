#include "engine/base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace sluice::base {

std::uint64_t Hash64(std::span<const std::uint8_t> bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::uint64_t Hash64(std::string_view text, std::uint64_t seed) {
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

Hash128 HashTo128(std::span<const std::uint8_t> bytes, std::uint64_t seed) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {hash.low64, hash.high64};
}

Hash128 HashTo128(std::string_view bytes, std::uint64_t seed) {
  return HashTo128({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, seed);
}

}  // namespace sluice::base
