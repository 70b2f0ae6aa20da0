// From checked expressions to nodes of a ruleset::Program, shared by all rules: equal
// sub-expressions become one node, constants are folded, columns and domains are allotted as they
// are read.
//
// Thread-safety: none; one Lowering belongs to one thread.   Ownership: refers to its environment,
// program and plan, which must outlive it and which nobody else fills meanwhile. Errors: findings
// with spans in the expression, such as a constant sub-expression that can only fail.
#pragma once

#include <memory>
#include <vector>

#include "engine/parcel/column_plan.h"
#include "engine/ruleset/node_cost.h"
#include "engine/ruleset/program.h"
#include "rules/check/checker.h"
#include "rules/check/environment.h"
#include "rules/syntax/cel_parser.h"

namespace sluice::rules {

class NodeBuilder;

/// What a part made of constants means that can only fail, such as 1 / 0.
enum class FailingConstants : std::uint8_t {
  kAreFindings,  // a rule's author is told
  kStay,         // it fails when it is evaluated
};

class Lowering {
 public:
  Lowering(const Environment& environment, ruleset::Program* program, parcel::ColumnPlan* columns,
           FailingConstants failing = FailingConstants::kAreFindings);
  ~Lowering();
  Lowering(const Lowering&) = delete;
  Lowering& operator=(const Lowering&) = delete;

  /// The node of `checked`, which is ok and reads no profile row; ruleset::kNoNode when there were
  /// findings. `parts`, unless null, gets what ProfileLowering::parts says.
  ruleset::NodeIndex Lower(const CheckedExpression& checked, std::vector<CelError>* findings,
                           std::vector<ruleset::NodeIndex>* parts = nullptr);

  /// Index in Program::zones, added once.
  std::uint32_t AddZone(const ruleset::Zone& zone);

 private:
  friend class ProfileLowering;
  /// `node`, or kNoNode with a finding when it breaks a limit.
  ruleset::NodeIndex WithinLimits(const CheckedExpression& checked, ruleset::NodeIndex node,
                                  std::vector<CelError>* findings);

  const Environment& environment_;
  parcel::ColumnPlan* columns_;
  FailingConstants failing_;
  std::unique_ptr<NodeBuilder> nodes_;
  std::unique_ptr<ruleset::NodeCosts> costs_;
};

/// Lowers one expression for many rows of a profile table; parts that read no cell are lowered
/// once. A blank cell turns the smallest comparison, `in` or call of type bool that reads it into
/// true (under an odd number of `!`: false).
class ProfileLowering {
 public:
  /// `lowering` and `checked` must outlive it.
  ProfileLowering(Lowering* lowering, const CheckedExpression* checked);
  ~ProfileLowering();
  ProfileLowering(const ProfileLowering&) = delete;
  ProfileLowering& operator=(const ProfileLowering&) = delete;

  /// kNoNode when there were findings, or when an expression that is no bool reads a blank cell.
  ruleset::NodeIndex Lower(const ProfileRow& row, std::vector<CelError>* findings);
  /// By NodeId of the expression: the node that each part became; kNoNode for those that read a cell
  /// or stand in a bind.
  const std::vector<ruleset::NodeIndex>& parts() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::rules
