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
#include "engine/ruleset/matches.h"
#include "engine/ruleset/rule_set.h"

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
/// fill a batch are left out. Batches of 64 or fewer are cut to room for 64, so that many of them stay in the caches.
Batches DecodeBatches(const Workload& workload, std::uint32_t fill, std::size_t batches_max);

/// A hash of what matching says of the first `parcels` parcels, asked in batches of `fill`: hits with their scores,
/// absences, errors. It must not depend on `fill`.
std::uint64_t DigestMatches(const Workload& workload, std::uint32_t parcels, std::uint32_t fill);

}  // namespace sluice::bench
