// The named workloads, their knobs, and the digests that a right engine gives.
//
// Thread-safety: immutable.   Errors: none.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>

#include "bench/workloads/flat_model.h"
#include "bench/workloads/parcel_model.h"
#include "bench/workloads/workload.h"

namespace sluice::bench {

struct NamedWorkload {
  const char* name;
  std::uint32_t rules;  // of parcel-2-items: its profiles, beside the shipped book
  std::variant<FlatKnobs, ParcelKnobs> knobs;
  std::uint64_t matches_digest;    // DigestMatches of the first kDigestParcels parcels
  std::uint64_t decisions_digest;  // DigestDecisions of them
};
inline constexpr std::uint32_t kDigestParcels = 512;

/// The workloads of the design by number of rules, then each with one knob turned.
std::span<const NamedWorkload> NamedWorkloads();
/// Null: there is none of that name and number of rules.
const NamedWorkload* FindWorkload(const std::string& name, std::uint32_t rules);

Workload MakeWorkload(const NamedWorkload& named);

}  // namespace sluice::bench
