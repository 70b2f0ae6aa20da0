// Matching alone, from a batch in columns to matches.
//
// A digest of all matches is checked before anything is timed. Batches are cycled, so that inputs stand in the outer
// caches. Counters beside those of over_workloads.h: matches_per_parcel; encode_ns, the first step's part of the time;
// what the evaluator counts (match::MatchCounts) a parcel: visits, survivors, pairs, asked; rules that are always
// visited; bytes of the index.
#include <benchmark/benchmark.h>

#include "bench/over_workloads.h"
#include "engine/match/evaluator.h"

namespace sluice::bench {
namespace {

constexpr std::uint32_t kTimedFillMin = 64;  // of batches whose steps are timed apart: asking the clock takes 200 ns
constexpr std::size_t kBatchesMax = 256;

void Count(const match::MatchCounts& before, const match::MatchCounts& after, double parcels, benchmark::State& state) {
  const auto each = [&](std::uint64_t then, std::uint64_t now) { return static_cast<double>(now - then) / parcels; };
  state.counters["visits"] = each(before.visits, after.visits);
  state.counters["survivors"] = each(before.survivors, after.survivors);
  state.counters["pairs"] = each(before.pairs, after.pairs);
  state.counters["asked"] = each(before.asked, after.asked);
  state.counters["always"] = static_cast<double>(after.always);
  state.counters["index_bytes"] = static_cast<double>(after.index_bytes);
}

void RunMatch(benchmark::State& state, const Case& one) {
  if (!IsRight(state, DigestMatches(one.workload, kDigestParcels, one.fill), one.named.matches_digest)) return;
  const Batches batches = DecodeBatches(one.workload, one.fill, kBatchesMax);
  match::Evaluator evaluator(one.workload.rule_set);
  ruleset::BatchMatches matches;
  double hits = 0;
  for (const auto& batch : batches) {
    evaluator.Evaluate(*batch, &matches);
    hits += static_cast<double>(matches.hits.values.size());
  }
  const match::MatchCounts before = evaluator.counts();
  std::size_t next = 0;
  const bool is_timed = one.fill >= kTimedFillMin;
  double encoding_ns = 0;
  const ParcelTimer timer;
  for (auto _ : state) {
    const double start_ns = is_timed ? ThreadTimeNs() : 0;
    evaluator.Encode(*batches[next]);
    if (is_timed) encoding_ns += ThreadTimeNs() - start_ns;
    evaluator.Match(&matches);
    benchmark::DoNotOptimize(matches.hits.values.data());
    next = next + 1 == batches.size() ? 0 : next + 1;
  }
  timer.Count(state, one.fill);
  const double parcels = static_cast<double>(state.iterations()) * one.fill;
  Count(before, evaluator.counts(), parcels, state);
  if (is_timed) state.counters["encode_ns"] = encoding_ns / parcels;
  state.counters["matches_per_parcel"] = hits / static_cast<double>(batches.size() * one.fill);
}
[[maybe_unused]] const bool kRegistered = RegisterOverWorkloads("Match", RunMatch);

}  // namespace
}  // namespace sluice::bench
