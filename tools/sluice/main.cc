#include <charconv>
#include <cstdio>
#include <exception>
#include <system_error>

#include <fmt/core.h>
#include <sluice/version.h>

#include "tools/sluice/control_verbs.h"
#include "tools/sluice/serve_verbs.h"
#include "tools/sluice/verb.h"

namespace sluice::tools {

int Fail(ExitCode code, const std::string& message) {
  fmt::print(stderr, "sluice: {}\n", message);
  return code;
}

CLI::Validator WholeNumber(std::uint64_t least, std::uint64_t most) {
  const auto check = [=](const std::string& text) -> std::string {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = error == std::errc() && end == text.data() + text.size();
    if (is_number && number >= least && number <= most) return {};
    return fmt::format("'{}' is no whole number from {} to {}", text, least, most);
  };
  return {check, "", "WholeNumber"};
}

std::string Count(std::size_t number, const std::string& noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
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
  sluice backtest cbec.bundle draft --on day.parcels
  sluice explain day.parcels --rules cbec.bundle --id CB0000000042CN
  sluice serve --rules cbec.bundle --listen unix:/run/sluice/parcels.sock --log /var/lib/sluice/log
  sluice submit day.parcels --to unix:/run/sluice/parcels.sock
  sluice reload cbec.bundle --socket /run/sluice/control.sock
  sluice audit verify /var/lib/sluice/log

Exit codes: 0 ok; 1 findings (failed tests, differences); 2 the rules do not compile;
3 bad arguments, configuration, or input that cannot be opened.)";

// The command as far as it was understood: "sluice rules check".
const CLI::App* Chosen(const CLI::App& app, std::string* name) {
  const CLI::App* chosen = &app;
  *name = app.get_name();
  while (!chosen->get_subcommands().empty()) {
    chosen = chosen->get_subcommands().front();
    *name += " " + chosen->get_name();
  }
  return chosen;
}

int Mistyped(const CLI::App& app, const CLI::ParseError& error) {
  std::string name;
  const CLI::App* chosen = Chosen(app, &name);
  std::string commands;
  for (const CLI::App* command : chosen->get_subcommands({})) {
    commands += (commands.empty() ? "" : ", ") + command->get_name();
  }
  std::string message = error.what();
  if (!commands.empty()) {
    const std::vector<std::string> rest = app.remaining(true);
    message = rest.empty() ? "a command is needed" : fmt::format("'{}' has no command '{}'", name, rest.front());
    message += "; there are " + commands;
  }
  return Fail(kExitBadArguments, fmt::format("{}\nTry '{} --help'", message, name));
}

// What was printed reached its reader, or the exit code says otherwise.
int Flushed(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  return Fail(kExitBadArguments, "standard output: cannot be written");
}

// Exceptions of the libraries end here: fmt's of a full disk, the allocator's.
int Guarded(const Run& run) {
  try {
    return run();
  } catch (const std::exception& error) {
    return Fail(kExitBadArguments, error.what());
  }
}

int Main(int argc, char** argv) {
  CLI::App app("Sluice screens parcels: declarations in, lanes out, rules in CEL.", "sluice");
  app.footer(kFooter);
  app.require_subcommand(1);
  app.set_version_flag("--version", "sluice " SLUICE_VERSION);
  Run run;
  AddRulesVerbs(&app, &run);
  AddEval(&app, &run);
  AddGenerate(&app, &run);
  AddScreen(&app, &run);
  AddBacktest(&app, &run);
  AddExplain(&app, &run);
  AddAuditVerbs(&app, &run);
  AddServe(&app, &run);
  AddSubmit(&app, &run);
  AddControlVerbs(&app, &run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 throws for --help and --version, too.
    return error.get_exit_code() == 0 ? Flushed(app.exit(error)) : Mistyped(app, error);
  }
  return Flushed(Guarded(run));
}

}  // namespace
}  // namespace sluice::tools

int main(int argc, char** argv) { return sluice::tools::Main(argc, argv); }
