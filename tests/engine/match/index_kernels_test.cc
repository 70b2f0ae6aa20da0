// The loops of each instruction set against what they mean, on random rows.
#include "engine/match/index_kernels.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "engine/base/line_vector.h"

namespace sluice::match {
namespace {

constexpr std::size_t kSlots = 40;
constexpr std::uint32_t kEntries = 300;

struct Kernels : testing::TestWithParam<std::size_t> {
  Kernels() : words(GetParam()), rows(kSlots * words), masks((kEntries + 1) * words), survivors(kEntries + 1) {
    for (Word& word : rows) word = random() & random();  // few bits
    for (auto& entry : entries) entry = {AnySlot(), AnySlot(), AnySlot(), AnySlot()};
  }
  Slot AnySlot() { return static_cast<Slot>(random() % kSlots); }
  Word Row(Slot slot, std::size_t word) const { return rows[slot * words + word]; }
  Word Term(Slot a, Slot b, std::size_t word) const { return Row(a, word) ^ Row(b, word); }

  std::mt19937_64 random{7};
  std::size_t words;
  base::LineVector<Word> rows;
  std::vector<IndexEntry> entries{kEntries};
  base::LineVector<Word> masks;
  std::vector<std::uint32_t> survivors;
};

template <typename Test>
void OnEachInstructionSet(Test test) {
  for (const std::string& set : InstructionSets()) {
    SCOPED_TRACE(set);
    UseInstructionSet(set);
    test();
  }
  UseInstructionSet("");
}

TEST_P(Kernels, FilteringKeepsTheEntriesWhoseTermsLeaveAParcel) {
  const std::vector<ListVisit> lists{
      {&rows[3 * words], {0, 100}}, {&rows[5 * words], {100, 0}}, {&rows[9 * words], {100, 200}}};
  OnEachInstructionSet([&] {
    const std::size_t kept =
        FilterLists(words, rows.data(), entries.data(), lists.data(), lists.size(), masks.data(), survivors.data());
    std::size_t at = 0;
    for (const ListVisit& list : lists) {
      for (std::uint32_t e = list.span.first; e < list.span.first + list.span.count; ++e) {
        std::vector<Word> mask(words);
        for (std::size_t w = 0; w < words; ++w) {
          mask[w] = list.parcels[w] & Term(entries[e].a1, entries[e].b1, w) & Term(entries[e].a2, entries[e].b2, w);
        }
        if (!AnyBit(mask.data(), words)) continue;
        ASSERT_LT(at, kept);
        EXPECT_EQ(survivors[at], e);
        EXPECT_TRUE(std::equal(mask.begin(), mask.end(), &masks[at * words]));
        ++at;
      }
    }
    EXPECT_EQ(at, kept);
    EXPECT_GT(kept, 0u);
    EXPECT_LT(kept, kEntries);
  });
}

TEST_P(Kernels, NarrowingAsksSettingsAndGroupsAndTellsTheWordsLeft) {
  const std::vector<Slot> groups{1, 4, 2, 5, 6, 3, 7, 8, 9};
  std::vector<IndexRest> rests(kEntries);
  for (std::uint32_t e = 0; e < kEntries; ++e) {
    rests[e].setting = e % 2;
    rests[e].group_count = static_cast<std::uint16_t>(e % 4);
  }
  base::LineVector<Word> settings(2 * kWideWords);
  for (Word& word : settings) word = random() | random();
  base::LineVector<Word> before(kEntries * words);
  for (Word& word : before) word = random() & random() & random() & random();
  const NarrowTables tables{rows.data(), settings.data(), rests.data(), groups.data()};
  std::vector<std::uint8_t> word_bits(kEntries + 1);
  OnEachInstructionSet([&] {
    std::copy(before.begin(), before.end(), masks.begin());
    for (std::uint32_t e = 0; e < kEntries; ++e) survivors[e] = e;
    const std::size_t kept =
        NarrowSurvivors(words, tables, kEntries, masks.data(), survivors.data(), word_bits.data());
    std::size_t at = 0;
    for (std::uint32_t e = 0; e < kEntries; ++e) {
      std::vector<Word> mask(words);
      unsigned bits = 0;
      for (std::size_t w = 0; w < words; ++w) {
        mask[w] = before[e * words + w] & settings[rests[e].setting * kWideWords + w];
        if (rests[e].group_count > 0) mask[w] &= Row(4, w);
        if (rests[e].group_count > 1) mask[w] &= Term(5, 6, w);
        if (rests[e].group_count > 2) mask[w] &= Term(7, 8, w) ^ Row(9, w);
        if (mask[w] != 0) bits |= 1u << w;
      }
      if (bits == 0) continue;
      ASSERT_LT(at, kept);
      EXPECT_EQ(survivors[at], e);
      EXPECT_EQ(word_bits[at], bits);
      EXPECT_TRUE(std::equal(mask.begin(), mask.end(), &masks[at * words]));
      ++at;
    }
    EXPECT_EQ(at, kept);
    EXPECT_GT(kept, 0u);
    EXPECT_LT(kept, kEntries);
  });
}

TEST_P(Kernels, RowsBelowABoundHaveTheKeysThatAreLess) {
  base::LineVector<NumberKey> keys(words * 64);
  for (NumberKey& key : keys) key = static_cast<NumberKey>(random() % 9) - 4;
  keys[0] = kKeyMin;
  keys[1] = kKeyMax;
  const std::vector<NumberKey> bounds{kKeyMin, -3, 0, 2, kKeyMax};
  base::LineVector<Word> below(bounds.size() * words);
  OnEachInstructionSet([&] {
    for (const std::size_t parcels : {std::size_t{1}, std::size_t{9}, words * 64 - 3, words * 64}) {
      FindBelow(words, parcels, keys.data(), bounds.data(), bounds.size(), below.data());
      for (std::size_t i = 0; i < bounds.size(); ++i) {
        for (std::size_t k = 0; k < parcels; ++k) {
          EXPECT_EQ(BitAt(&below[i * words], k), keys[k] < bounds[i]) << i << " " << k;
        }
      }
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Widths, Kernels, testing::Values(kNarrowWords, kWideWords));

TEST(NumberKeysTest, KeysHaveTheOrderOfTheirNumbers) {
  const double inf = std::numeric_limits<double>::infinity();
  const double tiny = std::numeric_limits<double>::denorm_min();
  const std::vector<double> reals{-inf, -1e300, -1.5, -tiny, 0.0, tiny, 1.5, 2.0, 1e300, inf};
  for (std::size_t i = 1; i < reals.size(); ++i) EXPECT_LT(KeyOf(reals[i - 1]), KeyOf(reals[i])) << reals[i];
  EXPECT_EQ(KeyOf(-0.0), KeyOf(0.0));
  const std::vector<std::uint64_t> naturals{0, 1, 1ull << 63, ~0ull};
  for (std::size_t i = 1; i < naturals.size(); ++i) EXPECT_LT(KeyOf(naturals[i - 1]), KeyOf(naturals[i]));
  EXPECT_EQ(KeyOf(std::int64_t{-5}), -5);
}

}  // namespace
}  // namespace sluice::match
