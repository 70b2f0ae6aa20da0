// The tests of a rule book: tests/*.yaml, as records to decide and what is expected of each
// decision.
//
//   defaults: { office: "4600", consignee: { name: Li Na } }   # optional: under every parcel of
//   this file tests:
//     - name: one penny over the limit is stopped
//       parcel: { parcel_id: P1, total_value: "5000.01 CNY", items: [ { hs_code: "3304990010" } ] }
//       now: 2026-03-01T10:00:00Z    # optional
//       expect: { lane: inspect, rules: [VAL-010], includes: [], excludes: [], suppressed: [],
//       shadow: [],
//                 absent: [], errors: [], controls: [], outcomes: [incomplete], score: 40 }
//
// A parcel's maps go over the defaults' key by key, everything else replaces it whole, null (~)
// takes it away. Texts, enum names, "5000.01 CNY", 2026-03-01T10:00:00Z, 1h30m are read by the
// field's type. Thread-safety: pure function.   Ownership: the result owns all it holds. Errors:
// mistakes are diagnostics, such a test is left out; kIo when a folder or file cannot be read.
#pragma once

#include <sluice/status.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/time.h"
#include "engine/ruleset/rule_set.h"
#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"

namespace sluice::rules {

/// What a decision must be; what is not named may be anything. Lists of rules ascend.
struct TestExpectation {
  using RuleList = std::vector<ruleset::RuleIndex>;
  std::optional<ruleset::LaneIndex> lane;
  std::optional<RuleList> rules;       // exactly the live rules that matched, suppressed ones apart
  RuleList includes;                   // among those
  RuleList excludes;                   // not among those
  std::optional<RuleList> suppressed;  // exactly, as are the next three
  std::optional<RuleList> shadow, absent, errors;
  std::optional<std::uint64_t> controls;  // bits of RuleSet::controls
  std::optional<std::uint8_t> outcomes;   // bits of ruleset::Outcome
  std::optional<std::uint32_t> score;
};

struct BookTest {
  std::string name;
  Place place;                       // of the name
  std::vector<std::uint8_t> record;  // of the rule set's schema
  base::Timestamp now;  // `now`, else the parcel's received field, else kDefaultTestNow
  TestExpectation expect;
};

inline constexpr base::Timestamp kDefaultTestNow{1767225600, 0};  // 2026-01-01T00:00:00Z

struct BookTests {
  std::unique_ptr<SourceSet> sources;
  DiagnosticList diagnostics;   // sorted by place
  std::vector<BookTest> tests;  // files by path, within a file as written
};

/// Reads the tests of the book in `folder`, from which `rule_set` was compiled.
Result<BookTests> ReadBookTests(const std::string& folder, const ruleset::RuleSet& rule_set);

}  // namespace sluice::rules
