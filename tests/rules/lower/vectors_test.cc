// The public CEL conformance vectors beside the source tree: each is lowered to sound nodes or
// refused.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "engine/ruleset/verify_parts.h"
#include "rules/check/checker.h"
#include "rules/lower/lowering.h"
#include "rules/syntax/cel_parser.h"

namespace sluice::rules {
namespace {

/// The text under `"expr": "` of one JSON line, unescaped.
std::string ExpressionOf(const std::string& line) {
  const std::string key = "\"expr\": \"";
  std::string text;
  for (std::size_t i = line.find(key) + key.size(); i < line.size() && line[i] != '"'; ++i) {
    if (line[i] != '\\') {
      text += line[i];
      continue;
    }
    switch (line[++i]) {
      case 'n': text += '\n'; break;
      case 't': text += '\t'; break;
      case 'r': text += '\r'; break;
      case 'b': text += '\b'; break;
      case 'f': text += '\f'; break;
      case 'u':
        text += '?';
        i += 4;
        break;
      default: text += line[i];
    }
  }
  return text;
}

TEST(CelVectorsTest, EachIsLoweredToSoundNodesOrRefused) {
  const std::string path = std::string(SLUICE_SOURCE_DIR) + "/../shared/cel/vectors.jsonl";
  std::ifstream file(path);
  if (!file) GTEST_SKIP() << path << " is not there";
  const auto variable = [](const char* name, Type type, Value value) {
    return Variable{name, std::move(type), std::move(value)};
  };
  Environment environment;
  Value text;
  text.type = parcel::ValueType::kString;
  Value list;
  list.type = parcel::ValueType::kList;
  list.items = {Value{}};
  environment.variables = {variable("x", ScalarType(TypeKind::kString), text),
                           variable("a", ListOf(ScalarType(TypeKind::kInt)), list)};
  std::string line;
  int lowered = 0;
  int refused = 0;
  while (std::getline(file, line)) {
    const std::string expression = ExpressionOf(line);
    CelParse parse = ParseCel(expression);
    std::vector<CelError> findings = parse.errors;
    ruleset::RuleSet rule_set;
    Lowering lowering(environment, &rule_set.program, &rule_set.columns);
    if (parse.ok()) {
      const CheckedExpression checked =
          CheckExpression(std::move(parse.ast), environment, {}, &findings);
      if (checked.ok) lowering.Lower(checked, &findings);
    }
    ++(findings.empty() ? lowered : refused);
    for (const CelError& finding : findings) {
      EXPECT_FALSE(finding.code.empty() || finding.message.empty()) << expression;
    }
    const Status sound = ruleset::VerifyNodes(rule_set);
    EXPECT_TRUE(sound.ok()) << expression << ": " << sound.message();
  }
  EXPECT_GE(lowered, 250);
  RecordProperty("lowered", lowered);
  RecordProperty("refused", refused);
}

}  // namespace
}  // namespace sluice::rules
