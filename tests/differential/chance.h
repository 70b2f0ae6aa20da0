// Seeded random choices: with one compiler, the same seed makes the same books and records. Bytes of a fuzzer come
// first where they are given, so that a change of one byte changes one choice.
//
// Belongs to one thread.   Ownership: the bytes outlive it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace sluice::differential {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}
  explicit Chance(std::span<const std::uint8_t> bytes) : random_(1), bytes_(bytes) {}

  std::uint64_t Next() { return bytes_.empty() ? random_() : Take(sizeof(std::uint64_t)); }
  /// 0 to count - 1.
  std::size_t Below(std::size_t count) {
    if (bytes_.empty()) return static_cast<std::size_t>(random_() % count);
    return static_cast<std::size_t>(Take(count <= 256 ? 1 : sizeof(std::uint32_t)) % count);
  }
  bool OneIn(std::size_t count) { return Below(count) == 0; }
  bool Percent(std::size_t percent) { return Below(100) < percent; }
  template <typename T>
  const T& Pick(const std::vector<T>& all) {
    return all[Below(all.size())];
  }

 private:
  std::uint64_t Take(std::size_t count) {
    std::uint64_t value = 0;
    count = std::min(count, bytes_.size());
    for (const std::uint8_t byte : bytes_.first(count)) value = value << 8 | byte;
    bytes_ = bytes_.subspan(count);
    return value;
  }

  std::mt19937_64 random_;
  std::span<const std::uint8_t> bytes_;
};

}  // namespace sluice::differential
