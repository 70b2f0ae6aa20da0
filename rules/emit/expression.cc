#include "rules/emit/expression.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "engine/ruleset/verify.h"
#include "engine/wire/schema_loader.h"
#include "rules/check/checker.h"
#include "rules/emit/zones.h"
#include "rules/lower/lowering.h"
#include "rules/syntax/cel_parser.h"
#include "rules/syntax/text_place.h"

namespace sluice::rules {
namespace {

/// What every rule set must have, though an expression alone needs none of it.
void FillPolicy(ruleset::RuleSet* rule_set) {
  rule_set->name = "expression";
  rule_set->catalog = wire::DefaultCatalog();
  rule_set->lanes.push_back({.name = "none"});
  rule_set->outcome_lanes.fill(0);
  const auto add = [&](const char* field) {
    const auto path = parcel::FindPath(rule_set->catalog, field);
    return rule_set->columns.AddColumn(rule_set->catalog, parcel::kParcelDomain, *path);
  };
  rule_set->system.id = add("parcel_id");
  rule_set->system.received = add("received_at");
}

}  // namespace

CompiledExpression CompileExpression(std::string_view text, std::vector<Variable> variables) {
  CompiledExpression result;
  result.sources = std::make_unique<SourceSet>();
  const SourceFile& file = result.sources->Add(kExpressionFile, std::string(text));
  const TextPlace place = TextPlace::Verbatim(file);
  Ast ast = ParseCel(text, place, &result.diagnostics);
  if (ast.empty()) return result;
  const SystemZones zones;
  Environment environment;
  environment.variables = std::move(variables);
  environment.zones = &zones;
  std::vector<CelError> findings;
  const CheckedExpression checked = CheckExpression(std::move(ast), environment, {}, &findings);
  auto rule_set = std::make_shared<ruleset::RuleSet>();
  FillPolicy(rule_set.get());
  if (checked.ok) {
    result.type = checked.type();
    Lowering lowering(environment, &rule_set->program, &rule_set->columns);
    result.root = lowering.Lower(checked, &findings);
    rule_set->zone = lowering.AddZone({.name = "UTC",
                                       .from_seconds = {std::numeric_limits<std::int64_t>::min()},
                                       .offset_seconds = {0}});
  }
  ReportCelErrors(findings, place, &result.diagnostics);
  if (result.diagnostics.HasErrors()) return result;
  if (Status status = ruleset::Verify(*rule_set); !status.ok()) {
    result.diagnostics.Error(file.At(0), "internal",
                             "the compiled expression is not sound: " + status.message(),
                             "this is a fault of the compiler");
    return result;
  }
  rule_set->Finish();
  result.rule_set = std::move(rule_set);
  return result;
}

}  // namespace sluice::rules
