// Synthetic names, their misspellings, words and descriptions for the text benchmarks: the same on every machine.
//
// Names: six of ten are a given name and a family name, two have three words, two are written in two to four Han
// characters. Words are made of syllables, each of one pool: some thousands of given names, some thousands more of
// family names.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <unordered_set>
#include <vector>

namespace sluice::bench {

enum class Edit : std::uint8_t { kSwap, kDrop, kOrder, kPinyin };
inline constexpr std::size_t kEdits = 4;

struct EditedName {
  std::string text;
  Edit edit = Edit::kSwap;
};

class NameWorld {
 public:
  NameWorld(std::uint32_t seed, std::size_t listed);

  const std::vector<std::string>& listed() const { return listed_; }
  /// Listed names, each with one error: two letters swapped, one dropped, the tokens in another order; or, of Han
  /// characters, their reading as a passport has it, in either order.
  std::vector<EditedName> Edited(std::size_t count);
  /// Names made in the same way that are not listed.
  std::vector<std::string> Others(std::size_t count);

 private:
  std::size_t Below(std::size_t bound) { return random_() % bound; }
  std::string Word(std::size_t syllables);
  std::vector<std::string> Words(std::size_t count, std::size_t syllables_min, std::size_t syllables_max);
  std::string Make();
  std::string Han();
  EditedName EditOf(const std::string& name);
  std::string Misspelt(std::string name, Edit edit);
  std::string Pinyin(const std::string& name);

  std::mt19937 random_;
  std::vector<std::string> given_, family_, middle_;
  std::vector<std::string> listed_;
  std::unordered_set<std::string> known_;
};

/// Words of three to twelve letters, some of two words.
std::vector<std::string> Literals(std::uint32_t seed, std::size_t count);
/// Texts of about `bytes` bytes: words that are mostly none of `literals`; one in ten texts has one, one in ten has Han
/// characters.
std::vector<std::string> Descriptions(std::uint32_t seed, std::size_t count, std::size_t bytes,
                                      const std::vector<std::string>& literals);

}  // namespace sluice::bench
