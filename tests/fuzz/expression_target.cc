// Any bytes as an expression: by itself with variables, as `sluice eval` has it, and as the condition of a rule over
// the lists, tables and records of the world.
#include <string>
#include <string_view>

#include "engine/base/check.h"
#include "engine/match/inspector.h"
#include "engine/parcel/batch.h"
#include "engine/ruleset/verify.h"
#include "rules/diag/render.h"
#include "rules/emit/expression.h"
#include "rules/lower/lowering.h"
#include "rules/syntax/cel_parser.h"
#include "rules/syntax/text_place.h"
#include "tests/fuzz/target.h"
#include "tests/fuzz/world.h"

namespace sluice::fuzz {
namespace {

constexpr std::size_t kRecords = 4;

rules::Variable Number(std::string name, std::int64_t value) {
  rules::Value number;
  number.number = value;
  return {std::move(name), rules::ScalarType(rules::TypeKind::kInt), number};
}

rules::Variable Text(std::string name, std::string value) {
  rules::Value text;
  text.type = parcel::ValueType::kString;
  text.text = std::move(value);
  return {std::move(name), rules::ScalarType(rules::TypeKind::kString), text};
}

void Render(const rules::DiagnosticList& diagnostics, const rules::SourceSet& sources) {
  SLUICE_CHECK(rules::RenderPretty(diagnostics, sources).empty() == diagnostics.empty());
  for (const rules::Diagnostic& found : diagnostics.items()) SLUICE_CHECK(found.code != "internal");
}

void Evaluate(std::string_view text) {
  const auto compiled = rules::CompileExpression(text, {Number("x", 41), Text("s", "a\xC3\xA4 b")});
  Render(compiled.diagnostics, *compiled.sources);
  SLUICE_CHECK((compiled.rule_set == nullptr) == compiled.diagnostics.HasErrors());
  if (compiled.rule_set == nullptr) return;
  const parcel::Batch batch = rules::InputBatch(compiled);
  match::Inspector inspector(compiled.rule_set);
  (void)match::InspectedText(inspector.Inspect(batch, 0, compiled.root));
}

// Names of the world: its record, lists and tables.
rules::Environment WorldEnvironment() {
  const ruleset::RuleSet& world = *World();
  rules::Environment environment;
  environment.catalog = &world.catalog;
  environment.base_currency = world.rates.base_currency;
  environment.office = parcel::FindPath(world.catalog, "office");
  for (const ruleset::ReferenceList& list : world.lists) environment.lists.push_back({list.name, list.type});
  for (const ruleset::Table& table : world.tables) {
    rules::TableShape& shape = environment.tables.emplace_back();
    shape.name = table.name;
    for (const auto& key : table.keys) shape.keys.push_back({key.name, key.kind, key.type});
    for (const auto& value : table.values) shape.values.push_back({value.name, value.type, value.currency});
  }
  return environment;
}

// The world with one rule alone, whose condition is `text`.
void Screen(std::string_view text) {
  static const rules::Environment environment = WorldEnvironment();
  static const std::vector<Bytes> records = SampleRecords(World()->catalog, kRecords);
  const rules::SourceFile file("expression", std::string(text));
  rules::DiagnosticList diagnostics;
  rules::Ast ast = rules::ParseCel(text, rules::TextPlace::Verbatim(file), &diagnostics);
  SLUICE_CHECK(ast.empty() == diagnostics.HasErrors());
  if (ast.empty()) return;
  std::vector<rules::CelError> findings;
  const auto checked =
      rules::CheckExpression(std::move(ast), environment, {rules::TypeKind::kBool, "a condition"}, &findings);
  SLUICE_CHECK(checked.ok == findings.empty());
  if (!checked.ok) return;
  auto rule_set = std::make_shared<ruleset::RuleSet>(*World());
  rule_set->program = {};
  rule_set->rules.resize(1);
  rule_set->rules[0].score_node = ruleset::kNoNode;
  rules::Lowering lowering(environment, &rule_set->program, &rule_set->columns);
  rule_set->rules[0].condition = lowering.Lower(checked, &findings);
  rule_set->zone = lowering.AddZone(World()->program.zones[World()->zone]);
  SLUICE_CHECK((rule_set->rules[0].condition == ruleset::kNoNode) == !findings.empty());
  if (!findings.empty()) return;
  SLUICE_CHECK(ruleset::Verify(*rule_set).ok());
  rule_set->Finish();
  ScreenAll(rule_set, records);
}

}  // namespace
}  // namespace sluice::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::fuzz;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Evaluate(text);
  Screen(text);
  return 0;
}
