// Expressions over empty lists and maps, whose elements have no type of their own.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/match/inspector.h"
#include "rules/emit/expression.h"

namespace sluice::rules {
namespace {

/// The value as an officer reads it, or "CODE: hint" of the first finding.
std::string Answer(const std::string& text) {
  const CompiledExpression compiled = CompileExpression(text, {});
  EXPECT_EQ(compiled.rule_set == nullptr, compiled.diagnostics.HasErrors()) << text;
  if (compiled.rule_set == nullptr) {
    const Diagnostic& found = compiled.diagnostics.items()[0];
    return found.code + ": " + found.hint;
  }
  match::Inspector inspector(compiled.rule_set);
  return match::InspectedText(inspector.Inspect(InputBatch(compiled), 0, compiled.root));
}

TEST(UnknownTypesTest, WhatAnEmptyListOrMapHoldsTakesTheTypeOfItsUse) {
  const std::pair<const char*, const char*> kCases[] = {
      {"[][0].all(x, x)", "error: index"},
      {"{}.a.all(x, x)", "error: key"},
      {"[].map(x, x)[0].all(y, y)", "error: index"},
      {"[[]].exists(x, x[0].exists(y, y == 1))", "error: index"},
      {"{}.a", "error: key"},
      {"{}.a.b", "error: key"},
      {"{}['a']", "error: key"},
      {"has({}.a)", "false"},
      {"has({}.a.b)", "error: key"},
      {"{}.a || true", "true"},
      {"[][0].a", "error: index"},
      {"[{}].exists(x, x.a.b == 1)", "error: key"},
      {"[[]].exists(x, x[0] == 'a')", "error: index"},
      {"[[]].exists(x, size([x]) > 0 && x == ['a'])", "false"},
      {"[[]].filter(x, x == ['a'])", "[]"},
      {"[[]].exists(x, x in [['a']])", "false"},
      {"[[]].map(x, x + ['a'])", "[[\"a\"]]"},
      {"[[]].exists(x, x in [] || x == [1.5])", "false"},
      {"cel.bind(e, [], e + ['a'] == ['a'] && e.all(x, x.startsWith('b')))", "true"},
      {"[].transformMapEntry(i, v, v) == {'a': 1}", "false"},
      {"{}.all(k, v, k == 'a' && v.b[0] == 1.5)", "true"},
      {"[][0] + 1.5 == [][0]", "error: index"},
      {"sets.contains(['a'], [])", "true"},
      {"size([][0]) + size([][0].a)", "error: index"},
  };
  for (const auto& [text, answer] : kCases) EXPECT_EQ(Answer(text), answer) << text;
}

TEST(UnknownTypesTest, WhatEmptyListsHoldHasOneType) {
  const std::string hint =
      "what an empty list or map holds has the type of its first use, and is int where no use tells";
  EXPECT_EQ(Answer("cel.bind(e, [], e == [1] || e == ['a'])"), "type-mismatch: " + hint);
  EXPECT_EQ(Answer("{}[{}]"), "type-mismatch: " + hint);
  EXPECT_EQ(Answer("[].reverse()"), "argument-type: " + hint);
  EXPECT_EQ(Answer("{}[0].all(y, z, sets.intersects(y, y))"), "argument-type: " + hint);
  EXPECT_EQ(Answer("cel.bind(e, [], [e] == e)"), "type-mismatch: " + hint);
}

/// Small expressions, most of them over empty lists and maps; many have no type.
class Expressions {
 public:
  explicit Expressions(std::uint64_t seed) : random_(seed) {}

  std::string Next(int levels) {
    if (levels == 0 || Below(8) == 0) return Leaf();
    std::string text = Pick({"A[B]", "A.a", "A.a", "has(A.a)", "A[0]", "[A, B]", "[A]", "{A: B}", "{'a': A}",
                             "(A ? B : C)", "(A == B)", "(A < B)", "(A + B)", "(A * B)", "(A && B)", "(A in B)",
                             "!(A)", "-(A)", "size(A)", "string(A)", "double(A)", "A.getHours()", "A.join(B)",
                             "A.contains(B)", "sets.intersects(A, B)", "math.greatest(A, B)", "math.least(A)",
                             "math.abs(A)", "A.all(x, B)", "A.exists_one(y, B)", "A.filter(x, B)", "A.map(y, B)",
                             "A.map(x, B, C)", "A.all(x, y, B)", "A.transformList(x, y, B)",
                             "A.transformMap(x, y, B)", "A.transformMapEntry(x, y, B)",
                             "A.transformMapEntry(y, x, {B: C})", "cel.bind(x, A, B)"});
    for (std::size_t at = 0; (at = text.find_first_of("ABC", at)) != std::string::npos;) {
      const std::string part = Next(levels - 1);
      text.replace(at, 1, part);
      at += part.size();
    }
    return text;
  }

 private:
  std::size_t Below(std::size_t bound) { return random_() % bound; }
  std::string Pick(const std::vector<const char*>& from) { return from[Below(from.size())]; }
  std::string Leaf() {
    return Pick({"[]", "[]", "{}", "{}", "[[]]", "[{}]", "{'a': []}", "x", "x", "y", "1", "'a'", "true", "1.5"});
  }

  std::mt19937_64 random_;
};

TEST(UnknownTypesTest, RandomExpressionsOverEmptyListsCompileOrAreRefusedForWhatTheyAre) {
  Expressions expressions(1);
  std::size_t compiled = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = "[[]].map(x, [{}].map(y, " + expressions.Next(1 + i % 4) + "))";
    SCOPED_TRACE(text);
    const std::string answer = Answer(text);
    ASSERT_NE(answer.substr(0, 8), "internal");
    if (answer.front() == '[' || answer.starts_with("error: ")) ++compiled;
  }
  EXPECT_GT(compiled, 4'000u);
}

}  // namespace
}  // namespace sluice::rules
