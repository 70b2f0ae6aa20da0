// Seeded random choices: with one compiler, the same seed makes the same books and records.
//
// Belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace sluice::differential {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}

  std::uint64_t Next() { return random_(); }
  /// 0 to count - 1.
  std::size_t Below(std::size_t count) { return static_cast<std::size_t>(random_() % count); }
  bool OneIn(std::size_t count) { return Below(count) == 0; }
  bool Percent(std::size_t percent) { return Below(100) < percent; }
  template <typename T>
  const T& Pick(const std::vector<T>& all) {
    return all[Below(all.size())];
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace sluice::differential
