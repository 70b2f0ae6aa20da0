// Rows as bits, a word at a time: the few loops that masks are made of.
//
// Pure functions of primitive arguments. Bits past the last row are 0 in every mask that is handed on.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace sluice::match {

using Word = std::uint64_t;

inline void FillWords(Word* words, std::size_t count, Word value) {
  for (std::size_t i = 0; i < count; ++i) words[i] = value;
}
inline void CopyWords(Word* to, const Word* from, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] = from[i];
}
inline bool AnyBit(const Word* words, std::size_t count) {
  Word any = 0;
  for (std::size_t i = 0; i < count; ++i) any |= words[i];
  return any != 0;
}
inline bool BitAt(const Word* words, std::size_t row) { return (words[row / 64] >> (row % 64) & 1) != 0; }
inline Word BitWord(std::size_t row) { return Word{1} << (row % 64); }
inline void PutBit(Word* words, std::size_t row) { words[row / 64] |= BitWord(row); }

/// Bits [first, last).
inline void PutRange(Word* words, std::size_t first, std::size_t last) {
  while (first < last) {
    const std::size_t in_word = first % 64;
    const std::size_t count = last - first < 64 - in_word ? last - first : 64 - in_word;
    words[first / 64] |= (count == 64 ? ~Word{0} : (Word{1} << count) - 1) << in_word;
    first += count;
  }
}

template <typename Use>
void ForEachBit(const Word* words, std::size_t count, Use use) {
  for (std::size_t i = 0; i < count; ++i) {
    for (Word rest = words[i]; rest != 0; rest &= rest - 1) {
      use(i * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
    }
  }
}

}  // namespace sluice::match
