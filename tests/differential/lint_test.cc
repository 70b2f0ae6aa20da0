// What the linter believes of conditions, the engine never contradicts: on generated books and records, a condition
// that "is never true" is not, and one that "implies" another does.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "engine/match/inspector.h"
#include "engine/ruleset/node_text.h"
#include "engine/wire/decoder.h"
#include "rules/lint/conditions.h"
#include "tests/differential/book_generator.h"
#include "tests/differential/comparison.h"
#include "tests/differential/record_generator.h"

namespace sluice::differential {
namespace {

constexpr std::uint64_t kRounds = 60;
constexpr std::size_t kRecords = 120;
constexpr std::size_t kNodesMax = 120;  // of a round: all pairs are compared

enum class Truth : std::uint8_t { kTrue, kFalse, kNeither };

/// Conditions, and the parts of their && and ||: bools about a parcel as a whole.
std::vector<ruleset::NodeIndex> BoolsOf(const ruleset::RuleSet& rules) {
  std::vector<ruleset::NodeIndex> nodes;
  for (const ruleset::Rule& rule : rules.rules) {
    nodes.push_back(rule.condition);
    const ruleset::Node& node = rules.program.nodes[rule.condition];
    if (node.op != ruleset::Op::kAnd && node.op != ruleset::Op::kOr) continue;
    for (std::uint32_t i = node.b; i < node.b + node.c; ++i) nodes.push_back(rules.program.operands[i]);
  }
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  if (nodes.size() > kNodesMax) nodes.resize(kNodesMax);
  return nodes;
}

/// The linter takes an enum to have its named values only; records may hold others.
bool HasUnnamedEnum(const ruleset::RuleSet& rules, rules::ValueRanges* ranges, const parcel::Batch& batch,
                    std::size_t row) {
  for (std::uint32_t c = 0; c < rules.columns.columns.size(); ++c) {
    const parcel::ColumnSpec& spec = rules.columns.columns[c];
    const parcel::Field* field = spec.path.empty() ? ranges->VectorOf(spec.domain) : ranges->FieldOf(c);
    if (field == nullptr || field->enumeration == parcel::kNoIndex || spec.type != parcel::ValueType::kInt) continue;
    const auto& names = rules.catalog.enums[field->enumeration].values;
    for (std::uint32_t at = 0; at < batch.domains[spec.domain].count; ++at) {
      std::uint32_t parcel_row = at;
      for (parcel::DomainIndex d = spec.domain; d != parcel::kParcelDomain; d = rules.columns.domains[d].parent) {
        parcel_row = batch.domains[d].parent[parcel_row];
      }
      if (parcel_row != row || !batch.columns[c].Has(at)) continue;
      const std::int64_t value = batch.columns[c].ints[at];
      if (std::none_of(names.begin(), names.end(), [&](const auto& name) { return name.value == value; })) return true;
    }
  }
  return false;
}

/// By row of the batch, the truth of each node.
std::vector<std::vector<Truth>> TruthsOf(const ruleset::RuleSetPtr& rules, const std::vector<ruleset::NodeIndex>& nodes,
                                         const std::vector<oracle::Submission>& stream, rules::ValueRanges* ranges) {
  const wire::DecodePlan plan(rules->catalog, rules->columns);
  wire::Decoder decoder(plan);
  parcel::Batch batch(rules->columns);
  match::Inspector inspector(rules);
  std::vector<std::vector<Truth>> truths;
  for (const oracle::Submission& submission : stream) {
    batch.Clear();
    if (decoder.Append(submission.bytes, batch) != wire::DecodeResult::kAppended) continue;
    batch.facts[0].now = {1773216000, 0};
    if (HasUnnamedEnum(*rules, ranges, batch, 0)) continue;
    std::vector<Truth>& row = truths.emplace_back();
    for (const ruleset::NodeIndex node : nodes) {
      const match::InspectedValue value = inspector.Inspect(batch, 0, node);
      const bool is_value = value.error == match::ErrorKind::kNone;
      row.push_back(!is_value ? Truth::kNeither : value.number != 0 ? Truth::kTrue : Truth::kFalse);
    }
  }
  return truths;
}

struct Counts {
  std::uint64_t impossible = 0, implied = 0, excluded = 0;
};

void CheckBook(const ruleset::RuleSetPtr& rules, const std::vector<oracle::Submission>& stream, Counts* counts) {
  rules::Conditions conditions(*rules);
  const std::vector<ruleset::NodeIndex> nodes = BoolsOf(*rules);
  const auto truths = TruthsOf(rules, nodes, stream, &conditions.ranges());
  const auto text = [&](std::size_t i) { return ruleset::NodeText(*rules, nodes[i]); };
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const rules::Cases& when_true = conditions.True(nodes[i]);
    const bool never_false = conditions.False(nodes[i]).empty();
    counts->impossible += when_true.empty() || never_false ? 1 : 0;
    for (const auto& row : truths) {
      ASSERT_FALSE(when_true.empty() && row[i] == Truth::kTrue) << text(i);
      ASSERT_FALSE(never_false && row[i] == Truth::kFalse) << text(i);
    }
    for (std::size_t j = 0; j < nodes.size(); ++j) {
      const bool implies = conditions.Implies(when_true, conditions.True(nodes[j]));
      const bool denies = conditions.Implies(when_true, conditions.False(nodes[j]));
      const bool excludes = !conditions.CanBothBe(when_true, conditions.True(nodes[j]));
      counts->implied += i != j && implies && !when_true.empty() ? 1 : 0;
      counts->excluded += excludes && !when_true.empty() ? 1 : 0;
      for (const auto& row : truths) {
        if (row[i] != Truth::kTrue) continue;
        ASSERT_TRUE(!implies || row[j] == Truth::kTrue) << text(i) << "\nimplies " << text(j);
        ASSERT_TRUE(!denies || row[j] == Truth::kFalse) << text(i) << "\ndenies " << text(j);
        ASSERT_TRUE(!excludes || row[j] != Truth::kTrue) << text(i) << "\nexcludes " << text(j);
      }
    }
  }
}

TEST(LintDifferentialTest, WhatIsSaidOfConditionsHoldsForGeneratedParcels) {
  const std::string folder =
      (std::filesystem::temp_directory_path() / ("sluice-lint-differential-" + std::to_string(getpid()))).string();
  const char* first_text = std::getenv("SLUICE_SEED");
  const std::uint64_t first = first_text == nullptr ? 1 : std::strtoull(first_text, nullptr, 10);
  Counts counts;
  for (std::uint64_t seed = first; seed < first + kRounds; ++seed) {
    SCOPED_TRACE("SLUICE_SEED=" + std::to_string(seed));
    Chance chance(seed);
    const Schema& schema = chance.OneIn(2) ? DefaultSchema() : SmallSchema();
    oracle::BookModel book = BookGenerator(schema, &chance).Book();
    const auto stream = RecordGenerator(schema, &chance).Stream(kRecords);
    std::string failure;
    const auto rule_set = CompileWhatCompiles(&book, folder, nullptr, &failure);
    if (rule_set == nullptr) continue;  // the other test's business
    CheckBook(rule_set, stream, &counts);
    if (HasFatalFailure()) return;
  }
  std::filesystem::remove_all(folder);
  // Else the generator no longer makes what this test is about.
  EXPECT_GT(counts.impossible, 20u);
  EXPECT_GT(counts.implied, 50u);
  EXPECT_GT(counts.excluded, 50u);
}

}  // namespace
}  // namespace sluice::differential
