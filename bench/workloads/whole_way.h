// The whole way from records to lanes, as the pipeline goes it: decode, match, judge, canonical bytes.
//
// Not in it: what runs in sequence order (identity, allotment), files, log and threads. pipeline::Screen has those, and
// RecordsSource feeds it.
// Thread-safety: one object a thread.   Ownership: workloads outlive what is made of them.   Errors: none.
#pragma once

#include <cstdint>
#include <string>

#include "bench/workloads/workload.h"
#include "engine/pipeline/batch_worker.h"
#include "engine/pipeline/stream.h"

namespace sluice::bench {

/// The records of a workload from memory, from the first to `count`.
class RecordsSource : public pipeline::RecordSource {
 public:
  RecordsSource(const Records& records, std::size_t count) : records_(records), count_(count) {}

  Status Read(std::size_t records_max, pipeline::RecordBlock* block) override;
  std::string PlaceText(std::uint64_t place) const override { return "record " + std::to_string(place); }

 private:
  const Records& records_;
  std::size_t count_, next_ = 0;
};

/// Takes batches of records to their lanes in the caller's thread. Every parcel is new to it.
class WholeWay {
 public:
  explicit WholeWay(const Workload& workload);

  /// Records [first, first + count), at most 512, to verdicts() and canonical().
  void Run(std::size_t first, std::size_t count);
  const std::vector<pipeline::Verdict>& verdicts() const { return slot_.sides[0].verdicts; }
  const std::vector<std::uint8_t>& canonical() const { return slot_.sides[0].canonical; }
  std::uint64_t matches() const { return worker_.decider(0).matches(); }  // of all runs

 private:
  const Workload& workload_;
  RecordsSource source_;  // asked for its converter only: there is none
  pipeline::RunPlan plan_;
  pipeline::BatchWorker worker_;
  pipeline::BatchSlot slot_;
};

/// The first eight bytes of the decision digest over the first `parcels` parcels, in batches of `fill`.
std::uint64_t DigestDecisions(const Workload& workload, std::uint32_t parcels, std::uint32_t fill);

}  // namespace sluice::bench
