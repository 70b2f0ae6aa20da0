#include "tests/fuzz/edits.h"

#include <algorithm>

namespace sluice::fuzz {
namespace {

constexpr std::size_t kEditBytes = 7;
constexpr std::size_t kEditsMax = 64;
constexpr std::size_t kGrowthMax = 4096;  // bytes that one edit may add

using Bytes = std::vector<std::uint8_t>;

enum Kind : std::uint8_t { kSetByte, kSetShort, kSetWord, kAddToWord, kErase, kRepeat, kKinds };

std::uint32_t Number(std::span<const std::uint8_t> bytes) {
  std::uint32_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) number = number << 8 | bytes[i];
  return number;
}

std::int32_t Signed(std::uint32_t three_bytes) { return static_cast<std::int32_t>(three_bytes << 8) >> 8; }

void Set(Bytes* bytes, std::size_t at, std::size_t count, std::uint32_t value) {
  for (std::size_t i = at; i < std::min(at + count, bytes->size()); ++i, value >>= 8) {
    (*bytes)[i] = static_cast<std::uint8_t>(value);
  }
}

void Apply(std::span<const std::uint8_t> edit, Bytes* bytes) {
  const std::size_t at = Number(edit.first(3)) % bytes->size();
  const std::uint32_t value = Number(edit.subspan(4, 3));
  const auto here = bytes->begin() + static_cast<std::ptrdiff_t>(at);
  const std::size_t left = bytes->size() - at;
  switch (edit[3] % kKinds) {
    case kSetByte: return Set(bytes, at, 1, value);
    case kSetShort: return Set(bytes, at, 2, value);
    case kSetWord: return Set(bytes, at, 4, static_cast<std::uint32_t>(Signed(value)));
    case kAddToWord: {
      const std::uint32_t old = Number(std::span(*bytes).subspan(at, std::min<std::size_t>(left, 4)));
      return Set(bytes, at, 4, old + static_cast<std::uint32_t>(Signed(value)));
    }
    case kErase: bytes->erase(here, here + static_cast<std::ptrdiff_t>(std::min<std::size_t>(value, left))); return;
    default: {
      const Bytes part(here, here + static_cast<std::ptrdiff_t>(std::min({std::size_t{value}, left, kGrowthMax})));
      bytes->insert(here, part.begin(), part.end());
    }
  }
}

}  // namespace

std::vector<std::uint8_t> Edited(std::vector<std::uint8_t> base, std::span<const std::uint8_t> input) {
  for (std::size_t edits = 0; input.size() >= kEditBytes && !base.empty() && edits < kEditsMax; ++edits) {
    Apply(input.first(kEditBytes), &base);
    input = input.subspan(kEditBytes);
  }
  return base;
}

}  // namespace sluice::fuzz
