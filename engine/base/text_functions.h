// CEL's functions of text over well-formed UTF-8. Positions and lengths count code points.
//
// Thread-safety: pure functions.   Ownership: results are parts of their arguments.   Errors: nothing for a position
// outside the text. What makes a new text hands its pieces, in order, to a callable that takes a std::string_view:
// callers measure first and copy then.
// Source: CEL strings extension (cel-go ext/README.md, "Strings"); for a position past the end, the conformance suite.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::base {

/// The code point at `position`; empty at the end.
std::optional<std::string_view> CharAt(std::string_view text, std::int64_t position);
/// Code points [from, to).
std::optional<std::string_view> Substring(std::string_view text, std::int64_t from, std::int64_t to);
std::optional<std::string_view> SubstringFrom(std::string_view text, std::int64_t from);
/// Where `part` first begins at `from` or later; -1 when it does not.
std::optional<std::int64_t> IndexOf(std::string_view text, std::string_view part, std::int64_t from);
/// Where `part` last begins; -1 when it does not.
std::int64_t LastIndexOf(std::string_view text, std::string_view part);
/// The same, at `last` or earlier.
std::optional<std::int64_t> LastIndexOf(std::string_view text, std::string_view part, std::int64_t last);
/// Bytes of the code point that begins at byte `at`, which is within the text.
std::size_t CodePointBytes(std::string_view text, std::size_t at);
/// What quotes put for a code point of one byte: `\n` for a line feed; empty when it stands as it is.
std::string_view QuoteEscape(char c);

/// `from` replaced by `to`, `limit` times from the left (negative: each time). An empty `from` stands before each
/// code point and at the end.
template <typename Piece>
void ReplaceText(std::string_view text, std::string_view from, std::string_view to, std::int64_t limit, Piece piece) {
  std::size_t at = 0;  // what lies before has been handed on
  for (std::int64_t done = 0; limit < 0 || done < limit; ++done) {
    if (from.empty() && done > 0) {
      if (at == text.size()) return;
      const std::size_t bytes = CodePointBytes(text, at);
      piece(text.substr(at, bytes));
      at += bytes;
    }
    const std::size_t found = text.find(from, at);
    if (found == std::string_view::npos) break;
    piece(text.substr(at, found - at));
    piece(to);
    at = found + from.size();
  }
  piece(text.substr(at));
}

/// At most `limit` parts, the last of them the rest (negative: as many as there are; 0: none). An empty separator
/// parts the code points.
template <typename Part>
void SplitText(std::string_view text, std::string_view separator, std::int64_t limit, Part part) {
  if (limit == 0 || (text.empty() && separator.empty() && limit != 1)) return;
  std::size_t at = 0;
  for (std::int64_t made = 1; limit < 0 || made < limit; ++made) {
    const std::size_t first = separator.empty() ? at + CodePointBytes(text, at) : text.find(separator, at);
    if (first >= text.size() && (separator.empty() || first == std::string_view::npos)) break;
    part(text.substr(at, first - at));
    at = first + separator.size();
  }
  part(text.substr(at));
}

/// Code points from the last to the first.
template <typename Piece>
void ReverseText(std::string_view text, Piece piece) {
  for (std::size_t end = text.size(); end > 0;) {
    std::size_t start = end - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
    piece(text.substr(start, end - start));
    end = start;
  }
}

/// Between double quotes, with `"`, `\` and the control characters that have a letter escaped.
template <typename Piece>
void QuoteText(std::string_view text, Piece piece) {
  piece("\"");
  std::size_t at = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view escape = QuoteEscape(text[i]);
    if (escape.empty()) continue;
    piece(text.substr(at, i - at));
    piece(escape);
    at = i + 1;
  }
  piece(text.substr(at));
  piece("\"");
}

}  // namespace sluice::base
