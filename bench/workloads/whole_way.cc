#include "bench/workloads/whole_way.h"

#include <algorithm>

#include "engine/base/blake2b.h"

namespace sluice::bench {
namespace {

pipeline::RunPlan PlanFor(const Workload& workload, pipeline::RecordSource* source) {
  const ruleset::RuleSet& rules = *workload.rule_set;
  pipeline::RunPlan plan;
  plan.key = draw::TestEpochKey();
  plan.sources = {source};
  plan.readings.push_back(
      {0, workload.rule_set, rules.columns, {}, wire::DecodePlan(rules.catalog, rules.columns)});
  plan.sides.push_back({match::MakeMatcher(workload.rule_set), 0, nullptr});
  return plan;
}

}  // namespace

Status RecordsSource::Read(std::size_t records_max, pipeline::RecordBlock* block) {
  for (std::size_t i = 0; i < records_max && next_ < count_; ++i, ++next_) {
    block->records.push_back({.bytes = records_[next_], .place = next_});
  }
  return Status::Ok();
}

WholeWay::WholeWay(const Workload& workload)
    : workload_(workload),
      source_(workload.records, 0),
      plan_(PlanFor(workload, &source_)),
      worker_(plan_),
      slot_(plan_) {}

void WholeWay::Run(std::size_t first, std::size_t count) {
  pipeline::RecordBlock& block = slot_.blocks[0];
  block.Clear();
  for (std::size_t i = first; i < first + count; ++i) {
    block.records.push_back({.bytes = workload_.records[i], .place = i});
  }
  worker_.Decode(&slot_);
  for (std::size_t i = 0; i < count; ++i) {
    pipeline::Head& head = slot_.readings[0].heads[i];
    head.sequence = first + i + 1;
    head.now = head.fields.received.value_or(base::Timestamp{});
  }
  worker_.Decide(&slot_);
}

std::uint64_t DigestDecisions(const Workload& workload, std::uint32_t parcels, std::uint32_t fill) {
  WholeWay way(workload);
  base::Blake2b digest;
  for (std::uint32_t first = 0; first < parcels; first += fill) {
    way.Run(first, std::min(fill, parcels - first));
    digest.Update(way.canonical());
  }
  const base::Hash256 hash = digest.Digest();
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8 | hash[i];
  return number;
}

}  // namespace sluice::bench
