// A parcel model as Sluice takes it: the shipped book and the profiles as two of its tables, and default records.
//
// Thread-safety: free functions.   Errors: none; the shipped book is read from the source tree (SLUICE_SOURCE_DIR).
#pragma once

#include <string>

#include "bench/workloads/parcel_model.h"
#include "bench/workloads/workload.h"

namespace sluice::bench {

/// The id of the rule that a profile becomes.
std::string ProfileRuleId(const ParcelModel& model, std::uint32_t number);

/// rules/packs/cbec_import with the profiles added; without its cases.
BookFiles ParcelBook(const ParcelModel& model);
Records ParcelRecords(const ParcelModel& model);

Workload MakeParcelWorkload(const ParcelModel& model);

}  // namespace sluice::bench
