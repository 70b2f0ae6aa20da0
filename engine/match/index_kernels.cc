// Plane: data.
//
// THE SIMPLE STORY
//   for each list, for each of its entries:
//     mask = parcels of the list & (row a1 ^ row b1) & (row a2 ^ row b2)
//     if mask is not empty: keep the entry and the mask
//
// WHAT THE CODE ADDS TO THE STORY
//   1. No branch on data: mask and entry are stored always, and the place moves on if the mask is not empty.
//   2. A row of 512 parcels is one register with AVX-512, two with AVX2, four with SSE; of 64 parcels, a word.
#include "engine/match/index_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/match/index_kernels.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sluice::match::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Words = hn::CappedTag<Word, kWideWords>;

constexpr std::size_t kLanes = hn::MaxLanes(Words());

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
        hn::StoreU(mask, d, masks + kept * kWideWords + w);
        any = hn::Or(any, mask);
      }
      survivors[kept] = e;
      kept += hn::AllTrue(d, hn::Eq(any, hn::Zero(d))) ? 0 : 1;
    }
  }
  return kept;
}

HWY_ATTR void NarrowWide(const Word* HWY_RESTRICT rows, const Slot* groups, std::size_t group_count, Word* mask) {
  const Words d;
  for (; group_count != 0; --group_count) {
    const std::size_t slots = *groups++;
    for (std::size_t w = 0; w < kWideWords; w += kLanes) {
      auto one_of = hn::Zero(d);
      for (std::size_t s = 0; s < slots; ++s) one_of = hn::Xor(one_of, hn::Load(d, rows + groups[s] * kWideWords + w));
      hn::StoreU(hn::And(hn::LoadU(d, mask + w), one_of), d, mask + w);
    }
    groups += slots;
  }
}

HWY_ATTR void Below(const std::uint8_t* HWY_RESTRICT codes, std::size_t words, std::size_t count, Word* below) {
  const hn::CappedTag<std::uint8_t, 64> d;
  constexpr std::size_t kBytes = hn::MaxLanes(d);
  for (std::size_t w = 0; w < words; ++w) {
    for (std::size_t part = 0; part < 64; part += kBytes) {
      const auto code = hn::Load(d, codes + w * 64 + part);
      for (std::size_t i = 0; i < count; ++i) {
        const auto at_most = hn::Eq(hn::Min(code, hn::Set(d, static_cast<std::uint8_t>(i))), code);
        hn::StoreMaskBits(d, at_most, reinterpret_cast<std::uint8_t*>(below + i * words + w) + part / 8);
      }
    }
  }
}

const char* TargetName() { return hwy::TargetName(HWY_TARGET); }

}  // namespace sluice::match::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice::match {

HWY_EXPORT(FilterWide);
HWY_EXPORT(NarrowWide);
HWY_EXPORT(Below);
HWY_EXPORT(TargetName);

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

void NarrowNarrow(const Word* rows, const Slot* groups, std::size_t group_count, Word* mask) {
  for (; group_count != 0; --group_count) {
    const std::size_t slots = *groups++;
    Word one_of = 0;
    for (std::size_t s = 0; s < slots; ++s) one_of ^= rows[groups[s]];
    *mask &= one_of;
    groups += slots;
  }
}

}  // namespace

std::size_t FilterLists(std::size_t words, const Word* rows, const IndexEntry* entries, const ListVisit* lists,
                        std::size_t list_count, Word* masks, std::uint32_t* survivors) {
  if (words == kNarrowWords) return FilterNarrow(rows, entries, lists, list_count, masks, survivors);
  return HWY_DYNAMIC_DISPATCH(FilterWide)(rows, entries, lists, list_count, masks, survivors);
}

void NarrowByGroups(std::size_t words, const Word* rows, const Slot* groups, std::size_t group_count, Word* mask) {
  if (words == kNarrowWords) return NarrowNarrow(rows, groups, group_count, mask);
  HWY_DYNAMIC_DISPATCH(NarrowWide)(rows, groups, group_count, mask);
}

void FindBelow(std::size_t words, const std::uint8_t* codes, std::size_t count, Word* below) {
  HWY_DYNAMIC_DISPATCH(Below)(codes, words, count, below);
}

const char* InstructionSetName() { return HWY_DYNAMIC_DISPATCH(TargetName)(); }

}  // namespace sluice::match
#endif
