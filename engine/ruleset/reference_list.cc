#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/base/hash.h"
#include "engine/ruleset/reference_data.h"

namespace sluice::ruleset {
namespace {

// The first eight bytes as a number that orders as the bytes do; shorter texts are filled with NULs, so
// equal heads need a comparison of the texts.
std::uint64_t HeadOf(std::string_view text) {
  std::uint64_t head = 0;
  std::memcpy(&head, text.data(), std::min<std::size_t>(text.size(), sizeof(head)));
  static_assert(std::endian::native == std::endian::little);
  return __builtin_bswap64(head);
}

std::uint64_t HashOf(std::int64_t number) {
  return base::CombineHash(0, static_cast<std::uint64_t>(number));
}

}  // namespace

void ReferenceList::Prepare() {
  roots_.clear();
  index_.Reset(type == ValueType::kString ? texts.size() : ints.size());
  const auto never = [](std::uint32_t) { return false; };  // keys do not repeat
  if (type != ValueType::kString) {
    for (std::uint32_t i = 0; i < ints.size(); ++i) index_.FindOrAdd(HashOf(ints[i]), i, never);
    return;
  }
  for (std::uint32_t i = 0; i < texts.size(); ++i) {
    index_.FindOrAdd(base::Hash64(texts[i]), i, never);
    const bool covered = !roots_.empty() && texts[i].starts_with(texts[roots_.back().text]);
    if (!covered) roots_.push_back({HeadOf(texts[i]), i});
  }
}

bool ReferenceList::Contains(std::string_view text) const {
  const auto equal = [&](std::uint32_t i) { return texts[i] == text; };
  return index_.Find(base::Hash64(text), equal) != FlatIndex::kNotFound;
}

bool ReferenceList::Contains(std::int64_t number) const {
  const auto equal = [&](std::uint32_t i) { return ints[i] == number; };
  return index_.Find(HashOf(number), equal) != FlatIndex::kNotFound;
}

// No root is a prefix of another, so whatever lies between a root and a text that begins with it would
// begin with it too: if any root is a prefix of the text, it is the last one not above the text.
bool ReferenceList::HasPrefixOf(std::string_view text) const {
  const std::uint64_t head = HeadOf(text);
  const auto above = std::partition_point(roots_.begin(), roots_.end(), [&](const Root& root) {
    return root.head != head ? root.head < head : texts[root.text] <= text;
  });
  return above != roots_.begin() && text.starts_with(texts[(above - 1)->text]);
}

}  // namespace sluice::ruleset
