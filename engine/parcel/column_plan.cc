#include "engine/parcel/column_plan.h"

#include <algorithm>

namespace sluice::parcel {

std::uint32_t DomainRecord(const Catalog& catalog, const ColumnPlan& plan, DomainIndex domain) {
  return domain == kParcelDomain ? catalog.root : plan.domains[domain].record;
}

DomainIndex ColumnPlan::AddDomain(const Catalog& catalog, DomainIndex parent, const FieldPath& path) {
  for (DomainIndex i = 1; i < domains.size(); ++i) {
    if (domains[i].parent == parent && domains[i].path == path) return i;
  }
  const Field& field = FieldAt(catalog, DomainRecord(catalog, *this, parent), path);
  domains.push_back({parent, path, field.element_type == ValueType::kRecord ? field.record : kNoIndex});
  return static_cast<DomainIndex>(domains.size() - 1);
}

ColumnIndex ColumnPlan::AddColumn(const Catalog& catalog, DomainIndex domain, const FieldPath& path) {
  ColumnSpec spec{domain, path, ValueType::kBool};
  if (path.empty()) {
    const Domain& own = domains[domain];
    spec.type = FieldAt(catalog, DomainRecord(catalog, *this, own.parent), own.path).element_type;
  } else {
    spec.type = FieldAt(catalog, DomainRecord(catalog, *this, domain), path).type;
  }
  const auto found = std::find(columns.begin(), columns.end(), spec);
  if (found != columns.end()) return static_cast<ColumnIndex>(found - columns.begin());
  columns.push_back(std::move(spec));
  return static_cast<ColumnIndex>(columns.size() - 1);
}

}  // namespace sluice::parcel
