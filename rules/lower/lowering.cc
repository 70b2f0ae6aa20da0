#include "rules/lower/lowering.h"

#include <string>

#include "engine/base/limits.h"
#include "engine/ruleset/node_cost.h"
#include "rules/lower/lower_pass.h"
#include "rules/lower/node_builder.h"

namespace sluice::rules {

namespace {

/// What one expression needs too much of.
struct Excess {
  const char* code = nullptr;  // null: nothing
  std::string message;
  const char* hint = "";
};

Excess ExcessOf(const NodeBuilder& nodes, NodeIndex node, const ruleset::NodeCost& cost) {
  if (nodes.depth(node) > limits::kNodeDepthMax) {
    return {"too-deep",
            "the expression is nested deeper than " + std::to_string(limits::kNodeDepthMax) + " levels",
            "split the rule into several"};
  }
  if (cost.steps > limits::kExpressionStepsMax) {
    return {"too-large",
            "the expression takes more than " + std::to_string(limits::kExpressionStepsMax) +
                " operations",
            "a name bound by cel.bind is worked out each time it is read: read it less often"};
  }
  if (cost.work > limits::kExpressionWorkMax) {
    return {"too-costly",
            "the expression could take more than " + std::to_string(limits::kExpressionWorkMax) +
                " operations for one parcel, when every list is as long as it can be",
            "nest fewer macros, write shorter lists, or give vectors a smaller max_items in the schema"};
  }
  return {};
}

/// What the rules of the book so far need too much of, all together.
Excess ExcessOfAll(const ruleset::Program& program, const parcel::ColumnPlan& columns) {
  struct Count {
    std::size_t count, most;
    const char *code, *what;
  };
  const Count counts[] = {
      {program.nodes.size(), limits::kNodesMax, "too-many-nodes", "distinct parts of expressions"},
      {program.types.size(), limits::kTypesMax, "too-many-types", "types of lists and maps"},
      {program.zones.size(), limits::kZonesMax, "too-many-zones", "time zones"},
      {columns.columns.size(), limits::kColumnsMax, "too-many-fields", "fields that are read"},
      {columns.domains.size(), limits::kDomainsMax, "too-many-vectors",
       "vectors that are read, the parcels themselves counted"}};
  for (const auto& [count, most, code, what] : counts) {
    if (count <= most) continue;
    return {code, "the book has more than " + std::to_string(most) + " " + what,
            "move values into lists and tables, or make several books of it"};
  }
  return {};
}

}  // namespace

Lowering::Lowering(const Environment& environment, ruleset::Program* program,
                   parcel::ColumnPlan* columns, FailingConstants failing)
    : environment_(environment),
      columns_(columns),
      failing_(failing),
      nodes_(std::make_unique<NodeBuilder>(program)),
      costs_(std::make_unique<ruleset::NodeCosts>(*program, *columns, environment.catalog)) {}

Lowering::~Lowering() = default;

ruleset::NodeIndex Lowering::Lower(const CheckedExpression& checked,
                                   std::vector<CelError>* findings,
                                   std::vector<ruleset::NodeIndex>* parts) {
  ProfileLowering lowering(this, &checked);
  const ruleset::NodeIndex node = lowering.Lower(ProfileRow{}, findings);
  if (parts != nullptr) *parts = lowering.parts();
  return node;
}

ruleset::NodeIndex Lowering::WithinLimits(const CheckedExpression& checked, NodeIndex node,
                                          std::vector<CelError>* findings) {
  costs_->Extend(node);
  Excess excess = ExcessOf(*nodes_, node, (*costs_)[node]);
  if (excess.code == nullptr) excess = ExcessOfAll(nodes_->program(), *columns_);
  if (excess.code == nullptr) return node;
  CelError& finding = findings->emplace_back();
  finding.span = checked.ast.node(checked.ast.root()).span;
  finding.code = excess.code;
  finding.message = std::move(excess.message);
  finding.hint = excess.hint;
  return ruleset::kNoNode;
}

std::uint32_t Lowering::AddZone(const ruleset::Zone& zone) { return nodes_->AddZone(zone); }

struct ProfileLowering::Impl {
  Impl(Lowering* lowering, const CheckedExpression* expression)
      : owner(*lowering),
        checked(*expression),
        pass(expression, &owner.environment_, owner.nodes_.get(), owner.columns_,
             owner.failing_ == FailingConstants::kStay) {}

  Lowering& owner;
  const CheckedExpression& checked;
  LowerPass pass;
};

ProfileLowering::ProfileLowering(Lowering* lowering, const CheckedExpression* checked)
    : impl_(std::make_unique<Impl>(lowering, checked)) {}

ProfileLowering::~ProfileLowering() = default;

const std::vector<ruleset::NodeIndex>& ProfileLowering::parts() const {
  return impl_->pass.parts();
}

ruleset::NodeIndex ProfileLowering::Lower(const ProfileRow& row, std::vector<CelError>* findings) {
  const std::size_t before = findings->size();
  const NodeIndex node = impl_->pass.Run(&row, findings);
  if (findings->size() > before || node == kBlankNode) return ruleset::kNoNode;
  return impl_->owner.WithinLimits(impl_->checked, node, findings);
}

}  // namespace sluice::rules
