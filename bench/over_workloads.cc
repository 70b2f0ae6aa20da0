#include "bench/over_workloads.h"

#include <time.h>

#include <memory>
#include <string_view>
#include <vector>

namespace sluice::bench {

const Workload& TheWorkload(const NamedWorkload& named) {
  static std::unique_ptr<Workload> kept;
  static const NamedWorkload* kept_name = nullptr;
  if (kept_name != &named) {
    kept.reset();
    kept = std::make_unique<Workload>(MakeWorkload(named));
    kept_name = &named;
  }
  return *kept;
}

bool RegisterOverWorkloads(const char* stage, void (*run)(benchmark::State& state, const Case& one)) {
  for (const NamedWorkload& named : NamedWorkloads()) {
    const std::string_view workload = named.name;
    const bool every_fill = workload == "flat-40" || workload == "parcel-2-items";
    const auto fills =
        every_fill ? std::vector<std::uint32_t>{1, 4, 16, 64, 128, 256, 512} : std::vector<std::uint32_t>{1, 64, 512};
    for (const std::uint32_t fill : fills) {
      const std::string name = std::string(stage) + "/" + named.name + "/rules:" + std::to_string(named.rules) +
                               "/fill:" + std::to_string(fill);
      benchmark::RegisterBenchmark(name.c_str(), [&named, fill, run](benchmark::State& state) {
        run(state, {named, TheWorkload(named), fill});
      });
    }
  }
  return true;
}

bool IsRight(benchmark::State& state, std::uint64_t digest, std::uint64_t expected) {
  if (digest == expected) return true;
  const std::string message = "digest " + std::to_string(digest) + " where " + std::to_string(expected) + " is right";
  state.SkipWithError(message.c_str());
  return false;
}

double ThreadTimeNs() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

void ParcelTimer::Count(benchmark::State& state, std::uint32_t fill) const {
  state.counters["ns_per_parcel"] = (ThreadTimeNs() - start_ns_) / (static_cast<double>(state.iterations()) * fill);
  state.counters["fill"] = fill;
}

}  // namespace sluice::bench
