// sluice rules check: all that is wrong in a rule book, at once.
#include <fmt/core.h>

#include "rules/diag/render.h"
#include "rules/emit/compiler.h"
#include "tools/sluice/rules_verbs.h"

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

}  // namespace

void AddRulesCheck(CLI::App* parent, Run* run) {
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

}  // namespace sluice::tools
