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
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t head = 0;
  if (text.size() >= sizeof(head)) {  // one load instead of a call
    std::memcpy(&head, text.data(), sizeof(head));
  } else {
    std::memcpy(&head, text.data(), text.size());
  }
  return __builtin_bswap64(head);
}

// The head's bits that a prefix of `bytes` bytes has, the others 0.
constexpr std::uint64_t HeadMask(std::size_t bytes) {
  return bytes == 0 ? 0 : bytes >= 8 ? ~std::uint64_t{0} : ~std::uint64_t{0} << (64 - 8 * bytes);
}

// A cheap mix of a text's length and last bytes: most texts that are asked for are in no list, and short lists can say
// so without a hash of the whole.
std::uint64_t TailMix(std::string_view text) {
  std::uint64_t tail = 0;
  if (text.size() >= sizeof(tail)) {
    std::memcpy(&tail, text.data() + text.size() - sizeof(tail), sizeof(tail));
  } else {
    std::memcpy(&tail, text.data(), text.size());
  }
  return (tail ^ text.size()) * 0x9E3779B97F4A7C15u;
}

constexpr std::size_t kTailFilterTextsMax = 4096;  // above, the filter would not stay near the core
constexpr std::size_t kTailBitsPerText = 32;       // about one text in 32 passes by chance

std::uint64_t HashOf(std::int64_t number) {
  return base::CombineHash(0, static_cast<std::uint64_t>(number));
}

}  // namespace

void ReferenceList::Prepare() {
  roots_.clear();
  heads_.clear();
  tails_.clear();
  text_bytes_max_ = 0;
  index_.Reset(type == ValueType::kString ? texts.size() : ints.size());
  const auto never = [](std::uint32_t) { return false; };  // keys do not repeat
  if (type != ValueType::kString) {
    for (std::uint32_t i = 0; i < ints.size(); ++i) index_.FindOrAdd(HashOf(ints[i]), i, never);
    return;
  }
  for (std::uint32_t i = 0; i < texts.size(); ++i) {
    index_.FindOrAdd(base::Hash64(texts[i]), i, never);
    text_bytes_max_ = std::max(text_bytes_max_, texts[i].size());
    const bool covered = !roots_.empty() && texts[i].starts_with(texts[roots_.back().text]);
    if (!covered) roots_.push_back({i, static_cast<std::uint32_t>(texts[i].size())});
  }
  for (const Root& root : roots_) heads_.push_back(HeadOf(texts[root.text]));
  PrepareTails();
}

void ReferenceList::PrepareTails() {
  if (texts.size() == 0 || texts.size() > kTailFilterTextsMax) return;
  const std::size_t words = std::bit_ceil(texts.size() * kTailBitsPerText / 64);
  tails_.assign(words, 0);
  tail_shift_ = static_cast<std::uint32_t>(64 - std::countr_zero(words) - 6);
  for (std::uint32_t i = 0; i < texts.size(); ++i) {
    const std::uint64_t bit = TailMix(texts[i]) >> tail_shift_;
    tails_[bit / 64] |= std::uint64_t{1} << (bit % 64);
  }
}

bool ReferenceList::Contains(std::string_view text) const {
  if (!tails_.empty()) {
    const std::uint64_t bit = TailMix(text) >> tail_shift_;
    if ((tails_[bit / 64] >> (bit % 64) & 1) == 0) return false;
  }
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
  if (heads_.empty()) return false;
  const std::uint64_t head = HeadOf(text);
  const std::uint64_t* at = heads_.data();
  for (std::size_t count = heads_.size(); count > 1;) {  // without a branch on the heads
    const std::size_t half = count / 2;
    at += at[half - 1] <= head ? half : 0;
    count -= half;
  }
  std::size_t above = static_cast<std::size_t>(at - heads_.data()) + (*at <= head ? 1 : 0);
  // Roots of more than eight bytes may share the text's head: of those, the last that is not above the text.
  if (above > 0 && heads_[above - 1] == head && roots_[above - 1].bytes > sizeof(head)) {
    const auto shared = std::lower_bound(heads_.begin(), heads_.end(), head) - heads_.begin();
    const auto end = roots_.begin() + static_cast<std::ptrdiff_t>(above);
    const auto after = std::partition_point(roots_.begin() + shared, end,
                                            [&](const Root& root) { return texts[root.text] <= text; });
    above = static_cast<std::size_t>(after - roots_.begin());
  }
  if (above == 0) return false;
  const Root& root = roots_[above - 1];
  if (((head ^ heads_[above - 1]) & HeadMask(root.bytes)) != 0 || text.size() < root.bytes) return false;
  return root.bytes <= sizeof(head) || text.starts_with(texts[root.text]);
}

}  // namespace sluice::ruleset
