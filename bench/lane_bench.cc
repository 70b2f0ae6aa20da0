// The whole way in one thread, from records to lanes: decode, match, judge, canonical bytes. No log, no files, no
// identity; draws only where a rule of the workload has a probability.
//
// A digest of all decisions is checked before anything is timed. Counters: ns_per_parcel, matches_per_parcel (live
// rules), record_bytes.
#include <benchmark/benchmark.h>

#include "bench/over_workloads.h"
#include "bench/workloads/whole_way.h"

namespace sluice::bench {
namespace {

void RunLane(benchmark::State& state, const Case& one) {
  if (!IsRight(state, DigestDecisions(one.workload, kDigestParcels, one.fill), one.named.decisions_digest)) return;
  WholeWay way(one.workload);
  const std::size_t records = one.workload.records.size();
  std::size_t first = 0;
  const ParcelTimer timer;
  for (auto _ : state) {
    way.Run(first, one.fill);
    benchmark::DoNotOptimize(way.verdicts().data());
    first += one.fill;
    if (first + one.fill > records) first = 0;
  }
  timer.Count(state, one.fill);
  const double parcels = static_cast<double>(state.iterations()) * one.fill;
  state.counters["matches_per_parcel"] = static_cast<double>(way.matches()) / parcels;
  state.counters["record_bytes"] = static_cast<double>(one.workload.records.bytes()) / static_cast<double>(records);
}
[[maybe_unused]] const bool kRegistered = RegisterOverWorkloads("Lane", RunLane);

}  // namespace
}  // namespace sluice::bench
