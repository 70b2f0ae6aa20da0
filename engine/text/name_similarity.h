// How alike two names are, per mille: Jaro-Winkler of their tokens, under the best assignment of tokens to tokens.
//
// Pure functions; integers throughout, so that no floating point decides.
// Source: rules/LANGUAGE.md, "Names that are alike", which is normative; M. A. Jaro, JASA 84 (1989); W. E. Winkler,
// String comparator metrics and enhanced decision rules (1990).
#pragma once

#include <cstdint>
#include <span>

#include "engine/text/name.h"

namespace sluice::text {

inline constexpr std::uint32_t kAlikeMost = 1000;  // per mille

/// Tokens of `a` and `b` letters that are less alike, per mille, are not assigned to each other. In a short token one
/// typing error weighs more.
inline constexpr std::uint32_t TokensAlikeMin(std::size_t a, std::size_t b) { return a <= 3 && b <= 3 ? 880 : 900; }

/// A token of a text, ready to be compared with many tokens of a list.
class TokenMatcher {
 public:
  explicit TokenMatcher(const Token& token);

  /// 0 to 1000.
  std::uint32_t Similarity(const Token& listed) const;
  /// The same, but 0 where it is below TokensAlikeMin() or the sizes differ too much.
  std::uint32_t SimilarityIfAlike(const Token& listed) const {
    const std::uint32_t similarity = MayBeAlike(listed) ? Similarity(listed) : 0;
    return similarity >= TokensAlikeMin(token_.size, listed.size) ? similarity : 0;
  }
  /// Whether Similarity(listed) may be TokensAlikeMin() or more: by lengths, first letters and the letters that occur.
  bool MayBeAlike(const Token& listed) const;
  const Token& token() const { return token_; }

 private:
  Token token_;
  std::array<std::uint32_t, kAlphabet> places_{};  // by letter: bit i, where letters[i] is it
};

/// The fewest letters that tokens of `a` and `b` letters must have in common to be alike when they begin with the same
/// `prefix` letters (0 to 4); more than min(a, b): they cannot be.
std::uint32_t CommonLettersMin(std::size_t a, std::size_t b, std::size_t prefix);

/// Per mille, of one form of each name. `text` holds matchers of all its tokens, in order.
std::uint32_t FormSimilarity(std::span<const TokenMatcher> text, std::span<const Token> listed);

/// Per mille: 1000 where the joined names are the same, else the best of all forms; 0 where one has no letters.
std::uint32_t NameSimilarity(const Name& text, const Name& listed);

/// The best sum of values[i * columns + j] over assignments of rows to columns, each used at most once. At most
/// kNameTokensMax of either.
std::uint64_t BestAssignment(std::span<const std::uint32_t> values, std::size_t rows, std::size_t columns);

}  // namespace sluice::text
