#include "engine/state/identity.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/base/check.h"
#include "engine/base/limits.h"

namespace sluice::state {

namespace {

// Cells are fetched for so many queries before the first of them is looked at: enough to keep the
// memory system busy, few enough to stay in the first-level cache.
constexpr std::size_t kAhead = 16;

std::uint32_t TagOf(const base::Hash128& id) { return static_cast<std::uint32_t>(id.high >> 32); }

}  // namespace

IdentityTable::IdentityTable(std::size_t capacity)
    : half_(capacity / 2), cell_mask_(std::bit_ceil(2 * half_) - 1) {
  SLUICE_CHECK(capacity >= 2 && capacity % 2 == 0 && capacity <= limits::kIdentitiesMax);
  for (Generation& generation : generations_) {
    generation.identities.reserve(half_);
    // calloc, since its zero pages cost nothing until they are used.
    generation.cells.reset(static_cast<Cell*>(std::calloc(cell_mask_ + 1, sizeof(Cell))));
    SLUICE_CHECK(generation.cells != nullptr);
  }
}

void IdentityTable::See(std::span<const IdentityQuery> queries, std::span<IdentityAnswer> answers) {
  for (std::size_t begin = 0; begin < queries.size(); begin += kAhead) {
    const std::size_t end = std::min(begin + kAhead, queries.size());
    for (std::size_t i = begin; i < end; ++i) {
      for (const Generation& generation : generations_) {
        if (generation.identities.empty()) continue;  // its pages need not exist
        __builtin_prefetch(&generation.cells[FirstCell(queries[i].id)]);
      }
    }
    for (std::size_t i = begin; i < end; ++i) answers[i] = SeeOne(queries[i]);
  }
}

IdentityTable::Identity* IdentityTable::Find(Generation& generation, const base::Hash128& id) {
  if (generation.identities.empty()) return nullptr;
  const std::uint32_t tag = TagOf(id);
  for (std::size_t i = FirstCell(id);; i = (i + 1) & cell_mask_) {
    const Cell& cell = generation.cells[i];
    if (cell.number == 0) return nullptr;
    if (cell.tag != tag) continue;
    Identity& identity = generation.identities[cell.number - 1];
    if (identity.id == id) return &identity;
  }
}

IdentityTable::Identity* IdentityTable::Add(const base::Hash128& id) {
  if (generations_[newer_].identities.size() == half_) ForgetOlder();
  Generation& generation = generations_[newer_];
  generation.identities.emplace_back().id = id;
  std::size_t i = FirstCell(id);
  while (generation.cells[i].number != 0) i = (i + 1) & cell_mask_;
  generation.cells[i] = {TagOf(id), static_cast<std::uint32_t>(generation.identities.size())};
  return &generation.identities.back();
}

void IdentityTable::ForgetOlder() {
  newer_ = 1 - newer_;
  Generation& older = generations_[newer_];
  if (older.identities.empty()) return;
  forgotten_ += older.identities.size();
  older.identities.clear();
  std::memset(older.cells.get(), 0, (cell_mask_ + 1) * sizeof(Cell));
}

IdentityAnswer IdentityTable::SeeOne(const IdentityQuery& query) {
  const auto phase = static_cast<std::size_t>(query.phase);
  Identity* identity = Find(generations_[newer_], query.id);
  if (identity == nullptr) identity = Find(generations_[1 - newer_], query.id);
  Sighting sighting = Sighting::kFirst;
  if (identity == nullptr) {
    identity = Add(query.id);
  } else if (identity->revisions[phase] != 0 && identity->records[phase] == query.record) {
    return {Sighting::kDuplicate, identity->revisions[phase], SlotOf(identity, phase)};
  } else if (query.phase == parcel::Phase::kScanned && identity->revisions[phase] == 0) {
    sighting = Sighting::kScanned;
  } else {
    sighting = Sighting::kConflict;
  }
  identity->records[phase] = query.record;
  identity->revisions[phase] = ++identity->newest;
  return {sighting, identity->newest, SlotOf(identity, phase)};
}

std::uint32_t IdentityTable::SlotOf(const Identity* identity, std::size_t phase) const {
  const std::vector<Identity>& first = generations_[0].identities;
  const bool in_first =
      !first.empty() && identity >= first.data() && identity < first.data() + first.size();
  const std::vector<Identity>& own = generations_[in_first ? 0 : 1].identities;
  const auto number = static_cast<std::size_t>(identity - own.data()) + (in_first ? 0 : half_);
  return static_cast<std::uint32_t>(number * kPhases + phase);
}

}  // namespace sluice::state
