// The newest delivered decision of each parcel, for whoever asks by id: written by the stage that delivers, read by any
// thread without holding it up.
//
// Buckets of four places; a new parcel takes the place of the one that was decided longest ago. A place is read by its
// version, before and after: odd or changed, it is read again.
// Thread-safety: Put by one thread at a time, Find by any.   Errors: none.   Allocation: at construction.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "engine/base/hash.h"
#include "engine/live/name_table.h"

namespace sluice::live {

struct LookupAnswer {
  std::uint64_t sequence = 0;
  std::uint32_t revision = 0;
  std::uint32_t generation = 0;
  std::uint32_t score = 0;
  NameId lane = 0;
};

class LookupTable {
 public:
  /// Room for `parcels`: a power of two, at least 4.
  explicit LookupTable(std::size_t parcels);

  void Put(const base::Hash128& id, const LookupAnswer& answer);
  std::optional<LookupAnswer> Find(const base::Hash128& id) const;

 private:
  static constexpr std::size_t kWays = 4;

  struct alignas(64) Place {
    std::atomic<std::uint32_t> version = 0;
    std::atomic<std::uint32_t> score = 0;
    std::atomic<std::uint64_t> id_low = 0;
    std::atomic<std::uint64_t> id_high = 0;
    std::atomic<std::uint64_t> sequence = 0;  // 0: empty
    std::atomic<std::uint32_t> revision = 0;
    std::atomic<std::uint32_t> generation = 0;
    std::atomic<std::uint32_t> lane = 0;
  };

  Place* BucketOf(const base::Hash128& id) const { return &places_[(id.high & bucket_mask_) * kWays]; }
  static bool Read(const Place& place, base::Hash128* id, LookupAnswer* answer);

  std::size_t bucket_mask_;
  std::unique_ptr<Place[]> places_;
};

}  // namespace sluice::live
