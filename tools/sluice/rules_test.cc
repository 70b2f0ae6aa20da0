// sluice rules test: the cases of a rule book, decided by the engine that decides parcels.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "engine/pipeline/screener.h"
#include "rules/diag/render.h"
#include "rules/emit/book_tests.h"
#include "rules/emit/compiler.h"
#include "tools/sluice/rules_verbs.h"
#include "tools/sluice/test_report.h"

namespace sluice::tools {

namespace {

struct RulesTestOptions {
  std::string book;
  std::string filter;
  std::string format = "pretty";
  std::optional<double> threshold;
  bool coverage = false;
  bool verbose = false;
};

using RuleList = std::vector<ruleset::RuleIndex>;

class Checker {
 public:
  Checker(const ruleset::RuleSet& rule_set, const decide::Decision& decision) : rules_(rule_set), decision_(decision) {}

  /// What differs from the expectation, a line each.
  std::vector<std::string> Check(const rules::TestExpectation& expect) {
    const RuleList matched = RulesOf(decision_.matched);
    if (expect.lane && *expect.lane != decision_.lane) {
      Differ("lane", rules_.lanes[*expect.lane].name, rules_.lanes[decision_.lane].name);
    }
    if (expect.rules) Lists("rules", *expect.rules, matched);
    for (const ruleset::RuleIndex rule : expect.includes) {
      if (!Has(matched, rule)) Differ("includes", Name(rule), Names(matched));
    }
    for (const ruleset::RuleIndex rule : expect.excludes) {
      if (Has(matched, rule)) Differ("excludes", Name(rule), Names(matched));
    }
    if (expect.suppressed) Lists("suppressed", *expect.suppressed, decision_.suppressed);
    if (expect.shadow) Lists("shadow", *expect.shadow, RulesOf(decision_.shadow));
    if (expect.absent) Lists("absent", *expect.absent, decision_.absent);
    if (expect.errors) Lists("errors", *expect.errors, decision_.errors);
    if (expect.score && *expect.score != decision_.score) {
      Differ("score", std::to_string(*expect.score), std::to_string(decision_.score));
    }
    if (expect.outcomes && *expect.outcomes != decision_.outcomes) {
      Differ("outcomes", OutcomeNames(*expect.outcomes), OutcomeNames(decision_.outcomes));
    }
    if (expect.controls && *expect.controls != decision_.controls) {
      Differ("controls", ControlNames(*expect.controls), ControlNames(decision_.controls));
    }
    return differences_;
  }

 private:
  static RuleList RulesOf(const std::vector<ruleset::Hit>& hits) {
    RuleList rules;
    for (const ruleset::Hit& hit : hits) rules.push_back(hit.rule);
    return rules;
  }
  static bool Has(const RuleList& rules, ruleset::RuleIndex rule) {
    return std::find(rules.begin(), rules.end(), rule) != rules.end();
  }

  std::string Name(ruleset::RuleIndex rule) const { return std::string(rules_.Text(rules_.rules[rule].id)); }
  std::string Names(const RuleList& rules) const {
    std::string text;
    for (const ruleset::RuleIndex rule : rules) text += (text.empty() ? "" : ", ") + Name(rule);
    return "[" + text + "]";
  }
  static std::string OutcomeNames(std::uint8_t bits) {
    std::string text;
    for (int i = 0; i < ruleset::kOutcomeCount; ++i) {
      if ((bits >> i & 1) == 0) continue;
      text += (text.empty() ? "" : ", ") + std::string(ruleset::OutcomeName(static_cast<ruleset::Outcome>(i)));
    }
    return "[" + text + "]";
  }
  std::string ControlNames(std::uint64_t bits) const {
    std::string text;
    for (std::size_t i = 0; i < rules_.controls.size(); ++i) {
      if ((bits >> i & 1) != 0) text += (text.empty() ? "" : ", ") + rules_.controls[i];
    }
    return "[" + text + "]";
  }

  void Lists(const char* what, RuleList expected, RuleList actual) {
    std::sort(expected.begin(), expected.end());
    std::sort(actual.begin(), actual.end());
    if (expected != actual) Differ(what, Names(expected), Names(actual));
  }
  void Differ(const char* what, const std::string& expected, const std::string& actual) {
    differences_.push_back(fmt::format("{}: expected {}, got {}", what, expected, actual));
  }

