// Plane: data.
//
// THE SIMPLE STORY
//   for each entry of the lists to visit:
//     mask = parcels of the list & (row a1 ^ row b1) & (row a2 ^ row b2)
//     keep the entry if mask is not empty
//   for each entry kept:
//     mask &= parcels its rule applies to; for each of its other terms: mask &= row ^ row ^ …
//     keep the entry and the mask if it is not empty
//
// WHAT THE CODE ADDS TO THE STORY
//   1. No branch on data: what is kept is stored always, and the place moves on if the mask is not empty.
//   2. Most visits end at the first question: masks of the few others are made again rather than stored for all.
//   3. Of masks, the words that are not 0 are kept, and a bit for each: most have one or two parcels.
//   4. A row of 512 parcels is one register with AVX-512, two with AVX2, four with SSE; of 64 parcels, a word.
#include "engine/match/index_kernels.h"

#include <algorithm>
#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/match/index_kernels.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sluice::match::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Words = hn::CappedTag<Word, kWideWords>;

constexpr std::size_t kLanes = hn::MaxLanes(Words());
constexpr std::size_t kVectors = kWideWords / kLanes;
constexpr std::size_t kEntriesAhead = 16;  // visits
constexpr std::size_t kRestsAhead = 16;  // visits: with 100,000 rules, what rests lies in the outer caches

// Vector v of the parcels that an entry lets through.
HWY_ATTR inline hn::Vec<Words> Passed(const Word* HWY_RESTRICT rows, const IndexEntry& entry, const Word* parcels,
                                      std::size_t v) {
  const Words d;
  const Word* from = rows + v * kLanes;
  const auto row = [&](Slot slot) HWY_ATTR { return hn::Load(d, from + std::size_t{slot} * kWideWords); };
  const auto both = hn::And(hn::Xor(row(entry.a1), row(entry.b1)), hn::Xor(row(entry.a2), row(entry.b2)));
  return hn::And(both, hn::LoadU(d, parcels + v * kLanes));
}

HWY_ATTR inline bool LetsThrough(const Word* HWY_RESTRICT rows, const IndexEntry& entry, const Word* parcels) {
  const Words d;
  auto any = Passed(rows, entry, parcels, 0);
  for (std::size_t v = 1; v < kVectors; ++v) any = hn::Or(any, Passed(rows, entry, parcels, v));
  return !hn::AllTrue(d, hn::Eq(any, hn::Zero(d)));
}

HWY_ATTR std::size_t FilterWide(const VisitTables& tables, const Visits& visits) {
  const Word* HWY_RESTRICT rows = tables.rows;
  const IndexEntry* HWY_RESTRICT entries = tables.entries;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < visits.count; ++i) {
    const std::uint32_t entry = visits.entries[i];
    const Word* parcels = visits.parcels[i];
    __builtin_prefetch(&entries[visits.entries[std::min(i + kEntriesAhead, visits.count - 1)]]);
    const bool lets_through = LetsThrough(rows, entries[entry], parcels);
    visits.entries[kept] = entry;
    visits.parcels[kept] = parcels;
    kept += lets_through ? 1 : 0;
  }
  return kept;
}

HWY_ATTR std::size_t FilterListWide(const VisitTables& tables, const Word* parcels, ListSpan list,
                                    const Visits& visits) {
  const Word* HWY_RESTRICT rows = tables.rows;
  const IndexEntry* HWY_RESTRICT entries = tables.entries;
  std::size_t kept = 0;
  for (std::uint32_t entry = list.first; entry < list.first + list.count; ++entry) {
    const bool lets_through = LetsThrough(rows, entries[entry], parcels);
    visits.entries[kept] = entry;
    visits.parcels[kept] = parcels;
    kept += lets_through ? 1 : 0;
  }
  return kept;
}

// Stores the words that are not 0 side by side; there is room for all. Returns a bit for each word: which they are.
HWY_ATTR inline std::uint32_t KeepWords(const hn::Vec<Words>* mask, Word* HWY_RESTRICT kept) {
  const Words d;
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL  // hn::Compress() copies a table of 2 KiB at each call
  const __mmask8 set = _mm512_test_epi64_mask(mask[0].raw, mask[0].raw);
  hn::StoreU(hn::Vec<Words>{_mm512_maskz_compress_epi64(set, mask[0].raw)}, d, kept);
  return set;
#else
  alignas(64) Word words[kWideWords];
  for (std::size_t v = 0; v < kVectors; ++v) hn::Store(mask[v], d, words + v * kLanes);
  std::uint32_t word_bits = 0;
  for (std::size_t w = 0; w < kWideWords; ++w) {
    *kept = words[w];
    kept += words[w] != 0 ? 1 : 0;
    word_bits |= (words[w] != 0 ? 1u : 0u) << w;
  }
  return word_bits;
#endif
}

