// What of a record a rule set reads: the columns, and the domains whose rows they have.
//
// A domain is a set of rows: domain 0 has one row a parcel; every vector field that is read makes a further
// domain with one row an element, grouped by the row of its parent. Immutable once made.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/parcel/catalog.h"

namespace sluice::parcel {

using ColumnIndex = std::uint32_t;
using DomainIndex = std::uint32_t;
inline constexpr DomainIndex kParcelDomain = 0;

struct Domain {
  DomainIndex parent = kParcelDomain;  // smaller than its own index; domain 0 is its own parent
  FieldPath path;                      // from the parent's record to the vector; empty for domain 0
  std::uint32_t record = kNoIndex;     // record of the elements; kNoIndex: a vector of scalars
  friend bool operator==(const Domain&, const Domain&) = default;
};

struct ColumnSpec {
  DomainIndex domain = kParcelDomain;
  FieldPath path;                       // from the domain's record; empty: the element itself (vector of scalars)
  ValueType type = ValueType::kBool;    // scalar, or kRecord: only its presence is read

  friend bool operator==(const ColumnSpec&, const ColumnSpec&) = default;
};

struct ColumnPlan {
  std::vector<Domain> domains;
  std::vector<ColumnSpec> columns;

  ColumnPlan() : domains(1) {}

  /// The domain of the vector at `path` below `parent`; made if it is not there yet.
  DomainIndex AddDomain(const Catalog& catalog, DomainIndex parent, const FieldPath& path);
  /// The column of the scalar or record at `path` in `domain`; made if it is not there yet.
  ColumnIndex AddColumn(const Catalog& catalog, DomainIndex domain, const FieldPath& path);
  friend bool operator==(const ColumnPlan&, const ColumnPlan&) = default;
};

/// The record that `domain`'s rows are, or kNoIndex for scalars.
std::uint32_t DomainRecord(const Catalog& catalog, const ColumnPlan& plan, DomainIndex domain);

}  // namespace sluice::parcel
