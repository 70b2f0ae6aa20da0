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
  Kernels() : words(GetParam()), rows(kSlots * words), settings(2 * kWideWords), rests(kEntries) {
    for (Word& word : rows) word = random() & random();  // few bits
    std::fill_n(rows.begin(), words, 0);  // kNoRows
    std::fill_n(rows.begin() + static_cast<std::ptrdiff_t>(words), words, ~Word{0});  // kAllRows
    for (Word& word : settings) word = random() | random();
    for (auto& entry : entries) entry = {AnySlot(), AnySlot(), AnySlot(), AnySlot(), 0};
    for (std::uint32_t e = 0; e < kEntries; ++e) {
      rests[e].rule = e + 1000;
      rests[e].setting = e % 2;
      rests[e].more = e % 3;
      if (e % 2 == 0) rests[e].terms[0] = {4, kNoRows, kNoRows, kNoRows};
      if (e % 5 != 0) rests[e].terms[1] = {5, 6, 7, 10};
      entries[e].rest = e;
    }
  }
  Slot AnySlot() { return static_cast<Slot>(random() % kSlots); }
  Word Row(Slot slot, std::size_t word) const { return rows[slot * words + word]; }
  Word Term(Slot a, Slot b, std::size_t word) const { return Row(a, word) ^ Row(b, word); }
  VisitTables Tables() const {
    return {rows.data(), settings.data(), entries.data(), rests.data(), mores.data(), groups.data()};
  }

  // Every entry, of three lists of which one is empty of parcels.
  void Fill() {
    for (std::uint32_t e = 0; e < kEntries; ++e) {
      visit_entries[e] = e;
      visit_parcels[e] = &rows[ListOf(e) * words];
    }
  }
  static Slot ListOf(std::uint32_t entry) { return entry < 100 ? 3 : entry < 120 ? 0 : 9; }
  Word Passed(std::uint32_t e, std::size_t w) const {
    return Row(ListOf(e), w) & Term(entries[e].a1, entries[e].b1, w) & Term(entries[e].a2, entries[e].b2, w);
  }
  Word Narrowed(std::uint32_t e, std::size_t w) const {
    Word mask = Passed(e, w) & settings[rests[e].setting * kWideWords + w];
    if (e % 2 == 0) mask &= Row(4, w);
    if (e % 5 != 0) mask &= Term(5, 6, w) ^ Term(7, 10, w);
    if (rests[e].more != 0) mask &= Term(8, 9, w) ^ Row(11, w);
    if (rests[e].more == 2) mask &= Row(12, w);
    return mask;
  }

  std::mt19937_64 random{7};
  std::size_t words;
  base::LineVector<Word> rows, settings;
  std::vector<IndexEntry> entries{kEntries};
  std::vector<IndexRest> rests;
  std::vector<IndexMore> mores{{.groups_first = 1, .group_count = 1}, {.groups_first = 1, .group_count = 2}};
  std::vector<Slot> groups{0, 3, 8, 9, 11, 1, 12};
  std::vector<std::uint32_t> visit_entries{std::vector<std::uint32_t>(kEntries)};
  std::vector<const Word*> visit_parcels{std::vector<const Word*>(kEntries)};
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
  std::vector<std::uint32_t> expected;
  for (std::uint32_t e = 0; e < kEntries; ++e) {
    bool any = false;
    for (std::size_t w = 0; w < words; ++w) any |= Passed(e, w) != 0;
    if (any) expected.push_back(e);
  }
  ASSERT_GT(expected.size(), 0u);
  ASSERT_LT(expected.size(), kEntries);
  OnEachInstructionSet([&] {
    Fill();
    const Visits visits{visit_entries.data(), visit_parcels.data(), kEntries};
    const std::size_t kept = FilterVisits(words, Tables(), visits);
    ASSERT_EQ(kept, expected.size());
    for (std::size_t i = 0; i < kept; ++i) {
      EXPECT_EQ(visit_entries[i], expected[i]);
      EXPECT_EQ(visit_parcels[i], &rows[ListOf(expected[i]) * words]);
    }
  });
}

