// Texts made comparable: NFKC normalised and case folded (Unicode's NFKC_Casefold), so that full-width letters,
// ligatures, upper case and invisible characters make no difference.
//
// Thread-safety: free functions.   Errors: none; ill-formed UTF-8 becomes U+FFFD.
// Source: Unicode Standard, 3.13 "Identifier Caseless Matching", toNFKC_Casefold; data of ICU (text_version.h).
#pragma once

#include <string>
#include <string_view>

namespace sluice::text {

/// Replaces `*folded` by the folded form of `text`.
void Fold(std::string_view text, std::string* folded);
std::string Folded(std::string_view text);

}  // namespace sluice::text
