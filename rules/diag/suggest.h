// "did you mean": the nearest known name to one that is unknown.
//
// Thread-safety: pure functions.   Errors: none; no near name gives an empty result.
// Distance: Damerau-Levenshtein (optimal string alignment) over bytes, ASCII case ignored; a name
// is near when at most a third of the longer of the two differs.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace sluice::rules {

std::size_t EditDistance(std::string_view a, std::string_view b);

/// The nearest candidate, the first of equals; empty when none is near.
std::string_view NearestName(std::string_view name, std::span<const std::string_view> candidates);

/// "did you mean 'X'?", or empty when no candidate is near.
std::string DidYouMean(std::string_view name, std::span<const std::string_view> candidates);
std::string DidYouMean(std::string_view name, std::span<const std::string> candidates);

}  // namespace sluice::rules
