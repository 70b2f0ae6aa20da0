// Word boundaries by Unicode Standard Annex 29, without dictionaries: each Han character, each hiragana and each letter
// of the scripts that write no spaces stands by itself.
//
// Thread-safety: free functions of immutable data.   Errors: none; ill-formed bytes are characters of their own.
// Source: UAX #29, rules WB1 to WB999, but that a colon joins nothing, as ICU has it; properties by ICU. One
// place is asked at a time, without going over the whole text: ICU's BreakIterator, which the tests compare with,
// takes longer to look at one short text than the search in it.
#pragma once

#include <cstddef>
#include <string_view>

namespace sluice::text {

/// IsWordBoundary(), by the rules one by one.
bool IsWordBoundaryByRules(std::string_view text, std::size_t at);

/// Whether a word may begin or end before byte `at`, which begins a character or is text.size().
inline bool IsWordBoundary(std::string_view text, std::size_t at) {
  if (at == 0 || at >= text.size()) return true;
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
  };
  const bool left = is_word(text[at - 1]), right = is_word(text[at]);
  if (left && right) return false;  // mostly: a literal within a word
  if ((left && text[at] == ' ') || (right && text[at - 1] == ' ')) return true;
  return IsWordBoundaryByRules(text, at);
}

}  // namespace sluice::text
