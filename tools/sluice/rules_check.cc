// sluice rules check: all that is wrong, useless or dangerous in a rule book, at once.
#include <chrono>
#include <optional>
#include <vector>

#include <fmt/core.h>

#include "engine/base/time_text.h"
#include "rules/diag/junit.h"
#include "rules/diag/render.h"
#include "rules/lint/codes.h"
#include "rules/lint/linter.h"
#include "tools/sluice/rules_sample.h"
#include "tools/sluice/rules_verbs.h"

namespace sluice::tools {

namespace {

using rules::Severity;

struct CheckOptions {
  std::string book;
  std::string format = "pretty";
  std::string fail_level = "error";
  std::string sample;   // input file; empty: none
  std::string mapping;  // of the sample
  std::string now;      // RFC 3339; empty: the clock's
};

Severity FailLevel(const std::string& name) {
  if (name == "info") return Severity::kInfo;
  return name == "warning" ? Severity::kWarning : Severity::kError;
}

std::optional<base::Timestamp> Now(const std::string& text) {
  if (!text.empty()) return base::ParseTimestamp(text);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return base::Timestamp{std::chrono::duration_cast<std::chrono::seconds>(now).count(), 0};
}

/// A case each finding, which fails from the fail level on; one that passes where there is none.
std::string RenderAsJUnit(const rules::DiagnosticList& found, const rules::CompiledBook& book,
                          const CheckOptions& options) {
  std::vector<rules::JUnitCase> cases;
  for (const rules::Diagnostic& item : found.items()) {
    rules::JUnitCase& one = cases.emplace_back();
    one.class_name = item.code;
    one.name = fmt::format("{}:{}:{} {}", item.place.file, item.place.line, item.place.column, item.message);
    one.place = item.place;
    if (item.severity > FailLevel(options.fail_level)) continue;
    one.failure = std::string(rules::SeverityName(item.severity)) + ": " + item.message;
    rules::DiagnosticList alone;
    alone.Add(item);
    one.details = rules::RenderPretty(alone, *book.sources);
  }
  if (cases.empty()) cases.push_back({"sluice", "no findings", {}, {}, {}});
  return rules::RenderJUnit("sluice rules check " + options.book, cases);
}

std::string Render(const rules::DiagnosticList& found, const rules::CompiledBook& book, const CheckOptions& options) {
  if (options.format == "json") return rules::RenderJson(found) + "\n";
  if (options.format == "sarif") return rules::RenderSarif(found, rules::LintCodeInfos());
  if (options.format == "junit") return RenderAsJUnit(found, book, options);
  return rules::RenderPretty(found, *book.sources);
}

std::string CountsText(const rules::DiagnosticList& found) {
  const std::string warnings = Count(found.count(Severity::kWarning), "warning");
  const std::size_t infos = found.count(Severity::kInfo);
  return infos == 0 ? warnings : warnings + ", " + Count(infos, "info");
}

bool Fails(const rules::DiagnosticList& found, Severity level) {
  std::size_t count = 0;
  for (int i = 0; i <= static_cast<int>(level); ++i) count += found.count(static_cast<Severity>(i));
  return count > 0;
}

int Check(const CheckOptions& options) {
  const auto now = Now(options.now);
  if (!now) {
    return Fail(kExitBadArguments, "--now: '" + options.now + "' is no time; write it as 2026-03-11T08:00:00Z");
  }
  const Result<rules::CompiledBook> book = rules::CompileBook(options.book, rules::KeepTrees::kYes);
  if (!book.ok()) return Fail(book.status());
  if (book->rule_set == nullptr) {
    fmt::print("{}", Render(book->diagnostics, *book, options));
    fmt::print(stderr, "sluice: {}: {}, {}\n", options.book, Count(book->diagnostics.error_count(), "error"),
               CountsText(book->diagnostics));
    return kExitRulesBroken;
  }
  rules::LintOptions lint{.now = *now, .sample = nullptr};
  std::optional<rules::Sample> sample;
  if (!options.sample.empty()) {
    Result<rules::Sample> measured = MeasureSample(*book, options.sample, options.mapping);
    if (!measured.ok()) return Fail(kExitBadArguments, measured.status().message());
    sample = *std::move(measured);
    lint.sample = &*sample;
  }
  const rules::DiagnosticList found = rules::Lint(*book, lint);
  fmt::print("{}", Render(found, *book, options));
  fmt::print(stderr, "sluice: {}: {}, no error, {}\n", options.book, Count(book->rule_set->rules.size(), "rule"),
             CountsText(found));
  return Fails(found, FailLevel(options.fail_level)) ? kExitFindings : kExitOk;
}

}  // namespace

void AddRulesCheck(CLI::App* parent, Run* run) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* verb = parent->add_subcommand("check", "Finds what is wrong, useless or dangerous in a rule book");
  verb->add_option("BOOK", options->book, "Folder of the rule book")->required();
  verb->add_option("--format", options->format, "pretty, json, sarif or junit")
      ->check(CLI::IsMember({"pretty", "json", "sarif", "junit"}));
  verb->add_option("--fail-level", options->fail_level, "Exit 1 from this severity on: error, warning or info")
      ->check(CLI::IsMember({"error", "warning", "info"}));
  CLI::Option* sample =
      verb->add_option("--sample", options->sample, "Parcels to measure those rules on that no index can narrow");
  verb->add_option("--mapping", options->mapping, "mapping.yaml of the sample, where the book brings none")
      ->needs(sample);
  verb->add_option("--now", options->now, "When it is, for rules that are over (RFC 3339); else the clock says");
  verb->footer("Examples:\n  sluice rules check rules/packs/kcs --fail-level warning\n"
               "  sluice rules check rules/packs/cbec_import --sample day.parcels --format sarif\n\n"
               "rules/lint/codes has a page for each code.\n"
               "Exit codes: 0 clean; 1 findings from the fail level on; 2 errors; 3 no such book, bad arguments.");
  verb->callback([=] { *run = [=] { return Check(*options); }; });
}

}  // namespace sluice::tools
