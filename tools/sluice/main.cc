#include <fmt/core.h>

#include "tools/sluice/verb.h"

namespace sluice::tools {

int Fail(ExitCode code, const std::string& message) {
  fmt::print(stderr, "sluice: {}\n", message);
  return code;
}

int Fail(const Status& status) {
  const bool rules = status.code() == StatusCode::kRulesDoNotCompile;
  return Fail(rules ? kExitRulesBroken : kExitBadArguments, status.message());
}

namespace {

constexpr char kFooter[] = R"(Examples:
  sluice rules check rules/packs/cbec_import
  sluice rules compile rules/packs/cbec_import -o cbec.bundle
  sluice generate --parcels 1000000 --seed 1 -o day.parcels
  sluice screen day.parcels --rules cbec.bundle --out decisions.ndjson
  sluice screen export.csv --rules rules/packs/kcs --label fraud --summary json
  sluice explain day.parcels --rules cbec.bundle --id CB0000000042CN

Exit codes: 0 ok; 1 findings (failed tests, differences); 2 the rules do not compile;
3 bad arguments, configuration, or input that cannot be opened.)";

int Main(int argc, char** argv) {
  CLI::App app("Sluice screens parcels: declarations in, lanes out, rules in CEL.", "sluice");
  app.footer(kFooter);
  app.require_subcommand(1);
  app.set_version_flag("--version", "sluice 0.1.0");
  Run run;
  AddRulesVerbs(&app, &run);
  AddEval(&app, &run);
  AddGenerate(&app, &run);
  AddScreen(&app, &run);
  AddExplain(&app, &run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 gives 0 for --help and --version, and codes of its own for what was mistyped.
    return app.exit(error) == 0 ? kExitOk : kExitBadArguments;
  }
  return run();
}

}  // namespace
}  // namespace sluice::tools

int main(int argc, char** argv) { return sluice::tools::Main(argc, argv); }
