// Random draws that an auditor can recompute: a keyed hash of the draw id, compared with a
// threshold.
//
//   K = BLAKE2b-256 over (tag, secret of party 1, secret of party 2, public value, epoch, site)
//   d = BLAKE2b-512 keyed with K over the draw id                       (one hash a parcel)
//   ticket of a rule = first 8 bytes, big-endian, of BLAKE2b-512 keyed with K over (tag, rule id,
//   d) ticket of the minimum rate = first 8 bytes of d, big-endian selected iff ticket < floor(p *
//   2^64), p in parts per million
//
// The exact bytes are in engine/draw/FORMAT.md.   Thread-safety: plain values and free functions.
#pragma once

#include <sluice/status.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/blake2b.h"

namespace sluice::draw {

/// The key of one epoch at one site.
struct EpochKey {
  base::Key256 key{};
  std::string epoch;     // its public name
  bool is_test = false;  // the built-in test key; decisions drawn with it are flagged
};

/// The key that is used, and flagged, when no epoch key is given.
EpochKey TestEpochKey();
/// Reads the JSON object {"party1": hex, "party2": hex, "public": text, "epoch": text, "site":
/// text}.
Result<EpochKey> ReadEpochKey(const std::string& path);
Result<EpochKey> ParseEpochKey(std::string_view json, const std::string& path_for_messages);

using DrawSeed = base::Hash512;  // d
DrawSeed SeedOf(const EpochKey& key, std::string_view draw_id);
std::uint64_t RuleTicket(const EpochKey& key, const DrawSeed& seed, std::string_view rule_id);
std::uint64_t MinimumRateTicket(const DrawSeed& seed);

/// floor(p * 2^64) for p = parts_per_million / 1,000,000, which is below 1: "always" is not drawn.
std::uint64_t Threshold(std::uint32_t parts_per_million);

}  // namespace sluice::draw