HWY_ATTR void NarrowMore(const VisitTables& tables, const IndexRest& rest, hn::Vec<Words>* mask) {
  const Words d;
  const IndexMore& more = tables.mores[rest.more - 1];
  const Slot* groups = tables.groups + more.groups_first;
  for (std::size_t g = more.group_count; g != 0; --g) {
    const Slot* end = groups + 1 + groups[0];
    hn::Vec<Words> one_of[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) one_of[v] = hn::Zero(d);
    while (++groups < end) {
      for (std::size_t v = 0; v < kVectors; ++v) {
        one_of[v] = hn::Xor(one_of[v], hn::Load(d, tables.rows + std::size_t{*groups} * kWideWords + v * kLanes));
      }
    }
    for (std::size_t v = 0; v < kVectors; ++v) mask[v] = hn::And(mask[v], one_of[v]);
  }
}

HWY_ATTR void NarrowWide(const VisitTables& tables, const Visits& visits, Candidates* candidates) {
  const Words d;
  const Word* HWY_RESTRICT rows = tables.rows;
  std::size_t count = candidates->count;
  std::size_t word_count = candidates->word_count;
  for (std::size_t i = 0; i < visits.count; ++i) {
    const IndexEntry& entry = tables.entries[visits.entries[i]];
    const IndexRest& rest = tables.rests[entry.rest];
    if (i + kRestsAhead < visits.count) {
      __builtin_prefetch(&tables.rests[tables.entries[visits.entries[i + kRestsAhead]].rest]);
    }
    const Word* setting = tables.settings + std::size_t{rest.setting} * kWideWords;
    hn::Vec<Words> mask[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) {
      const Word* from = rows + v * kLanes;
      const auto row = [&](Slot slot) HWY_ATTR { return hn::Load(d, from + std::size_t{slot} * kWideWords); };
      const auto term = [&](const std::array<Slot, 4>& slots) HWY_ATTR {
        return hn::Xor(hn::Xor(row(slots[0]), row(slots[1])), hn::Xor(row(slots[2]), row(slots[3])));
      };
      const auto passed = hn::And(Passed(rows, entry, visits.parcels[i], v), hn::LoadU(d, setting + v * kLanes));
      mask[v] = hn::And(passed, hn::And(term(rest.terms[0]), term(rest.terms[1])));
    }
    if (rest.more != 0) NarrowMore(tables, rest, mask);
    const std::uint32_t word_bits = KeepWords(mask, candidates->words + word_count);
    candidates->candidates[count] = {entry.rest, rest.rule, static_cast<std::uint32_t>(word_count), word_bits};
    count += word_bits != 0 ? 1 : 0;
    word_count += static_cast<std::size_t>(std::popcount(word_bits));
  }
  candidates->count = count;
  candidates->word_count = word_count;
}

HWY_ATTR void Below(std::size_t parcels, const NumberKey* HWY_RESTRICT keys, const NumberKey* HWY_RESTRICT bounds,
                    std::size_t count, Word* HWY_RESTRICT below) {
  const hn::CappedTag<NumberKey, 8> d;
  constexpr std::size_t kKeys = hn::MaxLanes(d);
  for (std::size_t i = 0; i < count; ++i) {
    const auto bound = hn::Set(d, bounds[i]);
    for (std::size_t w = 0; w < kWideWords; ++w) {
      Word row = 0;
      const std::size_t keys_left = std::min<std::size_t>(64, parcels - std::min(parcels, w * 64));
      for (std::size_t part = 0; part < keys_left; part += kKeys) {
        std::uint8_t bits[8];
        hn::StoreMaskBits(d, hn::Lt(hn::Load(d, keys + w * 64 + part), bound), bits);
        row |= Word{bits[0]} << part;
      }
      below[i * kWideWords + w] = row;
    }
  }
}

// Bounds side by side instead of keys: with one parcel, as many compares as vectors of bounds.
HWY_ATTR void BelowNarrow(Word parcels, const NumberKey* HWY_RESTRICT keys, const NumberKey* HWY_RESTRICT bounds,
                          std::size_t count, Word* HWY_RESTRICT below) {
  const hn::CappedTag<NumberKey, 8> d;
  constexpr std::size_t kBounds = hn::MaxLanes(d);
  for (std::size_t i = 0; i < count; i += kBounds) {
    const auto these = hn::FirstN(d, std::min(kBounds, count - i));
    const auto bound = hn::MaskedLoad(these, d, bounds + i);
    auto rows = hn::Zero(d);
    for (Word left = parcels; left != 0; left &= left - 1) {
      const auto key = hn::Set(d, keys[std::countr_zero(left)]);
      const auto bit = hn::Set(d, static_cast<NumberKey>(left & -left));
      rows = hn::Or(rows, hn::IfThenElseZero(hn::Lt(key, bound), bit));
    }
    hn::BlendedStore(rows, these, d, reinterpret_cast<NumberKey*>(below + i));
  }
}

}  // namespace sluice::match::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice::match {

HWY_EXPORT(FilterWide);
HWY_EXPORT(FilterListWide);
HWY_EXPORT(NarrowWide);
HWY_EXPORT(Below);
HWY_EXPORT(BelowNarrow);

