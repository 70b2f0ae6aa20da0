// A workload made ready for the engine: its book compiled by the production compiler, its records, and batches of them.
//
// Thread-safety: a Workload is immutable once made and may be shared.   Ownership: batches' texts point into the
// workload's records, which must outlive them.   Errors: unless said, what fails is a programmer's error
// (SLUICE_CHECK).
#pragma once

#include <sluice/status.h>

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/parcel/batch.h"
#include "engine/ruleset/rule_set.h"
#include "engine/wire/decoder.h"

namespace sluice::bench {

/// Texts by path within the book's folder.
using BookFiles = std::map<std::string, std::string>;

/// FlatBuffers records, one after the other.
class Records {
 public:
  void Add(std::span<const std::uint8_t> record);
  std::size_t size() const { return ends_.size(); }
  std::span<const std::uint8_t> operator[](std::size_t index) const;
  std::size_t bytes() const { return bytes_.size(); }

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<std::size_t> ends_;
};

struct Workload {
  ruleset::RuleSetPtr rule_set;
  Records records;
};

/// Errors: kIo with the path.
Status WriteBook(const BookFiles& files, const std::string& folder);
/// Compiles by way of a folder of its own, which is gone afterwards.
ruleset::RuleSetPtr CompileBookFiles(const BookFiles& files);

using Batches = std::vector<std::unique_ptr<parcel::Batch>>;
/// Up to `batches_max` batches of `fill` records each (1 to 512), in order, decoded by engine/wire. Records that do not
/// fill a batch are left out.
Batches DecodeBatches(const Workload& workload, std::uint32_t fill, std::size_t batches_max);

/// One batch filled again and again, as a worker has it: what was just decoded stands in the nearest cache.
class BatchFeeder {
 public:
  /// `workload` has at least `fill` records and outlives the feeder.
  BatchFeeder(const Workload& workload, std::uint32_t fill);
  /// The next `fill` records, from the first again at the end.
  const parcel::Batch& Next();

 private:
  const Workload& workload_;
  const std::uint32_t fill_;
  wire::DecodePlan plan_;
  wire::Decoder decoder_;
  parcel::Batch batch_;
  std::size_t next_ = 0;
};

/// A hash of what matching says of the first `parcels` parcels, asked in batches of `fill`: hits with their scores,
/// absences, errors. It must not depend on `fill`.
std::uint64_t DigestMatches(const Workload& workload, std::uint32_t parcels, std::uint32_t fill);

}  // namespace sluice::bench
