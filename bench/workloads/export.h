// Writes a workload to a folder: for `sluice screen`, and in neutral form for other programs.
//
//   book/            the rule book
//   traffic.parcels  the records
//   rules.json       {"lists": {name: [id, …]}, "rules": [{"id", "all": [predicate, …]}, …]}
//                    predicate: {"field", "in": […]}, {"field", "not_in": […]}, {"field", "from", "to"} (both inside,
//                    one may be missing) or {"field", "in_list": name}. An absent field makes each of them false.
//   parcels.csv      a column for each field, in the order of the records; an empty cell is absent
//   matches.csv      parcel (from 0), rule: of the first parcels, by the neutral form alone
// Of parcel-2-items there are the first two only: its rules are those of a whole book.
//
// Thread-safety: free functions.   Errors: Status kIo when a file cannot be written.
#pragma once

#include <sluice/status.h>

#include <cstdint>
#include <string>

#include "bench/workloads/flat_model.h"
#include "bench/workloads/parcel_model.h"

namespace sluice::bench {

/// `matches`: of so many parcels matches.csv tells.
Status ExportFlat(const FlatModel& model, std::uint32_t matches, const std::string& folder);
Status ExportParcels(const ParcelModel& model, const std::string& folder);

}  // namespace sluice::bench