namespace {

inline Word Passed(const Word* rows, const IndexEntry& entry, const Word* parcels) {
  return *parcels & (rows[entry.a1] ^ rows[entry.b1]) & (rows[entry.a2] ^ rows[entry.b2]);
}

std::size_t FilterNarrow(const VisitTables& tables, const Visits& visits) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < visits.count; ++i) {
    const std::uint32_t entry = visits.entries[i];
    const Word* parcels = visits.parcels[i];
    visits.entries[kept] = entry;
    visits.parcels[kept] = parcels;
    kept += Passed(tables.rows, tables.entries[entry], parcels) != 0 ? 1 : 0;
  }
  return kept;
}

std::size_t FilterListNarrow(const VisitTables& tables, const Word* parcels, ListSpan list, const Visits& visits) {
  const Word* rows = tables.rows;
  const Word of_list = *parcels;
  std::uint32_t* entries = visits.entries;
  const Word** of_visits = visits.parcels;
  std::size_t kept = 0;
  for (std::uint32_t e = list.first; e < list.first + list.count; ++e) {
    const IndexEntry& entry = tables.entries[e];
    const Word passed = of_list & (rows[entry.a1] ^ rows[entry.b1]) & (rows[entry.a2] ^ rows[entry.b2]);
    entries[kept] = e;
    of_visits[kept] = parcels;
    kept += passed != 0 ? 1 : 0;
  }
  return kept;
}

Word Narrowed(const VisitTables& tables, const IndexRest& rest) {
  const Word* rows = tables.rows;
  Word mask = tables.settings[std::size_t{rest.setting} * kWideWords];
  for (const auto& slots : rest.terms) mask &= rows[slots[0]] ^ rows[slots[1]] ^ rows[slots[2]] ^ rows[slots[3]];
  if (rest.more == 0) return mask;
  const IndexMore& more = tables.mores[rest.more - 1];
  const Slot* groups = tables.groups + more.groups_first;
  for (std::size_t g = more.group_count; g != 0; --g) {
    const Slot* end = groups + 1 + groups[0];
    Word one_of = 0;
    for (++groups; groups < end; ++groups) one_of ^= rows[*groups];
    mask &= one_of;
  }
  return mask;
}

void NarrowNarrow(const VisitTables& tables, const Visits& visits, Candidates* candidates) {
  for (std::size_t i = 0; i < visits.count; ++i) {
    const IndexEntry& entry = tables.entries[visits.entries[i]];
    const IndexRest& rest = tables.rests[entry.rest];
    const Word mask = Passed(tables.rows, entry, visits.parcels[i]) & Narrowed(tables, rest);
    const auto first = static_cast<std::uint32_t>(candidates->word_count);
    candidates->candidates[candidates->count] = {entry.rest, rest.rule, first, 1};
    candidates->words[candidates->word_count] = mask;
    candidates->count += mask != 0 ? 1 : 0;
    candidates->word_count += mask != 0 ? 1 : 0;
  }
}

}  // namespace

std::size_t FilterVisits(std::size_t words, const VisitTables& tables, const Visits& visits) {
  if (words == kNarrowWords) return FilterNarrow(tables, visits);
  return HWY_DYNAMIC_DISPATCH(FilterWide)(tables, visits);
}

std::size_t FilterList(std::size_t words, const VisitTables& tables, const Word* parcels, ListSpan list,
                       const Visits& kept) {
  if (words == kNarrowWords) return FilterListNarrow(tables, parcels, list, kept);
  return HWY_DYNAMIC_DISPATCH(FilterListWide)(tables, parcels, list, kept);
}

void NarrowVisits(std::size_t words, const VisitTables& tables, const Visits& visits, Candidates* candidates) {
  if (words == kNarrowWords) return NarrowNarrow(tables, visits, candidates);
  HWY_DYNAMIC_DISPATCH(NarrowWide)(tables, visits, candidates);
}

void FindBelow(std::size_t parcels, const NumberKey* keys, const NumberKey* bounds, std::size_t count, Word* below) {
  HWY_DYNAMIC_DISPATCH(Below)(parcels, keys, bounds, count, below);
}

void FindBelowNarrow(Word parcels, const NumberKey* keys, const NumberKey* bounds, std::size_t count, Word* below) {
  HWY_DYNAMIC_DISPATCH(BelowNarrow)(parcels, keys, bounds, count, below);
}

std::vector<std::string> InstructionSets() {
  std::vector<std::string> names;
  for (std::int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
    names.emplace_back(hwy::TargetName(left & -left));
  }
  return names;
}

void UseInstructionSet(const std::string& name) {
  hwy::SetSupportedTargetsForTest(0);
  for (std::int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
    if (hwy::TargetName(left & -left) == name) hwy::SetSupportedTargetsForTest(left & -left);
  }
  hwy::GetChosenTarget().DeInit();
}

}  // namespace sluice::match
#endif
