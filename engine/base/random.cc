#include "engine/base/random.h"

#include <sodium.h>

namespace sluice::base {

Key256 RandomKey() {
  Key256 key;
  randombytes_buf(key.data(), key.size());
  return key;
}

std::uint64_t RandomSeed() {
  std::uint64_t seed = 0;
  randombytes_buf(&seed, sizeof seed);
  return seed;
}

}  // namespace sluice::base
