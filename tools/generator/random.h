// Random numbers and elementary functions that give the same bits on every machine and library.
//
// The stream of a parcel depends on (seed, parcel number) alone. Source: SplitMix64 (Steele, Lea,
// Flood 2014). No std:: distribution and no libm function is used: both differ between libraries. +
// - * / and floor do not. Thread-safety: an object belongs to one thread at a time.   Errors: none.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

namespace sluice::generator {

/// The finalizer of SplitMix64: a bijection that scatters.
std::uint64_t Mix(std::uint64_t value);

class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream) : state_(Mix(Mix(seed) + stream)) {}

  std::uint64_t Next();
  /// 0 to count - 1; count at least 1. The bias (count / 2^32) does not matter here.
  std::uint32_t Below(std::uint32_t count);
  /// Both ends included.
  std::int64_t Whole(std::int64_t low, std::int64_t high);
  /// In [0, 1), 53 bits.
  double Unit();
  double Between(double low, double high);
  bool Chance(double probability) { return Unit() < probability; }
  /// Near standard normal: the sum of eight uniforms (Irwin-Hall), within +-4.9.
  double Normal();
  /// An index, each with its weight.
  std::uint32_t Pick(std::initializer_list<std::uint32_t> weights);

 private:
  std::uint64_t state_;
};

/// e^x for |x| <= 40, relative error below 1e-12.
double Exp(double x);
/// Natural logarithm of a positive number, absolute error below 1e-12.
double Log(double x);
/// Positive root, relative error below 1e-12.
double CubeRoot(double x);

/// Draws an index by weight in constant time (Walker's alias method, in integers).
class Alias {
 public:
  Alias() = default;
  /// At least one weight above 0; the sum times the count is below 2^63.
  explicit Alias(std::span<const std::uint64_t> weights);

  std::uint32_t Draw(Random* random) const;
  bool empty() const { return cells_.empty(); }

 private:
  struct Cell {
    std::uint64_t threshold;  // of 2^32
    std::uint32_t other;
  };
  std::vector<Cell> cells_;
};

/// Weights 1 / (rank + plateau), rank from 1: the shape of entities in trade.
std::vector<std::uint64_t> ZipfWeights(std::uint32_t count, std::uint32_t plateau);

}  // namespace sluice::generator
