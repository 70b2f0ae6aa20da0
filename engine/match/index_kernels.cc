// Plane: data.
//
// THE SIMPLE STORY
//   for each list, for each of its entries:
//     mask = parcels of the list & (row a1 ^ row b1) & (row a2 ^ row b2)
//     if mask is not empty: keep the entry and the mask
//
// WHAT THE CODE ADDS TO THE STORY
//   1. No branch on data: mask and entry are stored always, and the place moves on if the mask is not empty.
//   2. What survives is narrowed in the same way; the words that are not empty are told by a bit each, since most
//      survivors have one parcel.
//   3. A row of 512 parcels is one register with AVX-512, two with AVX2, four with SSE; of 64 parcels, a word.
#include "engine/match/index_kernels.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/match/index_kernels.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sluice::match::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Words = hn::CappedTag<Word, kWideWords>;

constexpr std::size_t kLanes = hn::MaxLanes(Words());
constexpr std::size_t kRestsAhead = 16;  // survivors: with 100,000 rules, what rests lies in the outer caches

HWY_ATTR std::size_t FilterWide(const Word* HWY_RESTRICT rows, const IndexEntry* HWY_RESTRICT entries,
                                const ListVisit* lists, std::size_t list_count, Word* HWY_RESTRICT masks,
                                std::uint32_t* HWY_RESTRICT survivors) {
  const Words d;
  std::size_t kept = 0;
  for (std::size_t l = 0; l < list_count; ++l) {
    const Word* parcels = lists[l].parcels;
    const std::uint32_t end = lists[l].span.first + lists[l].span.count;
    for (std::uint32_t e = lists[l].span.first; e < end; ++e) {
      const IndexEntry entry = entries[e];
      const Word* a1 = rows + std::size_t{entry.a1} * kWideWords;
      const Word* b1 = rows + std::size_t{entry.b1} * kWideWords;
      const Word* a2 = rows + std::size_t{entry.a2} * kWideWords;
      const Word* b2 = rows + std::size_t{entry.b2} * kWideWords;
      auto any = hn::Zero(d);
      for (std::size_t w = 0; w < kWideWords; w += kLanes) {
        const auto first = hn::Xor(hn::Load(d, a1 + w), hn::Load(d, b1 + w));
        const auto second = hn::Xor(hn::Load(d, a2 + w), hn::Load(d, b2 + w));
        const auto mask = hn::And(hn::And(first, second), hn::LoadU(d, parcels + w));
        hn::Store(mask, d, masks + kept * kWideWords + w);
        any = hn::Or(any, mask);
      }
      survivors[kept] = e;
      kept += hn::AllTrue(d, hn::Eq(any, hn::Zero(d))) ? 0 : 1;
    }
  }
  return kept;
}

HWY_ATTR std::size_t NarrowWide(const NarrowTables& tables, std::size_t count, Word* HWY_RESTRICT masks,
                                std::uint32_t* HWY_RESTRICT survivors, std::uint8_t* HWY_RESTRICT word_bits) {
  const Words d;
  const Word* HWY_RESTRICT rows = tables.rows;
  std::size_t kept = 0;
  for (std::size_t s = 0; s < count; ++s) {
    const std::uint32_t entry = survivors[s];
    const IndexRest& rest = tables.rests[entry];
    if (s + kRestsAhead < count) {
      __builtin_prefetch(&tables.rests[survivors[s + kRestsAhead]]);
      __builtin_prefetch(tables.groups + tables.rests[survivors[s + kRestsAhead / 2]].groups_first);
    }
    const Word* setting = tables.settings + std::size_t{rest.setting} * kWideWords;
    hn::Vec<Words> mask[kWideWords / kLanes];
    for (std::size_t v = 0; v < kWideWords / kLanes; ++v) {
      mask[v] = hn::And(hn::Load(d, masks + s * kWideWords + v * kLanes), hn::LoadU(d, setting + v * kLanes));
    }
    const Slot* groups = tables.groups + rest.groups_first;
    for (std::size_t g = rest.group_count; g != 0; --g) {
      const Slot* slot = groups + 1;
      groups += 1 + groups[0];
      hn::Vec<Words> one_of[kWideWords / kLanes];
      for (std::size_t v = 0; v < kWideWords / kLanes; ++v) {
        one_of[v] = hn::Load(d, rows + *slot * kWideWords + v * kLanes);
      }
      while (++slot < groups) {
        for (std::size_t v = 0; v < kWideWords / kLanes; ++v) {
          one_of[v] = hn::Xor(one_of[v], hn::Load(d, rows + *slot * kWideWords + v * kLanes));
        }
      }
      for (std::size_t v = 0; v < kWideWords / kLanes; ++v) mask[v] = hn::And(mask[v], one_of[v]);
    }
    unsigned words_set = 0;
    for (std::size_t v = 0; v < kWideWords / kLanes; ++v) {
      hn::Store(mask[v], d, masks + kept * kWideWords + v * kLanes);
      std::uint8_t lanes_set[8];
      hn::StoreMaskBits(d, hn::Ne(mask[v], hn::Zero(d)), lanes_set);
      words_set |= static_cast<unsigned>(lanes_set[0]) << (v * kLanes);
    }
    survivors[kept] = entry;
    word_bits[kept] = static_cast<std::uint8_t>(words_set);
    kept += words_set != 0 ? 1 : 0;
  }
  return kept;
}

