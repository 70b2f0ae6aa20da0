// The loops over rows of bits that a batch's time goes into, compiled once for each instruction set and chosen when
// the program runs.
//
// Rows are 1 or 8 words wide (64 or 512 parcels), row s at rows + s * words, aligned to 64 bytes.
// Pure functions; all instruction sets give the same bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

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

/// What narrows survivors: the rows of slots and of settings, and what rests of the entries.
struct NarrowTables {
  const Word* rows = nullptr;
  const Word* settings = nullptr;  // rows of kWideWords words, however wide the others are
  const IndexRest* rests = nullptr;
  const Slot* groups = nullptr;
};

/// Narrows the masks of survivors by their settings and groups. Those that still let a parcel through move up to the
/// front; `word_bits` gets for each which words of its mask are not 0. Returns how many.
std::size_t NarrowSurvivors(std::size_t words, const NarrowTables& tables, std::size_t count, Word* masks,
                            std::uint32_t* survivors, std::uint8_t* word_bits);

/// Row i of `below` gets the parcels whose key is less than bound i. There is room for words * 64 keys; bits of those
/// past the first `parcels` mean nothing.
void FindBelow(std::size_t words, std::size_t parcels, const NumberKey* keys, const NumberKey* bounds,
               std::size_t count, Word* below);

/// The names of the instruction sets that this machine has of those the loops are compiled for, the best first.
std::vector<std::string> InstructionSets();
/// Chooses one of them; "": the best, as from the beginning. For tests and measurements: while nobody matches.
void UseInstructionSet(const std::string& name);

}  // namespace sluice::match
