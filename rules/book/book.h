// What the files of a rule book say, read and checked one by one, before any expression is.
//
// Thread-safety: immutable once read.   Ownership: owns its YAML documents and tables; refers to a
// SourceSet, which must outlive it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ruleset/rule_set.h"
#include "rules/book/book_table.h"
#include "rules/book/name_bits.h"
#include "rules/syntax/yaml_node.h"
#include "rules/syntax/yaml_reader.h"

namespace sluice::rules {

/// A field that book.yaml names; not yet looked up in the schema.
struct FieldName {
  std::string path;  // "consignee.name"; empty: not named
  const YamlNode* node = nullptr;
};

/// A finding that is wanted as it is: `lint: { allow: [code], why: text }` of a rule or the book.
struct Silence {
  std::string code;
  const YamlNode* node = nullptr;  // of the code
  bool used = false;               // something was found that it silences
};

/// book.yaml. Lanes are indices into `lanes`.
struct BookConfig {
  std::string name;
  std::string schema_file;  // relative to the folder; empty: the shipped schema
  const YamlNode* schema_node = nullptr;
  std::string root;  // empty: the schema's root_type
  const YamlNode* root_node = nullptr;
  FieldName id, received, office, phase, direction, draw_id;
  std::string mapping_file;  // relative to the folder; empty: none
  std::string mapping;       // its text
  ruleset::Zone zone;
  std::vector<ruleset::Lane> lanes;
  ruleset::LaneIndex default_lane = 0;
  std::array<ruleset::LaneIndex, ruleset::kOutcomeCount> outcome_lanes{};
  std::vector<ruleset::ScoreLane> score_lanes;
  bool controls_declared = false;        // then rules may name no other controls
  base::CurrencyCode base_currency = 0;  // of the rates; 0: none
  std::string rate_table;
  const YamlNode* rate_table_node = nullptr;
  const YamlNode* fields_node = nullptr;
  std::vector<Silence> silences;  // of all rules and of what belongs to none

  /// Index of the lane of that name, or kNoLane.
  ruleset::LaneIndex FindLane(std::string_view lane_name) const;
};

/// A value of `then` that a profile takes from its row: `row.column`.
struct RowColumn {
  std::string_view column;  // empty: the value is constant, in RuleSpec::rule
  const YamlNode* node = nullptr;
};

/// One rule as written. Texts live in the YAML document.
struct RuleSpec {
  ruleset::Rule rule;  // all but texts, nodes, source and what a row gives
  const YamlNode* node = nullptr;
  std::string_view id, title, reason, note, owner;
  const YamlNode* when = nullptr;   // a scalar: the condition
  const YamlNode* score = nullptr;  // a scalar: a score's expression; null: rule.score holds
  std::string_view each;            // name of the profile table; empty: an ordinary rule
  const YamlNode* each_node = nullptr;
  RowColumn lane, row_reason, probability, control;
  std::vector<Silence> silences;
};

/// What the rules of all files share.
struct RuleSpecs {
  std::vector<RuleSpec> rules;  // files by path, within a file as written
  NameBits tags;
  NameBits controls;
  std::vector<std::vector<std::string>> office_sets;
  std::vector<ruleset::SplitShare> split_shares;
};

struct Book {
  std::string folder;
  std::vector<std::unique_ptr<YamlDocument>> documents;
  BookConfig config;
  RuleSpecs specs;
  std::vector<ruleset::ReferenceList> lists;  // by name
  std::vector<BookTable> tables;              // by name
  ruleset::RateTable rates;
};

}  // namespace sluice::rules
