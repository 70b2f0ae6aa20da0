#include "bench/workloads/profile.h"

#include <algorithm>
#include <cstdio>

#include "engine/match/evaluator.h"

namespace sluice::bench {
namespace {

constexpr std::size_t kBatches = 8;  // of 512: enough for two digits

/// Whether the column's field may be missing from a complete parcel of its phase. What stands in another record (the
/// scan, a party) counts by itself, as rules see it.
bool IsOptional(const ruleset::RuleSet& rules, const parcel::ColumnSpec& column) {
  if (column.path.empty() || column.type == parcel::ValueType::kRecord) return false;
  const std::uint32_t record = parcel::DomainRecord(rules.catalog, rules.columns, column.domain);
  const parcel::Field& field = parcel::FieldAt(rules.catalog, record, column.path);
  return field.presence != parcel::Presence::kAlways && field.required_phases == 0;
}

}  // namespace

std::string DescribeTraffic(const Workload& workload) {
  const ruleset::RuleSet& rules = *workload.rule_set;
  match::Evaluator evaluator(match::MakeMatcher(workload.rule_set));
  ruleset::BatchMatches matches;
  std::size_t parcels = 0, hits = 0, cells = 0, absent = 0;
  const auto fill = static_cast<std::uint32_t>(std::min<std::size_t>(512, workload.records.size()));
  for (const auto& batch : DecodeBatches(workload, fill, kBatches)) {
    evaluator.Evaluate(*batch, &matches);
    parcels += batch->row_count();
    hits += matches.hits.size();
    for (std::size_t c = 0; c < rules.columns.columns.size(); ++c) {
      if (!IsOptional(rules, rules.columns.columns[c])) continue;
      const std::size_t rows = batch->domains[rules.columns.columns[c].domain].count;
      cells += rows;
      for (std::size_t row = 0; row < rows; ++row) absent += batch->columns[c].Has(row) ? 0 : 1;
    }
  }
  char text[256];
  std::snprintf(text, sizeof text,
                "%zu rules, %.2f matches a parcel, %zu columns, %.0f bytes a record, %.1f %% of optional cells "
                "absent\n",
                rules.rules.size(), static_cast<double>(hits) / static_cast<double>(parcels),
                rules.columns.columns.size(),
                static_cast<double>(workload.records.bytes()) / static_cast<double>(workload.records.size()),
                100.0 * static_cast<double>(absent) / static_cast<double>(std::max<std::size_t>(1, cells)));
  return text;
}

}  // namespace sluice::bench
