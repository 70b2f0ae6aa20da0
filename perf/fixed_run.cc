// sluice_fixed_run: a small fixed amount of work a stage, for budget.py to count its instructions under callgrind.
//
// Only the stage is counted, after a first run that fills caches and scratch. Each stage ends in a dump that bears its
// name. Prints "NAME PARCELS" a stage. Outside callgrind it does the work and counts nothing.
#include <valgrind/callgrind.h>

#include <cstdio>
#include <functional>
#include <string>

#include "bench/workloads/flat_book.h"
#include "bench/workloads/parcel_book.h"
#include "bench/workloads/whole_way.h"
#include "engine/base/check.h"
#include "engine/match/evaluator.h"
#include "engine/wire/decoder.h"

namespace sluice::bench {
namespace {

constexpr std::uint32_t kFill = 512, kBatches = 4, kParcels = kFill * kBatches;
using OfBatch = std::function<void(std::uint32_t batch)>;

/// Counts what `work` does for all batches; what `prepare` does before each is not counted.
void Count(const std::string& name, const OfBatch& prepare, const OfBatch& work) {
  for (std::uint32_t batch = 0; batch < kBatches; ++batch) {
    prepare(batch);
    work(batch);
  }
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_ZERO_STATS;
  for (std::uint32_t batch = 0; batch < kBatches; ++batch) {
    prepare(batch);
    CALLGRIND_TOGGLE_COLLECT;
    work(batch);
    CALLGRIND_TOGGLE_COLLECT;
  }
  CALLGRIND_DUMP_STATS_AT(name.c_str());
  CALLGRIND_STOP_INSTRUMENTATION;
  std::printf("%s %u\n", name.c_str(), kParcels);
}

void CountDecode(const std::string& suffix, const Workload& workload) {
  const parcel::ColumnPlan& columns = workload.rule_set->columns;
  const wire::DecodePlan plan(workload.rule_set->catalog, columns);
  wire::Decoder decoder(plan);
  parcel::Batch into(columns);
  Count("decode/" + suffix, [&](std::uint32_t) { into.Clear(); }, [&](std::uint32_t batch) {
    for (std::uint32_t row = 0; row < kFill; ++row) {
      const wire::DecodeResult result = decoder.Append(workload.records[batch * kFill + row], into);
      SLUICE_CHECK(result == wire::DecodeResult::kAppended);
    }
  });
}

void CountMatch(const std::string& suffix, const Workload& workload) {
  const Batches batches = DecodeBatches(workload, kFill, kBatches);
  match::Evaluator evaluator(match::MakeMatcher(workload.rule_set));
  ruleset::BatchMatches matches;
  const OfBatch encode = [&](std::uint32_t batch) { evaluator.Encode(*batches[batch]); };
  const OfBatch match = [&](std::uint32_t) { evaluator.Match(&matches); };
  Count("encode/" + suffix, [](std::uint32_t) {}, encode);
  Count("match/" + suffix, encode, match);
}

void CountWholeWay(const std::string& suffix, const Workload& workload) {
  WholeWay way(workload);
  Count("lane/" + suffix, [](std::uint32_t) {}, [&](std::uint32_t batch) { way.Run(batch * kFill, kFill); });
}

void CountAll(const std::string& suffix, const Workload& workload) {
  CountDecode(suffix, workload);
  CountMatch(suffix, workload);
  CountWholeWay(suffix, workload);
}

}  // namespace
}  // namespace sluice::bench

int main() {
  using namespace sluice::bench;
  for (const std::uint32_t rules : {1'000u, 10'000u}) {
    const FlatModel model = MakeFlatModel({.rules = rules, .parcels = kParcels});
    CountAll("flat-40/rules:" + std::to_string(rules), MakeFlatWorkload(model));
  }
  const ParcelModel model = MakeParcelModel({.profiles = 1'000, .parcels = kParcels});
  CountAll("parcel-2-items/rules:1000", MakeParcelWorkload(model));
}
