#include "tools/sluice/load_rules.h"

#include <unistd.h>

#include <filesystem>

#include <fmt/core.h>

#include "engine/ruleset/bundle.h"
#include "rules/diag/render.h"
#include "rules/emit/compiler.h"

namespace sluice::tools {

namespace {

int LoadBook(const std::string& folder, LoadedRules* rules, std::string* mapping_name) {
  const Result<rules::CompiledBook> book = rules::CompileBook(folder);
  if (!book.ok()) return Fail(book.status());
  if (book->rule_set == nullptr) {
    fmt::print(stderr, "{}", rules::RenderPretty(book->diagnostics, *book->sources));
    return Fail(kExitRulesBroken, folder + ": the rules do not compile");
  }
  if (!book->diagnostics.empty()) {
    fmt::print(stderr, "sluice: {}: {}; see 'sluice rules check {}'\n", folder,
               Count(book->diagnostics.count(rules::Severity::kWarning), "warning"), folder);
  }
  rules->rule_set = book->rule_set;
  rules->folder = folder;
  *mapping_name = book->mapping_path;
  return kExitOk;
}

// What `--mapping` names, else what the rules bring.
int LoadMapping(const std::string& path, const std::string& name, LoadedRules* rules) {
  if (path.empty() && rules->rule_set->mapping.empty()) return kExitOk;
  Result<ingest::Mapping> mapping =
      path.empty() ? ingest::ParseMapping(rules->rule_set->mapping, name) : ingest::ReadMapping(path);
  if (!mapping.ok()) return Fail(kExitBadArguments, mapping.status().message());
  rules->mapping = *std::move(mapping);
  return kExitOk;
}

}  // namespace

int LoadRules(const std::string& path, const std::string& mapping_path, LoadedRules* rules) {
  std::string mapping_name = path + " (mapping)";
  if (std::filesystem::is_directory(path)) {
    if (const int code = LoadBook(path, rules, &mapping_name); code != kExitOk) return code;
  } else {
    Result<ruleset::RuleSetPtr> bundle = ruleset::ReadBundle(path);
    if (!bundle.ok()) return Fail(kExitBadArguments, bundle.status().message());
    rules->rule_set = *std::move(bundle);
  }
  return LoadMapping(mapping_path, mapping_name, rules);
}

bool OnTerminal() { return isatty(STDERR_FILENO) == 1; }

}  // namespace sluice::tools
