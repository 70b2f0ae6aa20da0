// Who a record is: a parcel seen before or not, and which revision. One answer a record, in
// sequence order.
//
//   same id, same phase, same record as before     duplicate of the decision made then
//   same id, not scanned before and scanned now    next revision
//   same id, any other content                     next revision, conflict
//
// A record is compared with the newest of its own phase, so that a declaration which is sent again
// after the scan is still a duplicate.
// Memory is bounded: two generations of capacity / 2 ids. When the newer one is full, the older one
// is forgotten: an id is remembered for at least capacity / 2 further new ids after its first
// sight.
//
// Thread-safety: one thread at a time.   Errors: none.   Allocation: at construction; pages are
// touched as they fill.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/hash.h"
#include "engine/parcel/types.h"

namespace sluice::state {

/// Hashes are seeded by the caller with one secret seed, so that nobody can make two records
/// collide.
struct IdentityQuery {
  base::Hash128 id;
  base::Hash128 record;
  parcel::Phase phase = parcel::Phase::kDeclared;
};

enum class Sighting : std::uint8_t {
  kFirst,      // never seen, or forgotten
  kScanned,    // the next revision: scanned now, for the first time
  kDuplicate,  // nothing new
  kConflict,   // the next revision: the same id with other content
};

struct IdentityAnswer {
  Sighting sighting = Sighting::kFirst;
  std::uint32_t revision = 1;  // of a duplicate: the revision that it repeats
  /// Names the place, below IdentityTable::slot_count(), where the decision on this record is to be
  /// remembered; of a duplicate, where the decision that it repeats is. A slot goes to another
  /// record only after its own is forgotten or superseded.
  std::uint32_t slot = 0;
};

class IdentityTable {
 public:
  /// Room for `capacity` ids: even, 2 to limits::kIdentitiesMax.
  explicit IdentityTable(std::size_t capacity);

  /// Answers `queries` in order, as if one by one. `answers` has as many places.
  void See(std::span<const IdentityQuery> queries, std::span<IdentityAnswer> answers);

  /// Ids dropped to stay within the capacity.
  std::uint64_t forgotten() const { return forgotten_; }
  std::size_t slot_count() const { return kPhases * 2 * half_; }

 private:
  static constexpr std::size_t kPhases = 2;

  struct Identity {
    base::Hash128 id;
    base::Hash128 records[kPhases];         // newest of each phase
    std::uint32_t revisions[kPhases] = {};  // 0: not seen at that phase
    std::uint32_t newest = 0;               // revision
  };
  struct Cell {
    std::uint32_t tag;     // bits of the id's hash
    std::uint32_t number;  // of the identity in its generation, from 1; 0: empty
  };
  struct Free {
    void operator()(Cell* cells) const { std::free(cells); }
  };
  struct Generation {
    std::vector<Identity> identities;     // in order of their first sight
    std::unique_ptr<Cell[], Free> cells;  // open addressing, at most half full
  };

  std::size_t FirstCell(const base::Hash128& id) const { return id.low & cell_mask_; }
  Identity* Find(Generation& generation, const base::Hash128& id);
  Identity* Add(const base::Hash128& id);
  void ForgetOlder();
  IdentityAnswer SeeOne(const IdentityQuery& query);
  std::uint32_t SlotOf(const Identity* identity, std::size_t phase) const;

  std::size_t half_;       // ids of one generation
  std::size_t cell_mask_;  // cells of one generation - 1
  Generation generations_[2];
  std::size_t newer_ = 0;
  std::uint64_t forgotten_ = 0;
};

}  // namespace sluice::state
