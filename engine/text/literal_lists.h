// Lists of literals that texts are searched for, all of them in one pass: folded (fold.h), as whole words
// (word_break.h) or anywhere in a text.
//
// Lists are added, Prepare() builds; from then on immutable and thread-safe to read.   Ownership: copies the literals.
// Errors: none; a literal that folds to nothing is not found. The caller bounds the bytes of all literals.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/text/literal_automaton.h"
#include "engine/text/word_break.h"

namespace sluice::text {

class LiteralLists {
 public:
  /// Begins a list; its number. With `whole_words`, a literal counts where a word boundary stands at both of its ends.
  std::uint32_t AddList(bool whole_words);
  /// Adds a literal, as written, to the list begun last.
  void AddLiteral(std::string_view literal);
  void Prepare();

  std::size_t size() const { return whole_words_.size(); }
  std::size_t memory_bytes() const { return automaton_.memory_bytes() + members_.size() * sizeof(std::uint32_t); }

  /// Searches texts as LiteralAutomaton::SearchAll does: found(lane, list) for each list that has a literal in the
  /// lane's text, once or several times. The texts are folded, or ASCII as it stands.
  template <std::size_t kLanes, typename Feed, typename Found>
  void SearchAll(Feed feed, Found found) const {
    std::array<std::string_view, kLanes> texts;
    const auto keep = [&](std::size_t lane, std::string_view* text) {
      if (!feed(lane, text)) return false;
      texts[lane] = *text;
      return true;
    };
    automaton_.SearchAll<kLanes>(keep, [&](std::size_t lane, std::uint32_t literal, std::size_t end) {
      Report(texts[lane], literal, end, [&](std::uint32_t list) { found(lane, list); });
    });
  }
  /// Whether `text`, as it stands in a record, has a literal of `list`. `*buffer` is room for its folded form.
  bool Contains(std::string_view text, std::uint32_t list, std::string* buffer) const;

 private:
  template <typename Found>
  void Report(std::string_view text, std::uint32_t literal, std::size_t end, Found found) const {
    const std::size_t begin = end - automaton_.literal(literal).size();
    const std::uint32_t word_lists = first_word_member_[literal];
    for (std::uint32_t i = first_member_[literal]; i < word_lists; ++i) found(members_[i]);
    if (word_lists == first_member_[literal + 1]) return;
    if (!IsWordBoundary(text, begin) || !IsWordBoundary(text, end)) return;
    for (std::uint32_t i = word_lists; i < first_member_[literal + 1]; ++i) found(members_[i]);
  }

  struct Member {
    std::uint32_t literal = 0;
    std::uint32_t list = 0;
  };
  LiteralAutomaton automaton_;
  std::vector<bool> whole_words_;                  // by list
  std::vector<Member> added_;                      // until Prepare()
  std::vector<std::uint32_t> first_member_;        // by literal: lists that have it are members_[first, next first),
  std::vector<std::uint32_t> first_word_member_;   // from here on those of whole words
  std::vector<std::uint32_t> members_;
};

}  // namespace sluice::text
