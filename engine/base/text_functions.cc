#include "engine/base/text_functions.h"

#include "engine/base/utf8.h"

namespace sluice::base {
namespace {

// The byte at which code point `position` begins; the text's size for the position behind the last.
std::optional<std::size_t> OffsetOf(std::string_view text, std::int64_t position) {
  if (position < 0) return std::nullopt;
  if (IsAscii(text)) {
    if (static_cast<std::uint64_t>(position) > text.size()) return std::nullopt;
    return static_cast<std::size_t>(position);
  }
  std::size_t at = 0;
  for (; position > 0; --position) {
    if (at == text.size()) return std::nullopt;
    at += CodePointBytes(text, at);
  }
  return at;
}

std::int64_t PositionOf(std::string_view text, std::size_t offset) {
  return static_cast<std::int64_t>(CountCodePoints(text.substr(0, offset)));
}

}  // namespace

std::size_t CodePointBytes(std::string_view text, std::size_t at) {
  return at < text.size() ? DecodeUtf8(text, at).size : 0;
}

std::optional<std::string_view> CharAt(std::string_view text, std::int64_t position) {
  const auto offset = OffsetOf(text, position);
  if (!offset) return std::nullopt;
  return text.substr(*offset, CodePointBytes(text, *offset));
}

std::optional<std::string_view> Substring(std::string_view text, std::int64_t from, std::int64_t to) {
  if (from > to) return std::nullopt;
  const auto first = OffsetOf(text, from);
  if (!first) return std::nullopt;
  const auto bytes = OffsetOf(text.substr(*first), to - from);
  if (!bytes) return std::nullopt;
  return text.substr(*first, *bytes);
}

std::optional<std::string_view> SubstringFrom(std::string_view text, std::int64_t from) {
  const auto first = OffsetOf(text, from);
  if (!first) return std::nullopt;
  return text.substr(*first);
}

// Well-formed UTF-8 is found at the beginning of code points only.
std::optional<std::int64_t> IndexOf(std::string_view text, std::string_view part, std::int64_t from) {
  const auto first = OffsetOf(text, from);
  if (!first) return std::nullopt;
  const std::size_t found = text.find(part, *first);
  return found == std::string_view::npos ? -1 : PositionOf(text, found);
}

std::int64_t LastIndexOf(std::string_view text, std::string_view part) {
  const std::size_t found = text.rfind(part);
  return found == std::string_view::npos ? -1 : PositionOf(text, found);
}

std::optional<std::int64_t> LastIndexOf(std::string_view text, std::string_view part, std::int64_t last) {
  const auto offset = OffsetOf(text, last);
  if (!offset) return std::nullopt;
  const std::size_t found = text.rfind(part, *offset);
  return found == std::string_view::npos ? -1 : PositionOf(text, found);
}

std::string_view QuoteEscape(char c) {
  switch (c) {
    case '\a': return "\\a";
    case '\b': return "\\b";
    case '\f': return "\\f";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    case '\v': return "\\v";
    case '\\': return "\\\\";
    case '"': return "\\\"";
    default: return {};
  }
}

}  // namespace sluice::base
