#include "engine/base/random.h"

#include <sodium.h>

namespace sluice::base {

std::uint64_t RandomSeed() {
  std::uint64_t seed = 0;
  randombytes_buf(&seed, sizeof seed);
  return seed;
}

}  // namespace sluice::base
