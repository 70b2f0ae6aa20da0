// containsAny and similarTo by comparing with every entry of a list, as rules/LANGUAGE.md writes them down.
//
// Thread-safety: none (results are remembered).   Independent of engine/text: ICU on UTF-16, fractions, permutations.
#pragma once

#include <unicode/unistr.h>

#include <cstdint>
#include <string>

#include "tests/support/oracle/book_model.h"

namespace sluice::oracle {

bool TextContainsAny(const ListModel& list, const std::string& text, bool whole_words);
bool TextIsSimilarTo(const ListModel& list, const std::string& text, std::int64_t threshold);

/// By the rules of UAX 29, before code unit `at`.
bool IsWordBoundaryAt(const icu::UnicodeString& text, std::int32_t at);

/// Per mille.
std::int64_t SimilarityOfNames(const std::string& text, const std::string& listed);

}  // namespace sluice::oracle
