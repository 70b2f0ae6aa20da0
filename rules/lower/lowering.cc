#include "rules/lower/lowering.h"

#include <string>

#include "engine/base/limits.h"
#include "rules/lower/lower_pass.h"
#include "rules/lower/node_builder.h"

namespace sluice::rules {

namespace {

/// The node a rule may have, or kNoNode with a finding when it breaks a limit.
NodeIndex WithinLimits(const CheckedExpression& checked, const NodeBuilder& nodes, NodeIndex node,
                       std::vector<CelError>* findings) {
  const auto refuse = [&](const char* code, std::string message, const char* hint) {
    CelError& finding = findings->emplace_back();
    finding.span = checked.ast.node(checked.ast.root()).span;
    finding.code = code;
    finding.message = std::move(message);
    finding.hint = hint;
    return ruleset::kNoNode;
  };
  if (nodes.depth(node) > limits::kNodeDepthMax) {
    return refuse("too-deep",
                  "the expression is nested deeper than " + std::to_string(limits::kNodeDepthMax),
                  "split the rule into several");
  }
  if (nodes.steps(node) > limits::kExpressionStepsMax) {
    return refuse(
        "too-large",
        "the expression takes more than " + std::to_string(limits::kExpressionStepsMax) +
            " operations",
        "a name bound by cel.bind is worked out each time it is read: read it less often");
  }
  if (nodes.node_count() > limits::kNodesMax) {
    return refuse("too-many-nodes",
                  "the book's expressions have more than " + std::to_string(limits::kNodesMax) +
                      " distinct parts",
                  "move values into lists and tables");
  }
  return node;
}

}  // namespace

Lowering::Lowering(const Environment& environment, ruleset::Program* program,
                   parcel::ColumnPlan* columns)
    : environment_(environment),
      columns_(columns),
      nodes_(std::make_unique<NodeBuilder>(program)) {}

Lowering::~Lowering() = default;

ruleset::NodeIndex Lowering::Lower(const CheckedExpression& checked,
                                   std::vector<CelError>* findings) {
  return ProfileLowering(this, &checked).Lower(ProfileRow{}, findings);
}

std::uint32_t Lowering::AddZone(const ruleset::Zone& zone) { return nodes_->AddZone(zone); }

struct ProfileLowering::Impl {
  Impl(Lowering* owner, const CheckedExpression* expression)
      : checked(*expression),
        nodes(*owner->nodes_),
        pass(expression, &owner->environment_, owner->nodes_.get(), owner->columns_) {}

  const CheckedExpression& checked;
  NodeBuilder& nodes;
  LowerPass pass;
};

ProfileLowering::ProfileLowering(Lowering* lowering, const CheckedExpression* checked)
    : impl_(std::make_unique<Impl>(lowering, checked)) {}

ProfileLowering::~ProfileLowering() = default;

ruleset::NodeIndex ProfileLowering::Lower(const ProfileRow& row, std::vector<CelError>* findings) {
  const std::size_t before = findings->size();
  const NodeIndex node = impl_->pass.Run(&row, findings);
  if (findings->size() > before || node == kBlankNode) return ruleset::kNoNode;
  return WithinLimits(impl_->checked, impl_->nodes, node, findings);
}

}  // namespace sluice::rules
