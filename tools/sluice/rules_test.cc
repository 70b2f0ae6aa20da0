// sluice rules test: the cases of a rule book, decided by the engine that decides parcels.
#include <algorithm>

#include <fmt/core.h>

#include "engine/pipeline/screener.h"
#include "rules/diag/render.h"
#include "rules/emit/book_tests.h"
#include "rules/emit/compiler.h"
#include "tools/sluice/rules_verbs.h"

namespace sluice::tools {

namespace {

struct RulesTestOptions {
  std::string book;
  std::string filter;
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

std::string PlaceText(const rules::Place& place) {
  return fmt::format("{}:{}:{}", place.file, place.line, place.column);
}

int RunTests(const rules::BookTests& tests, const ruleset::RuleSetPtr& rule_set, const RulesTestOptions& options) {
  pipeline::Screener screener(rule_set, draw::TestEpochKey());
  std::size_t passed = 0;
  std::size_t failed = 0;
  for (const rules::BookTest& test : tests.tests) {
    if (test.name.find(options.filter) == std::string::npos) continue;
    const decide::Decision& decision = screener.Screen(test.record, {.now = test.now, .phase = std::nullopt});
    const std::vector<std::string> differences = Checker(*rule_set, decision).Check(test.expect);
    (differences.empty() ? passed : failed) += 1;
    if (differences.empty() && options.verbose) fmt::print("ok    {}\n", test.name);
    if (differences.empty()) continue;
    fmt::print("FAIL  {}: {}\n", PlaceText(test.place), test.name);
    for (const std::string& difference : differences) fmt::print("        {}\n", difference);
  }
  if (passed + failed == 0) {
    return Fail(kExitBadArguments, tests.tests.empty() ? options.book + ": there are no cases in tests/*.yaml"
                                                       : "no case has '" + options.filter + "' in its name");
  }
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? kExitOk : kExitFindings;
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
  const int code = RunTests(*tests, book->rule_set, options);
  return tests->diagnostics.HasErrors() ? kExitRulesBroken : code;
}

}  // namespace

void AddRulesTest(CLI::App* parent, Run* run) {
  auto options = std::make_shared<RulesTestOptions>();
  CLI::App* verb = parent->add_subcommand("test", "Runs the cases in a book's tests/*.yaml");
  verb->add_option("BOOK", options->book, "Folder of the rule book")->required();
  verb->add_option("--run", options->filter, "Only cases whose name contains this text");
  verb->add_flag("-v,--verbose", options->verbose, "Name the cases that pass, too");
  verb->footer("Example:\n  sluice rules test rules/packs/cbec_import --run limit\n\n"
               "Exit codes: 0 all pass; 1 a case failed; 2 the rules do not compile; 3 no such book or case.");
  verb->callback([=] { *run = [=] { return RulesTest(*options); }; });
}

}  // namespace sluice::tools
