// What `sluice rules test` says: for people, as JSON, as JUnit XML.
//
// Thread-safety: pure functions.   Ownership: refers to the cases.   Errors: none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/emit/book_tests.h"
#include "tools/sluice/coverage.h"

namespace sluice::tools {

struct CaseResult {
  const rules::BookTest* test = nullptr;
  std::vector<std::string> differences;  // from what was expected, a line each; none: it passed
};

struct TestReport {
  std::string book;
  std::vector<CaseResult> cases;
  std::optional<CoverageReport> coverage;
  std::optional<double> threshold;  // percent

  std::size_t failed() const;
  /// Coverage was not asked for, has no threshold, or reaches it.
  bool covered() const;
};

/// `verbose`: cases that passed, too, and every branch that was not taken.
std::string TestReportText(const TestReport& report, bool verbose);
std::string TestReportJson(const TestReport& report);
std::string TestReportJUnit(const TestReport& report);

}  // namespace sluice::tools
