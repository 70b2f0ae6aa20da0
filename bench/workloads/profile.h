// What a workload's traffic is like: for figures to stand beside.
//
// Thread-safety: free function.   Errors: none.
#pragma once

#include <string>

#include "bench/workloads/workload.h"

namespace sluice::bench {

/// Lines for people: rules, matches a parcel, columns, bytes a record, share of absent cells.
std::string DescribeTraffic(const Workload& workload);

}  // namespace sluice::bench
