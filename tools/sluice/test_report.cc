#include "tools/sluice/test_report.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "rules/diag/junit.h"
#include "tools/sluice/verb.h"

namespace sluice::tools {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t kRulesShown = 20;  // with branches that were not taken, unless verbose

std::string CoverageLine(const CoverageReport& coverage) {
  return fmt::format("{} of {} matched, {} of {} taken ({:.1f} %)", coverage.rules_matched,
                     Count(coverage.rules.size(), "rule"), coverage.outcomes_seen,
                     Count(coverage.outcomes, "branch outcome"), coverage.percent());
}

std::string ThresholdLine(const TestReport& report) {
  return fmt::format("coverage is {:.1f} %, below {:.1f} %", report.coverage->percent(), *report.threshold);
}

std::string GapsOf(const RuleCoverage& rule) {
  std::string text;
  if (rule.matched == 0) text += "      never matched\n";
  for (const Branch& branch : rule.branches) {
    if (!branch.seen_true && !branch.seen_false) {
      text += "      never asked  " + branch.text + "\n";
    } else if (!branch.seen_true) {
      text += "      never true   " + branch.text + "\n";
    } else if (!branch.seen_false) {
      text += "      never false  " + branch.text + "\n";
    }
  }
  return text;
}

std::string CoverageText(const CoverageReport& coverage, bool verbose) {
  std::string text = "\n";
  std::size_t with_gaps = 0;
  for (const RuleCoverage& rule : coverage.rules) {
    const std::string gaps = GapsOf(rule);
    if (gaps.empty() || (++with_gaps > kRulesShown && !verbose)) continue;
    text += fmt::format("  {}  {}:{}", rule.id, rule.file, rule.line);
    if (rule.rules > 1) text += fmt::format("  ({} of {} rows matched)", rule.matched, rule.rules);
    text += "\n" + gaps;
  }
  if (with_gaps > kRulesShown && !verbose) {
    text += fmt::format("  … and {} with branches not taken; -v names them\n",
                        Count(with_gaps - kRulesShown, "more rule"));
  }
  return text + CoverageLine(coverage) + "\n";
}

ordered_json CoverageJson(const CoverageReport& coverage) {
  ordered_json json = {{"percent", coverage.percent()},
                       {"rules", coverage.rules.size()},
                       {"rules_matched", coverage.rules_matched},
                       {"outcomes", coverage.outcomes},
                       {"outcomes_taken", coverage.outcomes_seen},
                       {"by_rule", ordered_json::array()}};
  for (const RuleCoverage& rule : coverage.rules) {
    ordered_json branches = ordered_json::array();
    for (const Branch& branch : rule.branches) {
      branches.push_back({{"text", branch.text}, {"true", branch.seen_true}, {"false", branch.seen_false}});
    }
    json["by_rule"].push_back({{"id", rule.id},
                               {"file", rule.file},
                               {"line", rule.line},
                               {"rules", rule.rules},
                               {"matched", rule.matched},
                               {"branches", std::move(branches)}});
  }
  return json;
}

}  // namespace

std::size_t TestReport::failed() const {
  return static_cast<std::size_t>(
      std::count_if(cases.begin(), cases.end(), [](const CaseResult& c) { return !c.differences.empty(); }));
}

bool TestReport::covered() const { return !coverage || !threshold || coverage->percent() >= *threshold; }

std::string TestReportText(const TestReport& report, bool verbose) {
  std::string text;
  for (const CaseResult& result : report.cases) {
    const rules::Place& place = result.test->place;
    if (result.differences.empty()) {
      if (verbose) text += "ok    " + result.test->name + "\n";
      continue;
    }
    text += fmt::format("FAIL  {}:{}:{}: {}\n", place.file, place.line, place.column, result.test->name);
    for (const std::string& difference : result.differences) text += "        " + difference + "\n";
  }
  text += fmt::format("{} passed, {} failed\n", report.cases.size() - report.failed(), report.failed());
  if (report.coverage) text += CoverageText(*report.coverage, verbose);
  return report.covered() ? text : text + ThresholdLine(report) + "\n";
}

std::string TestReportJson(const TestReport& report) {
  ordered_json json = {{"book", report.book},
                       {"passed", report.cases.size() - report.failed()},
                       {"failed", report.failed()},
                       {"cases", ordered_json::array()}};
  for (const CaseResult& result : report.cases) {
    json["cases"].push_back({{"name", result.test->name},
                             {"file", result.test->place.file},
                             {"line", result.test->place.line},
                             {"passed", result.differences.empty()},
                             {"differences", result.differences}});
  }
  if (report.coverage) json["coverage"] = CoverageJson(*report.coverage);
  if (report.threshold) json["threshold"] = *report.threshold;
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string TestReportJUnit(const TestReport& report) {
  std::vector<rules::JUnitCase> cases;
  for (const CaseResult& result : report.cases) {
    rules::JUnitCase& shown = cases.emplace_back();
    shown.class_name = result.test->place.file;
    shown.name = result.test->name;
    shown.place = result.test->place;
    if (result.differences.empty()) continue;
    shown.failure = result.differences.front();
    for (const std::string& difference : result.differences) shown.details += difference + "\n";
  }
  if (report.coverage && report.threshold) {
    rules::JUnitCase& shown = cases.emplace_back();
    shown.class_name = report.book;
    shown.name = "coverage";
    if (!report.covered()) shown.failure = ThresholdLine(report);
    if (!report.covered()) shown.details = CoverageText(*report.coverage, true);
  }
  return rules::RenderJUnit(report.book, cases);
}

}  // namespace sluice::tools
