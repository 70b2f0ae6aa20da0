// The named flat workloads and their knobs, each with the digest that a right evaluator gives.
//
// Thread-safety: constants.   Errors: none.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "bench/workloads/flat_model.h"

namespace sluice::bench {

struct FlatSetting {
  const char* name;
  FlatKnobs knobs;
  /// DigestMatches of the first kDigestParcels parcels.
  std::uint64_t matches_digest;
};
inline constexpr std::uint32_t kDigestParcels = 512;

/// flat-40, heavy, unselective and large-in by number of rules; then flat-40 with one knob turned.
std::span<const FlatSetting> FlatSettings();
/// The knobs of that name, for 10,000 rules; null: no such name.
const FlatSetting* FindFlatSetting(const std::string& name);

}  // namespace sluice::bench
