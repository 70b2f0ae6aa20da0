// Matching alone, from a batch in columns to matches: a book of 500 rules, and 10,000 profiles.
//
// Counters: seconds and matches a parcel; the label is a digest of all matches, the same on every machine.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/match_world.h"
#include "engine/base/hash.h"
#include "engine/match/evaluator.h"

namespace sluice::bench {
namespace {

constexpr std::uint32_t kBatches = 8;

const World& TheWorld() {
  static const World world;
  return world;
}

template <typename T>
std::uint64_t HashAll(const std::vector<T>& values, std::uint64_t seed) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(values.data());
  return base::Hash64(std::span<const std::uint8_t>(bytes, values.size() * sizeof(T)), seed);
}

std::uint64_t Digest(const ruleset::BatchMatches& matches, std::uint64_t seed) {
  seed = HashAll(matches.hits.values, HashAll(matches.hits.first, seed));
  seed = HashAll(matches.absent.values, HashAll(matches.absent.first, seed));
  return HashAll(matches.errors.values, HashAll(matches.errors.first, seed));
}

// `expected`: the digest of eight batches of 256.
void RunMatch(benchmark::State& state, const ruleset::RuleSetPtr& rules, std::uint64_t expected) {
  const auto rows = static_cast<std::uint32_t>(state.range(0));
  std::vector<std::unique_ptr<parcel::Batch>> batches;
  match::Evaluator evaluator(rules);
  ruleset::BatchMatches matches;
  std::uint64_t digest = 0;
  double hits = 0, absent = 0;
  for (std::uint32_t i = 0; i < kBatches; ++i) {
    batches.push_back(std::make_unique<parcel::Batch>(rules->columns));
    TheWorld().FillBatch(i, rows, batches.back().get());
    evaluator.Evaluate(*batches.back(), &matches);
    digest = Digest(matches, digest);
    hits += static_cast<double>(matches.hits.values.size());
    absent += static_cast<double>(matches.absent.values.size());
  }
  if (rows == 256 && digest != expected) state.SkipWithError("the matches have changed");
  std::size_t next = 0;
  for (auto _ : state) {
    evaluator.Evaluate(*batches[next++ % kBatches], &matches);
    benchmark::DoNotOptimize(matches.hits.values.data());
  }
  using benchmark::Counter;
  const double parcels = static_cast<double>(state.iterations()) * rows;
  state.counters["s_per_parcel"] = Counter(parcels, Counter::kIsRate | Counter::kInvert);
  state.counters["hits_per_parcel"] = hits / (kBatches * rows);
  state.counters["absent_per_parcel"] = absent / (kBatches * rows);
  state.SetLabel("digest " + std::to_string(digest));
}

void BM_MatchBook500(benchmark::State& state) {
  static const ruleset::RuleSetPtr rules = TheWorld().BookRules(500);
  RunMatch(state, rules, 15557637079635127197u);
}
void BM_MatchProfiles10000(benchmark::State& state) {
  static const ruleset::RuleSetPtr rules = TheWorld().ProfileRules(10'000);
  RunMatch(state, rules, 14737721917282004039u);
}

BENCHMARK(BM_MatchBook500)->Arg(1)->Arg(64)->Arg(256)->Arg(512);
BENCHMARK(BM_MatchProfiles10000)->Arg(1)->Arg(64)->Arg(256)->Arg(512);

}  // namespace
}  // namespace sluice::bench
