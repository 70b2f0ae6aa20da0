// A place between the units of a log, and what held there.
//
// Plain value.
#pragma once

#include <cstdint>

#include "engine/base/blake2b.h"

namespace sluice::log {

struct LogPoint {
  std::uint32_t segment = 0;
  std::uint32_t position = 0;    // in the segment's payload
  std::uint64_t sequence = 0;    // the last that stands before it; 0: none
  std::uint32_t generation = 0;  // in force; 0: none yet
  base::Hash256 rule_set{};
  base::Hash256 chain{};         // last link; zeros: none yet
};

}  // namespace sluice::log
