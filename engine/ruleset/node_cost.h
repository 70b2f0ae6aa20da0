// What nodes cost at worst, from what is below them alone: the compiler and Verify refuse what would take too long, so
// that nothing has to be watched while it runs.
//
// A list counts as long as its literal, as `max_items` of its vector, or, where neither is known, kVectorItemsMax; a
// list within a list or map as long as the longest within it. Vectors within a vector share kDomainRowsMax rows, so
// one of them counts as 32 long: it may have more, but few others do then. Texts count as long as those of the
// elements of a full vector can be on average, kRecordBytesMax / kVectorItemsMax.
//
// Thread-safety: none.   Ownership: refers to program, plan and catalogue, which must outlive it.
// Errors: none; counts saturate.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/base/limits.h"
#include "engine/parcel/catalog.h"
#include "engine/parcel/column_plan.h"
#include "engine/ruleset/program.h"

namespace sluice::ruleset {

struct NodeCost {
  std::uint32_t steps = 1;  // operations at and below the node, shared ones each time, bodies of loops once
  std::uint64_t work = 1;   // operations of one evaluation, bodies of loops as often as the list counts as long; of
                            // a node that reads a list or map of a loop around it: none
};

class NodeCosts {
 public:
  /// `catalog` may be null where no node reads a vector.
  NodeCosts(const Program& program, const parcel::ColumnPlan& plan, const parcel::Catalog* catalog)
      : program_(program), plan_(plan), catalog_(catalog) {}

  /// Takes the nodes up to `index` in; their operands stand before them.
  void Extend(NodeIndex index);
  NodeCost operator[](NodeIndex index) const { return {facts_[index].steps, facts_[index].measure.work}; }

 private:
  /// How long a list or map can be, and the longest that can lie within it, however deep.
  struct Extent {
    std::uint32_t length = 0;
    std::uint32_t inner = 0;

    Extent Elements() const { return {inner, inner}; }
  };
  struct Measure {
    std::uint64_t work = 0;
    Extent extent;
  };
  /// A node is open as long as it reads a list or map of a loop around it: its measure depends on what the loop ranges
  /// over, and other rules may share the node. The loop's measure is then worked out through it, each time anew, in as
  /// many steps as the loop has: what a parcel may cost, too.
  struct Facts {
    std::uint32_t steps = 1;
    std::uint16_t open_slots = 0;  // a bit each
    std::uint16_t open_depth = 0;  // of open nodes from here down
    Measure measure;               // of a node that is not open
  };
  struct Operands;

  template <typename Visit>
  void ForOperands(const Node& node, Visit visit) const;
  Facts FactsOf(const Node& node);
  Measure MeasureOf(NodeIndex index);
  Measure MeasureOf(const Node& node);
  Operands MeasureOperands(const Node& node);
  void BindVariables(const Node& loop, Extent range);
  std::uint64_t OwnWork(const Node& node, const Operands& below) const;
  std::uint64_t CallWork(const Node& node, const Operands& below) const;
  std::uint64_t WorkOfEqual(TypeId type, Extent extent) const;
  Extent ExtentOf(const Node& node, const Operands& below) const;
  std::uint32_t RowsOf(parcel::DomainIndex domain) const;
  ValueType KindOf(NodeIndex index) const { return program_.types[program_.nodes[index].type].kind; }
  bool IsCollection(TypeId type) const {
    const ValueType kind = program_.types[type].kind;
    return kind == ValueType::kList || kind == ValueType::kMap;
  }

  const Program& program_;
  const parcel::ColumnPlan& plan_;
  const parcel::Catalog* catalog_;
  std::vector<Facts> facts_;                           // by node
  std::array<Extent, limits::kLocalsMax + 1> locals_;  // of the loops that a node is measured within
};

}  // namespace sluice::ruleset
