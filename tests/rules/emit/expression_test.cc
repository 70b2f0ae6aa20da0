#include "rules/emit/expression.h"

#include <gtest/gtest.h>

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
