#include "tools/generator/random.h"

#include <cmath>
#include <cstddef>

#include "engine/base/check.h"

namespace sluice::generator {

namespace {
constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15u;
constexpr double kLn2 = 0.69314718055994530942;
}  // namespace

std::uint64_t Mix(std::uint64_t value) {
  value += kGolden;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
  return value ^ (value >> 31);
}

std::uint64_t Random::Next() {
  const std::uint64_t value = Mix(state_);
  state_ += kGolden;
  return value;
}

std::uint32_t Random::Below(std::uint32_t count) {
  return static_cast<std::uint32_t>(((Next() >> 32) * count) >> 32);
}

std::int64_t Random::Whole(std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(Next() % static_cast<std::uint64_t>(high - low + 1));
}

double Random::Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

double Random::Between(double low, double high) { return low + (high - low) * Unit(); }

double Random::Normal() {
  std::uint64_t sum = 0;
  for (int half = 0; half < 2; ++half) {
    const std::uint64_t bits = Next();
    sum += (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48);
  }
  constexpr double kMean = 4.0 * 65535.0;
  constexpr double kDeviation = 53509.0;  // 65536 * sqrt(8 / 12)
  return (static_cast<double>(sum) - kMean) / kDeviation;
}

std::uint32_t Random::Pick(std::initializer_list<std::uint32_t> weights) {
  std::uint32_t sum = 0;
  for (const std::uint32_t weight : weights) sum += weight;
  std::uint32_t rest = Below(sum);
  std::uint32_t index = 0;
  for (const std::uint32_t weight : weights) {
    if (rest < weight) break;
    rest -= weight;
    ++index;
  }
  return index;
}

double Exp(double x) {
  const double halvings = std::floor(x / kLn2 + 0.5);
  const double rest = x - halvings * kLn2;
  double sum = 1.0;
  for (int term = 14; term >= 1; --term) sum = 1.0 + sum * rest / term;
  return std::ldexp(sum, static_cast<int>(halvings));
}

double Log(double x) {
  int exponent = 0;
  const double fraction = std::frexp(x, &exponent);  // exact, in [0.5, 1)
  const double ratio = (fraction - 0.75) / (fraction + 0.75);
  const double square = ratio * ratio;
  double sum = 0.0;
  for (int term = 19; term >= 1; term -= 2) sum = sum * square + 1.0 / term;
  constexpr double kLogThreeQuarters = -0.28768207245178092744;
  return exponent * kLn2 + kLogThreeQuarters + 2.0 * ratio * sum;
}

double CubeRoot(double x) { return Exp(Log(x) / 3.0); }

Alias::Alias(std::span<const std::uint64_t> weights) : cells_(weights.size()) {
  std::uint64_t sum = 0;
  for (const std::uint64_t weight : weights) sum += weight;
  SLUICE_CHECK(sum > 0);
  // Each cell holds `sum` units; weight * count units of its own index, the rest lent from a fuller
  // one.
  const std::uint64_t count = weights.size();
  std::vector<std::uint64_t> units(count);
  std::vector<std::uint32_t> poor;
  std::vector<std::uint32_t> rich;
  for (std::uint32_t i = 0; i < count; ++i) {
    units[i] = weights[i] * count;
    cells_[i] = {std::uint64_t{1} << 32, i};
    (units[i] < sum ? poor : rich).push_back(i);
  }
  while (!poor.empty() && !rich.empty()) {
    const std::uint32_t small = poor.back();
    poor.pop_back();
    const std::uint32_t large = rich.back();
    const double share = static_cast<double>(units[small]) / static_cast<double>(sum);
    cells_[small] = {static_cast<std::uint64_t>(share * 0x1p32), large};
    units[large] -= sum - units[small];
    if (units[large] >= sum) continue;
    rich.pop_back();
    poor.push_back(large);
  }
}

std::uint32_t Alias::Draw(Random* random) const {
  const std::uint64_t bits = random->Next();
  const std::uint64_t cell = ((bits >> 32) * cells_.size()) >> 32;
  const bool own = (bits & 0xFFFFFFFFu) < cells_[cell].threshold;
  return own ? static_cast<std::uint32_t>(cell) : cells_[cell].other;
}

std::vector<std::uint64_t> ZipfWeights(std::uint32_t count, std::uint32_t plateau) {
  constexpr std::uint64_t kScale = 1'000'000'000;
  std::vector<std::uint64_t> weights(count);
  for (std::uint32_t i = 0; i < count; ++i) weights[i] = kScale / (i + 1 + plateau);
  return weights;
}

}  // namespace sluice::generator
