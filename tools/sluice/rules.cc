// sluice rules check | compile | test
#include <fmt/core.h>

#include "engine/ruleset/bundle.h"
#include "rules/diag/render.h"
#include "rules/emit/compiler.h"
#include "tools/sluice/rules_test.h"
#include "tools/sluice/verb.h"

namespace sluice::tools {

namespace {

struct CheckOptions {
  std::string book;
  std::string format = "pretty";
  std::string fail_level = "error";
};

int Check(const CheckOptions& options) {
  const Result<rules::CompiledBook> book = rules::CompileBook(options.book);
  if (!book.ok()) return Fail(book.status());
  const rules::DiagnosticList& found = book->diagnostics;
  if (options.format == "json") {
    fmt::print("{}\n", rules::RenderJson(found));
  } else {
    fmt::print("{}", rules::RenderPretty(found, *book->sources));
  }
  if (found.HasErrors() || book->rule_set == nullptr) {
    fmt::print(stderr, "sluice: {}: {}, {}\n", options.book, Count(found.error_count(), "error"),
               Count(found.other_count(), "warning"));
    return kExitRulesBroken;
  }
  fmt::print(stderr, "sluice: {}: {}, no error, {}\n", options.book, Count(book->rule_set->rules.size(), "rule"),
             Count(found.other_count(), "warning"));
  return options.fail_level == "warning" && found.other_count() > 0 ? kExitFindings : kExitOk;
}

struct CompileOptions {
  std::string book;
  std::string output;
};

int Compile(const CompileOptions& options) {
  const Result<rules::CompiledBook> book = rules::CompileBook(options.book);
  if (!book.ok()) return Fail(book.status());
  fmt::print(stderr, "{}", rules::RenderPretty(book->diagnostics, *book->sources));
  if (book->rule_set == nullptr) return Fail(kExitRulesBroken, options.book + ": the rules do not compile");
  if (Status status = ruleset::WriteBundle(*book->rule_set, options.output); !status.ok()) return Fail(status);
  fmt::print(stderr, "sluice: {}: {}, rule set {}\n", options.output,
             Count(book->rule_set->rules.size(), "rule"), base::Hex(book->rule_set->hash));
  return kExitOk;
}

void AddCheck(CLI::App* parent, Run* run) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* verb = parent->add_subcommand("check", "Finds what is wrong in a rule book, all of it at once");
  verb->add_option("BOOK", options->book, "Folder of the rule book")->required();
  verb->add_option("--format", options->format, "pretty or json")->check(CLI::IsMember({"pretty", "json"}));
  verb->add_option("--fail-level", options->fail_level, "Exit 1 also for warnings: error or warning")
      ->check(CLI::IsMember({"error", "warning"}));
  verb->footer("Example:\n  sluice rules check rules/packs/kcs --format json\n\n"
               "Exit codes: 0 correct; 1 warnings with --fail-level warning; 2 errors; 3 no such book.");
  verb->callback([=] { *run = [=] { return Check(*options); }; });
}

void AddCompile(CLI::App* parent, Run* run) {
  auto options = std::make_shared<CompileOptions>();
  CLI::App* verb = parent->add_subcommand("compile", "Compiles a rule book into a bundle");
  verb->add_option("BOOK", options->book, "Folder of the rule book")->required();
  verb->add_option("-o,--output", options->output, "The bundle's file")->required();
  verb->footer("Example:\n  sluice rules compile rules/packs/cbec_import -o cbec.bundle");
  verb->callback([=] { *run = [=] { return Compile(*options); }; });
}

void AddTest(CLI::App* parent, Run* run) {
  auto options = std::make_shared<RulesTestOptions>();
  CLI::App* verb = parent->add_subcommand("test", "Runs the cases in a book's tests/*.yaml");
  verb->add_option("BOOK", options->book, "Folder of the rule book")->required();
  verb->add_option("--run", options->filter, "Only cases whose name contains this text");
  verb->add_flag("-v,--verbose", options->verbose, "Name the cases that pass, too");
  verb->footer("Example:\n  sluice rules test rules/packs/cbec_import --run limit\n\n"
               "Exit codes: 0 all pass; 1 a case failed; 2 the rules do not compile; 3 no such book or case.");
  verb->callback([=] { *run = [=] { return RulesTest(*options); }; });
}

}  // namespace

void AddRulesVerbs(CLI::App* app, Run* run) {
  CLI::App* rules = app->add_subcommand("rules", "Checks, compiles and tests rule books");
  rules->require_subcommand(1);
  AddCheck(rules, run);
  AddCompile(rules, run);
  AddTest(rules, run);
}

}  // namespace sluice::tools
