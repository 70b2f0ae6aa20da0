// Benchmarks over the named workloads: STAGE/WORKLOAD/rules:N/fill:F.
//
// Thread-safety: none, benchmarks run one after the other.   Errors: a wrong digest fails the benchmark.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <functional>
#include <string>

#include "bench/workloads/named.h"

namespace sluice::bench {

/// What one benchmark is run with. Every `run` is over whole batches of `fill` records.
struct Case {
  const NamedWorkload& named;
  const Workload& workload;
  std::uint32_t fill;
};

/// The workload, made once; it is kept until another one is asked for.
const Workload& TheWorkload(const NamedWorkload& named);

/// Registers `run` for every named workload and batch fill. Call it at start, for a static variable.
bool RegisterOverWorkloads(const char* stage, void (*run)(benchmark::State& state, const Case& one));

/// Fails the benchmark unless `digest` is `expected`.
bool IsRight(benchmark::State& state, std::uint64_t digest, std::uint64_t expected);

/// Processor time of this thread, ns: on a shared machine, elapsed time is others' too.
double ThreadTimeNs();

/// Made right before the iterations, asked right after them.
class ParcelTimer {
 public:
  ParcelTimer() : start_ns_(ThreadTimeNs()) {}
  /// Counters ns_per_parcel, where an iteration is over `fill` parcels, and fill.
  void Count(benchmark::State& state, std::uint32_t fill) const;

 private:
  double start_ns_;
};

}  // namespace sluice::bench
