// The benchmarks' whole way decides as bulk screening does, whatever waits.
#include <gtest/gtest.h>

#include "bench/workloads/flat_book.h"
#include "bench/workloads/parcel_book.h"
#include "bench/workloads/whole_way.h"
#include "engine/pipeline/screening.h"

namespace sluice::bench {
namespace {

constexpr std::uint32_t kParcels = 400;

std::uint64_t ScreeningDigest(const Workload& workload) {
  RecordsSource source(workload.records, kParcels);
  const auto summary = pipeline::Screen(workload.rule_set, draw::TestEpochKey(), {.threads = 2}, &source, nullptr);
  EXPECT_TRUE(summary.ok());
  EXPECT_EQ(summary->decided, kParcels);
  EXPECT_EQ(summary->duplicates, 0u);
  std::uint64_t digest = 0;
  for (std::size_t i = 0; i < sizeof digest; ++i) digest = digest << 8 | summary->decision_digest[i];
  return digest;
}

void ExpectSameDecisions(const Workload& workload) {
  const std::uint64_t digest = ScreeningDigest(workload);
  for (const std::uint32_t fill : {1u, 100u, 400u}) {
    EXPECT_EQ(DigestDecisions(workload, kParcels, fill), digest) << fill;
  }
}

TEST(WholeWayTest, FlatParcelsAreDecidedAsByScreening) {
  ExpectSameDecisions(MakeFlatWorkload(MakeFlatModel({.rules = 1'000, .parcels = kParcels, .absent_percent = 10})));
}

TEST(WholeWayTest, DefaultRecordsAreDecidedAsByScreening) {
  ExpectSameDecisions(MakeParcelWorkload(MakeParcelModel({.profiles = 1'000, .parcels = kParcels})));
}

}  // namespace
}  // namespace sluice::bench
