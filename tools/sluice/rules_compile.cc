// sluice rules compile: a rule book into a bundle.
#include <fmt/core.h>

#include "engine/ruleset/bundle.h"
#include "rules/diag/render.h"
#include "rules/emit/compiler.h"
#include "tools/sluice/inspection.h"
#include "tools/sluice/rules_verbs.h"

namespace sluice::tools {

namespace {

constexpr std::size_t kIdsShown = 5;

struct CompileOptions {
  std::string book;
  std::string output;
};

// Authors are told what their rules cost whatever a parcel holds.
void TellAlwaysVisited(const ruleset::RuleSetPtr& rule_set) {
  const std::vector<std::string> ids = IdsAlwaysVisited(rule_set);
  if (ids.empty()) return;
  std::string some;
  for (std::size_t i = 0; i < ids.size() && i < kIdsShown; ++i) some += (i == 0 ? "" : ", ") + ids[i];
  fmt::print(stderr, "sluice: every batch visits {} of them, no term of theirs being rare enough: {}{}\n", ids.size(),
             some, ids.size() > kIdsShown ? ", …; rules inspect --json has all" : "");
}

int Compile(const CompileOptions& options) {
  const Result<rules::CompiledBook> book = rules::CompileBook(options.book);
  if (!book.ok()) return Fail(book.status());
  fmt::print(stderr, "{}", rules::RenderPretty(book->diagnostics, *book->sources));
  if (book->rule_set == nullptr) return Fail(kExitRulesBroken, options.book + ": the rules do not compile");
  if (Status status = ruleset::WriteBundle(*book->rule_set, options.output); !status.ok()) return Fail(status);
  fmt::print(stderr, "sluice: {}: {}, rule set {}\n", options.output,
             Count(book->rule_set->rules.size(), "rule"), base::Hex(book->rule_set->hash));
  TellAlwaysVisited(book->rule_set);
  return kExitOk;
}

}  // namespace

void AddRulesCompile(CLI::App* parent, Run* run) {
  auto options = std::make_shared<CompileOptions>();
  CLI::App* verb = parent->add_subcommand("compile", "Compiles a rule book into a bundle");
  verb->add_option("BOOK", options->book, "Folder of the rule book")->required();
  verb->add_option("-o,--output", options->output, "The bundle's file")->required();
  verb->footer("Example:\n  sluice rules compile rules/packs/cbec_import -o cbec.bundle");
  verb->callback([=] { *run = [=] { return Compile(*options); }; });
}

}  // namespace sluice::tools
