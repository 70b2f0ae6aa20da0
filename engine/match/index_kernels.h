// The loops over rows of bits that a batch's time goes into, compiled once for each instruction set and chosen when
// the program runs.
//
// Rows are 1 or 8 words wide (64 or 512 parcels), row s at rows + s * words, aligned to 64 bytes.
// Pure functions; all instruction sets give the same bits.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/match/bits.h"
#include "engine/match/index.h"

namespace sluice::match {

inline constexpr std::size_t kNarrowWords = 1;
inline constexpr std::size_t kWideWords = 8;

/// A list to visit: its parcels, and its entries.
struct ListVisit {
  const Word* parcels = nullptr;
  ListSpan span;
};

/// Visits each entry of each list. Those that let a parcel through go to `survivors` and, as rows of parcels, to
/// `masks`, which have room for one more than there are entries. Returns how many.
std::size_t FilterLists(std::size_t words, const Word* rows, const IndexEntry* entries, const ListVisit* lists,
                        std::size_t list_count, Word* masks, std::uint32_t* survivors);

/// Narrows `mask` by each group of a rest: count, slots, count, slots, …
void NarrowByGroups(std::size_t words, const Word* rows, const Slot* groups, std::size_t group_count, Word* mask);

/// Row i of `below` gets the parcels whose code is at most i. There are words * 64 codes.
void FindBelow(std::size_t words, const std::uint8_t* codes, std::size_t count, Word* below);

/// The name of the instruction set that is used.
const char* InstructionSetName();

}  // namespace sluice::match
