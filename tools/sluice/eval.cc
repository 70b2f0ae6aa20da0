// sluice eval: single CEL expressions by the production compiler and evaluator.
#include <fstream>
#include <iostream>
#include <optional>

#include <fmt/core.h>

#include "engine/match/inspector.h"
#include "engine/parcel/batch.h"
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

// An object of the line, empty where it is left out.
Result<json> Object(const json& line, const char* key) {
  if (!line.contains(key)) return json::object();
  if (line[key].is_object()) return line[key];
  return Status(StatusCode::kInvalidArgument, std::string("\"") + key + "\" must be an object");
}

Result<std::vector<rules::Variable>> Variables(const json& line) {
  std::vector<rules::Variable> variables;
  const Result<json> types_object = Object(line, "types");
  if (!types_object.ok()) return types_object.status();
  const Result<json> values = Object(line, "vars");
  if (!values.ok()) return values.status();
  const json& types = *types_object;
  for (const auto& [name, value] : values->items()) {
    Result<TypedValue> typed = ParseValueJson(value);
    if (!typed.ok()) return Status(typed.status().code(), "variable " + name + ": " + typed.status().message());
    if (types.contains(name)) {
      Result<rules::Type> type = ParseTypeJson(types[name]);
      if (!type.ok()) return Status(type.status().code(), "type of " + name + ": " + type.status().message());
      typed->type = *std::move(type);
    }
    variables.push_back({name, std::move(typed->type), std::move(typed->value)});
  }
  return variables;
}

// An expression reads no parcel; a batch of one empty row stands in.
json Evaluate(const std::string& text, std::vector<rules::Variable> variables) {
  const rules::CompiledExpression compiled = rules::CompileExpression(text, std::move(variables));
  if (compiled.rule_set == nullptr) {
    return {{"refused", json::parse(rules::RenderJson(compiled.diagnostics))}};
  }
  parcel::Batch batch(compiled.rule_set->columns);
  batch.Clear();
  batch.domains[parcel::kParcelDomain].count = 1;
  match::Inspector inspector(compiled.rule_set);
  const match::InspectedValue value = inspector.Inspect(batch, 0, compiled.root);
  if (value.error != match::ErrorKind::kNone) return {{"error", match::ErrorKindName(value.error)}};
  return {{"value", ValueJson(value)}};
}

int EvalLine(const std::string& text, std::size_t number) {
  bool too_deep = false;
  const auto watch = [&](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > kLineDepthMax;
    return true;
  };
  const json line = json::parse(text, watch, false);
  const std::string place = "line " + std::to_string(number) + ": ";
  if (too_deep) {
    return Fail(kExitBadArguments, fmt::format("{}nested deeper than {} levels", place, kLineDepthMax));
  }
  if (line.is_discarded() || !line.is_object() || !line.contains("expr") || !line["expr"].is_string()) {
    return Fail(kExitBadArguments, place + "a JSON object with a text \"expr\" is needed");
  }
  Result<std::vector<rules::Variable>> variables = Variables(line);
  if (!variables.ok()) return Fail(kExitBadArguments, place + variables.status().message());
  json answer = Evaluate(line["expr"].get<std::string>(), *std::move(variables));
  if (line.contains("id")) answer["id"] = line["id"];
  fmt::print("{}\n", answer.dump(-1, ' ', false, json::error_handler_t::replace));
  return kExitOk;
}

int EvalStream(std::istream& input, const std::string& name) {
  std::string text;
  for (std::size_t number = 1; std::getline(input, text); ++number) {
    if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (const int code = EvalLine(text, number); code != kExitOk) return code;
  }
  return input.bad() ? Fail(kExitBadArguments, name + ": cannot be read") : kExitOk;
}

int EvalOne(const std::string& text) {
  const rules::CompiledExpression compiled = rules::CompileExpression(text, {});
  if (compiled.rule_set == nullptr) {
    fmt::print(stderr, "{}", rules::RenderPretty(compiled.diagnostics, *compiled.sources));
    return kExitRulesBroken;
  }
  fmt::print("{}\n", Evaluate(text, {}).dump());
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
      "Each line: {\"id\": …, \"expr\": \"…\", \"types\": {name: type}, \"vars\": {name: typed value}}\n"
      "Answers:   {\"id\", \"value\": typed}, {\"id\", \"error\": kind} or {\"id\", \"refused\": diagnostics}\n\n"
      "Examples:\n"
      "  sluice eval -e '[1, 2, 3].exists(x, x > 2)'\n"
      "  echo '{\"id\":1,\"expr\":\"x + 1\",\"vars\":{\"x\":{\"int\":\"41\"}}}' | sluice eval");
  verb->callback([=] { *run = [=] { return Eval(*options); }; });
}

}  // namespace sluice::tools
