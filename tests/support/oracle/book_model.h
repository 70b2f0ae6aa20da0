// A rule book as a C++ model: the generator makes it, a printer writes it as files, the oracle
// evaluates it.
//
// Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::oracle {

struct LaneModel {
  std::string name;
  int severity = 0;
  bool releases = false;
};

struct ListModel {
  std::string name;
  bool of_ints = false;
  std::vector<std::string> entries;
};

enum class ColumnRole : std::uint8_t {
  kKey,
  kPrefix,
  kFrom,
  kTo,
  kValue,
  kNote,
  kValidFrom,
  kValidUntil
};

struct ColumnModel {
  std::string name;
  ColumnRole role = ColumnRole::kValue;
  std::string type;      // "string", "int", …, "money"
  std::string currency;  // money
};

struct TableModel {
  std::string name;
  std::vector<ColumnModel> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;  // nothing: a blank cell
};

struct RateModel {
  std::string currency;
  std::int64_t nano_units = 0;  // units of the base currency for one major unit, in 10^-9
  std::string from;             // a day; empty: always
};

struct RuleModel {
  std::string id;
  std::string when;
  std::string lane;                                          // empty: none; "row.x"
  std::vector<std::pair<std::string, std::uint32_t>> split;  // lane, parts per million
  std::string score;                                         // CEL; empty: none
  std::string reason;
  std::string probability;            // "250000", "25 %", "row.x"; empty: none
  std::vector<std::string> controls;  // or one "row.x"
  std::vector<std::string> tags, waives;
  std::vector<std::string> directions, phases, offices;
  std::string valid_from, valid_until;  // days
  std::string each;                     // name of a table
  std::string note;
  bool shadow = false;
  bool must_inspect = false;
  bool mandatory = false;
  bool absent_is_error = false;
};

struct BookModel {
  std::string schema_text;  // empty: the default schema
  std::string id_field, received_field, office_field, phase_field, direction_field, draw_id_field;
  std::string zone;
  std::vector<LaneModel> lanes;
  std::string default_lane;
  std::vector<std::string> outcome_lanes;  // by ruleset::Outcome
  std::vector<std::pair<std::uint32_t, std::string>> score_lanes;
  std::vector<std::string> controls;
  std::string base_currency;  // empty: no rates
  std::vector<RateModel> rates;
  std::vector<ListModel> lists;
  std::vector<TableModel> tables;
  std::vector<RuleModel> rules;
};

/// Writes the book's files into `folder`, which it empties first. Rule i stands alone in
/// RuleFileName(i).
void WriteBook(const BookModel& book, const std::string& folder);
std::string RuleFileName(std::size_t index);
std::string RuleText(const RuleModel& rule);

}  // namespace sluice::oracle