HWY_ATTR void Below(std::size_t words, std::size_t parcels, const NumberKey* HWY_RESTRICT keys,
                    const NumberKey* HWY_RESTRICT bounds, std::size_t count, Word* HWY_RESTRICT below) {
  const hn::CappedTag<NumberKey, 8> d;
  constexpr std::size_t kKeys = hn::MaxLanes(d);
  for (std::size_t i = 0; i < count; ++i) {
    const auto bound = hn::Set(d, bounds[i]);
    for (std::size_t w = 0; w < words; ++w) {
      Word row = 0;
      const std::size_t keys_left = std::min<std::size_t>(64, parcels - std::min(parcels, w * 64));
      for (std::size_t part = 0; part < keys_left; part += kKeys) {
        std::uint8_t bits[8];
        hn::StoreMaskBits(d, hn::Lt(hn::Load(d, keys + w * 64 + part), bound), bits);
        row |= Word{bits[0]} << part;
      }
      below[i * words + w] = row;
    }
  }
}

}  // namespace sluice::match::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice::match {

HWY_EXPORT(FilterWide);
HWY_EXPORT(NarrowWide);
HWY_EXPORT(Below);

namespace {

std::size_t FilterNarrow(const Word* rows, const IndexEntry* entries, const ListVisit* lists, std::size_t list_count,
                         Word* masks, std::uint32_t* survivors) {
  std::size_t kept = 0;
  for (std::size_t l = 0; l < list_count; ++l) {
    const Word parcels = *lists[l].parcels;
    const std::uint32_t end = lists[l].span.first + lists[l].span.count;
    for (std::uint32_t e = lists[l].span.first; e < end; ++e) {
      const IndexEntry entry = entries[e];
      masks[kept] = parcels & (rows[entry.a1] ^ rows[entry.b1]) & (rows[entry.a2] ^ rows[entry.b2]);
      survivors[kept] = e;
      kept += masks[kept] != 0 ? 1 : 0;
    }
  }
  return kept;
}

std::size_t NarrowNarrow(const NarrowTables& tables, std::size_t count, Word* masks, std::uint32_t* survivors,
                         std::uint8_t* word_bits) {
  std::size_t kept = 0;
  for (std::size_t s = 0; s < count; ++s) {
    const IndexRest& rest = tables.rests[survivors[s]];
    Word mask = masks[s] & tables.settings[std::size_t{rest.setting} * kWideWords];
    const Slot* groups = tables.groups + rest.groups_first;
    for (std::size_t g = rest.group_count; g != 0; --g) {
      const Slot* end = groups + 1 + groups[0];
      Word one_of = 0;
      for (++groups; groups < end; ++groups) one_of ^= tables.rows[*groups];
      mask &= one_of;
    }
    masks[kept] = mask;
    survivors[kept] = survivors[s];
    word_bits[kept] = 1;
    kept += mask != 0 ? 1 : 0;
  }
  return kept;
}

}  // namespace

std::size_t FilterLists(std::size_t words, const Word* rows, const IndexEntry* entries, const ListVisit* lists,
                        std::size_t list_count, Word* masks, std::uint32_t* survivors) {
  if (words == kNarrowWords) return FilterNarrow(rows, entries, lists, list_count, masks, survivors);
  return HWY_DYNAMIC_DISPATCH(FilterWide)(rows, entries, lists, list_count, masks, survivors);
}

std::size_t NarrowSurvivors(std::size_t words, const NarrowTables& tables, std::size_t count, Word* masks,
                            std::uint32_t* survivors, std::uint8_t* word_bits) {
  if (words == kNarrowWords) return NarrowNarrow(tables, count, masks, survivors, word_bits);
  return HWY_DYNAMIC_DISPATCH(NarrowWide)(tables, count, masks, survivors, word_bits);
}

void FindBelow(std::size_t words, std::size_t parcels, const NumberKey* keys, const NumberKey* bounds,
               std::size_t count, Word* below) {
  HWY_DYNAMIC_DISPATCH(Below)(words, parcels, keys, bounds, count, below);
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
