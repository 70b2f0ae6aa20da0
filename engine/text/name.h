// A name of a party as tokens of Latin letters, in the ways it may be written.
//
// Plain values; a Name can be filled again and again without allocating once it is large enough.
// Source: rules/LANGUAGE.md, "Names that are alike", which is normative.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/limits.h"

namespace sluice::text {

inline constexpr std::size_t kNameBytesMax = limits::kPartyNameBytesMax;
inline constexpr std::size_t kNameTokensMax = limits::kPartyNameTokensMax;
inline constexpr std::size_t kTokenLettersMax = limits::kPartyTokenLettersMax;
inline constexpr std::size_t kAlphabet = 36;          // a-z, 0-9

inline constexpr std::uint32_t LetterNumber(char c) {
  return static_cast<std::uint32_t>(c >= 'a' ? c - 'a' : c - '0' + 26);
}

struct Token {
  std::uint8_t size = 0;
  char32_t written = 0;   // the Han character (as simplified) or Hangul syllable whose reading it is; 0: Latin letters
  std::array<char, kTokenLettersMax> letters{};
  std::uint64_t has = 0;  // bit LetterNumber(c): has the letter

  void Append(std::string_view more);
  std::string_view Text() const { return {letters.data(), size}; }
};

class Name {
 public:
  /// Tokens [first, first + count) of tokens().
  struct Form {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    std::uint32_t letters = 0;  // of all its tokens
  };

  /// `text` as it stands in a record or a list.
  void Assign(std::string_view text);

  const std::vector<Token>& tokens() const { return tokens_; }
  /// None: the name has no letters. Else the first has the tokens as written; where a name of three or four Han
  /// characters or Hangul syllables stands in it, the others have its family name of one and of two, and the rest
  /// joined.
  const std::vector<Form>& forms() const { return forms_; }
  /// The letters of the first form, without gaps.
  const std::string& joined() const { return joined_; }
  /// Whether some token is the reading of a syllable.
  bool has_syllables() const { return has_syllables_; }

 private:
  class Reader;
  void AddForm(std::uint32_t run, std::uint32_t run_size, std::uint32_t family);

  std::vector<Token> tokens_;
  std::vector<Form> forms_;
  std::string joined_;
  bool has_syllables_ = false;
  std::string folded_;
};

}  // namespace sluice::text
