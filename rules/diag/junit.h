// Results as JUnit XML, which continuous-integration systems show: one suite of cases that passed or failed.
//
// Thread-safety: pure functions.   Errors: none; what XML cannot hold becomes U+FFFD.
// Format: the schema of Jenkins' xUnit plugin (junit-10.xsd): testsuites, testsuite, testcase, failure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rules/diag/diagnostic.h"

namespace sluice::rules {

struct JUnitCase {
  std::string class_name;  // groups cases: a file, a code
  std::string name;
  Place place;             // `file` empty: none
  std::string failure;     // one line; empty: it passed
  std::string details;     // of a failure, any number of lines
};

std::string RenderJUnit(std::string_view suite, std::span<const JUnitCase> cases);

/// `text` with what XML reserves escaped, for attributes and elements alike.
std::string XmlText(std::string_view text);

}  // namespace sluice::rules