  const ruleset::RuleSet& rules_;
  const decide::Decision& decision_;
  std::vector<std::string> differences_;
};

std::vector<CaseResult> RunCases(const rules::BookTests& tests, const ruleset::RuleSetPtr& rule_set,
                                 const std::string& filter, Coverage* coverage) {
  pipeline::Screener screener(rule_set, draw::TestEpochKey());
  std::vector<CaseResult> results;
  for (const rules::BookTest& test : tests.tests) {
    if (test.name.find(filter) == std::string::npos) continue;
    const decide::Decision& decision = screener.Screen(test.record, {.now = test.now, .phase = std::nullopt});
    results.push_back({&test, Checker(*rule_set, decision).Check(test.expect)});
    if (coverage != nullptr) coverage->Add(screener.batch());
  }
  return results;
}

int RulesTest(const RulesTestOptions& options) {
  const Result<rules::CompiledBook> book = rules::CompileBook(options.book);
  if (!book.ok()) return Fail(book.status());
  if (book->rule_set == nullptr) {
    fmt::print(stderr, "{}", rules::RenderPretty(book->diagnostics, *book->sources));
    return Fail(kExitRulesBroken, options.book + ": the rules do not compile");
  }
  const Result<rules::BookTests> tests = rules::ReadBookTests(options.book, *book->rule_set);
  if (!tests.ok()) return Fail(tests.status());
  fmt::print(stderr, "{}", rules::RenderPretty(tests->diagnostics, *tests->sources));
  if (tests->diagnostics.HasErrors() && tests->tests.empty()) return kExitRulesBroken;
  std::optional<Coverage> coverage;
  if (options.coverage || options.threshold) coverage.emplace(book->rule_set, options.book);
  TestReport report;
  report.book = options.book;
  report.cases = RunCases(*tests, book->rule_set, options.filter, coverage ? &*coverage : nullptr);
  if (report.cases.empty()) {
    return Fail(kExitBadArguments, tests->tests.empty() ? options.book + ": there are no cases in tests/*.yaml"
                                                        : "no case has '" + options.filter + "' in its name");
  }
  if (coverage) report.coverage = coverage->Report();
  report.threshold = options.threshold;
  fmt::print("{}", options.format == "json"    ? TestReportJson(report)
                   : options.format == "junit" ? TestReportJUnit(report)
                                               : TestReportText(report, options.verbose));
  if (tests->diagnostics.HasErrors()) return kExitRulesBroken;
  return report.failed() == 0 && report.covered() ? kExitOk : kExitFindings;
}

/// CLI::Range admits nan, which no coverage reaches.
CLI::Validator Percentage() {
  const auto check = [](const std::string& text) -> std::string {
    double percent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
    const bool is_number = error == std::errc() && end == text.data() + text.size();
    return is_number && percent >= 0 && percent <= 100 ? "" : "'" + text + "' is no percentage from 0 to 100";
  };
  return {check, "", "Percentage"};
}

}  // namespace

void AddRulesTest(CLI::App* parent, Run* run) {
  auto options = std::make_shared<RulesTestOptions>();
  CLI::App* verb = parent->add_subcommand("test", "Runs the cases in a book's tests/*.yaml");
  verb->add_option("BOOK", options->book, "Folder of the rule book")->required();
  verb->add_option("--run", options->filter, "Only cases whose name contains this text");
  verb->add_flag("-v,--verbose", options->verbose, "Name the cases that pass, too, and every branch not taken");
  verb->add_option("--format", options->format, "pretty, json or junit")
      ->check(CLI::IsMember({"pretty", "json", "junit"}));
  verb->add_flag("--coverage", options->coverage, "Say which rules and branches the cases take");
  verb->add_option("--threshold", options->threshold, "Exit 1 if less than this percentage of branch outcomes is taken")
      ->check(Percentage());
  verb->footer(
      "A branch is a rule's condition, an operand of && and ||, the condition of ?:, the body of a quantifier;\n"
      "its two outcomes are true and false. --threshold means --coverage.\n\n"
      "Examples:\n  sluice rules test rules/packs/cbec_import --run limit\n"
      "  sluice rules test rules/packs/kcs --coverage --threshold 80\n"
      "  sluice rules test rules/packs/kcs --format junit > results.xml\n\n"
      "Exit codes: 0 all pass; 1 a case failed, or coverage is under the threshold; 2 the rules do not compile;\n"
      "3 no such book or case.");
  verb->callback([=] { *run = [=] { return RulesTest(*options); }; });
}

}  // namespace sluice::tools
