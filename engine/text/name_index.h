// The names of a list, so that those alike to a text's name are found without comparing it with all of them.
//
// Built once; then immutable and thread-safe to read, each thread with a Query of its own.   Ownership: copies the
// names.
// Errors: none; a name without letters is never found.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/text/name.h"
#include "engine/text/name_similarity.h"

namespace sluice::text {

class NameIndex {
 public:
  /// What one thread needs while it asks; grows to a bound.
  struct Query {
    std::vector<TokenMatcher> matchers;       // of the text's tokens
    std::vector<std::uint32_t> order;         // of a form's tokens
    std::vector<std::uint32_t> alike;         // listed tokens
    std::vector<std::uint32_t> asked;         // by listed form: the last time that it was compared
    std::uint32_t time = 0;
    bool has_syllables = false;               // of the name and the form that are being asked for
    bool is_joined = false;
  };

  /// Adds a name as it stands in the list.
  void Add(std::string_view name);
  void Prepare();

  /// Whether some name is alike to `name` by `threshold` per mille or more (1 to 1000): the same as comparing all.
  bool HasAlike(const Name& name, std::uint32_t threshold, Query* query) const;

  std::size_t memory_bytes() const;

 private:
  struct Form {
    std::uint32_t first = 0;   // its tokens are form_tokens_[first, first + count)
    std::uint32_t count = 0;
    std::uint32_t letters = 0;
    bool is_joined = false;      // not its name's first form
    bool has_syllables = false;  // its name has
  };
  struct Group {               // tokens of one size with as many different letters, padded to whole words of bits
    std::uint8_t size = 0;
    std::uint8_t different = 0;
    std::uint32_t first = 0;   // slots [first, first + count)
    std::uint32_t count = 0;
  };

  std::uint32_t NumberOf(const Token& token);
  void SortTokens();
  void FillLetters();
  void FillForms();
  std::uint64_t LettersMost(std::uint64_t letters, std::uint32_t threshold) const;
  bool FormHasAlike(const Name& name, const Name::Form& form, std::uint32_t threshold, Query* query) const;
  bool AskToken(const Name::Form& form, std::uint32_t token, std::uint32_t threshold, Query* query) const;
  void FindAlike(const TokenMatcher& token, std::vector<std::uint32_t>* alike) const;
  void FindByBeginning(const TokenMatcher& token, std::vector<std::uint32_t>* alike) const;
  void FindByLetters(const TokenMatcher& token, const Group& group, std::vector<std::uint32_t>* alike) const;
  template <std::size_t kMissing>
  void ScanLetters(const TokenMatcher& token, const Group& group, std::vector<std::uint32_t>* alike) const;
  void Consider(const TokenMatcher& token, std::uint32_t listed, std::vector<std::uint32_t>* alike) const;
  bool IsAlike(const Form& listed, std::span<const TokenMatcher> text, std::uint64_t letters,
               std::uint32_t threshold) const;

  std::vector<Token> tokens_;                     // distinct; after Prepare() by group, with empty ones between groups
  std::unordered_map<std::string, std::uint32_t> token_of_;  // until Prepare()
  std::vector<Form> forms_;
  std::vector<std::uint32_t> form_tokens_;
  std::unordered_set<std::string> joined_[2];     // names without, with syllables
  std::uint64_t letters_most_ = 0;                // of one form
  std::vector<Group> groups_;
  std::vector<std::uint64_t> letters_;            // bit rows of the slots, one a letter: which tokens have it
  std::size_t words_ = 0;                         // of one row
  std::vector<std::uint32_t> by_beginning_;       // tokens in the order of their letters
  std::vector<std::uint32_t> first_form_of_;      // by token: forms that have it, forms_of_[first, first of the next)
  std::vector<std::uint32_t> forms_of_;
};

}  // namespace sluice::text
