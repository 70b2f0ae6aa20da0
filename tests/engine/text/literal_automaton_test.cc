#include "engine/text/literal_automaton.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <tuple>
#include <vector>

namespace sluice::text {
namespace {

using Place = std::tuple<std::size_t, std::string, std::size_t>;  // text, literal, end

std::string RandomText(std::mt19937* random, std::size_t bytes_max) {
  static const std::string kAlphabet = "abc\xE7\x89";
  std::string text;
  for (std::size_t i = (*random)() % (bytes_max + 1); i > 0; --i) text += kAlphabet[(*random)() % kAlphabet.size()];
  return text;
}

// Overlapping and nested literals over a small alphabet, so that suffixes matter; with room for all rows of the
// table, for some and for one.
void CompareWithScan(std::uint32_t seed, std::size_t dense_bytes_max) {
  std::mt19937 random(seed);
  LiteralAutomaton automaton;
  std::set<std::string> literals;
  while (literals.size() < 60) {
    const std::string literal = RandomText(&random, 7);
    if (!literal.empty()) literals.insert(literal);
  }
  for (const std::string& literal : literals) automaton.Add(literal);
  automaton.Prepare(false, dense_bytes_max);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> texts;
    std::multiset<Place> expected, found;
    for (std::size_t n = random() % 12; n > 0; --n) {
      texts.push_back(RandomText(&random, 40));
      for (const std::string& literal : literals) {
        for (std::size_t at = 0; (at = texts.back().find(literal, at)) != std::string::npos; ++at) {
          expected.insert({texts.size() - 1, literal, at + literal.size()});
        }
      }
    }
    std::size_t next = 0;
    std::array<std::size_t, 4> text_of{};
    automaton.SearchAll<4>(
        [&](std::size_t lane, std::string_view* text) {
          if (next == texts.size()) return false;
          text_of[lane] = next;
          *text = texts[next++];
          return true;
        },
        [&](std::size_t lane, std::uint32_t literal, std::size_t end) {
          found.insert({text_of[lane], std::string(automaton.literal(literal)), end});
        });
    ASSERT_EQ(found, expected) << "seed " << seed << ", " << dense_bytes_max << " bytes";
  }
}

TEST(LiteralAutomatonTest, FindsEachPlaceOfEachLiteralWhereverItsStatesAreKept) {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    for (const std::size_t bytes : std::initializer_list<std::size_t>{0, 200, 1 << 30}) CompareWithScan(seed, bytes);
  }
}

TEST(LiteralAutomatonTest, AnEmptyOneFindsNothing) {
  LiteralAutomaton automaton;
  automaton.Prepare(true, 0);
  automaton.Search("anything", [](std::uint32_t, std::size_t) { FAIL(); });
}

}  // namespace
}  // namespace sluice::text
