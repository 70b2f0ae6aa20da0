// A batch of parcels on its way through the live engine.
//
// Thread-safety: belongs to the stage that holds it; `stage` hands it on, what was written before is seen after.
// Ownership: its columns and results are its generation's.   Allocation: at construction.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/limits.h"
#include "engine/live/generation.h"
#include "engine/live/rings.h"
#include "engine/log/frame.h"

namespace sluice::live {

/// The last stage that is done.
enum class Stage : std::uint8_t { kFree, kAccepted, kDecoded, kIdentified, kDecided, kSettled };

struct LiveBatch {
  LiveBatch() : messages(limits::kBatchRowsMax), producers(limits::kBatchRowsMax) {
    entries.reserve(limits::kBatchRowsMax);
    ends.reserve(limits::kBatchRowsMax);
  }

  std::size_t size() const { return count; }

  std::atomic<Stage> stage = Stage::kFree;
  Generation* generation = nullptr;
  pipeline::BatchSlot* slot = nullptr;  // the generation's
  bool begins_generation = false;       // it has no parcels; those after it are under `generation`
  base::Timestamp now;
  std::size_t count = 0;                // parcels; their records and where they came from:
  std::vector<RecordRing::Message> messages;
  std::vector<std::uint32_t> producers;  // index into the engine's rings
  std::vector<log::ParcelEntry> entries;  // for the log; empty without one
  // Canonical bytes of the decisions, one after the other, and where each ends: once settled.
  std::span<const std::uint8_t> canonical;
  std::span<const std::size_t> canonical_ends;
  // Their memory where the batch has duplicates; else they are the slot's.
  std::vector<std::uint8_t> bytes;
  std::vector<std::size_t> ends;

  const std::vector<pipeline::Head>& heads() const { return slot->readings.front().heads; }
  std::span<const std::uint8_t> CanonicalOf(std::size_t parcel) const {
    const std::size_t begin = parcel == 0 ? 0 : canonical_ends[parcel - 1];
    return canonical.subspan(begin, canonical_ends[parcel] - begin);
  }
};

}  // namespace sluice::live
