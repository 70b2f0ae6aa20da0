// An open-addressing index from hashes to positions in arrays that the owner keeps: one 8-byte slot an
// entry, filled at most half, probed in a line. Built once, then read.
//
// Thread-safety: immutable once built; thread-safe to read.   Errors: none.   Find allocates nothing.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sluice::ruleset {

class FlatIndex {
 public:
  static constexpr std::uint32_t kNotFound = 0xFFFFFFFFu;

  /// Empties the index and makes room for `entries` additions.
  void Reset(std::size_t entries) {
    slots_.assign(entries == 0 ? 0 : std::bit_ceil(entries * 2), Slot{});
  }

  /// The position added under `hash` for which `equal(position)` holds, or kNotFound.
  template <typename Equal>
  std::uint32_t Find(std::uint64_t hash, const Equal& equal) const {
    if (slots_.empty()) return kNotFound;
    const Slot& slot = slots_[Place(hash, equal)];
    return slot.position_plus_1 == 0 ? kNotFound : slot.position_plus_1 - 1;
  }

  /// As Find; where there is none, adds `position` and returns it.
  template <typename Equal>
  std::uint32_t FindOrAdd(std::uint64_t hash, std::uint32_t position, const Equal& equal) {
    Slot& slot = slots_[Place(hash, equal)];
    if (slot.position_plus_1 == 0) slot = {Tag(hash), position + 1};
    return slot.position_plus_1 - 1;
  }

  friend bool operator==(const FlatIndex&, const FlatIndex&) = default;

 private:
  struct Slot {
    std::uint32_t tag = 0;              // upper half of the hash; the lower half is the place
    std::uint32_t position_plus_1 = 0;  // 0: empty

    friend bool operator==(const Slot&, const Slot&) = default;
  };

  static std::uint32_t Tag(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

  template <typename Equal>
  std::size_t Place(std::uint64_t hash, const Equal& equal) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t place = static_cast<std::size_t>(hash) & mask;
    while (true) {
      const Slot& slot = slots_[place];
      if (slot.position_plus_1 == 0) return place;
      if (slot.tag == Tag(hash) && equal(slot.position_plus_1 - 1)) return place;
      place = (place + 1) & mask;
    }
  }

  std::vector<Slot> slots_;
};

}  // namespace sluice::ruleset
