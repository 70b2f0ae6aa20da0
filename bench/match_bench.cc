// Matching alone, from a batch in columns to matches.
//
// A digest of all matches is checked before anything is timed. Each batch is decoded right before, as in life, and the
// time of decoding alone is taken off again: the benchmark's own columns Time and CPU are with it.
//
// Counters beside those of over_workloads.h: matches_per_parcel; encode_ns, the first step's part of the time; what the
// evaluator counts (match::MatchCounts) a parcel: visits, survivors, pairs, asked; rules that are always visited; bytes
// of the index. With SLUICE_INSTRUCTION_SET in the environment (AVX2, SSE4, …), on that one.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "bench/over_workloads.h"
#include "engine/match/evaluator.h"
#include "engine/match/index_kernels.h"

namespace sluice::bench {
namespace {

constexpr std::uint32_t kTimedFillMin = 64;  // of batches whose steps are timed apart: asking the clock takes 200 ns
constexpr std::size_t kCountedBatches = 16;  // of 512, for matches_per_parcel

void Count(const match::MatchCounts& before, const match::MatchCounts& after, double parcels, benchmark::State& state) {
  const auto each = [&](std::uint64_t then, std::uint64_t now) { return static_cast<double>(now - then) / parcels; };
  state.counters["visits"] = each(before.visits, after.visits);
  state.counters["survivors"] = each(before.survivors, after.survivors);
  state.counters["pairs"] = each(before.pairs, after.pairs);
  state.counters["asked"] = each(before.asked, after.asked);
  state.counters["always"] = static_cast<double>(after.always);
  state.counters["index_bytes"] = static_cast<double>(after.index_bytes);
}

/// Processor time of so many batches from the feeder, ns.
double FeedNs(std::uint64_t batches, BatchFeeder* feeder) {
  const double start_ns = ThreadTimeNs();
  for (std::uint64_t i = 0; i < batches; ++i) benchmark::DoNotOptimize(feeder->Next().row_count());
  return ThreadTimeNs() - start_ns;
}

void RunSteps(benchmark::State& state, const Case& one, match::Evaluator* evaluator) {
  BatchFeeder feeder(one.workload, one.fill);
  ruleset::BatchMatches matches;
  const bool is_timed = one.fill >= kTimedFillMin;
  double encoding_ns = 0;
  const ParcelTimer timer;
  for (auto _ : state) {
    const parcel::Batch& batch = feeder.Next();
    const double start_ns = is_timed ? ThreadTimeNs() : 0;
    evaluator->Encode(batch);
    if (is_timed) encoding_ns += ThreadTimeNs() - start_ns;
    evaluator->Match(&matches);
    benchmark::DoNotOptimize(matches.hits.Row(0).data());
  }
  timer.Count(state, one.fill);
  const double parcels = static_cast<double>(state.iterations()) * one.fill;
  state.counters["ns_per_parcel"].value -= FeedNs(static_cast<std::uint64_t>(state.iterations()), &feeder) / parcels;
  if (is_timed) state.counters["encode_ns"] = encoding_ns / parcels;
}

double MatchesPerParcel(const Case& one, match::Evaluator* evaluator) {
  ruleset::BatchMatches matches;
  std::size_t parcels = 0, hits = 0;
  for (const auto& batch : DecodeBatches(one.workload, 512, kCountedBatches)) {
    evaluator->Evaluate(*batch, &matches);
    parcels += batch->row_count();
    hits += matches.hits.size();
  }
  return static_cast<double>(hits) / static_cast<double>(parcels);
}

void RunMatch(benchmark::State& state, const Case& one) {
  const char* instruction_set = std::getenv("SLUICE_INSTRUCTION_SET");
  match::UseInstructionSet(instruction_set == nullptr ? "" : instruction_set);
  if (!IsRight(state, DigestMatches(one.workload, kDigestParcels, one.fill), one.named.matches_digest)) return;
  match::Evaluator evaluator(match::MakeMatcher(one.workload.rule_set));
  state.counters["matches_per_parcel"] = MatchesPerParcel(one, &evaluator);
  const match::MatchCounts before = evaluator.counts();
  RunSteps(state, one, &evaluator);
  Count(before, evaluator.counts(), static_cast<double>(state.iterations()) * one.fill, state);
}
[[maybe_unused]] const bool kRegistered = RegisterOverWorkloads("Match", RunMatch);

}  // namespace
}  // namespace sluice::bench
