#include "rules/emit/expression.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "engine/ruleset/node_text.h"

namespace sluice::rules {
namespace {

TEST(ExpressionTest, VariablesHaveTypesAndValues) {
  Value value;
  value.number = 5;
  const CompiledExpression compiled =
      CompileExpression("x + 2 > 6", {{"x", ScalarType(TypeKind::kInt), value}});
  ASSERT_NE(compiled.rule_set, nullptr);
  EXPECT_EQ(compiled.type.kind, TypeKind::kBool);
  EXPECT_LT(compiled.root, compiled.rule_set->program.nodes.size());
}

TEST(ExpressionTest, ScalarVariablesAreColumnsOfOneRow) {
  Value number, text, list;
  number.number = 7;
  text.type = parcel::ValueType::kString;
  text.text = "CN";
  list.type = parcel::ValueType::kList;
  list.items = {number};
  const CompiledExpression compiled =
      CompileExpression("t == 'CN' && n in l", {{"n", ScalarType(TypeKind::kInt), number},
                                                {"t", ScalarType(TypeKind::kString), text},
                                                {"l", ListOf(ScalarType(TypeKind::kInt)), list}});
  ASSERT_NE(compiled.rule_set, nullptr);
  ASSERT_EQ(compiled.rule_set->rules.size(), 1u);
  EXPECT_EQ(compiled.rule_set->rules[0].condition, compiled.root);
  const parcel::Batch batch = InputBatch(compiled);
  EXPECT_EQ(batch.row_count(), 1u);
  ASSERT_TRUE(compiled.variables[0].column && compiled.variables[1].column);
  EXPECT_EQ(batch.columns[*compiled.variables[0].column].ints[0], 7);
  EXPECT_EQ(batch.columns[*compiled.variables[1].column].texts[0], "CN");
  EXPECT_FALSE(compiled.variables[2].column);
}

TEST(ExpressionTest, WhatCanOnlyFailCompiles) {
  const CompiledExpression compiled = CompileExpression("1 / 0", {});
  ASSERT_NE(compiled.rule_set, nullptr);
  EXPECT_TRUE(compiled.rule_set->rules.empty());
}

TEST(ExpressionTest, MoreVariablesThanColumnsAreRefused) {
  std::vector<Variable> variables;
  for (std::size_t i = 0; i < limits::kColumnsMax; ++i) {
    variables.push_back({"v" + std::to_string(i), ScalarType(TypeKind::kInt), Value{}});
  }
  const CompiledExpression compiled = CompileExpression("true", std::move(variables));
  EXPECT_EQ(compiled.rule_set, nullptr);
  ASSERT_FALSE(compiled.diagnostics.empty());
  EXPECT_EQ(compiled.diagnostics.items()[0].code, "too-many-variables");
}

TEST(ExpressionTest, MacrosOfTwoVariablesAreShownAsTheyAreWritten) {
  const std::pair<const char*, const char*> kCases[] = {
      {"{'a': 1}.all(k, v, k != '' && v > 0)", "{\"a\": 1}.all(i, i2, (i != \"\") && (i2 > 0))"},
      {"[1].existsOne(n, v, n < v)", "[1].existsOne(i, i2, i < i2)"},
      {"[1].transformList(n, v, n > 0, v + n)", "[1].transformList(i, i2, i > 0, i2 + i)"},
      {"{'a': 1}.transformMap(k, v, v * 2)", "{\"a\": 1}.transformMap(i, i2, i2 * 2)"},
      {"{'a': 1}.transformMapEntry(k, v, {v: k})", "{\"a\": 1}.transformMapEntry(i, i2, {i2: i})"},
  };
  for (const auto& [text, shown] : kCases) {
    const CompiledExpression compiled = CompileExpression(text, {});
    ASSERT_NE(compiled.rule_set, nullptr) << text;
    EXPECT_EQ(ruleset::NodeText(*compiled.rule_set, compiled.root), shown);
  }
}

TEST(ExpressionTest, MistakesArePlacedInTheExpression) {
  const CompiledExpression compiled = CompileExpression("1 + y", {});
  EXPECT_EQ(compiled.rule_set, nullptr);
  ASSERT_FALSE(compiled.diagnostics.empty());
  EXPECT_EQ(compiled.diagnostics.items()[0].place.file, kExpressionFile);
  EXPECT_EQ(compiled.diagnostics.items()[0].place.column, 5u);
}

TEST(ExpressionTest, SyntaxErrorsAreDiagnostics) {
  EXPECT_TRUE(CompileExpression("1 +", {}).diagnostics.HasErrors());
}

}  // namespace
}  // namespace sluice::rules
