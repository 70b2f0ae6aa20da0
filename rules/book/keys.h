// The keys of a book's YAML files, map by map: one table for the readers, which refuse every other key, and for the
// JSON Schemas that editors complete by (`sluice rules schema`). rules/LANGUAGE.md says what each means.
#pragma once

#include <string_view>

namespace sluice::rules {

// --- book.yaml
inline constexpr std::string_view kBookKeys[] = {
    "book",         "schema",   "root",        "fields",   "mapping", "zone",         "lanes",
    "default_lane", "outcomes", "score_lanes", "controls", "rates",   "minimum_rate", "expected_rates",
    "lint"};
inline constexpr std::string_view kFieldsKeys[] = {"id", "received", "office", "phase", "direction", "draw_id"};
inline constexpr std::string_view kLaneKeys[] = {"name", "severity", "releases", "capacity", "overflow"};
inline constexpr std::string_view kScoreLaneKeys[] = {"from", "lane"};
inline constexpr std::string_view kRatesKeys[] = {"base", "table"};

// --- rules/**/*.yaml
inline constexpr std::string_view kRuleFileKeys[] = {"rules"};
inline constexpr std::string_view kRuleKeys[] = {"id",    "title", "when",         "then",      "tags",   "direction",
                                                 "offices", "phase", "valid",      "mode",      "must_inspect",
                                                 "mandatory", "absent", "each",    "owner",     "note",   "lint"};
inline constexpr std::string_view kThenKeys[] = {"lane",        "split",   "score", "reason",
                                                 "probability", "control", "waive"};
inline constexpr std::string_view kValidKeys[] = {"from", "until"};

// --- book.yaml and rules: findings that are wanted as they are
inline constexpr std::string_view kLintKeys[] = {"allow", "why"};

// --- tests/*.yaml
inline constexpr std::string_view kTestFileKeys[] = {"defaults", "tests"};
inline constexpr std::string_view kTestKeys[] = {"name", "parcel", "now", "expect"};
inline constexpr std::string_view kExpectKeys[] = {"lane",   "rules",  "includes", "excludes", "suppressed", "shadow",
                                                   "absent", "errors", "controls", "outcomes", "score"};

}  // namespace sluice::rules
