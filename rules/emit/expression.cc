#include "rules/emit/expression.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "engine/base/limits.h"
#include "engine/ruleset/verify.h"
#include "rules/check/checker.h"
#include "rules/emit/zones.h"
#include "rules/lower/lowering.h"
#include "rules/syntax/cel_parser.h"
#include "rules/syntax/text_place.h"

namespace sluice::rules {
namespace {

using parcel::ValueType;
using parcel::WireKind;

WireKind WireOf(ValueType type) {
  switch (type) {
    case ValueType::kBool: return WireKind::kBool;
    case ValueType::kUint: return WireKind::kU64;
    case ValueType::kDouble: return WireKind::kF64;
    case ValueType::kString: return WireKind::kString;
    default: return WireKind::kI64;
  }
}

/// A field at the next place of the record; its index.
std::uint32_t AddField(std::string name, ValueType type, parcel::Record* record) {
  const auto index = static_cast<std::uint32_t>(record->fields.size());
  parcel::Field& field = record->fields.emplace_back();
  field.name = std::move(name);
  field.type = type;
  field.wire = WireOf(type);
  field.slot = static_cast<std::uint16_t>(4 + 2 * index);
  const bool is_time = type == ValueType::kTimestamp || type == ValueType::kDuration;
  if (is_time) field.time_units_per_second = base::kNsPerSecond;
  return index;
}

/// The record of which every scalar variable is a field, and their columns. False: too many.
bool AddInputs(std::vector<Variable>* variables, ruleset::RuleSet* rule_set) {
  parcel::Record& record = rule_set->catalog.records.emplace_back();
  record.name = "Variables";
  const std::uint32_t id = AddField("id", ValueType::kString, &record);
  const std::uint32_t received = AddField("received", ValueType::kTimestamp, &record);
  std::vector<std::pair<Variable*, std::uint32_t>> scalars;
  for (Variable& variable : *variables) {
    if (!parcel::IsScalar(variable.value.type)) continue;
    if (record.fields.size() >= limits::kColumnsMax) return false;
    const std::string name = "v" + std::to_string(scalars.size());
    scalars.emplace_back(&variable, AddField(name, variable.value.type, &record));
  }
  const auto add = [&](std::uint32_t field) {
    return rule_set->columns.AddColumn(rule_set->catalog, parcel::kParcelDomain, {field});
  };
  rule_set->system.id = add(id);
  rule_set->system.received = add(received);
  for (const auto& [variable, field] : scalars) variable->column = add(field);
  return true;
}

/// What every rule set must have, though an expression alone needs none of it.
void FillPolicy(ruleset::RuleSet* rule_set) {
  rule_set->name = "expression";
  rule_set->lanes.push_back({.name = "none"});
  rule_set->outcome_lanes.fill(0);
}

void AddRule(ruleset::NodeIndex condition, ruleset::RuleSet* rule_set) {
  ruleset::Rule& rule = rule_set->rules.emplace_back();
  rule.id = rule_set->texts.Add("expression");
  rule.condition = condition;
}

/// Checks and lowers into `rule_set`.
void Translate(Ast ast, const TextPlace& place, ruleset::RuleSet* rule_set,
               CompiledExpression* result) {
  const SystemZones zones;
  Environment environment;
  environment.variables = result->variables;
  environment.zones = &zones;
  std::vector<CelError> findings;
  const CheckedExpression checked = CheckExpression(std::move(ast), environment, {}, &findings);
  if (checked.ok) {
    result->type = checked.type();
    Lowering lowering(environment, &rule_set->program, &rule_set->columns, FailingConstants::kStay);
    result->root = lowering.Lower(checked, &findings);
    rule_set->zone = lowering.AddZone({.name = "UTC",
                                       .from_seconds = {std::numeric_limits<std::int64_t>::min()},
                                       .offset_seconds = {0}});
  }
  ReportCelErrors(findings, place, &result->diagnostics);
}

void Put(const Value& value, parcel::Column* column) {
  parcel::SetBit(column->present, 0);
  switch (value.type) {
    case ValueType::kUint: column->uints[0] = value.unsigned_number; break;
    case ValueType::kDouble: column->doubles[0] = value.real; break;
    case ValueType::kString: column->texts[0] = value.text; break;
    case ValueType::kTimestamp: column->times[0] = value.time; break;
    case ValueType::kMoney: column->moneys[0] = value.money; break;
    default: column->ints[0] = value.number; break;
  }
}

}  // namespace

CompiledExpression CompileExpression(std::string_view text, std::vector<Variable> variables) {
  CompiledExpression result;
  result.sources = std::make_unique<SourceSet>();
  result.variables = std::move(variables);
  const SourceFile& file = result.sources->Add(kExpressionFile, std::string(text));
  const TextPlace place = TextPlace::Verbatim(file);
  Ast ast = ParseCel(text, place, &result.diagnostics);
  if (ast.empty()) return result;
  auto rule_set = std::make_shared<ruleset::RuleSet>();
  FillPolicy(rule_set.get());
  if (!AddInputs(&result.variables, rule_set.get())) {
    result.diagnostics.Error(file.At(0), "too-many-variables",
                             "more than " + std::to_string(limits::kColumnsMax - 2) + " variables", "");
    return result;
  }
  Translate(std::move(ast), place, rule_set.get(), &result);
  if (result.diagnostics.HasErrors()) return result;
  if (result.type.Is(TypeKind::kBool)) AddRule(result.root, rule_set.get());
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

parcel::Batch InputBatch(const CompiledExpression& compiled) {
  parcel::Batch batch(compiled.rule_set->columns);
  batch.Clear();
  batch.domains[parcel::kParcelDomain].count = 1;
  for (const Variable& variable : compiled.variables) {
    if (variable.column) Put(variable.value, &batch.columns[*variable.column]);
  }
  return batch;
}

}  // namespace sluice::rules
