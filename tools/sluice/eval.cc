// sluice eval: single CEL expressions by the compiler and the evaluator that decide, as a batch of one.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <optional>
#include <string_view>

#include <fmt/core.h>

#include "engine/match/evaluator.h"
#include "engine/match/inspector.h"
#include "rules/check/type_text.h"
#include "rules/diag/render.h"
#include "rules/emit/expression.h"
#include "tools/sluice/typed_json.h"
#include "tools/sluice/verb.h"

namespace sluice::tools {

using nlohmann::json;

namespace {

constexpr int kLineDepthMax = 256;  // levels of JSON in one line: typed values are read by recursion

struct EvalOptions {
  std::string input = "-";
  std::optional<std::string> expression;
};

// How deep objects and arrays stand within each other. A callback of the parser would know, too, but with one the
// parser goes over all elements before at each object of a list.
int DepthOf(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') in_text = !in_text;
    if (in_text && text[i] == '\\') ++i;  // what is escaped ends no text
    if (in_text) continue;
    if (text[i] == '[' || text[i] == '{') deepest = std::max(deepest, ++depth);
    if (text[i] == ']' || text[i] == '}') --depth;
  }
  return deepest;
}

// An object of the line, empty where it is left out.
Result<json> Object(const json& line, const char* key) {
  if (!line.contains(key)) return json::object();
  if (line[key].is_object()) return line[key];
  return Status(StatusCode::kInvalidArgument, std::string("\"") + key + "\" must be an object");
}

Result<rules::Variable> ReadVariable(const std::string& name, const json& value, const json& types) {
  Result<TypedValue> typed = ParseValueJson(value);
  if (!typed.ok()) return Status(typed.status().code(), "variable " + name + ": " + typed.status().message());
  if (types.contains(name)) {
    Result<rules::Type> type = ParseTypeJson(types[name]);
    if (!type.ok()) return Status(type.status().code(), "type of " + name + ": " + type.status().message());
    if (!IsOfType(typed->value, *type)) {
      return Status(StatusCode::kInvalidArgument, "variable " + name + " is of type " +
                                                      rules::TypeText(typed->type, {}) + ", and \"types\" says " +
                                                      types[name].dump());
    }
    typed->type = *std::move(type);
  }
  return rules::Variable{name, std::move(typed->type), std::move(typed->value), std::nullopt};
}

Result<std::vector<rules::Variable>> ReadVariables(const json& types, const json& values) {
  std::vector<rules::Variable> variables;
  for (const auto& [name, type] : types.items()) {
    if (values.contains(name)) continue;
    return Status(StatusCode::kInvalidArgument, "variable " + name + " has a type and no value in \"vars\"");
  }
  for (const auto& [name, value] : values.items()) {
    Result<rules::Variable> variable = ReadVariable(name, value, types);
    if (!variable.ok()) return variable.status();
    variables.push_back(*std::move(variable));
  }
  return variables;
}

json Error(match::ErrorKind kind) { return {{"error", match::ErrorKindName(kind)}}; }

// A bool is what the evaluator says that decides, as of the condition of a rule; the inspector names the error's kind
// and has values of other types.
json Answer(const rules::CompiledExpression& compiled) {
  const parcel::Batch batch = rules::InputBatch(compiled);
  const match::InspectedValue value = match::Inspector(compiled.rule_set).Inspect(batch, 0, compiled.root);
  if (value.error != match::ErrorKind::kNone) return Error(value.error);
  if (value.type != ruleset::ValueType::kBool) return {{"value", ValueJson(value)}};
  ruleset::BatchMatches matches;
  match::Evaluator(match::MakeMatcher(compiled.rule_set)).Evaluate(batch, &matches);
  const bool failed = !matches.absent.Row(0).empty() || !matches.errors.Row(0).empty();
  const bool holds = !matches.hits.Row(0).empty();
  if (failed || holds != (value.number != 0)) return {{"error", "internal"}};
  return {{"value", {{"bool", holds}}}};
}

json Evaluate(const std::string& text, std::vector<rules::Variable> variables) {
  const rules::CompiledExpression compiled = rules::CompileExpression(text, std::move(variables));
  if (compiled.rule_set != nullptr) return Answer(compiled);
  return {{"refused", json::parse(rules::RenderJson(compiled.diagnostics))}};
}

// What is wrong with the line is a Status; what the language does not have is an answer.
Result<json> AnswerLine(const std::string& text) {
  const auto bad = [](const std::string& what) { return Status(StatusCode::kInvalidArgument, what); };
  if (DepthOf(text) > kLineDepthMax) return bad(fmt::format("nested deeper than {} levels", kLineDepthMax));
  const json line = json::parse(text, nullptr, false);
  if (line.is_discarded() || !line.is_object() || !line.contains("expr") || !line["expr"].is_string()) {
    return bad("a JSON object with a text \"expr\" is needed");
  }
  const Result<json> types = Object(line, "types");
  if (!types.ok()) return types.status();
  const Result<json> values = Object(line, "vars");
  if (!values.ok()) return values.status();
  json answer;
  Result<std::vector<rules::Variable>> variables = ReadVariables(*types, *values);
  const StatusCode read = variables.status().code();
  if (variables.ok()) {
    answer = Evaluate(line["expr"].get<std::string>(), *std::move(variables));
  } else if (read == StatusCode::kUnsupported || read == StatusCode::kLimitExceeded) {
    answer["refused"] = json::array({{{"code", "variable"}, {"message", variables.status().message()}}});
  } else {
    return variables.status();
  }
  if (line.contains("id")) answer["id"] = line["id"];
  return answer;
}

// A line that cannot be read is told and passed over; the exit code says so in the end.
int EvalStream(std::istream& input, const std::string& name) {
  int code = kExitOk;
  std::string text;
  for (std::size_t number = 1; std::getline(input, text); ++number) {
    if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
    const Result<json> answer = AnswerLine(text);
    if (answer.ok()) {
      fmt::print("{}\n", answer->dump(-1, ' ', false, json::error_handler_t::replace));
    } else {
      code = Fail(kExitBadArguments, fmt::format("{}:{}: {}", name, number, answer.status().message()));
    }
  }
  return input.bad() ? Fail(kExitBadArguments, name + ": cannot be read") : code;
}

int EvalOne(const std::string& text) {
  const rules::CompiledExpression compiled = rules::CompileExpression(text, {});
  if (compiled.rule_set == nullptr) {
    fmt::print(stderr, "{}", rules::RenderPretty(compiled.diagnostics, *compiled.sources));
    return kExitRulesBroken;
  }
  fmt::print("{}\n", Answer(compiled).dump());
  return kExitOk;
}

int Eval(const EvalOptions& options) {
  if (options.expression) return EvalOne(*options.expression);
  if (options.input == "-") return EvalStream(std::cin, "standard input");
  std::ifstream file(options.input);
  if (!file) return Fail(kExitBadArguments, options.input + ": cannot be opened");
  return EvalStream(file, options.input);
}

}  // namespace

