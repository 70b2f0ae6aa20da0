#include "engine/live/lookup_table.h"

#include <bit>

#include "engine/base/check.h"

namespace sluice::live {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

}  // namespace

LookupTable::LookupTable(std::size_t parcels)
    : bucket_mask_(parcels / kWays - 1), places_(std::make_unique<Place[]>(parcels)) {
  SLUICE_CHECK(std::has_single_bit(parcels) && parcels >= kWays);
}

void LookupTable::Put(const base::Hash128& id, const LookupAnswer& answer) {
  Place* const bucket = BucketOf(id);
  Place* place = bucket;
  for (std::size_t i = 0; i < kWays; ++i) {
    if (bucket[i].id_low.load(kRelaxed) == id.low && bucket[i].id_high.load(kRelaxed) == id.high) {
      place = &bucket[i];
      break;
    }
    if (bucket[i].sequence.load(kRelaxed) < place->sequence.load(kRelaxed)) place = &bucket[i];
  }
  // Release stores after the odd version: who sees any of them sees that the version has changed.
  constexpr auto kRelease = std::memory_order_release;
  const std::uint32_t version = place->version.load(kRelaxed);
  place->version.store(version + 1, kRelaxed);
  place->id_low.store(id.low, kRelease);
  place->id_high.store(id.high, kRelease);
  place->sequence.store(answer.sequence, kRelease);
  place->revision.store(answer.revision, kRelease);
  place->generation.store(answer.generation, kRelease);
  place->score.store(answer.score, kRelease);
  place->lane.store(answer.lane, kRelease);
  place->version.store(version + 2, kRelease);
}

bool LookupTable::Read(const Place& place, base::Hash128* id, LookupAnswer* answer) {
  constexpr auto kAcquire = std::memory_order_acquire;
  const std::uint32_t version = place.version.load(kAcquire);
  *id = {place.id_low.load(kAcquire), place.id_high.load(kAcquire)};
  answer->sequence = place.sequence.load(kAcquire);
  answer->revision = place.revision.load(kAcquire);
  answer->generation = place.generation.load(kAcquire);
  answer->score = place.score.load(kAcquire);
  answer->lane = static_cast<NameId>(place.lane.load(kAcquire));
  return version % 2 == 0 && place.version.load(kRelaxed) == version;
}

std::optional<LookupAnswer> LookupTable::Find(const base::Hash128& id) const {
  const Place* const bucket = BucketOf(id);
  for (std::size_t i = 0; i < kWays; ++i) {
    base::Hash128 found;
    LookupAnswer answer;
    while (!Read(bucket[i], &found, &answer)) {
    }
    if (found == id && answer.sequence != 0) return answer;
  }
  return std::nullopt;
}

}  // namespace sluice::live
