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

/// Entries to visit, each with the parcels of its list.
struct Visits {
  std::uint32_t* entries = nullptr;
  const Word** parcels = nullptr;
  std::size_t count = 0;
};

/// What entries are asked with: the rows of slots and of settings, the entries, and what rests of them.
struct VisitTables {
  const Word* rows = nullptr;
  const Word* settings = nullptr;  // rows of kWideWords words, however wide the others are
  const IndexEntry* entries = nullptr;
  const IndexRest* rests = nullptr;
  const IndexMore* mores = nullptr;
  const Slot* groups = nullptr;
};

/// The rest of an entry whose terms some parcels meet, as far as rows of bits can tell.
struct Candidate {
  std::uint32_t rest = 0;
  ruleset::RuleIndex rule = 0;
  std::uint32_t words_first = 0;  // of the candidates' words: those of its parcels that are not 0 …
  std::uint32_t word_bits = 0;    // … and which they are
};
struct Candidates {
  Candidate* candidates = nullptr;
  Word* words = nullptr;
  std::size_t count = 0;
  std::size_t word_count = 0;
};

/// Puts at `kept` those of a list's entries that let a parcel through; there is room for one more than the list has.
/// Returns how many. For long lists: short ones are better visited together.
std::size_t FilterList(std::size_t words, const VisitTables& tables, const Word* parcels, ListSpan list,
                       const Visits& kept);

/// Moves the visits whose entries let a parcel through up to the front. Returns how many.
std::size_t FilterVisits(std::size_t words, const VisitTables& tables, const Visits& visits);

/// Adds to the candidates those of the visits whose settings and groups let a parcel through, too. There must be room
/// for one more than there are visits, and for kWideWords words each.
void NarrowVisits(std::size_t words, const VisitTables& tables, const Visits& visits, Candidates* candidates);

/// Row i of `below`, of kWideWords words, gets the parcels whose key is less than bound i. There is room for
/// kWideWords * 64 keys; bits of those past the first `parcels` mean nothing.
void FindBelow(std::size_t parcels, const NumberKey* keys, const NumberKey* bounds, std::size_t count, Word* below);
/// The same for rows of one word; only of the parcels asked for.
void FindBelowNarrow(Word parcels, const NumberKey* keys, const NumberKey* bounds, std::size_t count, Word* below);

/// The names of the instruction sets that this machine has of those the loops are compiled for, the best first.
std::vector<std::string> InstructionSets();
/// Chooses one of them; "": the best, as from the beginning. For tests and measurements: while nobody matches.
void UseInstructionSet(const std::string& name);

}  // namespace sluice::match