TEST_P(Kernels, NarrowingAsksSettingsAndGroupsAndKeepsTheWordsLeft) {
  std::vector<Candidate> candidates(kEntries + 2);
  base::LineVector<Word> kept_words((kEntries + 2) * kWideWords);
  OnEachInstructionSet([&] {
    Fill();
    Candidates found{candidates.data(), kept_words.data(), 1, 5};  // as after earlier visits
    NarrowVisits(words, Tables(), {visit_entries.data(), visit_parcels.data(), kEntries}, &found);
    std::size_t at = 1, at_word = 5;
    for (std::uint32_t e = 0; e < kEntries; ++e) {
      unsigned bits = 0;
      const std::size_t first = at_word;
      for (std::size_t w = 0; w < words; ++w) {
        if (Narrowed(e, w) == 0) continue;
        bits |= 1u << w;
        EXPECT_EQ(kept_words[at_word++], Narrowed(e, w));
      }
      if (bits == 0) continue;
      ASSERT_LT(at, found.count);
      EXPECT_EQ(candidates[at].rest, e);
      EXPECT_EQ(candidates[at].rule, e + 1000);
      EXPECT_EQ(candidates[at].words_first, first);
      EXPECT_EQ(candidates[at].word_bits, bits);
      ++at;
    }
    EXPECT_EQ(at, found.count);
    EXPECT_EQ(at_word, found.word_count);
    EXPECT_GT(found.count, 1u);
    EXPECT_LT(found.count, kEntries);
  });
}

TEST_P(Kernels, ALongListIsFilteredAsItsVisitsAre) {
  OnEachInstructionSet([&] {
    for (const ListSpan list : {ListSpan{0, 0}, ListSpan{120, 180}}) {
      std::vector<std::uint32_t> expected(kEntries + 1);
      std::vector<const Word*> parcels(kEntries + 1, &rows[9 * words]);
      for (std::uint32_t i = 0; i < list.count; ++i) expected[i] = list.first + i;
      const std::size_t count = FilterVisits(words, Tables(), {expected.data(), parcels.data(), list.count});
      const Visits kept{visit_entries.data(), visit_parcels.data(), 0};
      ASSERT_EQ(FilterList(words, Tables(), &rows[9 * words], list, kept), count);
      for (std::size_t i = 0; i < count; ++i) {
        EXPECT_EQ(visit_entries[i], expected[i]);
        EXPECT_EQ(visit_parcels[i], &rows[9 * words]);
      }
    }
  });
}

TEST_P(Kernels, RowsBelowABoundHaveTheKeysThatAreLess) {
  base::LineVector<NumberKey> keys(words * 64);
  for (NumberKey& key : keys) key = static_cast<NumberKey>(random() % 9) - 4;
  keys[0] = kKeyMin;
  keys[1] = kKeyMax;
  for (const std::size_t count : {1u, 8u, 13u}) {
    std::vector<NumberKey> bounds{kKeyMin, -3, 0, 2, kKeyMax, -1, 1, 3, -2, -4, 4, 5, 0};
    bounds.resize(count);
    base::LineVector<Word> below((count + 1) * words);
    OnEachInstructionSet([&] {
      for (const std::size_t parcels : {std::size_t{1}, std::size_t{9}, words * 64 - 3, words * 64}) {
        below[count * words] = 77;  // of another row
        if (words == kNarrowWords) {
          const Word asked = parcels == 64 ? ~Word{0} : BitWord(parcels) - 1;
          FindBelowNarrow(asked, keys.data(), bounds.data(), count, &below[0]);
        } else {
          FindBelow(parcels, keys.data(), bounds.data(), count, &below[0]);
        }
        for (std::size_t i = 0; i < count; ++i) {
          for (std::size_t k = 0; k < parcels; ++k) {
            EXPECT_EQ(BitAt(&below[i * words], k), keys[k] < bounds[i]) << i << " " << k;
          }
        }
        EXPECT_EQ(below[count * words], 77u);
      }
    });
  }
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
