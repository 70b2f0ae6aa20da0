// Decodes records into the columns of a batch: only what the column plan names, each read checked
// first.
//
// Nothing in a record is trusted: offsets, vtables, lengths and texts are checked where the plan
// reads them, and loads need no alignment. Allocation: none after construction. Thread-safety: a
// DecodePlan is immutable and shared; a Decoder belongs to one thread at a time. Ownership: the
// plan outlives its decoders; texts in the batch point into the record's bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/parcel/batch.h"
#include "engine/parcel/catalog.h"
#include "engine/parcel/column_plan.h"

namespace sluice::wire {

/// How the columns of one plan lie in the bytes of a record: tables walked one by one, each visited
/// once.
class DecodePlan {
 public:
  /// `plan` was made for `catalog`; neither is needed afterwards.
  DecodePlan(const parcel::Catalog& catalog, const parcel::ColumnPlan& plan);
  ~DecodePlan();
  DecodePlan(DecodePlan&&) noexcept;
  DecodePlan& operator=(DecodePlan&&) noexcept;

  struct Nodes;
  const Nodes& nodes() const { return *nodes_; }

 private:
  std::unique_ptr<Nodes> nodes_;
};

enum class DecodeResult : std::uint8_t {
  kAppended,    // one row more, all its columns read
  kBatchFull,   // the batch is as it was: hand it on, and append to an empty one
  kUnreadable,  // one row more, all columns absent; facts[row].read_error says why
};

class Decoder {
 public:
  explicit Decoder(const DecodePlan& plan);

  /// Appends `record` to `batch`, made for the same column plan; sets records[row] and
  /// facts[row].read_error only. A record whose rows do not fit into an empty batch is unreadable
  /// (kTooManyItems).
  DecodeResult Append(std::span<const std::uint8_t> record, parcel::Batch& batch);
  /// Appends a row for input that never became a record. kUnreadable or kBatchFull.
  DecodeResult AppendUnreadable(parcel::ReadError error, std::span<const std::uint8_t> bytes,
                                parcel::Batch& batch);

 private:
  const DecodePlan::Nodes* nodes_;
  std::vector<std::uint32_t> rows_before_;  // row counts of the batch's domains, to roll back to
};

}  // namespace sluice::wire
