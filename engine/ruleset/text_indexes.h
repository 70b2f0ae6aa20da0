// What lists are searched with by containsAny and similarTo: one automaton of all literals, an index of names a list.
//
// Derived from the rest of a rule set; immutable and shared by all threads.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace sluice::text {
class LiteralLists;
class NameIndex;
}  // namespace sluice::text

namespace sluice::ruleset {

struct Program;
struct ReferenceList;

struct TextIndexes {
  std::shared_ptr<const text::LiteralLists> literals;  // null: no rule asks
  // By reference list: its number in `literals`, anywhere and of whole words; kNone where no rule asks.
  std::vector<std::array<std::uint32_t, 2>> literal_list;
  std::vector<std::shared_ptr<const text::NameIndex>> names;  // by reference list; null where no rule asks

  // The same wherever what it was derived from is.
  friend bool operator==(const TextIndexes&, const TextIndexes&) { return true; }
};

/// The program and the lists must have passed Verify.
TextIndexes MakeTextIndexes(const Program& program, const std::vector<ReferenceList>& lists);

/// Whether some node needs Unicode data: kContainsAny, kSimilarTo.
bool UsesTextSearch(const Program& program);

}  // namespace sluice::ruleset