void AddEval(CLI::App* app, Run* run) {
  auto options = std::make_shared<EvalOptions>();
  CLI::App* verb = app->add_subcommand("eval", "Evaluates CEL expressions, one JSON object a line");
  verb->add_option("FILE", options->input, "JSON lines; standard input if left out or -");
  verb->add_option("-e,--expression", options->expression, "Evaluate this expression instead");
  verb->footer(
      "Each line: {\"id\": …, \"expr\": \"…\", \"types\": {name: type}, \"vars\": {name: typed value}};\n"
      "a type is needed for no variable; one that is given must be that of the value.\n"
      "Answers:   {\"id\", \"value\": typed}, {\"id\", \"error\": kind} or {\"id\", \"refused\": diagnostics};\n"
      "what can only fail, such as 1 / 0, is an error; what is not in the language is refused.\n"
      "A line that is no such object is told with its number, and the rest goes on; the exit code is 3 then.\n\n"
      "Examples:\n"
      "  sluice eval -e '[1, 2, 3].exists(x, x > 2)'\n"
      "  echo '{\"id\":1,\"expr\":\"x + 1\",\"vars\":{\"x\":{\"int\":\"41\"}}}' | sluice eval");
  verb->callback([=] { *run = [=] { return Eval(*options); }; });
}

}  // namespace sluice::tools
