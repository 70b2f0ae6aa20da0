// What nodes cost at worst, from their operands alone: the compiler and Verify refuse what would take too long, so that
// nothing has to be watched while it runs.
//
// A list counts as long as its literal, as `max_items` of its vector, or, where neither is known, kVectorItemsMax.
// Vectors within a vector share kDomainRowsMax rows, so one of them counts as 32 long: it may have more, but few
// others do then.   Thread-safety: none.   Ownership: refers to program, plan and catalogue, which must outlive it.
// Errors: none; counts saturate.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/parcel/catalog.h"
#include "engine/parcel/column_plan.h"
#include "engine/ruleset/program.h"

namespace sluice::ruleset {

struct NodeCost {
  std::uint32_t steps = 1;   // operations at and below the node, shared ones each time, bodies of loops once
  std::uint32_t length = 0;  // elements of the list or map that it gives, at most
  std::uint64_t work = 1;    // operations of one evaluation, bodies of loops as often as the list counts as long
};

class NodeCosts {
 public:
  /// `catalog` may be null where no node reads a vector.
  NodeCosts(const Program& program, const parcel::ColumnPlan& plan, const parcel::Catalog* catalog)
      : program_(program), plan_(plan), catalog_(catalog) {}

  /// Takes the nodes up to `index` in; their operands stand before them.
  void Extend(NodeIndex index);
  const NodeCost& operator[](NodeIndex index) const { return costs_[index]; }

 private:
  NodeCost CostOf(const Node& node) const;
  std::uint32_t LengthOf(const Node& node) const;
  std::uint32_t RowsOf(parcel::DomainIndex domain) const;

  const Program& program_;
  const parcel::ColumnPlan& plan_;
  const parcel::Catalog* catalog_;
  std::vector<NodeCost> costs_;  // by node
};

}  // namespace sluice::ruleset
