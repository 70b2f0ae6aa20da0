// A flat model as Sluice takes it: a rule book with a schema of its own, and records of that schema.
//
// The 40 fields stand in one flattened struct; codes and ids are fixed texts, numbers doubles. Where the model has no
// absent fields the struct has no presence mask: every field is there.
// Thread-safety: free functions.   Errors: none.
#pragma once

#include <string>

#include "bench/workloads/flat_model.h"
#include "bench/workloads/workload.h"

namespace sluice::bench {

/// Ids of the rules: "R000000" and so on, in the model's order.
std::string FlatRuleId(std::uint32_t number);

BookFiles FlatBook(const FlatModel& model);
/// The condition of one rule, in CEL.
std::string FlatCondition(const FlatRule& rule);
/// Of the records' schema.
parcel::Catalog FlatCatalog(const FlatModel& model);
Records FlatRecords(const FlatModel& model);

Workload MakeFlatWorkload(const FlatModel& model);

}  // namespace sluice::bench
