// sluice rules schema: JSON Schemas of a book's YAML files, for editors.
#include <fmt/core.h>

#include "tools/sluice/load_rules.h"
#include "tools/sluice/rules_verbs.h"
#include "tools/sluice/yaml_schema.h"

namespace sluice::tools {

namespace {

struct SchemaOptions {
  std::string kind;
  std::string rules;
};

int Schema(const SchemaOptions& options) {
  LoadedRules rules;
  if (!options.rules.empty()) {
    if (const int code = LoadRules(options.rules, "", &rules); code != kExitOk) return code;
  }
  const BookFacts book = rules.rule_set.get();
  const nlohmann::ordered_json schema = options.kind == "book"    ? BookYamlSchema()
                                        : options.kind == "rules" ? RulesYamlSchema(book)
                                        : options.kind == "tests" ? TestsYamlSchema(book)
                                                                  : MappingYamlSchema(book);
  fmt::print("{}\n", schema.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  return kExitOk;
}

}  // namespace

void AddRulesSchema(CLI::App* parent, Run* run) {
  auto options = std::make_shared<SchemaOptions>();
  CLI::App* verb = parent->add_subcommand("schema", "Prints the JSON Schema of a book's YAML files");
  verb->add_option("KIND", options->kind, "book (book.yaml), rules (rules/**/*.yaml), tests (tests/*.yaml), mapping")
      ->required()
      ->check(CLI::IsMember({"book", "rules", "tests", "mapping"}));
  verb->add_option("--for", options->rules,
                   "Book folder or bundle whose lanes, desks, rules and fields are known, too");
  verb->footer(
      "JSON Schema, draft 2020-12. In VS Code (YAML extension), in .vscode/settings.json:\n"
      "  \"yaml.schemas\": { \"schemas/rules.json\": \"rules/**/*.yaml\", \"schemas/book.json\": \"book.yaml\" }\n"
      "or as the first line of a file: # yaml-language-server: $schema=../schemas/rules.json\n\n"
      "Examples:\n  sluice rules schema rules > schemas/rules.json\n"
      "  sluice rules schema tests --for rules/packs/cbec_import > schemas/tests.json\n\n"
      "Exit codes: 0 ok; 2 the rules do not compile; 3 no such kind, book or bundle.");
  verb->callback([=] { *run = [=] { return Schema(*options); }; });
}

}  // namespace sluice::tools
