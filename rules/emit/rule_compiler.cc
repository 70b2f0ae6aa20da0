#include "rules/emit/rule_compiler.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "rules/diag/suggest.h"
#include "rules/emit/profile.h"
#include "rules/syntax/cel_parser.h"
#include "rules/syntax/text_place.h"

namespace sluice::rules {

using ruleset::Rule;

RuleCompiler::RuleCompiler(Book* book, Environment* environment, ruleset::RuleSet* rule_set,
                           std::vector<CheckedRule>* trees, DiagnosticList* diagnostics)
    : book_(*book),
      environment_(*environment),
      rule_set_(*rule_set),
      trees_(trees),
      diagnostics_(diagnostics),
      folder_((std::filesystem::path(book->folder) / "").generic_string()),
      lowering_(*environment, &rule_set->program, &rule_set->columns) {}

void RuleCompiler::CompileAll() {
  for (std::uint32_t i = 0; i < book_.specs.rules.size(); ++i) {
    Compile(i);
    if (rule_set_.rules.size() <= limits::kRulesMax) continue;
    diagnostics_->Error(book_.specs.rules[i].node->place(), "too-many-rules",
                        "the book has more than " + std::to_string(limits::kRulesMax) +
                            " rules, profiles' rows included");
    return;
  }
}

bool RuleCompiler::FindProfileTable(const RuleSpec& spec) {
  environment_.profile_table = kNoReference;
  if (spec.each.empty()) return true;
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < book_.tables.size(); ++i) {
    if (book_.tables[i].table.name == spec.each) environment_.profile_table = i;
    names.push_back(book_.tables[i].table.name);
  }
  if (environment_.profile_table != kNoReference) return true;
  diagnostics_->Error(spec.each_node->place(), "unknown-table",
                      "there is no file tables/" + std::string(spec.each) + ".csv",
                      DidYouMean(spec.each, names));
  return false;
}

void RuleCompiler::Compile(std::uint32_t spec_index) {
  const RuleSpec& spec = book_.specs.rules[spec_index];
  if (!FindProfileTable(spec) || spec.when == nullptr) return;
  auto condition = Check(*spec.when, {TypeKind::kBool, "a condition"});
  CheckedRule checked;
  checked.spec = spec_index;
  if (spec.score != nullptr) checked.score = Check(*spec.score, {TypeKind::kInt, "a score"});
  if (!condition || (spec.score != nullptr && !checked.score)) return;
  checked.condition = *std::move(condition);
  checked.first_rule = static_cast<ruleset::RuleIndex>(rule_set_.rules.size());
  if (spec.each_node == nullptr) {
    CompileOne(spec, &checked, WithTexts(spec));
  } else {
    CompileProfile(spec, &checked, WithTexts(spec));
  }
  checked.rule_count =
      static_cast<std::uint32_t>(rule_set_.rules.size()) - checked.first_rule;
  if (trees_ != nullptr) trees_->push_back(std::move(checked));
}

std::optional<CheckedExpression> RuleCompiler::Check(const YamlNode& node,
                                                     const Expectation& expectation) {
  const TextPlace place = TextPlace::OfScalar(node);
  Ast ast = ParseCel(node.text(), place, diagnostics_);
  if (ast.empty()) return std::nullopt;
  std::vector<CelError> findings;
  CheckedExpression checked = CheckExpression(std::move(ast), environment_, expectation, &findings);
  ReportCelErrors(findings, place, diagnostics_);
  if (!checked.ok) return std::nullopt;
  return checked;
}

void RuleCompiler::CompileOne(const RuleSpec& spec, CheckedRule* checked, Rule rule) {
  std::vector<CelError> findings;
  rule.condition = lowering_.Lower(checked->condition, &findings, &checked->parts);
  ReportCelErrors(findings, TextPlace::OfScalar(*spec.when), diagnostics_);
  if (checked->score) {
    findings.clear();
    rule.score_node = lowering_.Lower(*checked->score, &findings);
    ReportCelErrors(findings, TextPlace::OfScalar(*spec.score), diagnostics_);
    FoldScore(spec.score->place(), &rule);
  }
  rule.id = AddText(spec.id);
  rule_set_.rules.push_back(rule);
}

void RuleCompiler::FoldScore(const Place& place, Rule* rule) {
  if (rule->score_node == ruleset::kNoNode) return;  // a blank cell, or reported
  const ruleset::Node& node = rule_set_.program.nodes[rule->score_node];
  if (node.op != ruleset::Op::kConst) return;
  const std::int64_t score = rule_set_.program.ints[node.a];
  rule->score_node = ruleset::kNoNode;
  if (score >= 0 && score <= static_cast<std::int64_t>(limits::kScoreMax)) {
    rule->score = static_cast<std::uint32_t>(score);
    return;
  }
  diagnostics_->Error(
      place, "score-range",
      "a score is 0 to " + std::to_string(limits::kScoreMax) + ", not " + std::to_string(score));
}

Rule RuleCompiler::WithTexts(const RuleSpec& spec) {
  Rule rule = spec.rule;
  rule.title = AddText(spec.title);
  rule.reason = AddText(spec.reason);
  rule.note = AddText(spec.note);
  rule.owner = AddText(spec.owner);
  rule.source = static_cast<std::uint32_t>(rule_set_.sources.size());
  const Place place = spec.node->place();
  const std::string_view file = std::string_view(place.file).substr(folder_.size());
  rule_set_.sources.push_back({AddText(file), place.line, AddText(spec.when->text())});
  return rule;
}

std::uint32_t RuleCompiler::AddText(std::string_view text) {
  return text.empty() ? ruleset::kNone : rule_set_.texts.Add(text);
}

void RuleCompiler::CompileProfile(const RuleSpec& spec, CheckedRule* checked, const Rule& rule) {
  const BookTable& table = book_.tables[environment_.profile_table];
  if (!table.has_header) return;
  Profile profile(spec, table, &book_, diagnostics_);
  if (!profile.ok()) return;
  ProfileLowering conditions(&lowering_, &checked->condition);
  std::optional<ProfileLowering> scores;
  if (checked->score) scores.emplace(&lowering_, &*checked->score);
  for (std::uint32_t row = 0; row < table.table.row_count; ++row) {
    Rule made = rule;
    const ProfileRow cells = ProfileCells(table, row);
    std::vector<CelError> findings;
    made.condition = conditions.Lower(cells, &findings);
    profile.Report(findings, *spec.when, row);
    profile.CheckSelective(rule_set_.program, made.condition, *spec.when, row);
    if (scores) {
      findings.clear();
      made.score_node = scores->Lower(cells, &findings);
      profile.Report(findings, *spec.score, row);
      FoldScore(table.RowPlace(row), &made);
    }
    profile.FillEffects(row, &made);
    if (const std::string reason = profile.Reason(row); !reason.empty())
      made.reason = AddText(reason);
    made.id = AddText(profile.RuleId(row));
    made.profile_table = environment_.profile_table;
    made.profile_row = row;
    rule_set_.rules.push_back(made);
    if (rule_set_.rules.size() > limits::kRulesMax) return;
  }
  checked->parts = conditions.parts();
}

}  // namespace sluice::rules
