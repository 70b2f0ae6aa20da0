#include "engine/draw/draw.h"

#include <array>
#include <span>

#include "engine/base/check.h"
#include "engine/base/limits.h"

namespace sluice::draw {

namespace {

constexpr std::string_view kRuleTag = "sluice.draw.rule.v1";

std::span<const std::uint8_t> Bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// FORMAT.md's "part": four bytes of length, little-endian, then the bytes.
std::array<std::uint8_t, 4> LengthOf(std::size_t size) {
  const auto length = static_cast<std::uint32_t>(size);
  return {static_cast<std::uint8_t>(length), static_cast<std::uint8_t>(length >> 8),
          static_cast<std::uint8_t>(length >> 16), static_cast<std::uint8_t>(length >> 24)};
}

std::uint64_t FirstBytes(const base::Hash512& hash) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | hash[static_cast<std::size_t>(i)];
  return value;
}

}  // namespace

DrawSeed SeedOf(const EpochKey& key, std::string_view draw_id) {
  return base::KeyedBlake2b512(key.key, Bytes(draw_id));
}

std::uint64_t RuleTicket(const EpochKey& key, const DrawSeed& seed, std::string_view rule_id) {
  const auto tag_length = LengthOf(kRuleTag.size());
  const auto id_length = LengthOf(rule_id.size());
  const auto seed_length = LengthOf(seed.size());
  return FirstBytes(base::KeyedBlake2b512(
      key.key, {tag_length, Bytes(kRuleTag), id_length, Bytes(rule_id), seed_length, seed}));
}

std::uint64_t MinimumRateTicket(const DrawSeed& seed) { return FirstBytes(seed); }

std::uint64_t Threshold(std::uint32_t parts_per_million) {
  SLUICE_CHECK(parts_per_million < limits::kProbabilityMax);
  // floor(p * 2^64 / 10^6) by long division in base 2^32, since p * 2^64 needs 84 bits.
  constexpr std::uint64_t kMillion = limits::kProbabilityMax;
  const std::uint64_t high_dividend = std::uint64_t{parts_per_million} << 32;
  const std::uint64_t high = high_dividend / kMillion;
  const std::uint64_t low = ((high_dividend % kMillion) << 32) / kMillion;
  return high << 32 | low;
}

}  // namespace sluice::draw
