#include "engine/match/text_ops.h"

#include <algorithm>
#include <cstring>

#include "engine/base/utf8.h"

namespace sluice::match {
namespace {

bool IsWhiteSpace(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// Offset of the code point that ends before `end`.
std::size_t PreviousStart(std::string_view text, std::size_t end) {
  --end;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return end;
}

ErrorKind MapLetters(std::string_view text, char first, char last, Arena* arena, std::string_view* out) {
  *out = text;
  const auto changes = [=](char c) { return c >= first && c <= last; };
  if (std::none_of(text.begin(), text.end(), changes)) return ErrorKind::kNone;
  auto* place = static_cast<char*>(arena->Allocate(text.size()));
  if (place == nullptr) return ErrorKind::kLimit;
  std::transform(text.begin(), text.end(), place,
                 [=](char c) { return static_cast<char>(changes(c) ? c ^ 0x20 : c); });
  *out = {place, text.size()};
  return ErrorKind::kNone;
}

}  // namespace

bool TextContains(std::string_view text, std::string_view part) {
  return part.empty() || memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

ErrorKind LowerLetters(std::string_view text, Arena* arena, std::string_view* out) {
  return MapLetters(text, 'A', 'Z', arena, out);
}
ErrorKind UpperLetters(std::string_view text, Arena* arena, std::string_view* out) {
  return MapLetters(text, 'a', 'z', arena, out);
}

std::string_view TrimWhiteSpace(std::string_view text) {
  const auto is_ascii_graphic = [](char c) { return c > ' ' && c < 0x7F; };
  if (!text.empty() && is_ascii_graphic(text.front()) && is_ascii_graphic(text.back())) return text;
  std::size_t first = 0;
  while (first < text.size()) {
    const base::CodePoint point = base::DecodeUtf8(text, first);
    if (!IsWhiteSpace(point.value)) break;
    first += point.size;
  }
  std::size_t last = text.size();
  while (last > first) {
    const std::size_t start = PreviousStart(text, last);
    if (!IsWhiteSpace(base::DecodeUtf8(text, start).value)) break;
    last = start;
  }
  return text.substr(first, last - first);
}

bool SetContains(const ruleset::Program& program, std::uint32_t set, const Value& value) {
  const ruleset::ConstantSet& constants = program.sets[set];
  switch (constants.type) {
    case ruleset::ValueType::kUint:
      return std::binary_search(constants.uints.begin(), constants.uints.end(), value.natural);
    case ruleset::ValueType::kString: {
      const std::string_view text = value.Text();
      const auto at = std::lower_bound(constants.texts.begin(), constants.texts.end(), text,
                                       [&](std::uint32_t index, std::string_view wanted) {
                                         return program.texts[index] < wanted;
                                       });
      return at != constants.texts.end() && program.texts[*at] == text;
    }
    default: return std::binary_search(constants.ints.begin(), constants.ints.end(), value.number);
  }
}

ruleset::KeyValue MakeKey(ruleset::ValueType type, const Value& value) {
  using ruleset::ValueType;
  ruleset::KeyValue key;
  key.type = type;
  switch (type) {
    case ValueType::kString: key.text = value.Text(); break;
    case ValueType::kUint: key.unsigned_number = value.natural; break;
    case ValueType::kDouble: key.real = value.real; break;
    case ValueType::kTimestamp: key.time = value.time; break;
    default: key.number = value.number; break;
  }
  return key;
}

bool ListContains(const ruleset::ReferenceList& list, const Value& value) {
  return list.type == ruleset::ValueType::kString ? list.Contains(value.Text()) : list.Contains(value.number);
}

}  // namespace sluice::match
