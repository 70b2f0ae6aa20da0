// Matching alone, from a batch in columns to matches, over the fixed workloads: Match/WORKLOAD/rules:N/fill:F.
//
// A digest of all matches is checked before anything is timed. Batches are cycled, so that inputs stand in the outer
// caches. Counters: ns_per_parcel, matches_per_parcel.
#include <benchmark/benchmark.h>

#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "bench/workloads/flat_book.h"
#include "bench/workloads/flat_settings.h"
#include "engine/match/evaluator.h"

namespace sluice::bench {
namespace {

// Processor time of this thread, ns: on a shared machine, elapsed time is others' too. Costs some 200 ns.
double NowNs() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}
constexpr std::uint32_t kTimedFillMin = 64;  // of batches whose steps are timed apart

constexpr std::size_t kBatchesMax = 256;

/// The workload of the benchmark that ran last is kept: the next one asks for it with another fill.
const Workload& TheFlatWorkload(const FlatSetting& setting) {
  static std::unique_ptr<Workload> kept;
  static const FlatSetting* kept_setting = nullptr;
  if (kept_setting != &setting) {
    kept.reset();
    kept = std::make_unique<Workload>(MakeFlatWorkload(setting.name, MakeFlatModel(setting.knobs)));
    kept_setting = &setting;
  }
  return *kept;
}

// `expected`: what DigestMatches must give.
void RunMatch(benchmark::State& state, const Workload& workload, std::uint32_t fill, std::uint64_t expected) {
  const std::uint64_t digest = DigestMatches(workload, kDigestParcels, fill);
  if (digest != expected) {
    const std::string message = "digest " + std::to_string(digest) + " where " + std::to_string(expected) + " is right";
    return state.SkipWithError(message.c_str());
  }
  const Batches batches = DecodeBatches(workload, fill, kBatchesMax);
  match::Evaluator evaluator(workload.rule_set);
  ruleset::BatchMatches matches;
  double hits = 0;
  for (const auto& batch : batches) {
    evaluator.Evaluate(*batch, &matches);
    hits += static_cast<double>(matches.hits.values.size());
  }
  const match::MatchCounts before = evaluator.counts();
  std::size_t next = 0;
  double encoding = 0;
  for (auto _ : state) {
    const double start = fill < kTimedFillMin ? 0 : NowNs();
    evaluator.Encode(*batches[next]);
    if (fill >= kTimedFillMin) encoding += NowNs() - start;
    evaluator.Match(&matches);
    benchmark::DoNotOptimize(matches.hits.values.data());
    next = next + 1 == batches.size() ? 0 : next + 1;
  }
  using benchmark::Counter;
  const double parcels = static_cast<double>(state.iterations()) * fill;
  const match::MatchCounts counts = evaluator.counts();
  const auto each = [&](std::uint64_t now, std::uint64_t then) { return static_cast<double>(now - then) / parcels; };
  state.counters["visits"] = each(counts.visits, before.visits);
  state.counters["survivors"] = each(counts.survivors, before.survivors);
  state.counters["pairs"] = each(counts.pairs, before.pairs);
  state.counters["asked"] = each(counts.asked, before.asked);
  state.counters["always"] = static_cast<double>(counts.always);
  state.counters["index_bytes"] = static_cast<double>(counts.index_bytes);
  if (fill >= kTimedFillMin) state.counters["encode_ns"] = encoding / parcels;
  state.counters["ns_per_parcel"] = Counter(parcels * 1e-9, Counter::kIsRate | Counter::kInvert);
  state.counters["matches_per_parcel"] = hits / static_cast<double>(batches.size() * fill);
}

bool RegisterFlat() {
  for (const FlatSetting& setting : FlatSettings()) {
    const bool every_fill = std::string(setting.name) == "flat-40";
    const auto fills = every_fill ? std::vector<std::uint32_t>{1, 4, 16, 64, 128, 256, 512}
                                  : std::vector<std::uint32_t>{1, 64, 512};
    for (const std::uint32_t fill : fills) {
      const std::string name = std::string("Match/") + setting.name + "/rules:" + std::to_string(setting.knobs.rules) +
                               "/fill:" + std::to_string(fill);
      benchmark::RegisterBenchmark(name.c_str(), [&setting, fill](benchmark::State& state) {
        RunMatch(state, TheFlatWorkload(setting), fill, setting.matches_digest);
      });
    }
  }
  return true;
}
[[maybe_unused]] const bool kRegistered = RegisterFlat();

}  // namespace
}  // namespace sluice::bench
